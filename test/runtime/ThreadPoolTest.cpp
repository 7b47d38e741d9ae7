//===- ThreadPoolTest.cpp - Ranges split over threads ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/host/ThreadPool.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <sched.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace xrt::host;

namespace {
/// What count sees: each item's number of visits, and how many calls there
/// were.
struct Visits {
  explicit Visits(size_t size) : items(size) {}
  std::vector<std::atomic<int>> items;
  std::atomic<int> numCalls{0};
  std::atomic<int> numEmpty{0};
  std::atomic<int64_t> longest{0};
};

void count(void *const *buffers, const int64_t *, void *, int64_t begin,
           int64_t end) {
  auto &visits = *static_cast<Visits *>(buffers[0]);
  ++visits.numCalls;
  visits.numEmpty += begin >= end;
  int64_t longest = visits.longest.load();
  while (longest < end - begin &&
         !visits.longest.compare_exchange_weak(longest, end - begin))
    ;
  for (int64_t i = begin; i < end; ++i)
    ++visits.items[size_t(i)];
}

ThreadPool::Outcome run(ThreadPool &pool, const Task &task, int32_t shares,
                        uint64_t scratchBytes = 0) {
  return pool.tryRun(task, Cut(task, shares), scratchBytes);
}

ThreadPool::Outcome countItems(ThreadPool &pool, Visits &visits, int32_t shares,
                               int64_t grain = INT64_MAX) {
  void *buffers[] = {&visits};
  return run(pool,
             {count, buffers, nullptr, int64_t(visits.items.size()), grain},
             shares);
}
} // namespace

TEST(ThreadPool, visitsEachItemOnceInEqualShares) {
  auto pool = ThreadPool::get(4);
  ASSERT_EQ(pool->numThreads(), 4);
  for (int32_t parts : {2, 3, 4})
    for (size_t size : {4, 5, 7, 100, 1001}) {
      Visits visits(size);
      ASSERT_EQ(countItems(*pool, visits, parts), ThreadPool::Outcome::Done);
      for (auto &item : visits.items)
        ASSERT_EQ(item.load(), 1);
      EXPECT_EQ(visits.numCalls, parts);
      EXPECT_EQ(visits.numEmpty, 0);
      EXPECT_EQ(visits.longest, (int64_t(size) + parts - 1) / parts);
    }
}

TEST(ThreadPool, cutsSharesIntoPartsThatAreWorthACall) {
  auto pool = ThreadPool::get(4);
  for (int32_t shares : {2, 3, 4})
    for (size_t size : {4, 5, 23, 100, 1001})
      for (int64_t grain : {1, 3, 20}) {
        Visits visits(size);
        ASSERT_EQ(countItems(*pool, visits, shares, grain),
                  ThreadPool::Outcome::Done);
        for (auto &item : visits.items)
          ASSERT_EQ(item.load(), 1);
        int64_t ofShare = int64_t(size) / shares / grain;
        EXPECT_EQ(visits.numCalls,
                  shares * std::clamp<int64_t>(ofShare, 1, 16));
        EXPECT_EQ(visits.numEmpty, 0);
      }
}

TEST(ThreadPool, othersDoTheRestOfASlowShare) {
  // The first item of each share in turn ends when all others have.
  auto pool = ThreadPool::get(2);
  static std::atomic<int> numDone;
  static int slowItem;
  static std::atomic<bool> hasHelp;
  auto slow = [](void *const *, const int64_t *, void *, int64_t begin,
                 int64_t end) {
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (begin == slowItem && numDone < 15 && hasHelp)
      hasHelp = std::chrono::steady_clock::now() < deadline;
    numDone += int(end - begin);
  };
  hasHelp = true;
  for (int item : {0, 8, 0, 8}) {
    numDone = 0;
    slowItem = item;
    ASSERT_EQ(run(*pool, {slow, nullptr, nullptr, 16}, 2),
              ThreadPool::Outcome::Done);
    EXPECT_EQ(numDone, 16);
  }
  EXPECT_TRUE(hasHelp);
}

TEST(ThreadPool, wakesFromSleep) {
  auto pool = ThreadPool::get(3);
  for (int i = 0; i < 20; ++i) {
    // Around the 200 us after which workers sleep.
    std::this_thread::sleep_for(std::chrono::microseconds(20 * i));
    Visits visits(30);
    ASSERT_EQ(countItems(*pool, visits, 3), ThreadPool::Outcome::Done);
    EXPECT_EQ(visits.numCalls, 3);
  }
}

/// Where two items that wait for each other run.
static std::pair<int, int> findPlaces(ThreadPool &pool) {
  struct Places {
    std::atomic<int> numBegun{0};
    int processors[2] = {-1, -1};
  } places;
  auto note = [](void *const *buffers, const int64_t *, void *, int64_t begin,
                 int64_t) {
    auto &places = *static_cast<Places *>(buffers[0]);
    places.processors[begin] = sched_getcpu();
    for (++places.numBegun; places.numBegun < 2;)
      std::this_thread::yield();
  };
  void *buffers[] = {&places};
  EXPECT_EQ(run(pool, {note, buffers, nullptr, 2}, 2),
            ThreadPool::Outcome::Done);
  return {places.processors[0], places.processors[1]};
}

TEST(ThreadPool, aWorkerThatSleptIsNotWokenWhereTheCallerRuns) {
  if (countUsableThreads() < 2)
    GTEST_SKIP() << "one processor";
  auto pool = ThreadPool::get(2);
  constexpr int kRuns = 20;
  int numShared = 0;
  for (int i = 0; i < kRuns; ++i) {
    // So long that Linux forgets where the worker ran.
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    auto [first, second] = findPlaces(*pool);
    numShared += first == second;
  }
  // The caller itself may be moved in between.
  EXPECT_LT(numShared, kRuns / 2);
}

TEST(ThreadPool, aCallerThatIsBoundHasItsProcessorForItself) {
  if (countUsableThreads() < 2)
    GTEST_SKIP() << "one processor";
  auto pool = ThreadPool::get(2);
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (!CPU_ISSET(processor, &before))
      continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
    auto [first, second] = findPlaces(*pool);
    EXPECT_NE(first, second);
    EXPECT_TRUE(first == processor || second == processor);
  }
  ASSERT_EQ(sched_setaffinity(0, sizeof(before), &before), 0);
}

TEST(ThreadPool, callerDoesWhatNoWorkerBegins) {
  // One share is slow: whoever is free meanwhile has the others, each once.
  auto pool = ThreadPool::get(3);
  static std::atomic<int> numDone;
  for (int i = 0; i < 50; ++i) {
    numDone = 0;
    auto slow = [](void *const *, const int64_t *, void *, int64_t begin,
                   int64_t end) {
      for (int64_t item = begin; item < end; ++item)
        if (item == 1)
          std::this_thread::sleep_for(std::chrono::microseconds(200));
      numDone += int(end - begin);
    };
    ASSERT_EQ(run(*pool, {slow, nullptr, nullptr, 3}, 3, 64),
              ThreadPool::Outcome::Done);
    EXPECT_EQ(numDone, 3);
  }
}

TEST(ThreadPool, survivesManyShortTasks) {
  auto pool = ThreadPool::get(2);
  Visits visits(2);
  for (int i = 0; i < 2000; ++i)
    ASSERT_EQ(countItems(*pool, visits, 2), ThreadPool::Outcome::Done);
  EXPECT_EQ(visits.items[0], 2000);
  EXPECT_EQ(visits.items[1], 2000);
}

TEST(ThreadPool, isSharedAndEndsWithItsLastUser) {
  auto pool = ThreadPool::get(5);
  EXPECT_EQ(ThreadPool::get(5), pool);
  EXPECT_NE(ThreadPool::get(6), pool);
  std::weak_ptr<ThreadPool> last = pool;
  pool.reset();
  EXPECT_TRUE(last.expired());
  EXPECT_EQ(ThreadPool::get(5)->numThreads(), 5);
}

TEST(ThreadPool, saysWhenItIsBusy) {
  auto pool = ThreadPool::get(2);
  static ThreadPool *inner;
  inner = pool.get();
  static std::atomic<int> numBusy;
  numBusy = 0;
  auto nested = [](void *const *, const int64_t *, void *, int64_t, int64_t) {
    Visits visits(2);
    numBusy += countItems(*inner, visits, 2) == ThreadPool::Outcome::Busy;
  };
  EXPECT_EQ(run(*pool, {nested, nullptr, nullptr, 2}, 2),
            ThreadPool::Outcome::Done);
  EXPECT_EQ(numBusy, 2);
}

TEST(ThreadPool, scratchThatCannotBeHadIsSaid) {
  auto pool = ThreadPool::get(2);
  Visits visits(2);
  void *buffers[] = {&visits};
  EXPECT_EQ(run(*pool, {count, buffers, nullptr, 2}, 2, uint64_t(1) << 60),
            ThreadPool::Outcome::NoMemory);
  EXPECT_EQ(visits.numCalls, 0);
  EXPECT_EQ(countItems(*pool, visits, 2), ThreadPool::Outcome::Done);
}

TEST(ThreadPool, childOfAForkDoesNotWaitForThreadsItHasNot) {
  auto pool = ThreadPool::get(2);
  Visits visits(2);
  ASSERT_EQ(countItems(*pool, visits, 2), ThreadPool::Outcome::Done);
  pid_t child = fork();
  if (child == 0) {
    alarm(20); // instead of hanging the suite
    bool isRefused = countItems(*pool, visits, 2) == ThreadPool::Outcome::Busy;
    auto own = ThreadPool::get(2);
    bool isRun = countItems(*own, visits, 2) == ThreadPool::Outcome::Done;
    _exit(isRefused && isRun && own != pool ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(ThreadPool, usableThreadsFollowTheAffinityMask) {
  cpu_set_t before, one;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &before)) {
      CPU_SET(cpu, &one);
      break;
    }
  ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(countUsableThreads(), 1);
  ASSERT_EQ(sched_setaffinity(0, sizeof(before), &before), 0);
  EXPECT_GE(countUsableThreads(), 1);
}
