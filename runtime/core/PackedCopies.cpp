//===- PackedCopies.cpp - Operands in the layout a kernel wants -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/PackedCopies.h"

#include <algorithm>

using namespace xrt;

void PackedCopies::assignVariants(SizeSet &sizes) {
  std::lock_guard lock(mutex);
  for (uint32_t slot = 0; slot < plan.slots.size(); ++slot) {
    SlotSizes &numbers = sizes.slots[slot];
    auto first = sizes.scalars.begin() + numbers.firstScalar;
    std::vector<int64_t> key(first, first + numbers.numScalars);
    key.push_back(int64_t(numbers.bytes));
    key.push_back(numbers.workItems);
    auto &known = variants[slot];
    auto found = std::find(known.begin(), known.end(), key);
    numbers.variant = uint32_t(found - known.begin());
    if (found == known.end())
      known.push_back(std::move(key));
  }
}

/// Copying less than this is sooner done than another thread woken.
static constexpr int64_t kBytesForAThread = 64 << 10;

static int64_t grainOf(int64_t workItems, uint64_t bytes) {
  auto itemBytes = std::max<int64_t>(1, int64_t(bytes) / workItems);
  return std::max<int64_t>(1, kBytesForAThread / itemBytes);
}

/// Runs the prepare kernel of |slot| from the state's buffer into |block|.
Status PackedCopies::pack(RunState &state, uint32_t slot,
                          DeviceBlock &block) const {
  const SlotSizes &numbers = state.sizes->slots[slot];
  XRT_RETURN_IF_ERROR(
      block.reserve(device, numbers.bytes, "a packed copy of a weight"));
  if (!numbers.workItems)
    return Status();
  void *buffers[] = {state.buffers[plan.slots[slot].buffer], block.data()};
  LaunchParameters launch;
  launch.kernel = plan.slots[slot].kernel;
  launch.buffers = buffers;
  launch.numBuffers = 2;
  launch.scalars = state.sizes->scalars.data() + numbers.firstScalar;
  launch.numScalars = numbers.numScalars;
  launch.work = {numbers.workItems, numbers.scratchBytes,
                 grainOf(numbers.workItems, numbers.bytes)};
  XRT_RETURN_IF_ERROR(state.queue->launch(launch));
  // Other queues may read it next.
  return state.queue->synchronize();
}

Status PackedCopies::packWeights(RunState &state) {
  SizeSet &sizes = *state.sizes;
  if (sizes.hasPackedWeights.load(std::memory_order_acquire))
    return Status();
  std::lock_guard lock(mutex);
  for (uint32_t slot = 0; slot < plan.slots.size(); ++slot) {
    if (!isWeight(slot))
      continue;
    uint32_t variant = sizes.slots[slot].variant;
    auto &copies = ofWeights[slot];
    if (copies.size() <= variant)
      copies.resize(variant + 1);
    if (!copies[variant]) {
      auto block = std::make_shared<DeviceBlock>();
      XRT_RETURN_IF_ERROR(pack(state, slot, *block));
      copies[variant] = std::move(block);
    }
    sizes.packedWeights[slot] = copies[variant];
  }
  sizes.hasPackedWeights.store(true, std::memory_order_release);
  return Status();
}

Status PackedCopies::packInput(RunState &state, uint32_t slot,
                               const xrt_tensor_t &tensor) {
  uint32_t variant = state.sizes->slots[slot].variant;
  PackedInput &own = state.packed[slot];
  if (own.isOf(tensor, variant))
    return Status();
  if (tensor.version == 0) {
    // Nobody else may read what changes with each run.
    if (!own.block || own.version != 0)
      own.block = std::make_shared<DeviceBlock>();
    own.version = 0;
    return pack(state, slot, *own.block);
  }
  std::lock_guard lock(mutex);
  auto &shared = ofInputs[slot];
  auto isVariant = [=](const PackedInput &copy) {
    return copy.variant == variant;
  };
  auto found = std::find_if(shared.begin(), shared.end(), isVariant);
  if (found == shared.end()) {
    found = shared.insert(found, PackedInput());
    found->variant = variant;
  }
  if (!found->isOf(tensor, variant)) {
    own.block.reset();
    // A block that a run still reads stays with that run.
    if (!found->block || found->block.use_count() > 1)
      found->block = std::make_shared<DeviceBlock>();
    found->version = 0; // until it is whole
    XRT_RETURN_IF_ERROR(pack(state, slot, *found->block));
    found->data = tensor.data;
    found->version = tensor.version;
  }
  own = *found;
  return Status();
}

Status PackedCopies::packInputs(RunState &state, const xrt_tensor_t *inputs) {
  for (uint32_t slot = 0; slot < plan.slots.size(); ++slot) {
    if (isWeight(slot))
      continue;
    uint32_t input = (*index.buffers())[plan.slots[slot].buffer]->index();
    XRT_RETURN_IF_ERROR(packInput(state, slot, inputs[input]));
  }
  return Status();
}

void PackedCopies::trim() {
  std::lock_guard lock(mutex);
  for (auto &copies : ofInputs)
    copies.clear();
}
