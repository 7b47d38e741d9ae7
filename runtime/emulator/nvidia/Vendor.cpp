//===- Vendor.cpp - NVIDIA's targets and tables ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/nvidia/Nvidia.h"

using namespace xrt;
using namespace xrt::emulator;

static bool isTarget(std::string_view target) {
  return target.starts_with("sm_") || target.starts_with("compute_");
}

static uint32_t lanesPerWarp(std::string_view) { return 32; }

static const std::span<const Model> kTables[] = {
    nvidia::registerModels(),        nvidia::barrierModels(),
    nvidia::synchronizationModels(), nvidia::tensorModels(),
    nvidia::memoryModels(),          nvidia::warpgroupModels(),
    nvidia::matrixModels(),          nvidia::mathModels()};

constinit const Vendor nvidia::kVendor = {"nvptx", isTarget, lanesPerWarp,
                                          BarrierOrder::Always, kTables};
