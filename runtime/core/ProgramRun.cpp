//===- ProgramRun.cpp - One run, from tensors in to tensors out -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/Program.h"

#include <algorithm>

using namespace xrt;

Status Program::run(TensorSpan inputs, TensorSpan outputs) {
  XRT_RETURN_IF_ERROR(signature.checkInputs(inputs));
  std::unique_ptr<RunState> state = states.take();
  if (!state)
    XRT_RETURN_IF_ERROR(createState(state));
  bool isNoted = isObserved.load(std::memory_order_relaxed);
  Clock::time_point begin = isNoted ? Clock::now() : Clock::time_point();
  Status status = runWith(*state, inputs, outputs);
  if (isNoted)
    note(XRT_TRACE_RUN, /*step=*/0, {0, 0, 0, begin, Clock::now()});
  states.give(std::move(state));
  return status;
}

Status Program::runWith(RunState &state, TensorSpan inputs,
                        TensorSpan outputs) {
  if (!state.sizes || !Signature::matches(inputs, *state.sizes)) {
    std::shared_ptr<SizeSet> sizes;
    XRT_RETURN_IF_ERROR(findSizes(inputs, sizes));
    state.sizes = std::move(sizes);
  }
  XRT_RETURN_IF_ERROR(signature.checkOutputs(outputs, *state.sizes));
  XRT_RETURN_IF_ERROR(signature.checkMemory(inputs, outputs, *state.sizes));
  XRT_RETURN_IF_ERROR(placeArena(state));
  XRT_RETURN_IF_ERROR(placeTensors(state, inputs, outputs));
  if (!plan.slots.empty())
    XRT_RETURN_IF_ERROR(pack(state, inputs));
  XRT_RETURN_IF_ERROR(runSteps(state));
  return copyOutputs(state, outputs);
}

Status Program::pack(RunState &state, TensorSpan inputs) {
  bool isNoted = isObserved.load(std::memory_order_relaxed);
  Clock::time_point begin = isNoted ? Clock::now() : Clock::time_point();
  XRT_RETURN_IF_ERROR(packedCopies->packWeights(state));
  XRT_RETURN_IF_ERROR(packedCopies->packInputs(state, inputs.data));
  if (isNoted)
    note(XRT_TRACE_PACK, /*step=*/0, {0, 0, 0, begin, Clock::now()});
  return Status();
}

Status Program::place(DeviceBlock &block, uint64_t bytes, const char *what) {
  return device->isolatesBuffers() ? block.reserveExactly(device, bytes, what)
                                   : block.reserve(device, bytes, what);
}

Status Program::placeArena(RunState &state) {
  const SizeSet &sizes = *state.sizes;
  XRT_RETURN_IF_ERROR(
      place(state.workspace, sizes.workspaceBytes, "a kernel's workspace"));
  if (device->isolatesBuffers()) {
    for (size_t i = 0; i < arenaBuffers.size(); ++i) {
      uint32_t buffer = arenaBuffers[i];
      XRT_RETURN_IF_ERROR(place(state.arenaBlocks[i], sizes.bufferBytes[buffer],
                                "a buffer of the arena"));
      state.buffers[buffer] = state.arenaBlocks[i].data();
    }
    return Status();
  }
  XRT_RETURN_IF_ERROR(
      state.arena.reserve(device, sizes.arenaBytes, "the arena"));
  auto *base = static_cast<char *>(state.arena.data());
  for (uint32_t buffer : arenaBuffers)
    state.buffers[buffer] = base + sizes.arenaOffsets[buffer];
  return Status();
}

Status Program::placeTensors(RunState &state, TensorSpan inputs,
                             TensorSpan outputs) {
  const auto &buffers = *index().buffers();
  if (device->sharesHostMemory()) {
    for (uint32_t buffer : inputBuffers)
      state.buffers[buffer] = inputs.data[buffers[buffer]->index()].data;
    for (uint32_t buffer : outputBuffers)
      state.buffers[buffer] = outputs.data[buffers[buffer]->index()].data;
    return Status();
  }
  for (uint32_t i = 0; i < inputs.size; ++i) {
    uint64_t bytes = state.sizes->inputBytes[i];
    XRT_RETURN_IF_ERROR(place(state.inputs[i], bytes, "an input"));
    XRT_RETURN_IF_ERROR(state.queue->copy(state.inputs[i].data(),
                                          inputs.data[i].data, bytes,
                                          CopyDirection::ToDevice));
  }
  for (uint32_t i = 0; i < outputs.size; ++i)
    XRT_RETURN_IF_ERROR(
        place(state.outputs[i], state.sizes->outputBytes[i], "an output"));
  for (uint32_t buffer : inputBuffers)
    state.buffers[buffer] = state.inputs[buffers[buffer]->index()].data();
  for (uint32_t buffer : outputBuffers)
    state.buffers[buffer] = state.outputs[buffers[buffer]->index()].data();
  return Status();
}

Status Program::runStep(RunState &state, size_t number) {
  const PlanStep &planned = plan.steps[number];
  const format::Step &step = *planned.step;
  const StepSizes &sizes = state.sizes->steps[number];
  if (planned.isCopy)
    return state.queue->copy(state.buffers[step.destination()],
                             state.buffers[step.source()], sizes.copyBytes,
                             CopyDirection::OnDevice);
  if (!planned.launch && !sizes.workItems)
    return Status();
  for (uint32_t i = 0; i < planned.numArgs; ++i)
    state.args[i] = state.buffers[(*step.args())[i]];
  for (auto [operand, slot] : planned.prepared) {
    const auto &ofWeight = state.sizes->packedWeights[slot];
    state.args[operand] =
        ofWeight ? ofWeight->data() : state.packed[slot].block->data();
  }
  LaunchParameters launch;
  launch.kernel = planned.kernel;
  launch.buffers = state.args.data();
  launch.numBuffers = planned.numArgs;
  launch.scalars = state.sizes->scalars.data() + sizes.firstScalar;
  launch.numScalars = sizes.numScalars;
  if (planned.launch)
    return runPhases(state, planned, sizes, launch);
  if (step.workspace() != UINT32_MAX)
    state.args[launch.numBuffers++] = state.workspace.data();
  launch.work = {sizes.workItems, sizes.scratchBytes, step.grain(),
                 sizes.firstPhaseItems};
  launch.parts = state.parts;
  return state.queue->launch(launch);
}

/// The phase's maps, with the addresses of this run; their number.
static uint32_t fillTensorMaps(RunState &state, const PlanPhase &phase,
                               const GridSize &grid) {
  const auto *maps = phase.phase->tensor_maps();
  uint32_t count = maps ? maps->size() : 0;
  for (uint32_t i = 0; i < count; ++i) {
    const format::TensorMap &map = *(*maps)[i];
    const TensorMapSizes &sizes =
        state.sizes->tensorMaps[grid.firstTensorMap + i];
    TensorMap &out = state.tensorMaps[i];
    out.base = reinterpret_cast<void *>(state.arguments[map.argument()] +
                                        map.offset());
    out.dtype = xrt_dtype_t(map.dtype());
    out.rank = map.sizes()->size();
    std::copy(std::begin(sizes.sizes), std::end(sizes.sizes), out.sizes);
    std::copy(std::begin(sizes.strides), std::end(sizes.strides), out.strides);
    std::copy(map.box()->begin(), map.box()->end(), out.box);
    out.swizzleBytes = map.swizzle();
  }
  return count;
}

/// The step's phases on a device, one after the other, with one argument block.
Status Program::runPhases(RunState &state, const PlanStep &planned,
                          const StepSizes &sizes, LaunchParameters &launch) {
  const format::Step &step = *planned.step;
  uint64_t *next = state.arguments.data();
  for (uint32_t i = 0; i < launch.numBuffers; ++i)
    *next++ = reinterpret_cast<uint64_t>(launch.buffers[i]);
  if (planned.launch->has_workspace())
    *next++ = reinterpret_cast<uint64_t>(state.workspace.data());
  for (uint32_t i = 0; i < launch.numScalars; ++i)
    *next++ = uint64_t(launch.scalars[i]);
  launch.blocks.arguments = state.arguments.data();
  launch.blocks.numArguments = uint32_t(next - state.arguments.data());
  if (device->isolatesBuffers()) {
    for (uint32_t i = launch.numBuffers - step.num_outputs();
         i < launch.numBuffers; ++i)
      state.queue->discard(launch.buffers[i],
                           state.sizes->bufferBytes[(*step.args())[i]]);
    state.queue->discard(state.workspace.data(), sizes.workspaceBytes);
  }
  for (size_t i = 0; i < planned.phases.size(); ++i) {
    const GridSize &grid = state.sizes->grids[sizes.firstPhase + i];
    if (grid.isEmpty())
      continue;
    const PlanPhase &phase = planned.phases[i];
    launch.kernel = phase.kernel;
    std::copy_n(grid.blocks, 3, launch.blocks.grid);
    launch.blocks.threads = phase.phase->threads();
    launch.blocks.sharedBytes = phase.phase->shared_bytes();
    launch.blocks.numTensorMaps = fillTensorMaps(state, phase, grid);
    launch.blocks.tensorMaps = state.tensorMaps.data();
    XRT_RETURN_IF_ERROR(state.queue->launch(launch));
  }
  return Status();
}

Status Program::runSteps(RunState &state) {
  if (isObserved.load(std::memory_order_relaxed))
    return runStepsObserved(state);
  for (size_t i = 0; i < plan.steps.size(); ++i)
    XRT_RETURN_IF_ERROR(runStep(state, i));
  return Status();
}

Status Program::copyOutputs(RunState &state, TensorSpan outputs) {
  if (!device->sharesHostMemory())
    for (uint32_t i = 0; i < outputs.size; ++i)
      XRT_RETURN_IF_ERROR(state.queue->copy(
          outputs.data[i].data, state.outputs[i].data(),
          state.sizes->outputBytes[i], CopyDirection::FromDevice));
  return state.queue->synchronize();
}
