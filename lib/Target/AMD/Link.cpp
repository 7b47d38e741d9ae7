//===- Link.cpp - What the kernels of an image use ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// lib/Target/Link.cpp runs the linker; the image it makes says itself, in a
// note, what its kernels need.
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/Link.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/BinaryFormat/MsgPackDocument.h"
#include "llvm/Object/ELFObjectFile.h"

using namespace llvm;
using Elf = object::ELF64LE;

namespace xcc::amd {

/// The MessagePack bytes of the image's metadata note; empty if there is none.
static Expected<std::string> findMetadata(const object::ELFFile<Elf> &file) {
  auto headers = file.program_headers();
  if (!headers)
    return headers.takeError();
  for (const Elf::Phdr &header : *headers) {
    if (header.p_type != ELF::PT_NOTE)
      continue;
    Error problem = Error::success();
    for (const Elf::Note &note : file.notes(header, problem))
      if (note.getName() == "AMDGPU" &&
          note.getType() == ELF::NT_AMDGPU_METADATA)
        return note.getDescAsStringRef(header.p_align).str();
    if (problem)
      return std::move(problem);
  }
  return std::string();
}

static unsigned number(msgpack::MapDocNode &map, StringRef key) {
  auto found = map.find(key);
  if (found == map.end() || found->second.getKind() != msgpack::Type::UInt)
    return 0;
  return static_cast<unsigned>(found->second.getUInt());
}

static KernelResources readKernel(msgpack::MapDocNode &kernel) {
  KernelResources resources = {};
  resources.name = kernel[".name"].toString();
  resources.vectorRegisters = number(kernel, ".vgpr_count");
  resources.accumulatorRegisters = number(kernel, ".agpr_count");
  resources.scalarRegisters = number(kernel, ".sgpr_count");
  resources.vectorSpills = number(kernel, ".vgpr_spill_count");
  resources.scalarSpills = number(kernel, ".sgpr_spill_count");
  resources.sharedBytes = number(kernel, ".group_segment_fixed_size");
  resources.scratchBytes = number(kernel, ".private_segment_fixed_size");
  resources.argumentBytes = number(kernel, ".kernarg_segment_size");
  resources.threadsPerBlock = number(kernel, ".max_flat_workgroup_size");
  return resources;
}

Expected<SmallVector<KernelResources>> readResources(StringRef image) {
  Expected<object::ELFFile<Elf>> file = object::ELFFile<Elf>::create(image);
  if (!file)
    return file.takeError();
  Expected<std::string> metadata = findMetadata(*file);
  if (!metadata)
    return metadata.takeError();
  msgpack::Document document;
  if (metadata->empty() || !document.readFromBlob(*metadata, /*Multi=*/false))
    return createStringError("expected metadata of kernels in the image");
  SmallVector<KernelResources> kernels;
  msgpack::MapDocNode &root = document.getRoot().getMap();
  for (msgpack::DocNode &kernel : root["amdhsa.kernels"].getArray())
    kernels.push_back(readKernel(kernel.getMap()));
  llvm::sort(kernels, [](const KernelResources &a, const KernelResources &b) {
    return a.name < b.name;
  });
  return kernels;
}

} // namespace xcc::amd
