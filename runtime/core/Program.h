//===- Program.h - A bundle on a device, ready to run -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_CORE_PROGRAM_H
#define XRT_CORE_PROGRAM_H

#include "runtime/core/PackedCopies.h"
#include "runtime/core/Plan.h"
#include "runtime/core/RunState.h"
#include "runtime/core/Signature.h"

#include <chrono>
#include <optional>

namespace xrt {

struct StepTimes {
  std::atomic<uint64_t> calls{0}, totalNs{0}, minNs{UINT64_MAX};
};

/// Runs from any number of threads at once; each run has a RunState to itself,
/// and only what happens once for a tuple of sizes takes a lock.
class Program {
public:
  static Status create(std::shared_ptr<const Bundle> bundle,
                       std::shared_ptr<Device> device,
                       const xrt_program_options_t &options,
                       std::unique_ptr<Program> &out);

  Status inferShapes(TensorSpan inputs, xrt_shape_t *shapes, size_t numShapes);
  Status run(TensorSpan inputs, TensorSpan outputs);
  void trim();

  const std::string &isa() const { return level; }
  int32_t numThreads() const { return device->numThreads(queueOptions); }

  void setProfiling(bool isOn);
  Status profile(size_t step, xrt_step_profile_t &out) const;
  void setTracing(bool isOn);
  std::vector<xrt_trace_event_t> takeTrace();
  Status countStep(TensorSpan inputs, size_t step, xrt_step_counts_t &out);

private:
  Program(std::shared_ptr<const Bundle> bundle, std::shared_ptr<Device> device)
      : bundle(std::move(bundle)), device(std::move(device)),
        signature(this->bundle->index()) {}

  const format::Index &index() const { return bundle->index(); }

  Status placeWeights();
  Status placeWeight(uint32_t weight, Queue &queue, void *&out);
  Status createState(std::unique_ptr<RunState> &out);
  Status findSizes(TensorSpan inputs, std::shared_ptr<SizeSet> &out);
  Status runWith(RunState &state, TensorSpan inputs, TensorSpan outputs);
  Status place(DeviceBlock &block, uint64_t bytes, const char *what);
  Status placeArena(RunState &state);
  Status placeTensors(RunState &state, TensorSpan inputs, TensorSpan outputs);
  Status runSteps(RunState &state);
  Status runStep(RunState &state, size_t step);
  Status runPhases(RunState &state, const PlanStep &planned,
                   const StepSizes &sizes, LaunchParameters &launch);
  Status copyOutputs(RunState &state, TensorSpan outputs);
  Status pack(RunState &state, TensorSpan inputs);

  using Clock = std::chrono::steady_clock;
  Status runStepsObserved(RunState &state);
  void addTime(size_t step, uint64_t ns);
  void note(xrt_trace_kind_t kind, size_t step, const LaunchPart &part);

  // Sizes come and go with the caller's batches; more are made again.
  static constexpr size_t kMaxSizeSets = 64;

  std::shared_ptr<const Bundle> bundle;
  std::shared_ptr<Device> device;
  std::unique_ptr<Module> module;
  std::string level;
  QueueOptions queueOptions;
  Signature signature;
  Plan plan;
  std::vector<void *> weightBuffers; // by buffer; null for other kinds
  std::vector<DeviceBlock> weightBlocks;
  std::vector<uint32_t> inputBuffers, outputBuffers, arenaBuffers;
  std::optional<PackedCopies> packedCopies;

  std::mutex sizesMutex;
  std::vector<std::shared_ptr<SizeSet>> sizeSets; // the latest last
  RunStatePool states;

  // Profiled or traced: looked at by each run.
  std::atomic<bool> isObserved{false};
  std::atomic<bool> isProfiling{false}, isTracing{false};
  std::unique_ptr<StepTimes[]> times;
  std::mutex traceMutex;
  std::vector<xrt_trace_event_t> trace;
};

} // namespace xrt

#endif // XRT_CORE_PROGRAM_H
