//===- AsyncCopies.cpp - Copies that one thread has under way -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/AsyncCopies.h"

#include "runtime/emulator/Checks.h"
#include "runtime/emulator/Execution.h"

#include <cstring>
#include <numeric>

using namespace xrt;
using namespace xrt::emulator;

static void deliver(AsyncCopy &copy) {
  auto *to = reinterpret_cast<std::byte *>(copy.to);
  std::memcpy(to, reinterpret_cast<const void *>(copy.from), copy.sourceBytes);
  std::memset(to + copy.sourceBytes, 0, copy.bytes - copy.sourceBytes);
  copy.isDelivered = true;
}

void AsyncCopies::start(Thread &thread, uint32_t site, const AsyncCopy &copy) {
  // The address of a copy of no bytes need not be one of memory.
  if (copy.sourceBytes)
    checkRead(thread, site, {copy.from, copy.sourceBytes, copy.bytes});
  beginCopyInFlight(thread, site, copy.to, copy.bytes);
  copies.push_back(copy);
  ++open;
  if (thread.block->isEager())
    deliver(copies.back());
}

void AsyncCopies::commit() {
  groups.push_back(open);
  open = 0;
}

void AsyncCopies::finish(Thread &thread, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) {
    if (!copies[i].isDelivered)
      deliver(copies[i]);
    endCopyInFlight(thread, copies[i].to, copies[i].bytes);
  }
  copies.erase(copies.begin(), copies.begin() + count);
}

void AsyncCopies::waitGroups(Thread &thread, uint32_t pending) {
  if (groups.size() <= pending)
    return;
  auto end = groups.end() - pending;
  finish(thread, std::accumulate(groups.begin(), end, uint64_t(0)));
  groups.erase(groups.begin(), end);
}

void AsyncCopies::waitAll(Thread &thread) {
  finish(thread, copies.size());
  groups.clear();
  open = 0;
}

void AsyncCopies::clear() {
  copies.clear();
  groups.clear();
  open = 0;
}
