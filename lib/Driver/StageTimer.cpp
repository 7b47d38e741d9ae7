//===- StageTimer.cpp - What each stage took ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Driver/StageTimer.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>

namespace xcc {

void StageTimer::start(llvm::StringRef name) {
  stop();
  rows.push_back({name.str(), Clock::now(), {}});
  isRunning = true;
}

void StageTimer::stop() {
  if (isRunning)
    rows.back().end = Clock::now();
  isRunning = false;
}

void StageTimer::print(llvm::raw_ostream &os) const {
  auto milliseconds = [](const Row &row) {
    return std::chrono::duration<double, std::milli>(row.end - row.begin)
        .count();
  };
  double longest = 1e-9, total = 0;
  for (const Row &row : rows) {
    longest = std::max(longest, milliseconds(row));
    total += milliseconds(row);
  }
  constexpr int barWidth = 40;
  for (const Row &row : rows) {
    double time = milliseconds(row);
    os << llvm::format("  %-10s %8.1f ms  ", row.name.c_str(), time)
       << std::string(static_cast<size_t>(barWidth * time / longest), '#')
       << '\n';
  }
  os << llvm::format("  %-10s %8.1f ms\n", "total", total);
}

} // namespace xcc
