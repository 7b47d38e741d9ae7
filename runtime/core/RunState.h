//===- RunState.h - What one run needs for itself ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_CORE_RUNSTATE_H
#define XRT_CORE_RUNSTATE_H

#include "runtime/core/DeviceBlock.h"
#include "runtime/core/SizeSet.h"

#include <memory>
#include <mutex>
#include <vector>

namespace xrt {

/// A packed copy of an input, and what it is the copy of.
struct PackedInput {
  const void *data = nullptr;
  uint64_t version = 0; // 0: of this run only
  uint32_t variant = 0;
  std::shared_ptr<DeviceBlock> block;

  bool isOf(const xrt_tensor_t &tensor, uint32_t wanted) const {
    return block && version && data == tensor.data &&
           version == tensor.version && variant == wanted;
  }
};

/// Kept from run to run, so that runs allocate nothing; one run has it at a
/// time.
struct RunState {
  std::unique_ptr<Queue> queue;
  std::shared_ptr<SizeSet> sizes; // of the last run
  DeviceBlock arena;
  std::vector<DeviceBlock> arenaBlocks; // by buffer, where they are isolated
  DeviceBlock workspace;
  std::vector<void *> buffers;       // the device's address of each
  std::vector<void *> args;          // of the launch in hand
  std::vector<uint64_t> arguments;   // the same with scalars, for a device
  std::vector<TensorMap> tensorMaps; // of the launch in hand
  std::vector<PackedInput> packed;   // by slot; inputs only
  /// Where the launch in hand notes its parts; null unless traced.
  std::vector<LaunchPart> *parts = nullptr;
  std::vector<DeviceBlock> inputs;  // copies, for devices with memory of
  std::vector<DeviceBlock> outputs; // their own
};

/// Hands out states. Lock-free while one thread runs at a time.
class RunStatePool {
public:
  ~RunStatePool() { clear(); }

  /// A state given back before, or null.
  std::unique_ptr<RunState> take();
  void give(std::unique_ptr<RunState> state);
  void clear();

private:
  std::atomic<RunState *> latest{nullptr};
  std::mutex mutex;
  std::vector<std::unique_ptr<RunState>> others;
};

} // namespace xrt

#endif // XRT_CORE_RUNSTATE_H
