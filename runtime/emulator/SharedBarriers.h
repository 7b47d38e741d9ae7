//===- SharedBarriers.h - Barriers that are objects in memory ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A barrier in shared memory goes through phases. A phase ends when as many
// threads arrived as the barrier expects and no bytes are outstanding: those
// that arrivals announced and that copies did not bring yet.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_SHAREDBARRIERS_H
#define XRT_EMULATOR_SHAREDBARRIERS_H

#include "runtime/emulator/Clocks.h"

#include <map>

namespace xrt::emulator {

struct Block;
struct Thread;
class Call;

struct SharedBarrier {
  uint32_t expected; // arrivals in each phase
  uint32_t pending;  // of this phase
  int64_t bytes;     // outstanding; below 0 when copies are early
  uint32_t phase;    // counts from 0
  uint32_t agent;    // the copies that report here
  uint32_t initializer;
  bool isVisible; // to asynchronous units
  Clock arriving; // of this phase
  Clock ended;    // of the phase before
};

class SharedBarriers {
public:
  static constexpr uint64_t kBytes = 8;
  static constexpr uint32_t kMaxCount = (1 << 20) - 1;

  void begin() { barriers.clear(); }
  /// The barrier at an address, or null.
  SharedBarrier *find(uint64_t address) {
    auto found = barriers.find(address);
    return found == barriers.end() ? nullptr : &found->second;
  }
  void initialize(const Call &call, uint64_t address, uint32_t count);
  void invalidate(const Call &call, uint64_t address);
  /// Asynchronous units see the barriers that this thread made.
  void publish(const Thread &thread);

  void expectBytes(const Call &call, SharedBarrier &barrier, uint64_t bytes);
  void arrive(const Call &call, SharedBarrier &barrier, uint32_t count);
  /// Bytes came.
  void completeBytes(Block &block, SharedBarrier &barrier, uint64_t bytes);

  /// True when the phase of this parity is over.
  static bool isOver(const SharedBarrier &barrier, uint32_t parity) {
    return (barrier.phase & 1) != (parity & 1);
  }
  /// "phase 3 of the barrier at byte 8 of shared memory lacks 1 of 2 arrivals".
  std::string describe(const Block &block, uint64_t address) const;

private:
  void endPhaseIfComplete(Block &block, SharedBarrier &barrier);

  std::map<uint64_t, SharedBarrier> barriers; // by address
};

} // namespace xrt::emulator

#endif // XRT_EMULATOR_SHAREDBARRIERS_H
