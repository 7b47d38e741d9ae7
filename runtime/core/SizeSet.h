//===- SizeSet.h - Every number of a plan for one tuple of sizes *- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_CORE_SIZESET_H
#define XRT_CORE_SIZESET_H

#include "runtime/core/DeviceBlock.h"
#include "runtime/core/Plan.h"

#include <atomic>
#include <memory>
#include <vector>

namespace xrt {

struct StepSizes {
  int64_t workItems = 0;
  int64_t firstPhaseItems = 0; // of them, done before the others begin
  uint64_t scratchBytes = 0;
  uint32_t firstScalar = 0, numScalars = 0; // in SizeSet::scalars
  uint64_t copyBytes = 0;
  uint32_t firstPhase = 0; // in SizeSet::grids
  uint64_t workspaceBytes = 0;
};

/// The numbers of a tensor map.
struct TensorMapSizes {
  uint64_t sizes[TensorMap::kMaxRank] = {};
  uint64_t strides[TensorMap::kMaxRank - 1] = {};
};

/// Blocks along x, y and z; a grid with a zero launches nothing.
struct GridSize {
  uint32_t blocks[3];
  uint32_t firstTensorMap = 0; // in SizeSet::tensorMaps

  bool isEmpty() const { return !blocks[0] || !blocks[1] || !blocks[2]; }
};

struct SlotSizes {
  uint64_t bytes = 0;
  int64_t workItems = 0;
  uint64_t scratchBytes = 0;
  uint32_t firstScalar = 0, numScalars = 0;
  /// Equal for all tuples of sizes that give the slot the same numbers.
  uint32_t variant = 0;
};

/// Made once for each distinct tuple of symbol values, then only read.
struct SizeSet {
  std::vector<int64_t> symbols;
  std::vector<int64_t> inputDims; // of all inputs, one after the other
  std::vector<uint64_t> inputBytes;
  std::vector<xrt_shape_t> outputShapes;
  std::vector<uint64_t> outputBytes;
  uint64_t arenaBytes = 0;
  std::vector<uint64_t> arenaOffsets; // by buffer; 0 for other kinds
  std::vector<uint64_t> bufferBytes;
  uint64_t workspaceBytes = 0; // the most that a step wants
  std::vector<GridSize> grids;
  std::vector<TensorMapSizes> tensorMaps;
  std::vector<int64_t> scalars;
  std::vector<StepSizes> steps;
  std::vector<SlotSizes> slots;

  /// By slot: packed copies of weights, there once |hasPackedWeights|.
  std::vector<std::shared_ptr<DeviceBlock>> packedWeights;
  std::atomic<bool> hasPackedWeights{false};
};

/// Evaluates and checks all sizes for |symbols|. Fails with OUT_OF_MEMORY when
/// a size does not fit 64 bits, with DAMAGED_BUNDLE when the plan contradicts
/// itself (a buffer beyond the arena, a copy beyond a buffer).
Status buildSizeSet(const format::Index &index, const Plan &plan,
                    std::vector<int64_t> symbols, SizeSet &out);

} // namespace xrt

#endif // XRT_CORE_SIZESET_H
