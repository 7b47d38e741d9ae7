//===- Program.cpp - A bundle on a device, made ready ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/Program.h"

#include <algorithm>

using namespace xrt;

Status Program::create(std::shared_ptr<const Bundle> bundle,
                       std::shared_ptr<Device> device,
                       const xrt_program_options_t &options,
                       std::unique_ptr<Program> &out) {
  if (options.num_threads < 0 || options.num_threads > 4096)
    return Status(XRT_STATUS_INVALID_ARGUMENT,
                  "expects 0 to 4096 threads, got " +
                      std::to_string(options.num_threads));
  std::unique_ptr<Program> program(
      new Program(std::move(bundle), std::move(device)));
  program->queueOptions = {options.num_threads, options.emulation_seed};
  XRT_RETURN_IF_ERROR(program->device->load(
      *program->bundle, options.isa ? options.isa : "", program->module));
  program->level = program->module->isa();
  XRT_RETURN_IF_ERROR(
      buildPlan(program->index(), *program->module, program->plan));
  if (program->plan.maxTensorMaps && !program->device->takesTensorMaps())
    return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                  "the plan for " + program->module->target() +
                      " expects tensor maps, which device '" +
                      program->device->name() + "' does not take");
  XRT_RETURN_IF_ERROR(program->placeWeights());
  program->packedCopies.emplace(program->device, program->index(),
                                program->plan);
  program->times = std::make_unique<StepTimes[]>(program->plan.steps.size());
  out = std::move(program);
  return Status();
}

Status Program::placeWeights() {
  const auto &buffers = *index().buffers();
  weightBuffers.resize(buffers.size());
  std::vector<void *> placed(index().weights()->size());
  std::vector<bool> isPlaced(placed.size());
  std::unique_ptr<Queue> queue;
  XRT_RETURN_IF_ERROR(device->createQueue(queueOptions, queue));
  for (uint32_t i = 0; i < buffers.size(); ++i) {
    uint32_t target = buffers[i]->index();
    switch (buffers[i]->kind()) {
    case format::BufferKind_Arena:
      arenaBuffers.push_back(i);
      continue;
    case format::BufferKind_Input:
      inputBuffers.push_back(i);
      continue;
    case format::BufferKind_Output:
      outputBuffers.push_back(i);
      continue;
    case format::BufferKind_Weight:
      if (!isPlaced[target])
        XRT_RETURN_IF_ERROR(placeWeight(target, *queue, placed[target]));
      isPlaced[target] = true;
      weightBuffers[i] = placed[target];
      continue;
    }
  }
  return queue->synchronize();
}

Status Program::placeWeight(uint32_t weight, Queue &queue, void *&out) {
  xrt_byte_span_t bytes;
  XRT_RETURN_IF_ERROR(bundle->mapWeight(weight, bytes));
  auto dtype = xrt_dtype_t((*index().weights())[weight]->dtype());
  // Outside files may lay tensors end to end, at any byte.
  bool isAligned =
      reinterpret_cast<uintptr_t>(bytes.data) % xrt_dtype_size(dtype) == 0;
  if (device->sharesHostMemory() && isAligned) {
    out = const_cast<void *>(bytes.data);
    return Status();
  }
  DeviceBlock &block = weightBlocks.emplace_back();
  XRT_RETURN_IF_ERROR(place(block, bytes.size, "a weight"));
  out = block.data();
  return queue.copy(out, bytes.data, bytes.size, CopyDirection::ToDevice);
}

Status Program::createState(std::unique_ptr<RunState> &out) {
  auto state = std::make_unique<RunState>();
  XRT_RETURN_IF_ERROR(device->createQueue(queueOptions, state->queue));
  state->buffers = weightBuffers;
  state->args.resize(plan.maxArgs);
  state->arguments.resize(plan.maxArguments);
  state->tensorMaps.resize(plan.maxTensorMaps);
  if (device->isolatesBuffers())
    state->arenaBlocks.resize(arenaBuffers.size());
  state->packed.resize(plan.slots.size());
  if (!device->sharesHostMemory()) {
    state->inputs.resize(index().inputs()->size());
    state->outputs.resize(index().outputs()->size());
  }
  out = std::move(state);
  return Status();
}

Status Program::findSizes(TensorSpan inputs, std::shared_ptr<SizeSet> &out) {
  std::lock_guard lock(sizesMutex);
  for (size_t i = sizeSets.size(); i-- > 0;) {
    if (!Signature::matches(inputs, *sizeSets[i]))
      continue;
    std::rotate(sizeSets.begin() + ptrdiff_t(i),
                sizeSets.begin() + ptrdiff_t(i) + 1, sizeSets.end());
    out = sizeSets.back();
    return Status();
  }
  std::vector<int64_t> symbols;
  XRT_RETURN_IF_ERROR(signature.bind(inputs, symbols));
  auto sizes = std::make_shared<SizeSet>();
  XRT_RETURN_IF_ERROR(buildSizeSet(index(), plan, std::move(symbols), *sizes));
  packedCopies->assignVariants(*sizes);
  if (sizeSets.size() == kMaxSizeSets)
    sizeSets.erase(sizeSets.begin());
  sizeSets.push_back(sizes);
  out = std::move(sizes);
  return Status();
}

Status Program::inferShapes(TensorSpan inputs, xrt_shape_t *shapes,
                            size_t numShapes) {
  XRT_RETURN_IF_ERROR(signature.checkInputs(inputs));
  if (numShapes != index().outputs()->size())
    return Status(XRT_STATUS_INVALID_ARGUMENT,
                  "expects room for " +
                      std::to_string(index().outputs()->size()) +
                      " outputs, got " + std::to_string(numShapes));
  std::shared_ptr<SizeSet> sizes;
  XRT_RETURN_IF_ERROR(findSizes(inputs, sizes));
  std::copy(sizes->outputShapes.begin(), sizes->outputShapes.end(), shapes);
  return Status();
}

void Program::trim() {
  states.clear();
  packedCopies->trim();
  std::lock_guard lock(sizesMutex);
  sizeSets.clear();
}
