//===- RunState.cpp - What one run needs for itself -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/RunState.h"

using namespace xrt;

std::unique_ptr<RunState> RunStatePool::take() {
  if (RunState *state = latest.exchange(nullptr, std::memory_order_acquire))
    return std::unique_ptr<RunState>(state);
  std::lock_guard lock(mutex);
  if (others.empty())
    return nullptr;
  std::unique_ptr<RunState> state = std::move(others.back());
  others.pop_back();
  return state;
}

void RunStatePool::give(std::unique_ptr<RunState> state) {
  RunState *none = nullptr;
  if (latest.compare_exchange_strong(none, state.get(),
                                     std::memory_order_release)) {
    (void)state.release();
    return;
  }
  std::lock_guard lock(mutex);
  others.push_back(std::move(state));
}

void RunStatePool::clear() {
  std::unique_ptr<RunState> last(latest.exchange(nullptr));
  std::lock_guard lock(mutex);
  others.clear();
}
