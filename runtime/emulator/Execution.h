//===- Execution.h - Threads, warps and blocks being run --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block runs on one thread of the CPU. Its threads are fibers that give way
// only where an operation makes them wait (and, in random order, at accesses).
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_EXECUTION_H
#define XRT_EMULATOR_EXECUTION_H

#include "runtime/emulator/AsyncCopies.h"
#include "runtime/emulator/Clocks.h"
#include "runtime/emulator/Fiber.h"
#include "runtime/emulator/GroupProducts.h"
#include "runtime/emulator/Memory.h"
#include "runtime/emulator/NamedBarriers.h"
#include "runtime/emulator/Program.h"
#include "runtime/emulator/Reporter.h"
#include "runtime/emulator/Shadow.h"
#include "runtime/emulator/SharedBarriers.h"
#include "runtime/emulator/TensorCopies.h"

#include <atomic>
#include <cstddef>
#include <random>
#include <vector>

namespace xrt::emulator {

struct Block;
struct Warp;

/// What compiled code and models know of the thread they run for. Compiled code
/// reads the fields of |registers| by their offsets.
struct Thread {
  Registers registers;
  Stamps stamps;
  Block *block;
  Warp *warp;
  // Where it waits, if it does, and the operation's arguments and results.
  uint32_t site;
  const std::byte *arguments;
  std::byte *results;
  uint64_t steps; // left
  FiberContext fiber;
  AsyncCopies copies;
};

struct Warp {
  Thread *threads; // its first lane
  uint32_t lanes;  // present; the last warp of a block may be short
  uint64_t live;   // bit i: lane i has not returned
  uint64_t ready;  // bit i: lane i waits for nothing
  uint64_t interval = 0;
  // Where the lanes that came since the last operation wait, if at one site.
  uint32_t meetingSite = 0;
  bool isMeeting = true;
  uint64_t met = 0;         // those lanes
  uint32_t falseAlarms = 0; // waits in a row that ended for no reason

  uint64_t present() const { return ~uint64_t(0) >> (kMaxLanes - lanes); }
};

/// What is the same for all blocks of a launch.
struct Grid {
  std::string name; // the kernel's
  const Program *program;
  KernelCode kernel;
  const void *arguments;
  ConstantRange tensorMaps; // of the launch
  uint32_t size[3];
  uint32_t threads;
  uint32_t lanesPerWarp;
  uint32_t sharedBytes; // static and dynamic
  bool ordersSome;      // some threads synchronise without the others
  uint32_t number;      // of the launch
  const GlobalMemory *memory;
  RunOptions options;
  Reporter *reporter;
  std::atomic<bool> stop = false;

  const Site &site(uint32_t number) const { return program->sites[number]; }
};

/// A worker's place for blocks, one after the other.
struct Block {
  Grid *grid = nullptr;
  uint32_t index[3];
  uint32_t linearIndex;
  SharedWindow shared;
  std::vector<Thread> threads;
  std::vector<Warp> warps;
  FiberStacks stacks;
  FiberContext scheduler;
  std::mt19937_64 random;
  uint64_t untilPreempted; // accesses
  CheckLevel checks;
  Clocks clocks;
  uint64_t firstInterval;
  // By thread: interval and epoch up to which asynchronous units see what its
  // plain stores wrote.
  std::vector<uint32_t> fenced;
  SharedBarriers barriers;
  NamedBarriers namedBarriers;
  TensorCopies tensorCopies;
  GroupProducts products;

  /// Runs block |linearIndex| of the grid to its end; false when it could not
  /// end, which is reported.
  bool run(Grid &grid, uint32_t linearIndex);

  /// Ends the running thread and with it the block; the reason is reported.
  [[noreturn]] void abandon(Thread &thread);
  /// Back to the scheduler; returns when the thread is run again.
  void giveWay(Thread &thread);
  /// Everything before is ordered before everything after, for all threads.
  void orderBlock();
  /// The same among lanes of one warp.
  void orderLanes(Warp &warp, uint64_t lanes);
  /// What the thread did, and saw the end of, is in |into| from now on.
  void release(Thread &thread, Clock &into);
  void acquire(Thread &thread, const Clock &from);
  /// From now on asynchronous units see what is ordered before the thread.
  void fenceProxy(Thread &thread);
  /// True when data may arrive now that need not: by the kind of delivery.
  bool isEager();

  /// The thread got to an operation that needs others; returns when it is done.
  void waitAt(Thread &thread, uint32_t site, const std::byte *arguments,
              std::byte *results);
  void finish(Thread &thread);

  /// A number for a range of memory, the same for the same range.
  uint64_t intern(ConstantRange range);
  ConstantRange interned(uint64_t number) const { return ranges[number]; }

private:
  bool hasFailed = false;
  uint32_t live;     // threads
  uint64_t interval; // barriers passed
  FiberContext collectiveFiber;
  const WarpCall *pendingCall; // null while lanes run on their own
  std::vector<ConstantRange> ranges;

  void begin(uint32_t linearIndex);
  void beginThreads();
  void stamp(Thread &thread);
  void stampThreads();
  bool deliverSome();
  uint32_t pickWarp(uint32_t after);
  bool runWarp(Warp &warp);
  bool runAnyWarp();
  uint64_t pickLane(uint64_t ready);
  void leave(Thread &thread);
  bool fire(Warp &warp);
  bool fireAt(Warp &warp, uint32_t site, uint64_t lanes);
  void execute(const WarpCall &call);
  static void runCollectives(void *block);
  bool releaseBarrier();
  void explainStop();
};

/// Reports what a thread ran into at a site (~0: none).
void reportAt(const Thread &thread, ReportKind kind, uint32_t site,
              uint64_t address, const std::string &what);

} // namespace xrt::emulator

#endif // XRT_EMULATOR_EXECUTION_H
