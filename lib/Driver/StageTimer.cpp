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

void StageTimer::append(const StageTimer &other) {
  rows.insert(rows.end(), other.rows.begin(), other.rows.end());
}

void StageTimer::print(llvm::raw_ostream &os) const {
  auto milliseconds = [](Clock::time_point begin, Clock::time_point end) {
    return std::chrono::duration<double, std::milli>(end - begin).count();
  };
  if (rows.empty())
    return;
  double longest = 1e-9;
  Clock::time_point first = rows.front().begin, last = rows.front().end;
  size_t width = 10;
  for (const Row &row : rows) {
    longest = std::max(longest, milliseconds(row.begin, row.end));
    first = std::min(first, row.begin);
    last = std::max(last, row.end);
    width = std::max(width, row.name.size());
  }
  constexpr int barWidth = 40;
  auto print = [&](llvm::StringRef name, double time) -> llvm::raw_ostream & {
    return os << "  " << llvm::left_justify(name, width)
              << llvm::format(" %8.1f ms", time);
  };
  for (const Row &row : rows) {
    double time = milliseconds(row.begin, row.end);
    print(row.name, time) << "  "
                          << std::string(
                                 static_cast<size_t>(barWidth * time / longest),
                                 '#')
                          << '\n';
  }
  print("total", milliseconds(first, last)) << '\n';
}

} // namespace xcc
