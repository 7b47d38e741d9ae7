//===- Nvidia.h - Models of NVIDIA's operations -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Written from the PTX ISA manual, 8.x: the section on each instruction.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_NVIDIA_NVIDIA_H
#define XRT_EMULATOR_NVIDIA_NVIDIA_H

#include "runtime/emulator/Model.h"

namespace xrt::emulator::nvidia {

extern const Vendor kVendor;

std::span<const Model> registerModels();
std::span<const Model> synchronizationModels();
std::span<const Model> barrierModels();
std::span<const Model> memoryModels();
std::span<const Model> tensorModels();
std::span<const Model> warpgroupModels();
std::span<const Model> matrixModels();
std::span<const Model> mathModels();

} // namespace xrt::emulator::nvidia

#endif // XRT_EMULATOR_NVIDIA_NVIDIA_H
