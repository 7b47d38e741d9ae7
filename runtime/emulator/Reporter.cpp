//===- Reporter.cpp - Collects what the checks find -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Reporter.h"

#include <cstdio>

using namespace xrt;
using namespace xrt::emulator;

const char *emulator::kindName(ReportKind kind) {
  switch (kind) {
  case ReportKind::OutOfBounds:
    return "out of bounds";
  case ReportKind::Misaligned:
    return "misaligned";
  case ReportKind::UnwrittenRead:
    return "read of unwritten memory";
  case ReportKind::CopyInFlight:
    return "asynchronous copy in flight";
  case ReportKind::Race:
    return "race";
  case ReportKind::BarrierDivergence:
    return "barrier divergence";
  case ReportKind::MismatchedCollective:
    return "mismatched collective";
  case ReportKind::Deadlock:
    return "deadlock";
  case ReportKind::StepLimit:
    return "step limit";
  case ReportKind::InvalidOperation:
    return "invalid operation";
  }
  return "";
}

std::string Report::text() const {
  std::string out;
  if (!file.empty())
    out =
        file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": ";
  out += kindName(kind);
  out += ": ";
  out += operation;
  if (address) {
    char number[32];
    std::snprintf(number, sizeof(number), " at 0x%llx",
                  static_cast<unsigned long long>(address));
    out += number;
  }
  out += ": " + what + " (kernel " + kernel + ", block " +
         std::to_string(block[0]) + "," + std::to_string(block[1]) + "," +
         std::to_string(block[2]) + ", thread " + std::to_string(thread) + ")";
  return out;
}

void Reporter::add(uint32_t site, Report report) {
  std::lock_guard lock(mutex);
  if (reports.size() >= limit || !seen.insert({report.kind, site}).second)
    return;
  reports.push_back(std::move(report));
}
