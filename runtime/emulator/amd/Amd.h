//===- Amd.h - Models of AMD's operations -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_AMD_AMD_H
#define XRT_EMULATOR_AMD_AMD_H

#include "runtime/emulator/Model.h"

namespace xrt::emulator::amd {

/// All chips but those with tables of their own.
extern const Vendor kVendor;
extern const Vendor kGfx90a, kGfx942;

std::span<const Model> registerModels();
std::span<const Model> synchronizationModels();
std::span<const Model> memoryModels();
std::span<const Model> matrixModels();
std::span<const Model> mathModels();
/// What some chips do otherwise: before the others in their tables.
std::span<const Model> flushingModels();
std::span<const Model> fnuzModels();

} // namespace xrt::emulator::amd

#endif // XRT_EMULATOR_AMD_AMD_H
