//===- NamedBarriers.h - Barriers of some of a block's warps ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A barrier's name is its number; how many threads it is for, those who come
// say. Warps come as a whole.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_NAMEDBARRIERS_H
#define XRT_EMULATOR_NAMEDBARRIERS_H

#include "runtime/emulator/Clocks.h"

namespace xrt::emulator {

class WarpCall;

class NamedBarriers {
public:
  static constexpr uint32_t kCount = 16;

  void begin() {
    for (Barrier &barrier : barriers)
      barrier = Barrier();
    tickets.clear();
  }
  /// The warp comes. Returns what is wrong with that, if anything.
  std::string arrive(const WarpCall &call, uint32_t number, uint32_t threads);
  /// The same, once however often it is asked; true when all have come.
  bool isOver(const WarpCall &call, uint32_t number, uint32_t threads);
  /// The warp goes on. Returns what was wrong with its coming.
  std::string leave(const WarpCall &call, uint32_t number);
  std::string describe(uint32_t number) const;

private:
  struct Barrier {
    uint32_t expected = 0; // threads; 0: nobody came yet
    uint32_t arrived = 0;
    uint32_t round = 0;
    Clock arriving, ended;
  };
  struct Ticket {
    bool isWaiting = false;
    uint32_t round = 0;
    std::string problem;
  };

  Barrier barriers[kCount];
  std::vector<Ticket> tickets; // by warp
};

} // namespace xrt::emulator

#endif // XRT_EMULATOR_NAMEDBARRIERS_H
