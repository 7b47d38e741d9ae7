//===- PackedCopies.h - Operands in the layout a kernel wants ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_CORE_PACKEDCOPIES_H
#define XRT_CORE_PACKEDCOPIES_H

#include "runtime/core/RunState.h"

namespace xrt {

/// All packed copies of a program. Those of weights are made once and stay;
/// those of inputs are kept for as long as the caller's (data, version) does.
class PackedCopies {
public:
  PackedCopies(std::shared_ptr<Device> device, const format::Index &index,
               const Plan &plan)
      : device(std::move(device)), index(index), plan(plan),
        variants(plan.slots.size()), ofWeights(plan.slots.size()),
        ofInputs(plan.slots.size()) {}

  /// Numbers the layouts of |sizes|' slots.
  void assignVariants(SizeSet &sizes);
  /// Makes what |state|'s sizes lack of packed weights.
  Status packWeights(RunState &state);
  /// Makes |state|'s packed inputs those of |inputs|.
  Status packInputs(RunState &state, const xrt_tensor_t *inputs);
  /// Forgets the copies of inputs.
  void trim();

private:
  bool isWeight(uint32_t slot) const {
    return (*index.buffers())[plan.slots[slot].buffer]->kind() ==
           format::BufferKind_Weight;
  }
  Status pack(RunState &state, uint32_t slot, DeviceBlock &block) const;
  Status packInput(RunState &state, uint32_t slot, const xrt_tensor_t &tensor);

  std::shared_ptr<Device> device;
  const format::Index &index;
  const Plan &plan;

  std::mutex mutex;
  /// By slot, then variant: bytes, work items, scalars.
  std::vector<std::vector<std::vector<int64_t>>> variants;
  std::vector<std::vector<std::shared_ptr<DeviceBlock>>> ofWeights;
  std::vector<std::vector<PackedInput>> ofInputs;
};

} // namespace xrt

#endif // XRT_CORE_PACKEDCOPIES_H
