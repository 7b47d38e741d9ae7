//===- Reporter.cpp - Collects what the checks find -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Reporter.h"

using namespace xrt;
using namespace xrt::emulator;

void Reporter::add(uint32_t site, Report report) {
  std::lock_guard lock(mutex);
  if (reports.size() >= limit || !seen.insert({report.kind, site}).second)
    return;
  reports.push_back(std::move(report));
}
