//===- Targets.cpp - The devices xcc compiles for -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Base/Targets.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace xcc {

// The x86-64 psABI's micro-architecture levels; F16C and FMA come with v3.
static constexpr IsaLevel hostLevels[] = {
    {"x86-64-v3", 256, "avx2 fma f16c"},
    {"x86-64-v4", 512, "avx512f avx512bw avx512cd avx512dq avx512vl"},
};

static constexpr TargetDescription targets[] = {
    {"host", "x86-64 processors with AVX2 or AVX-512", "x86_64", "elf",
     hostLevels},
};

ArrayRef<TargetDescription> allTargets() { return targets; }

const TargetDescription *findTarget(StringRef name) {
  const auto *row = find_if(
      targets, [&](const TargetDescription &t) { return t.name == name; });
  return row == std::end(targets) ? nullptr : row;
}

std::string unknownTargetMessage(StringRef name) {
  SmallVector<StringRef> names;
  for (const TargetDescription &target : targets)
    names.push_back(target.name);
  stable_sort(names, [&](StringRef a, StringRef b) {
    return name.edit_distance(a) < name.edit_distance(b);
  });
  constexpr size_t suggestions = 3;
  if (names.size() > suggestions)
    names.truncate(suggestions);
  return ("unknown target '" + name + "'; nearest: " + join(names, ", ") +
          " (all: xcc --list-targets)")
      .str();
}

} // namespace xcc
