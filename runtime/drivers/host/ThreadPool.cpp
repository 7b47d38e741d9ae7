//===- ThreadPool.cpp - Splits a range over a few threads -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/host/ThreadPool.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <linux/futex.h>
#include <map>
#include <mutex>
#include <sched.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace xrt;
using namespace xrt::host;

/// Between two calls through torch.compile some 100 us pass, and waking a
/// worker of a virtual machine takes as long.
static constexpr auto kSpin = std::chrono::microseconds(200);

/// Parts of a share: with one thread's core taken away, the others do its work
/// within a sixteenth of a share; more would be calls without use.
static constexpr int64_t kPartsOfShare = 16;

int32_t xrt::host::countUsableThreads() {
  int32_t count = int32_t(std::thread::hardware_concurrency());
  if (Affinity usable; usable.read(::pthread_self()))
    count = std::min(count, usable.count());
  return std::max(count, 1);
}

static void relax() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

/// Spins until |isDone| or kSpin has passed; what |isDone| says then.
template <typename Predicate> static bool spinUntil(Predicate isDone) {
  auto end = std::chrono::steady_clock::now() + kSpin;
  do {
    // The clock is read now and then only.
    for (int i = 0; i < 32; ++i) {
      if (isDone())
        return true;
      relax();
    }
  } while (std::chrono::steady_clock::now() < end);
  return isDone();
}

static void sleepWhile(std::atomic<uint32_t> &word, uint32_t value) {
  ::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

static void wake(std::atomic<uint32_t> &word) {
  ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

static uint32_t readFloatState() {
#if defined(__x86_64__)
  // Without the sticky exception flags, which differ from thread to thread.
  return _mm_getcsr() & ~0x3Fu;
#else
  return 0;
#endif
}

static void writeFloatState(uint32_t state) {
#if defined(__x86_64__)
  if (readFloatState() != state)
    _mm_setcsr(state);
#endif
}

/// Counts forks seen by this process: a child has the pools but not their
/// threads, and must not wait for them.
static std::atomic<uint32_t> &forkCounter() {
  static std::atomic<uint32_t> counter{0};
  static const int registered = ::pthread_atfork(nullptr, nullptr, [] {
    counter.fetch_add(1, std::memory_order_relaxed);
  });
  (void)registered;
  return counter;
}

std::shared_ptr<ThreadPool> ThreadPool::get(int32_t numThreads) {
  using Key = std::pair<int32_t, uint32_t>; // threads, forks
  static std::mutex mutex;
  static std::map<Key, std::weak_ptr<ThreadPool>> pools;
  Key key{numThreads, forkCounter().load()};
  std::lock_guard lock(mutex);
  std::shared_ptr<ThreadPool> pool = pools[key].lock();
  if (!pool) {
    pool.reset(new ThreadPool(numThreads));
    pools[key] = pool;
  }
  return pool;
}

ThreadPool::ThreadPool(int32_t numThreads)
    : shares(size_t(numThreads)), forkCount(forkCounter().load()) {
  // Signals are for the program's own threads.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  for (int32_t number = 1; number < numThreads; ++number) {
    auto worker = std::make_unique<Worker>();
    worker->pool = this;
    worker->number = number;
    if (::pthread_create(&worker->thread, nullptr, runWorker, worker.get()))
      break;
    workers.push_back(std::move(worker));
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

ThreadPool::~ThreadPool() {
  if (forkCount != forkCounter().load())
    return; // their threads are the parent's
  isStopping.store(true);
  for (auto &worker : workers) {
    worker->posted.fetch_add(1);
    wake(worker->posted);
    ::pthread_join(worker->thread, nullptr);
  }
}

void *ThreadPool::runWorker(void *worker) {
  auto &self = *static_cast<Worker *>(worker);
  ::pthread_setname_np(::pthread_self(), "xrt-worker");
  self.pool->serve(self);
  return nullptr;
}

void ThreadPool::serve(Worker &worker) {
  uint32_t seen = 0;
  while (true) {
    auto isPosted = [&] { return worker.posted.load() != seen; };
    if (!spinUntil(isPosted)) {
      // Either the caller sees isAsleep and wakes, or the futex sees that the
      // word has changed and does not sleep.
      worker.isAsleep.store(true);
      while (!isPosted())
        sleepWhile(worker.posted, seen);
      worker.isAsleep.store(false);
    }
    seen = worker.posted.load();
    if (isStopping.load())
      return;
    work(seen, worker.number, worker.scratch);
  }
}

void xrt::host::runItems(const Task &task, int32_t part, int32_t thread,
                         void *scratch, int64_t begin, int64_t end) {
  begin += task.firstItem;
  end += task.firstItem;
  if (!task.parts)
    return task.kernel(task.buffers, task.scalars, scratch, begin, end);
  using Clock = std::chrono::steady_clock;
  LaunchPart &noted = task.parts[part];
  noted.thread = thread;
  noted.beginItem = begin;
  noted.endItem = end;
  noted.begin = Clock::now();
  task.kernel(task.buffers, task.scalars, scratch, begin, end);
  noted.end = Clock::now();
}

Cut::Cut(const Task &task, int32_t shares)
    : workItems(task.workItems), shares(shares) {
  int64_t worth = task.workItems / shares / std::max<int64_t>(task.grain, 1);
  partsOfShare = int32_t(std::clamp<int64_t>(worth, 1, kPartsOfShare));
}

int64_t Cut::begin(int32_t part) const {
  // Sizes differ by one at most, of shares and of parts of a share; no product
  // that could overflow.
  auto beginOf = [](int64_t items, int64_t number, int64_t count) {
    return items / count * number + std::min(number, items % count);
  };
  int64_t share = part / partsOfShare;
  int64_t first = beginOf(workItems, share, shares);
  int64_t items = beginOf(workItems, share + 1, shares) - first;
  return first + beginOf(items, part % partsOfShare, partsOfShare);
}

int32_t Share::take(uint32_t task, End from) {
  uint64_t now = word.load();
  while (true) {
    uint32_t next = now >> 16 & 0xFFFF, end = now & 0xFFFF;
    if (now >> 32 != task || next >= end)
      return -1;
    bool isFront = from == End::Front;
    uint64_t left = isFront ? now + (1u << 16) : now - 1;
    if (word.compare_exchange_weak(now, left))
      return int32_t(isFront ? next : end - 1);
  }
}

void ThreadPool::runPart(int32_t part, int32_t thread, HostBlock &scratch) {
  writeFloatState(floatState);
  runItems(task, part, thread, scratch.data(), cut.begin(part),
           cut.begin(part + 1));
  if (numLeft.fetch_sub(1) == 1 && isCallerAsleep.load())
    wake(numLeft);
}

/// Does the thread's own share, then what others have not begun.
void ThreadPool::work(uint32_t number, int32_t thread, HostBlock &scratch) {
  int32_t count = int32_t(shares.size());
  for (int32_t i = 0; i < count; ++i) {
    int32_t owner = (thread + i) % count;
    Share &share = shares[size_t(owner)];
    Share::End end = i ? Share::End::Back : Share::End::Front;
    for (int32_t part; (part = share.take(number, end)) >= 0;)
      runPart(owner * cut.partsOfShare + part, thread, scratch);
  }
}

bool ThreadPool::reserveScratch(int32_t threads, uint64_t bytes) {
  bool isEnough = callerScratch.reserve(bytes);
  for (int32_t i = 0; i + 1 < threads; ++i)
    isEnough &= workers[size_t(i)]->scratch.reserve(bytes);
  return isEnough;
}

/// Linux wakes a thread where its waker runs, rather than on an idle processor,
/// when it has not run for some milliseconds and few processors share a cache:
/// both then have one between them until the next balancing, at 2 processors
/// longer than a product of 512 x 512 takes.
void ThreadPool::keepOff(Worker &worker, int processor) {
  worker.keptOff = processor;
  Affinity now;
  if (!now.read(worker.thread))
    return;
  // Whoever else has set it meant it.
  if (now != worker.given)
    worker.usable = now;
  worker.given = worker.usable;
  if (worker.usable.count() >= numThreads())
    worker.given.remove(processor);
  if (now != worker.given && !worker.given.write(worker.thread))
    worker.given = now;
}

void ThreadPool::post(int32_t thread) {
  Worker &worker = *workers[size_t(thread - 1)];
  if (int processor = ::sched_getcpu(); processor != worker.keptOff)
    keepOff(worker, processor);
  worker.posted.store(taskNumber);
  if (worker.isAsleep.load())
    wake(worker.posted);
}

void ThreadPool::waitForParts() {
  if (spinUntil([&] { return numLeft.load() == 0; }))
    return;
  isCallerAsleep.store(true);
  while (uint32_t left = numLeft.load())
    sleepWhile(numLeft, left);
  isCallerAsleep.store(false);
}

ThreadPool::Outcome ThreadPool::tryRun(const Task &newTask, const Cut &newCut,
                                       uint64_t scratchBytes) {
  if (forkCount != forkCounter().load(std::memory_order_relaxed) ||
      isTaken.exchange(true, std::memory_order_acquire))
    return Outcome::Busy;
  Outcome outcome = Outcome::NoMemory;
  if (reserveScratch(newCut.shares, scratchBytes)) {
    task = newTask;
    cut = newCut;
    floatState = readFloatState();
    numLeft.store(uint32_t(cut.numParts()));
    ++taskNumber;
    for (int32_t thread = 0; thread < cut.shares; ++thread)
      shares[size_t(thread)].deal(taskNumber, cut.partsOfShare);
    for (int32_t thread = 1; thread < cut.shares; ++thread)
      post(thread);
    work(taskNumber, /*thread=*/0, callerScratch);
    waitForParts();
    outcome = Outcome::Done;
  }
  isTaken.store(false, std::memory_order_release);
  return outcome;
}
