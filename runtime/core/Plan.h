//===- Plan.h - The steps of a bundle, ready to run -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_CORE_PLAN_H
#define XRT_CORE_PLAN_H

#include "runtime/drivers/Driver.h"

#include <vector>

namespace xrt {

/// A prepared operand. Steps that want the same copy share a slot.
struct PreparedSlot {
  uint32_t buffer; // what is packed: a weight or an input
  uint32_t kernelIndex;
  void *kernel;
  std::vector<uint32_t> scalars;     // expressions
  uint32_t size, workItems, scratch; // expressions

  bool operator==(const PreparedSlot &) const = default;
};

/// One launch of blocks on a device.
struct PlanPhase {
  const format::Phase *phase = nullptr;
  void *kernel = nullptr;
};

struct PlanStep {
  bool isCopy = false;
  const format::Step *step = nullptr;
  const char *name = "copy";
  void *kernel = nullptr; // on the host
  uint32_t numArgs = 0;
  /// On a device; null on the host.
  const format::TargetLaunch *launch = nullptr;
  std::vector<PlanPhase> phases;
  /// (operand, slot)
  std::vector<std::pair<uint32_t, uint32_t>> prepared;
};

struct Plan {
  std::vector<PlanStep> steps;
  std::vector<PreparedSlot> slots;
  uint32_t maxArgs = 2; // prepare kernels have two
  /// Of one launch on a device: buffers, workspace and scalars.
  uint32_t maxArguments = 0;
  uint32_t maxTensorMaps = 0; // of one launch
};

/// The steps as the module's target does them. Fails when the bundle has no
/// plan for that target or the module lacks a kernel.
Status buildPlan(const format::Index &index, Module &module, Plan &out);

} // namespace xrt

#endif // XRT_CORE_PLAN_H
