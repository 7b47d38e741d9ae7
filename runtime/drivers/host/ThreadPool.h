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

#include <array>
#include <atomic>
#include <memory>
#include <pthread.h>
#include <sched.h>
#include <vector>

namespace xrt::host {

/// As many threads as the process may use: of the machine, of its affinity
/// mask.
int32_t countUsableThreads();

/// The processors that a thread may use.
class Affinity {
public:
  bool read(pthread_t thread) {
    return ::pthread_getaffinity_np(thread, sizeof(words), set()) == 0;
  }
  bool write(pthread_t thread) {
    return ::pthread_setaffinity_np(thread, sizeof(words), set()) == 0;
  }
  int32_t count() { return int32_t(CPU_COUNT_S(sizeof(words), set())); }
  void remove(int processor) { CPU_CLR_S(processor, sizeof(words), set()); }
  bool operator==(const Affinity &) const = default;

private:
  cpu_set_t *set() { return reinterpret_cast<cpu_set_t *>(words.data()); }

  // Room for 8192 processors: with the fixed cpu_set_t calls would fail where
  // there are more than its 1024.
  std::array<unsigned long, 128> words{};
};

/// One kernel over [firstItem, firstItem + workItems).
struct Task {
  xrt_host_kernel_fn kernel;
  void *const *buffers;
  const int64_t *scalars;
  int64_t workItems;
  /// Fewer items than this are not worth a call of their own.
  int64_t grain = 1;
  /// By part, who did it and when; null when nobody asks.
  LaunchPart *parts = nullptr;
  int64_t firstItem = 0;
};

/// Runs items [begin, end) of the task, counted from its first, on this thread,
/// the |thread|-th, and notes it as the |part|-th part.
void runItems(const Task &task, int32_t part, int32_t thread, void *scratch,
              int64_t begin, int64_t end);

/// How a task's items are dealt out: each of |shares| threads has contiguous
/// ones, in up to 16 parts of about as many items.
struct Cut {
  Cut(const Task &task, int32_t shares);

  int32_t numParts() const { return shares * partsOfShare; }
  int64_t begin(int32_t part) const;

  int64_t workItems;
  int32_t shares;
  int32_t partsOfShare;
};

/// Parts of one thread's share that nobody has begun. The owner takes them from
/// the front, others from the back. The task's number goes with them: whoever
/// comes late finds those of another task and takes nothing.
class alignas(64) Share {
public:
  void deal(uint32_t task, int32_t numParts) {
    word.store(uint64_t(task) << 32 | uint64_t(numParts));
  }
  enum class End { Front, Back };
  /// The number of the part within the share; -1 if there is none left.
  int32_t take(uint32_t task, End end);

private:
  // The task's number in the upper half, then 16 bits each: the first part that
  // is left, the one behind the last.
  std::atomic<uint64_t> word{0};
};

/// The caller and numThreads - 1 workers. A task is cut into contiguous shares,
/// one for each, and these into parts; who is done with its own takes parts of
/// others, so a worker that sleeps or has no core costs little. Workers spin
/// for at most 200 us before they sleep: other libraries' threads want the
/// cores.
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
  /// Runs the task on as many threads as it is cut into shares (2 to
  /// numThreads), each with a scratch block of its own. Busy: another thread
  /// has the pool, and nothing was done.
  Outcome tryRun(const Task &task, const Cut &cut, uint64_t scratchBytes);

private:
  struct alignas(64) Worker {
    ThreadPool *pool = nullptr;
    int32_t number = 0; // 1 is the first
    pthread_t thread{};
    HostBlock scratch;
    int keptOff = -1; // the processor that the caller had
    Affinity usable;  // as others want it
    Affinity given;   // without the caller's, if enough are left
    // The task's number, raised by the caller to hand it over; slept upon.
    alignas(64) std::atomic<uint32_t> posted{0};
    std::atomic<bool> isAsleep{false};
  };

  explicit ThreadPool(int32_t numThreads);
  static void *runWorker(void *worker);
  void serve(Worker &worker);
  void work(uint32_t number, int32_t thread, HostBlock &scratch);
  void runPart(int32_t part, int32_t thread, HostBlock &scratch);
  bool reserveScratch(int32_t threads, uint64_t bytes);
  void keepOff(Worker &worker, int processor);
  void post(int32_t thread);
  void waitForParts();

  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<Share> shares; // by thread
  HostBlock callerScratch;
  std::atomic<bool> isTaken{false};
  std::atomic<bool> isStopping{false};
  uint32_t forkCount; // threads do not survive a fork

  // The task in hand: written before its parts are dealt, and read by who has
  // taken one only.
  Task task{};
  Cut cut{task, 1};
  uint32_t taskNumber = 0;
  uint32_t floatState = 0;

  alignas(64) std::atomic<uint32_t> numLeft{0};
  std::atomic<bool> isCallerAsleep{false};
};

} // namespace xrt::host

#endif // XRT_DRIVERS_HOST_THREADPOOL_H
