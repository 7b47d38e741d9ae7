//===- Clocks.h - What each thread knows of the others' past ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where some threads synchronise without the others, intervals between barriers
// of the block do not say what is ordered. Then every thread has a vector
// clock: the epochs of all others that it has seen the end of. A release ends
// an epoch and hands the clock on, an acquire takes it in.
//
// Asynchronous units are agents with entries of their own: the copies that
// report to one barrier (epoch: its phases), the matrix products of one group
// of warps (epoch: their committed groups), the stores of one thread.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_CLOCKS_H
#define XRT_EMULATOR_CLOCKS_H

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace xrt::emulator {

// A thread that ends more epochs stays in the last: races are then missed.
using Epoch = uint16_t;
inline constexpr Epoch kLastEpoch = 0xffff;

class Clock {
public:
  Clock() = default;
  explicit Clock(size_t size) : epochs(size) {}
  Epoch &operator[](size_t i) { return epochs[i]; }
  Epoch operator[](size_t i) const { return epochs[i]; }
  void join(const Clock &other) {
    for (size_t i = 0; i < other.epochs.size(); ++i)
      epochs[i] = std::max(epochs[i], other.epochs[i]);
  }

private:
  std::vector<Epoch> epochs;
};

class Clocks {
public:
  // Stamps number agents behind all threads.
  static constexpr uint32_t kFirstAgent = 1024;
  static constexpr uint32_t kMaxAgents = 128;

  void begin(uint32_t numThreads, bool inUse) {
    threads = numThreads;
    isInUse = inUse;
    agents.clear();
    clocks.clear();
    if (!inUse)
      return;
    clocks.assign(threads, make());
    for (size_t i = 0; i < clocks.size(); ++i)
      clocks[i][i] = 1;
  }

  /// False in kernels whose threads only synchronise all at once.
  bool areUsed() const { return isInUse; }
  Clock make() const { return Clock(threads + kMaxAgents); }
  Clock &of(uint32_t thread) { return clocks[thread]; }
  Epoch epochOf(uint32_t thread) const {
    return isInUse ? clocks[thread][thread] : 0;
  }
  /// The entry of a thread or an agent in a clock.
  uint32_t entryOf(uint32_t who) const {
    return who < kFirstAgent ? who : threads + who - kFirstAgent;
  }

  /// The number of an agent of this name for reports; 0 when there are no more.
  uint32_t addAgent(std::string name) {
    if (agents.size() == kMaxAgents)
      return 0;
    agents.push_back(std::move(name));
    return kFirstAgent + agents.size() - 1;
  }
  const std::string &agentName(uint32_t agent) const {
    return agents[agent - kFirstAgent];
  }

  /// Ends the thread's epoch.
  void release(uint32_t thread, Clock &into) {
    into.join(clocks[thread]);
    Epoch &own = clocks[thread][thread];
    own = std::min<uint32_t>(own + 1, kLastEpoch);
  }
  void acquire(uint32_t thread, const Clock &from) {
    clocks[thread].join(from);
  }
  /// The thread saw the end of the agent's epoch.
  void acquireAgent(uint32_t thread, uint32_t agent, Epoch epoch) {
    Epoch &entry = clocks[thread][entryOf(agent)];
    entry = std::max(entry, epoch);
  }
  /// What one thread knows of agents, all know.
  void shareAgents() {
    for (uint32_t i = threads; i < threads + agents.size(); ++i) {
      Epoch latest = 0;
      for (Clock &clock : clocks)
        latest = std::max(latest, clock[i]);
      for (Clock &clock : clocks)
        clock[i] = latest;
    }
  }

private:
  uint32_t threads = 0;
  bool isInUse = false;
  std::vector<Clock> clocks; // by thread
  std::vector<std::string> agents;
};

} // namespace xrt::emulator

#endif // XRT_EMULATOR_CLOCKS_H
