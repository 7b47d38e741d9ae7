//===- Stages.cpp - The pipeline's table of contents ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Read this first: the stages in order, each with its folder. Compiler.cpp
// runs them.
//
//===----------------------------------------------------------------------===//
#include "lib/Driver/Stages.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace xcc {

static constexpr StageDescription stages[] = {
    {Stage::Import, "import", "dialects/fx, python", "fx on tensors",
     "read the graph as captured and verify it", true},
    {Stage::Normalize, "normalize", "lib/Frontend", "linalg on tensors",
     "raise composites back, then express all but structural ops as loops",
     true},
    {Stage::Fuse, "fuse", "lib/Fusion", "kernels and a plan",
     "group ops into kernels; plan launches, buffers and sizes", true},
    {Stage::Schedule, "schedule", "lib/Schedule", "scf and vector on memrefs",
     "give each kernel its loops, tiles, packing and work items", true},
    {Stage::Lower, "lower", "lib/Target/<Vendor>", "the llvm dialect",
     "reach the vendor's calling convention and intrinsics", true},
    {Stage::Emit, "emit", "lib/Target/<Vendor>", "images",
     "generate and link machine code, checked before it is kept", false},
    {Stage::Bundle, "bundle", "lib/Bundle", "one .xcb file",
     "put plan, weights, images and source into one file", false},
};

ArrayRef<StageDescription> allStages() { return stages; }

std::optional<Stage> findStage(StringRef name) {
  for (const StageDescription &row : stages)
    if (row.hasIr && row.name == name)
      return row.stage;
  return std::nullopt;
}

std::string unknownStageMessage(StringRef name) {
  std::string message = ("unknown stage '" + name + "'; stages: ").str();
  bool isFirst = true;
  for (const StageDescription &row : stages) {
    if (!row.hasIr)
      continue;
    message += isFirst ? "" : ", ";
    message += row.name;
    isFirst = false;
  }
  return message;
}

} // namespace xcc
