//===- Targets.cpp - The devices xcc compiles for -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Driver/Backends.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace xcc {

SmallVector<const TargetDescription *> allTargets() {
  SmallVector<const TargetDescription *> rows;
  for (const Backend &backend : allBackends())
    for (const TargetDescription &row : backend.targets())
      rows.push_back(&row);
  return rows;
}

const TargetDescription *findTarget(StringRef name) {
  for (const TargetDescription *row : allTargets())
    if (row->name == name)
      return row;
  return nullptr;
}

const Backend &backendFor(const TargetDescription &target) {
  for (const Backend &backend : allBackends())
    for (const TargetDescription &row : backend.targets())
      if (&row == &target)
        return backend;
  llvm_unreachable("a target is a row of the table");
}

std::string unknownTargetMessage(StringRef name) {
  SmallVector<std::pair<unsigned, StringRef>> scored;
  for (const TargetDescription *target : allTargets())
    scored.emplace_back(name.edit_distance(target->name), target->name);
  sort(scored);
  // The nearest, and up to two more of which no more than half is mistyped.
  constexpr size_t suggestions = 3;
  SmallVector<StringRef> names;
  for (auto &[distance, known] : ArrayRef(scored).take_front(suggestions))
    if (names.empty() || distance <= name.size() / 2)
      names.push_back(known);
  return ("unknown target '" + name + "'; nearest: " + join(names, ", ") +
          " (all: xcc --list-targets)")
      .str();
}

SmallVector<StringRef> allFormats() {
  SmallVector<StringRef> formats;
  for (const TargetDescription *target : allTargets())
    for (StringRef format : target->formats)
      if (!is_contained(formats, format))
        formats.push_back(format);
  return formats;
}

void registerDevices() {
  setDeviceLookup([](StringRef name) {
    const TargetDescription *target = findTarget(name);
    return target ? target->device : nullptr;
  });
}

void registerBackendPasses() {
  for (const Backend &backend : allBackends())
    backend.registerPasses();
}

} // namespace xcc
