//===- ProgramCache.cpp - Programs compiled already -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Program.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/SHA256.h"

#include <algorithm>

using namespace xrt;
using namespace xrt::emulator;

// Schedules of one bundle on each of its devices; a program is some megabytes.
static constexpr size_t kMaxPrograms = 4;

static std::string makeKey(const std::string &target, const void *bitcode,
                           uint64_t bytes) {
  llvm::ArrayRef<uint8_t> text(static_cast<const uint8_t *>(bitcode), bytes);
  auto digest = llvm::SHA256::hash(text);
  return target + '/' + std::string(digest.begin(), digest.end());
}

std::shared_ptr<const Program> ProgramCache::find(const std::string &key) {
  std::lock_guard lock(mutex);
  for (auto it = entries.begin(); it != entries.end(); ++it)
    if (it->key == key) {
      std::rotate(it, it + 1, entries.end());
      return entries.back().program;
    }
  return nullptr;
}

// Two that load the same at the same time both compile it: nobody waits for a
// program that is not theirs.
std::shared_ptr<const Program>
ProgramCache::load(const Vendor &vendor, const std::string &target,
                   const void *bitcode, uint64_t bytes, std::string &error) {
  std::string key = makeKey(target, bitcode, bytes);
  if (std::shared_ptr<const Program> known = find(key))
    return known;
  std::shared_ptr<const Program> program =
      loadProgram(vendor, target, bitcode, bytes, error);
  if (!program)
    return nullptr;
  std::lock_guard lock(mutex);
  if (entries.size() == kMaxPrograms)
    entries.erase(entries.begin());
  entries.push_back({std::move(key), program});
  return program;
}
