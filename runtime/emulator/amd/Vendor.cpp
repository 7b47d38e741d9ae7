//===- Vendor.cpp - AMD's targets and tables ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/amd/Amd.h"

using namespace xrt;
using namespace xrt::emulator;

static bool isTarget(std::string_view target) {
  return target.starts_with("gfx");
}

/// GCN and CDNA run 64 lanes, RDNA (gfx10 and up) 32.
static uint32_t lanesPerWarp(std::string_view target) {
  return target.starts_with("gfx9") ? 64 : 32;
}

static bool isGfx90a(std::string_view target) { return target == "gfx90a"; }
static bool isGfx942(std::string_view target) { return target == "gfx942"; }

static const std::span<const Model> kTables[] = {
    amd::registerModels(), amd::synchronizationModels(), amd::memoryModels(),
    amd::matrixModels(), amd::mathModels()};
static const std::span<const Model> kFlushingTables[] = {
    amd::flushingModels(), amd::registerModels(), amd::synchronizationModels(),
    amd::memoryModels(),   amd::matrixModels(),   amd::mathModels()};
static const std::span<const Model> kFnuzTables[] = {
    amd::fnuzModels(),   amd::registerModels(), amd::synchronizationModels(),
    amd::memoryModels(), amd::matrixModels(),   amd::mathModels()};

constinit const Vendor amd::kVendor = {"amdgcn", isTarget, lanesPerWarp,
                                       BarrierOrder::WithFences, kTables};
constinit const Vendor amd::kGfx90a = {"amdgcn", isGfx90a, lanesPerWarp,
                                       BarrierOrder::WithFences,
                                       kFlushingTables};
constinit const Vendor amd::kGfx942 = {"amdgcn", isGfx942, lanesPerWarp,
                                       BarrierOrder::WithFences, kFnuzTables};
