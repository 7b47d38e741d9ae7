//===- Team.cpp - Threads that start together, and their time -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Roofs.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <sched.h>
#include <thread>

using Clock = std::chrono::steady_clock;

static constexpr int kRounds = 7;

/// Puts this thread on the processor |number| of those the process may use.
static void pin(int number) {
  cpu_set_t allowed, one;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
    return;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || number-- != 0)
      continue;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
    return;
  }
}

/// Waits for all |threads| to come for the |round|-th time.
static void meet(std::atomic<int> &arrived, int threads, int round) {
  arrived.fetch_add(1);
  while (arrived.load() < threads * round)
    ;
}

std::vector<double>
roofs::secondsOfRounds(int threads, const std::function<void(int)> &work) {
  std::atomic<int> arrived = 0;
  std::vector<std::vector<Clock::time_point>> starts(threads), ends(threads);
  auto body = [&](int number) {
    pin(number);
    // Not timed: first touch of memory, and the clock's rise.
    work(number);
    for (int round = 1; round <= kRounds; ++round) {
      meet(arrived, threads, round);
      starts[number].push_back(Clock::now());
      work(number);
      ends[number].push_back(Clock::now());
    }
  };
  std::vector<std::thread> team;
  for (int number = 0; number < threads; ++number)
    team.emplace_back(body, number);
  for (std::thread &thread : team)
    thread.join();

  std::vector<double> seconds;
  for (int round = 0; round < kRounds; ++round) {
    Clock::time_point start = starts[0][round], end = ends[0][round];
    for (int number = 1; number < threads; ++number) {
      start = std::min(start, starts[number][round]);
      end = std::max(end, ends[number][round]);
    }
    seconds.push_back(std::chrono::duration<double>(end - start).count());
  }
  return seconds;
}

std::vector<double> roofs::ratesOf(const std::vector<double> &seconds,
                                   double units) {
  std::vector<double> rates;
  for (double one : seconds)
    rates.push_back(1e-9 * units / one);
  return rates;
}

double roofs::largest(const std::vector<double> &rates) {
  return *std::max_element(rates.begin(), rates.end());
}
