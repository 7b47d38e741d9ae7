//===- Lanes.h - Loops over the lanes of an operation -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_LANES_H
#define XRT_EMULATOR_LANES_H

#include "runtime/emulator/Model.h"

namespace xrt::emulator {

/// Calls |visit| with the number of each lane that takes part.
template <typename Visit> void forLanes(const WarpCall &call, Visit visit) {
  for (uint64_t left = call.members; left; left &= left - 1)
    visit(unsigned(__builtin_ctzll(left)));
}

/// Moves |bytes| of argument |index| of lane |from| to the result of |lane|.
inline void passOn(const WarpCall &call, unsigned lane, unsigned from,
                   unsigned index) {
  std::byte *to = call.lanes[lane].results;
  const Call source = call.at(from);
  // Nearly always a register; the compiler makes one move of it.
  if (source.bytesOfArgument(index) == 4)
    std::memcpy(to, source.argumentBytes(index), 4);
  else
    std::memcpy(to, source.argumentBytes(index), source.bytesOfArgument(index));
}

/// Argument |index| of all lanes combined, as every lane's result.
template <typename T, T (*combine)(T, T), unsigned index = 0>
void reduceLanes(const WarpCall &call) {
  T total = call.argument<T>(call.firstLane(), index);
  for (uint64_t left = call.members & (call.members - 1); left;
       left &= left - 1)
    total = combine(total, call.argument<T>(__builtin_ctzll(left), index));
  forLanes(call, [&](unsigned lane) { call.setResult(lane, total); });
}

template <typename T> T sumOf(T a, T b) { return a + b; }
template <typename T> T lesserOf(T a, T b) { return a < b ? a : b; }
template <typename T> T greaterOf(T a, T b) { return a < b ? b : a; }

} // namespace xrt::emulator

#endif // XRT_EMULATOR_LANES_H
