//===- Vendors.cpp - All vendors there are models of ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/amd/Amd.h"
#include "runtime/emulator/intel/Intel.h"
#include "runtime/emulator/nvidia/Nvidia.h"

using namespace xrt;
using namespace xrt::emulator;

std::span<const Vendor *const> emulator::vendors() {
  // The first that knows a target has it.
  static constexpr const Vendor *all[] = {&nvidia::kVendor, &amd::kGfx90a,
                                          &amd::kGfx942, &amd::kVendor,
                                          &intel::kVendor};
  return all;
}
