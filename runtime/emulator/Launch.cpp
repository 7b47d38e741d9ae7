//===- Launch.cpp - Blocks of a grid on the CPU's cores -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Device.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <thread>

using namespace xrt;
using namespace xrt::emulator;

// As on every device of today.
static constexpr uint32_t kMaxThreads = 1024;

static std::string checkLaunch(const Launch &launch, const Kernel &kernel) {
  if (launch.threads < 1 || launch.threads > kMaxThreads)
    return "expects 1 to 1024 threads in a block, got " +
           std::to_string(launch.threads);
  uint64_t blocks = uint64_t(launch.grid[0]) * launch.grid[1] * launch.grid[2];
  if (!blocks || blocks >> 31)
    return "expects 1 to 2147483647 blocks, got " + std::to_string(blocks);
  uint64_t shared =
      uint64_t(kernel.staticSharedBytes) + launch.dynamicSharedBytes;
  if (shared > SharedWindow::kBytes)
    return "expects at most " + std::to_string(SharedWindow::kBytes) +
           " bytes of shared memory, got " + std::to_string(shared);
  uint64_t given = launch.argumentBytes + launch.numTensorMaps * 8;
  if (given < kernel.argumentBytes)
    return "expects " + std::to_string(kernel.argumentBytes) +
           " bytes of arguments, got " + std::to_string(given);
  return "";
}

/// The launch's arguments, and behind them the addresses of its maps.
static std::vector<uint64_t> joinArguments(const Launch &launch) {
  uint64_t words = (launch.argumentBytes + 7) / 8;
  std::vector<uint64_t> joined(words + launch.numTensorMaps);
  if (launch.argumentBytes)
    std::memcpy(joined.data(), launch.arguments, launch.argumentBytes);
  for (uint32_t i = 0; i < launch.numTensorMaps; ++i)
    joined[words + i] = reinterpret_cast<uint64_t>(launch.tensorMaps + i);
  return joined;
}

bool EmulatedModule::launch(const Launch &launch, const RunOptions &options,
                            std::vector<Report> &reports, std::string &error) {
  auto found = program->kernels.find(launch.kernel);
  if (found == program->kernels.end()) {
    error = "expects a kernel of the module, got '" + launch.kernel + "'";
    return false;
  }
  const Kernel &kernel = found->second;
  error = checkLaunch(launch, kernel);
  if (!error.empty())
    return false;
  Grid grid;
  Reporter reporter(options.maxReports);
  grid.name = launch.kernel;
  grid.program = program.get();
  grid.kernel = kernel.code;
  std::vector<uint64_t> arguments = joinArguments(launch);
  grid.arguments = arguments.data();
  grid.tensorMaps = {reinterpret_cast<uint64_t>(launch.tensorMaps),
                     launch.numTensorMaps * sizeof(TensorMap)};
  std::copy(std::begin(launch.grid), std::end(launch.grid), grid.size);
  grid.threads = launch.threads;
  grid.lanesPerWarp = kernel.lanesPerWarp;
  grid.sharedBytes = kernel.staticSharedBytes + launch.dynamicSharedBytes;
  grid.ordersSome = kernel.ordersSome;
  grid.options = options;
  if (kernel.hasOrderedAtomics)
    grid.options.workers = 1;
  grid.reporter = &reporter;
  bool hasEnded = device.run(grid, error);
  std::vector<Report> made = reporter.take();
  if (!hasEnded && error.empty())
    error = made.empty() ? "the kernel did not end" : made.front().text();
  std::move(made.begin(), made.end(), std::back_inserter(reports));
  return hasEnded;
}

bool EmulatedDevice::prepareWorkers(const Grid &grid, uint32_t count,
                                    std::string &error) {
  while (workers.size() < count)
    workers.push_back(std::make_unique<Block>());
  for (uint32_t i = 0; i < count; ++i) {
    Block &block = *workers[i];
    // One stack more than threads, for collectives.
    if (!block.stacks.reserve(grid.threads + 1) || !block.shared.reserve()) {
      error = "no address space for the stacks and shared memory of a block";
      return false;
    }
    block.threads.resize(grid.threads);
  }
  return true;
}

/// Which block is the i-th to run: all, each once.
static uint32_t blockAt(const Grid &grid, uint64_t i, uint64_t count) {
  if (grid.options.order == ThreadOrder::Fixed)
    return i;
  uint64_t seed = grid.options.seed;
  uint64_t stride = seed % count + 1;
  while (std::gcd(stride, count) != 1)
    ++stride;
  return (i * stride + seed % count) % count;
}

bool EmulatedDevice::run(Grid &grid, std::string &error) {
  std::lock_guard lock(launching);
  uint32_t count = grid.size[0] * grid.size[1] * grid.size[2];
  uint32_t wanted = grid.options.workers ? grid.options.workers
                                         : std::thread::hardware_concurrency();
  uint32_t used = std::clamp(wanted, 1u, count);
  if (!prepareWorkers(grid, used, error))
    return false;
  grid.memory = &memory;
  grid.number = memory.nextLaunch();
  std::atomic<uint32_t> next = 0;
  std::atomic<bool> hasFailed = false;
  auto work = [&](Block &block) {
    for (uint32_t i = next++; i < count && !grid.stop; i = next++)
      if (!block.run(grid, blockAt(grid, i, count))) {
        hasFailed = true;
        grid.stop = true;
      }
  };
  std::vector<std::thread> others;
  for (uint32_t i = 1; i < used; ++i)
    others.emplace_back(work, std::ref(*workers[i]));
  work(*workers[0]);
  for (std::thread &other : others)
    other.join();
  return !hasFailed;
}
