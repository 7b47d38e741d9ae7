//===- Vendor.cpp - Intel's targets and tables ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/intel/Intel.h"

#include <algorithm>
#include <iterator>

using namespace xrt;
using namespace xrt::emulator;

static bool isTarget(std::string_view target) {
  static constexpr std::string_view kTargets[] = {"pvc", "bmg", "lnl", "dg2"};
  return std::find(std::begin(kTargets), std::end(kTargets), target) !=
         std::end(kTargets);
}

/// Of a kernel that asks for no subgroup size; xe has 16 lanes, dg2's matrix
/// unit 8.
static uint32_t lanesPerWarp(std::string_view target) {
  return target == "dg2" ? 8 : 16;
}

static const std::span<const Model> kTables[] = {
    intel::registerModels(), intel::synchronizationModels(),
    intel::memoryModels(), intel::matrixModels(), intel::mathModels()};

constinit const Vendor intel::kVendor = {"spir", isTarget, lanesPerWarp,
                                         BarrierOrder::WithFlags, kTables};
