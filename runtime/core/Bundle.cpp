//===- Bundle.cpp - An open .xcb ------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/Bundle.h"
#include "runtime/format/Hash.h"
#include "runtime/format/Validate.h"

#include <cstring>

using namespace xrt;

static constexpr uint32_t kNoFile = UINT32_MAX;

Status Bundle::openFile(const std::string &path,
                        std::shared_ptr<const Bundle> &out) {
  std::shared_ptr<Bundle> bundle(new Bundle());
  XRT_RETURN_IF_ERROR(MappedFile::open(path, bundle->file));
  bundle->span = {bundle->file->data(), bundle->file->size()};
  bundle->label = "'" + path + "'";
  // Up to and with the last slash; nothing for a file of the current folder.
  bundle->directory = path.substr(0, path.rfind('/') + 1);
  XRT_RETURN_IF_ERROR(bundle->validate());
  out = std::move(bundle);
  return Status();
}

Status Bundle::openMemory(xrt_byte_span_t bytes, std::string directory,
                          std::shared_ptr<const Bundle> &out) {
  // The index is read in place.
  if (reinterpret_cast<uintptr_t>(bytes.data) % 8 != 0)
    return Status(XRT_STATUS_INVALID_ARGUMENT,
                  "bundle: expects bytes aligned to 8");
  std::shared_ptr<Bundle> bundle(new Bundle());
  bundle->span = bytes;
  bundle->label = "bundle";
  bundle->directory = std::move(directory);
  if (!bundle->directory.empty() && bundle->directory.back() != '/')
    bundle->directory += '/';
  XRT_RETURN_IF_ERROR(bundle->validate());
  out = std::move(bundle);
  return Status();
}

static xrt_status_code_t codeOf(format::Verdict verdict) {
  switch (verdict) {
  case format::Verdict::Sound:
    return XRT_STATUS_OK;
  case format::Verdict::Foreign:
    return XRT_STATUS_FOREIGN_FILE;
  case format::Verdict::Newer:
    return XRT_STATUS_NEWER_VERSION;
  case format::Verdict::Damaged:
    return XRT_STATUS_DAMAGED_BUNDLE;
  }
  return XRT_STATUS_INTERNAL;
}

Status Bundle::validate() {
  format::Validation result = format::validateFile(
      static_cast<const unsigned char *>(span.data), span.size);
  if (result.verdict != format::Verdict::Sound)
    return Status(codeOf(result.verdict), label + ": " + result.message);
  root = result.index;
  outside.resize(root->files()->size());
  return Status();
}

static format::FileHeader readHeader(xrt_byte_span_t span) {
  format::FileHeader header;
  std::memcpy(&header, span.data, sizeof(header));
  return header;
}

uint32_t Bundle::formatVersion() const { return readHeader(span).version; }
uint64_t Bundle::indexBytes() const { return readHeader(span).indexBytes; }

Status Bundle::mapChecked(const format::Section &section,
                          const std::string &what, xrt_byte_span_t &out) const {
  auto *bytes =
      static_cast<const unsigned char *>(span.data) + section.offset();
  if (format::hash(bytes, section.size()) != section.checksum())
    return Status(XRT_STATUS_DAMAGED_BUNDLE,
                  label +
                      ": expects a whole bundle, got a damaged one: the "
                      "checksum of " +
                      what + " differs");
  out = {bytes, section.size()};
  return Status();
}

Status Bundle::outsideFile(uint32_t index, const MappedFile *&out) const {
  std::lock_guard lock(outsideMutex);
  if (!outside[index]) {
    std::string name = (*root->files())[index]->str();
    std::string path = name.starts_with('/') ? name : directory + name;
    XRT_RETURN_IF_ERROR(MappedFile::open(path, outside[index]));
  }
  out = outside[index].get();
  return Status();
}

Status Bundle::mapWeight(uint32_t index, xrt_byte_span_t &out) const {
  const format::Weight &weight = *(*root->weights())[index];
  const format::Section &section = *weight.section();
  if (weight.file() == kNoFile) {
    out = {static_cast<const unsigned char *>(span.data) + section.offset(),
           section.size()};
    return Status();
  }
  const MappedFile *mapped = nullptr;
  XRT_RETURN_IF_ERROR(outsideFile(weight.file(), mapped));
  uint64_t end = section.offset() + section.size();
  if (end > mapped->size())
    return Status(XRT_STATUS_IO_ERROR,
                  label + ": weight '" + weight.name()->str() + "' expects " +
                      std::to_string(end) + " bytes in '" +
                      (*root->files())[weight.file()]->str() + "', got " +
                      std::to_string(mapped->size()));
  out = {mapped->data() + section.offset(), section.size()};
  return Status();
}

Status Bundle::mapImage(uint32_t index, xrt_byte_span_t &out) const {
  const format::Image &image = *(*root->images())[index];
  return mapChecked(*image.section(),
                    "image " + image.target()->str() + " " + image.isa()->str(),
                    out);
}

Status Bundle::mapSource(xrt_byte_span_t &out) const {
  if (!root->source()) {
    out = {nullptr, 0};
    return Status();
  }
  return mapChecked(*root->source(), "the source", out);
}

Status Bundle::verify() const {
  xrt_byte_span_t bytes;
  for (uint32_t i = 0; i < root->images()->size(); ++i)
    XRT_RETURN_IF_ERROR(mapImage(i, bytes));
  XRT_RETURN_IF_ERROR(mapSource(bytes));
  for (uint32_t i = 0; i < root->weights()->size(); ++i) {
    const format::Weight &weight = *(*root->weights())[i];
    XRT_RETURN_IF_ERROR(mapWeight(i, bytes));
    if (format::hash(bytes.data, bytes.size) != weight.section()->checksum())
      return Status(XRT_STATUS_DAMAGED_BUNDLE,
                    label +
                        ": expects a whole bundle, got a damaged one: the "
                        "checksum of weight '" +
                        weight.name()->str() + "' differs");
  }
  return Status();
}
