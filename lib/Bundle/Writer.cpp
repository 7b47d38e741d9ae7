//===- Writer.cpp - Program -> .xcb ---------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Header, index, code, source, weights. The index comes before what it gives
// the place and checksum of: its size is known from a first draft, the sections
// are streamed and hashed, then it is built again and put in.
//
//===----------------------------------------------------------------------===//
#include "lib/Bundle/Writer.h"
#include "lib/Bundle/Destination.h"
#include "lib/Bundle/IndexBuilder.h"
#include "runtime/format/Container.h"
#include "runtime/format/Hash.h"
#include "runtime/format/Validate.h"

#include <cstring>

using namespace xcc::bundle;
using xrt::format::FileHeader;
using xrt::format::Hasher;
using xrt::format::Section;

namespace {
class Writer {
public:
  Writer(const Program &program, Destination &destination, std::string &error)
      : program(program), destination(destination), error(error) {}

  bool run();

private:
  bool fail(std::string what) {
    if (error.empty())
      error = std::move(what);
    return false;
  }

  bool areRefsSound();
  void place(const ByteSource &source, uint64_t alignment, Section &section);
  void placeAll(uint64_t indexBytes);
  bool stream(const ByteSource &source, const char *what, bool isWritten,
              Section &section);
  bool streamAll();
  bool finish(const flatbuffers::DetachedBuffer &index);

  const Program &program;
  Destination &destination;
  std::string &error;
  Sections sections;
  uint64_t fileBytes = 0;
};
} // namespace

/// Expression ids are looked up while the index is built, before its validator
/// can see them.
bool Writer::areRefsSound() {
  size_t numNodes = program.exprs.getNodes().size();
  auto isSound = [&](ExprId id) { return id < numNodes; };
  auto areSound = [&](const std::vector<ExprId> &ids) {
    for (ExprId id : ids)
      if (!isSound(id))
        return false;
    return true;
  };
  bool isAllSound = isSound(program.arenaSize);
  for (const Input &input : program.inputs)
    isAllSound &= areSound(input.dims);
  for (const Output &output : program.outputs)
    isAllSound &= areSound(output.dims);
  for (const Buffer &buffer : program.buffers)
    isAllSound &= areSound({buffer.offset, buffer.size});
  for (const Step &step : program.steps) {
    isAllSound &= areSound(step.launch.scalars) &&
                  areSound({step.launch.workItems, step.launch.scratch,
                            step.copy.bytes}) &&
                  isSound(step.launch.firstPhase.value_or(0)) &&
                  isSound(step.launch.workspace.value_or(0));
    for (const Prepared &prepared : step.launch.prepared)
      isAllSound &=
          areSound(prepared.scalars) &&
          areSound({prepared.size, prepared.workItems, prepared.scratch});
  }
  for (const TargetPlan &plan : program.plans)
    for (const DeviceLaunch &launch : plan.launches) {
      isAllSound &= isSound(launch.workspace);
      for (const DevicePhase &phase : launch.phases)
        isAllSound &= areSound({phase.grid[0], phase.grid[1], phase.grid[2]});
    }
  return isAllSound || fail("expects expressions of the program's own pool");
}

void Writer::place(const ByteSource &source, uint64_t alignment,
                   Section &section) {
  uint64_t offset = (fileBytes + alignment - 1) / alignment * alignment;
  section = Section(offset, source.size, 0);
  fileBytes = offset + source.size;
}

void Writer::placeAll(uint64_t indexBytes) {
  fileBytes = sizeof(FileHeader) + indexBytes;
  for (size_t i = 0; i < program.images.size(); ++i)
    place(program.images[i].bytes, xrt::format::kSectionAlignment,
          sections.images[i]);
  if (program.source.size)
    place(program.source, xrt::format::kSectionAlignment, sections.source);
  for (size_t i = 0; i < program.weights.size(); ++i) {
    const Weight &weight = program.weights[i];
    if (weight.file.empty())
      // Constants are many and small: a page each would be a waste.
      place(weight.bytes,
            weight.isConstant ? xrt::format::kSectionAlignment
                              : xrt::format::kWeightAlignment,
            sections.weights[i]);
    else
      sections.weights[i] = Section(weight.fileOffset, weight.bytes.size, 0);
  }
}

bool Writer::stream(const ByteSource &source, const char *what, bool isWritten,
                    Section &section) {
  Hasher hasher;
  uint64_t done = 0;
  std::string reason;
  auto sink = [&](const void *data, size_t size) {
    if (size > source.size - done)
      return fail(std::string(what) + " gives more bytes than it has");
    hasher.update(data, size);
    uint64_t offset = section.offset() + done;
    done += size;
    return !isWritten || destination.write(offset, data, size, error);
  };
  if (source.size && !source.produce(sink, reason))
    return fail(std::string(what) + ": " + reason);
  if (done != source.size)
    return fail(std::string(what) + " expects " + std::to_string(source.size) +
                " bytes, got " + std::to_string(done));
  section = Section(section.offset(), section.size(), hasher.finish());
  return true;
}

bool Writer::streamAll() {
  for (size_t i = 0; i < program.images.size(); ++i)
    if (!stream(program.images[i].bytes, "an image", true, sections.images[i]))
      return false;
  if (!stream(program.source, "the source", true, sections.source))
    return false;
  for (size_t i = 0; i < program.weights.size(); ++i) {
    const Weight &weight = program.weights[i];
    std::string what = "weight '" + weight.name + "'";
    if (!stream(weight.bytes, what.c_str(), weight.file.empty(),
                sections.weights[i]))
      return false;
  }
  return true;
}

bool Writer::finish(const flatbuffers::DetachedBuffer &index) {
  FileHeader header{};
  std::memcpy(header.magic, xrt::format::kMagic, sizeof(header.magic));
  header.version = xrt::format::kFormatVersion;
  header.headerBytes = sizeof(FileHeader);
  header.indexOffset = sizeof(FileHeader);
  header.indexBytes = index.size();
  header.indexChecksum = xrt::format::hash(index.data(), index.size());
  header.fileBytes = fileBytes;
  header.headerChecksum =
      xrt::format::hash(&header, xrt::format::kCheckedHeaderBytes);

  // Also what says early, and with the reader's own words, that the plan handed
  // in is not a sound one.
  std::string complaint =
      xrt::format::validateIndex(*xrt::format::GetIndex(index.data()), header);
  if (!complaint.empty())
    return fail("expects a sound program, but " + complaint);
  return destination.write(0, &header, sizeof(header), error) &&
         destination.write(header.indexOffset, index.data(), index.size(),
                           error);
}

bool Writer::run() {
  error.clear();
  sections.images.resize(program.images.size());
  sections.weights.resize(program.weights.size());
  if (!areRefsSound())
    return false;
  flatbuffers::DetachedBuffer draft = buildIndex(program, sections);
  placeAll(draft.size());
  if (!destination.resize(fileBytes, error) || !streamAll())
    return false;
  return finish(buildIndex(program, sections));
}

bool xcc::bundle::writeBundle(const Program &program, const std::string &path,
                              std::string &error) {
  FileDestination destination(path);
  return destination.open(error) && Writer(program, destination, error).run() &&
         destination.commit(error);
}

bool xcc::bundle::writeBundle(const Program &program,
                              std::vector<uint8_t> &bytes, std::string &error) {
  MemoryDestination destination(bytes);
  return Writer(program, destination, error).run();
}
