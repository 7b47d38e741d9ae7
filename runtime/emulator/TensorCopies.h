//===- TensorCopies.h - Copies of boxes of tensors under way ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A load fills a box in shared memory, dense but for the swizzle, and tells a
// barrier of each byte. A store writes a box and is waited for by its thread.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_TENSORCOPIES_H
#define XRT_EMULATOR_TENSORCOPIES_H

#include "runtime/emulator/Emulator.h"

#include <deque>
#include <vector>

namespace xrt::emulator {

struct Block;
struct SharedBarrier;
struct Thread;
class Call;

struct TensorCopy {
  TensorMap map;
  int32_t first[TensorMap::kMaxRank]; // coordinates of the box
  uint64_t shared;                    // address
  uint64_t barrier;                   // address of the one that loads report to
  uint32_t phase;                     // of the barrier when the copy began
  uint32_t thread, site;
  uint64_t done = 0; // bytes of the box

  uint64_t bytes() const;
};

class TensorCopies {
public:
  void begin();
  void load(const Call &call, const TensorCopy &copy);
  void store(const Call &call, const TensorCopy &copy);
  /// Closes the group of the thread's stores since the last one.
  void commit(const Thread &thread);
  /// Until at most |pending| groups of the thread's stores are under way.
  void waitGroups(Thread &thread, uint32_t pending);
  void finishStores(Thread &thread);

  /// Some copy's data arrive; false when none is under way.
  bool deliverNext(Block &block);
  /// A phase ended: copies that began in it are counted in it.
  void checkCounted(Block &block, const SharedBarrier &barrier);

private:
  struct StoreQueue {
    uint32_t agent = 0;
    uint32_t committed = 0, finished = 0;                // groups
    std::vector<std::pair<uint32_t, TensorCopy>> copies; // by group
  };

  void deliver(Block &block, size_t index);
  StoreQueue &queueOf(const Thread &thread);

  std::deque<TensorCopy> loads;   // the oldest first
  std::vector<StoreQueue> stores; // by thread
};

} // namespace xrt::emulator

#endif // XRT_EMULATOR_TENSORCOPIES_H
