//===- Reporter.h - Collects what the checks find ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_REPORTER_H
#define XRT_EMULATOR_REPORTER_H

#include "runtime/emulator/Emulator.h"

#include <mutex>
#include <set>

namespace xrt::emulator {

/// One report for each kind and place in the code; the first is kept.
class Reporter {
public:
  explicit Reporter(uint32_t limit) : limit(limit) {}
  void add(uint32_t site, Report report);
  std::vector<Report> take() { return std::move(reports); }

private:
  std::mutex mutex;
  std::set<std::pair<ReportKind, uint32_t>> seen;
  std::vector<Report> reports;
  uint32_t limit;
};

} // namespace xrt::emulator

#endif // XRT_EMULATOR_REPORTER_H
