//===- SizeSet.cpp - Every number of a plan for one tuple of sizes --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/SizeSet.h"
#include "runtime/format/DType.h"
#include "runtime/format/Expr.h"

using namespace xrt;

namespace {
class SizeSetBuilder {
public:
  SizeSetBuilder(const format::Index &index, const Plan &plan, SizeSet &sizes)
      : index(index), plan(plan), sizes(sizes) {}

  Status run() {
    values = format::evaluateExprs(*index.exprs(), sizes.symbols.data());
    XRT_RETURN_IF_ERROR(addInputs());
    XRT_RETURN_IF_ERROR(addOutputs());
    XRT_RETURN_IF_ERROR(addBuffers());
    for (const PlanStep &step : plan.steps)
      XRT_RETURN_IF_ERROR(addStep(step));
    for (const PreparedSlot &slot : plan.slots)
      XRT_RETURN_IF_ERROR(addSlot(slot));
    sizes.packedWeights.resize(plan.slots.size());
    return Status();
  }

private:
  // What every device takes.
  static constexpr int64_t kMaxBlocks[3] = {INT32_MAX, 65535, 65535};

  std::string describe(uint32_t expr) const {
    std::string text =
        "'" + format::formatExpr(*index.exprs(), *index.symbols(), expr) + "'";
    for (uint32_t i = 0; i < sizes.symbols.size(); ++i)
      text += std::string(i ? ", " : " for ") +
              (*index.symbols())[i]->name()->c_str() + " = " +
              std::to_string(sizes.symbols[i]);
    return text;
  }

  /// The pool also holds what nothing here needs, as counts of operations.
  Status valueOf(uint32_t expr, int64_t &out) {
    if (!values[expr])
      return Status(XRT_STATUS_OUT_OF_MEMORY,
                    "expects sizes that fit 64 bits, got " + describe(expr));
    out = *values[expr];
    return Status();
  }

  template <typename T>
  Status nonNegative(uint32_t expr, const char *what, T &out) {
    int64_t value = 0;
    XRT_RETURN_IF_ERROR(valueOf(expr, value));
    out = T(value);
    if (value >= 0)
      return Status();
    return Status(XRT_STATUS_DAMAGED_BUNDLE,
                  std::string("expects ") + what + " of 0 or more, got " +
                      std::to_string(value) + " from " + describe(expr));
  }

  template <typename PortT>
  Status addPort(const PortT &port, const char *what, xrt_shape_t &shape,
                 std::vector<uint64_t> &bytes) {
    shape.rank = int32_t(port.dims()->size());
    for (int32_t d = 0; d < shape.rank; ++d)
      XRT_RETURN_IF_ERROR(
          nonNegative((*port.dims())[uint32_t(d)], "a size", shape.dims[d]));
    const format::DTypeRow *row = format::findDType(xrt_dtype_t(port.dtype()));
    auto total = format::tensorBytes(*row, shape.dims, size_t(shape.rank));
    if (!total)
      return Status(XRT_STATUS_OUT_OF_MEMORY,
                    std::string(what) + " '" + port.name()->str() +
                        "' expects more bytes than 64 bits can say");
    bytes.push_back(*total);
    return Status();
  }

  Status addInputs() {
    for (const format::Input *input : *index.inputs()) {
      xrt_shape_t shape;
      XRT_RETURN_IF_ERROR(addPort(*input, "input", shape, sizes.inputBytes));
      sizes.inputDims.insert(sizes.inputDims.end(), shape.dims,
                             shape.dims + shape.rank);
    }
    return Status();
  }

  Status addOutputs() {
    for (const format::Output *output : *index.outputs()) {
      xrt_shape_t shape{};
      XRT_RETURN_IF_ERROR(addPort(*output, "output", shape, sizes.outputBytes));
      sizes.outputShapes.push_back(shape);
    }
    return Status();
  }

  Status addBuffers() {
    XRT_RETURN_IF_ERROR(
        nonNegative(index.arena_size(), "an arena", sizes.arenaBytes));
    for (const format::Buffer *buffer : *index.buffers()) {
      uint64_t offset = 0, bytes = 0;
      if (buffer->kind() == format::BufferKind_Arena) {
        XRT_RETURN_IF_ERROR(
            nonNegative(buffer->offset(), "a buffer's offset", offset));
        XRT_RETURN_IF_ERROR(
            nonNegative(buffer->size(), "a buffer's size", bytes));
        // Neither exceeds INT64_MAX, so the sum cannot wrap.
        if (offset + bytes > sizes.arenaBytes)
          return Status(XRT_STATUS_DAMAGED_BUNDLE,
                        "expects buffers within the arena's " +
                            std::to_string(sizes.arenaBytes) +
                            " bytes, got one up to byte " +
                            std::to_string(offset + bytes));
      }
      sizes.arenaOffsets.push_back(offset);
      sizes.bufferBytes.push_back(buffer->kind() == format::BufferKind_Arena
                                      ? bytes
                                      : bytesOf(*buffer));
    }
    return Status();
  }

  uint64_t bytesOf(const format::Buffer &buffer) const {
    switch (buffer.kind()) {
    case format::BufferKind_Weight:
      return (*index.weights())[buffer.index()]->section()->size();
    case format::BufferKind_Input:
      return sizes.inputBytes[buffer.index()];
    case format::BufferKind_Output:
      return sizes.outputBytes[buffer.index()];
    case format::BufferKind_Arena:
      break;
    }
    return 0;
  }

  template <typename Refs>
  Status addScalars(const Refs &refs, uint32_t &first, uint32_t &count) {
    first = uint32_t(sizes.scalars.size());
    for (uint32_t expr : refs)
      XRT_RETURN_IF_ERROR(valueOf(expr, sizes.scalars.emplace_back()));
    count = uint32_t(sizes.scalars.size()) - first;
    return Status();
  }

  Status addStep(const PlanStep &planned) {
    const format::Step &step = *planned.step;
    StepSizes &result = sizes.steps.emplace_back();
    if (planned.isCopy) {
      XRT_RETURN_IF_ERROR(
          nonNegative(step.bytes(), "a copy", result.copyBytes));
      uint64_t room = std::min(sizes.bufferBytes[step.source()],
                               sizes.bufferBytes[step.destination()]);
      if (result.copyBytes > room)
        return Status(XRT_STATUS_DAMAGED_BUNDLE,
                      "expects a copy of at most " + std::to_string(room) +
                          " bytes, got " + std::to_string(result.copyBytes));
      return Status();
    }
    if (step.scalars())
      XRT_RETURN_IF_ERROR(
          addScalars(*step.scalars(), result.firstScalar, result.numScalars));
    if (planned.launch)
      return addGrids(step, *planned.launch, result);
    XRT_RETURN_IF_ERROR(
        nonNegative(step.work_items(), "work items", result.workItems));
    XRT_RETURN_IF_ERROR(addHostPhase(step, result));
    return nonNegative(step.scratch(), "scratch", result.scratchBytes);
  }

  Status addHostPhase(const format::Step &step, StepSizes &result) {
    if (step.first_phase() != UINT32_MAX)
      XRT_RETURN_IF_ERROR(nonNegative(step.first_phase(), "a first phase",
                                      result.firstPhaseItems));
    if (result.firstPhaseItems > result.workItems)
      return Status(XRT_STATUS_DAMAGED_BUNDLE,
                    "expects a first phase of at most " +
                        std::to_string(result.workItems) + " work items, got " +
                        std::to_string(result.firstPhaseItems));
    if (step.workspace() == UINT32_MAX)
      return Status();
    XRT_RETURN_IF_ERROR(
        nonNegative(step.workspace(), "a workspace", result.workspaceBytes));
    sizes.workspaceBytes =
        std::max(sizes.workspaceBytes, result.workspaceBytes);
    return Status();
  }

  /// Bytes of what a launch calls its |argument|-th buffer.
  uint64_t bytesOfArgument(const format::Step &step, uint32_t argument,
                           const StepSizes &result) const {
    bool isWorkspace = !step.args() || argument == step.args()->size();
    return isWorkspace ? result.workspaceBytes
                       : sizes.bufferBytes[(*step.args())[argument]];
  }

  /// Sizes of 0 come with grids of 0, and are never looked at.
  Status addTensorMap(const format::TensorMap &map, const char *kernel,
                      uint64_t bufferBytes) {
    // What descriptions of tensors have room for.
    constexpr int64_t kMaxSize = int64_t(1) << 32;
    constexpr int64_t kMaxStride = int64_t(1) << 40;
    TensorMapSizes &result = sizes.tensorMaps.emplace_back();
    const auto *row = format::findDType(xrt_dtype_t(map.dtype()));
    std::string what = std::string("kernel '") + kernel + "' expects tensors ";
    unsigned __int128 end = row->bytes;
    bool isEmpty = false;
    for (uint32_t d = 0; d < map.sizes()->size(); ++d) {
      uint32_t expr = (*map.sizes())[d];
      XRT_RETURN_IF_ERROR(nonNegative(expr, "a tensor", result.sizes[d]));
      if (int64_t(result.sizes[d]) > kMaxSize)
        return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                      what +
                          "of at most 4294967296 elements along a "
                          "dimension, got " +
                          std::to_string(result.sizes[d]) + " from " +
                          describe(expr));
      isEmpty |= !result.sizes[d];
      if (!d) {
        end *= result.sizes[d];
        continue;
      }
      expr = (*map.strides())[d - 1];
      XRT_RETURN_IF_ERROR(nonNegative(expr, "a stride", result.strides[d - 1]));
      auto stride = int64_t(result.strides[d - 1]);
      if (stride % 16 || stride >= kMaxStride)
        return Status(XRT_STATUS_DAMAGED_BUNDLE,
                      what +
                          "with strides that are multiples of 16 bytes "
                          "below 2^40, got " +
                          std::to_string(stride) + " from " + describe(expr));
      if (!isEmpty)
        end += (unsigned __int128)(result.sizes[d] - 1) * result.strides[d - 1];
    }
    if (!isEmpty && end + map.offset() > bufferBytes)
      return Status(XRT_STATUS_DAMAGED_BUNDLE,
                    what + "within their buffers of " +
                        std::to_string(bufferBytes) + " bytes");
    return Status();
  }

  Status addTensorMaps(const format::Step &step, const format::Phase &phase,
                       const StepSizes &result, GridSize grid) {
    if (!phase.tensor_maps() || grid.isEmpty())
      return Status();
    for (const format::TensorMap *map : *phase.tensor_maps())
      XRT_RETURN_IF_ERROR(
          addTensorMap(*map, phase.kernel()->c_str(),
                       bytesOfArgument(step, map->argument(), result)));
    return Status();
  }

  Status addGrids(const format::Step &step, const format::TargetLaunch &launch,
                  StepSizes &result) {
    result.firstPhase = uint32_t(sizes.grids.size());
    XRT_RETURN_IF_ERROR(
        nonNegative(launch.workspace(), "a workspace", result.workspaceBytes));
    for (const format::Phase *phase : *launch.phases()) {
      GridSize &grid = sizes.grids.emplace_back();
      for (uint32_t i = 0; i < 3; ++i) {
        uint32_t expr = (*phase->grid())[i];
        int64_t blocks = 0;
        XRT_RETURN_IF_ERROR(nonNegative(expr, "a grid", blocks));
        if (blocks > kMaxBlocks[i])
          return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                        "kernel '" + phase->kernel()->str() +
                            "' expects a grid of at most " +
                            std::to_string(kMaxBlocks[i]) + " blocks along " +
                            "xyz"[i] + ", got " + std::to_string(blocks) +
                            " from " + describe(expr));
        grid.blocks[i] = uint32_t(blocks);
      }
      grid.firstTensorMap = uint32_t(sizes.tensorMaps.size());
      XRT_RETURN_IF_ERROR(addTensorMaps(step, *phase, result, grid));
    }
    sizes.workspaceBytes =
        std::max(sizes.workspaceBytes, result.workspaceBytes);
    return Status();
  }

  Status addSlot(const PreparedSlot &slot) {
    SlotSizes &result = sizes.slots.emplace_back();
    XRT_RETURN_IF_ERROR(
        addScalars(slot.scalars, result.firstScalar, result.numScalars));
    XRT_RETURN_IF_ERROR(nonNegative(slot.size, "a packed copy", result.bytes));
    XRT_RETURN_IF_ERROR(
        nonNegative(slot.workItems, "work items", result.workItems));
    return nonNegative(slot.scratch, "scratch", result.scratchBytes);
  }

  const format::Index &index;
  const Plan &plan;
  SizeSet &sizes;
  std::vector<std::optional<int64_t>> values; // by expression
};
} // namespace

Status xrt::buildSizeSet(const format::Index &index, const Plan &plan,
                         std::vector<int64_t> symbols, SizeSet &out) {
  out.symbols = std::move(symbols);
  return SizeSetBuilder(index, plan, out).run();
}
