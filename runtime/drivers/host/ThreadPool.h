//===- ThreadPool.h - Splits a range over a few threads ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_HOST_THREADPOOL_H
#define XRT_DRIVERS_HOST_THREADPOOL_H

#include "runtime/core/Memory.h"
#include "runtime/drivers/Driver.h"
#include "xrt/host_kernel.h"

#include <atomic>
#include <memory>
#include <pthread.h>
#include <vector>

namespace xrt::host {

/// As many threads as the process may use: of the machine, of its affinity
/// mask.
int32_t countUsableThreads();

/// One kernel over [0, workItems).
struct Task {
  xrt_host_kernel_fn kernel;
  void *const *buffers;
  const int64_t *scalars;
  int64_t workItems;
  /// By part, who did it and when; null when nobody asks.
  LaunchPart *parts = nullptr;
};

/// Runs items [begin, end) of the task on this thread, the |thread|-th, and
/// notes it as the |part|-th part.
void runItems(const Task &task, int32_t part, int32_t thread, void *scratch,
              int64_t begin, int64_t end);

/// The caller and numThreads - 1 workers. A task is cut into fixed, contiguous
/// shares, one for each; the caller, once done with its own, also does those
/// that no worker has begun, so a worker that sleeps or has no core costs
/// little. Workers spin for at most 50 us before they sleep: other libraries'
/// threads want the cores.
class ThreadPool {
public:
  /// The process's pool of that many threads, made at first use and ended with
  /// its last user: programs share it, or each would keep threads of its own.
  static std::shared_ptr<ThreadPool> get(int32_t numThreads);
  ~ThreadPool();
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;

  /// What the system gave; may be fewer than asked for.
  int32_t numThreads() const { return int32_t(workers.size()) + 1; }

  enum class Outcome { Done, Busy, NoMemory };
  /// Runs the task in |parts| (2 to numThreads) parts, each with a scratch
  /// block of its own. Busy: another thread has the pool, and nothing was done.
  Outcome tryRun(const Task &task, int32_t parts, uint64_t scratchBytes);

private:
  struct alignas(64) Worker {
    ThreadPool *pool = nullptr;
    int32_t part = 0;
    pthread_t thread{};
    HostBlock scratch;
    // Raised by the caller to hand over the task; slept upon.
    alignas(64) std::atomic<uint32_t> posted{0};
    // Follows |posted|, raised by whoever does the part.
    std::atomic<uint32_t> claimed{0};
    std::atomic<bool> isAsleep{false};

    /// True for one caller only of those that saw |post|.
    bool claim(uint32_t post) {
      uint32_t before = post - 1;
      return claimed.compare_exchange_strong(before, post);
    }
  };

  explicit ThreadPool(int32_t numThreads);
  static void *runWorker(void *worker);
  void serve(Worker &worker);
  void runPart(int32_t part, int32_t thread, HostBlock &scratch);
  bool reserveScratch(int32_t parts, uint64_t bytes);
  void finishUnclaimed(int32_t parts);
  void waitForWorkers();

  std::vector<std::unique_ptr<Worker>> workers;
  HostBlock callerScratch;
  std::atomic<bool> isTaken{false};
  std::atomic<bool> isStopping{false};
  uint32_t forkCount; // threads do not survive a fork

  // The task in hand: written before it is posted.
  Task task{};
  int32_t numParts = 0;
  uint32_t floatState = 0;

  alignas(64) std::atomic<uint32_t> numLeft{0};
  std::atomic<bool> isCallerAsleep{false};
};

} // namespace xrt::host

#endif // XRT_DRIVERS_HOST_THREADPOOL_H
