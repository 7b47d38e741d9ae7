//===- ProgramObserve.cpp - Times, traces and counts of runs --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/Api.h"
#include "runtime/core/Program.h"
#include "runtime/format/Expr.h"

using namespace xrt;

void Program::setProfiling(bool isOn) {
  if (isOn)
    for (size_t i = 0; i < plan.steps.size(); ++i) {
      times[i].calls = 0;
      times[i].totalNs = 0;
      times[i].minNs = UINT64_MAX;
    }
  isProfiling = isOn;
  isObserved = isProfiling || isTracing;
}

void Program::setTracing(bool isOn) {
  if (isOn)
    takeTrace();
  isTracing = isOn;
  isObserved = isProfiling || isTracing;
}

Status Program::profile(size_t step, xrt_step_profile_t &out) const {
  XRT_RETURN_IF_ERROR(expectIndex("a step", step, plan.steps.size()));
  uint64_t calls = times[step].calls;
  out = {plan.steps[step].name, calls, times[step].totalNs,
         calls ? times[step].minNs.load() : 0};
  return Status();
}

std::vector<xrt_trace_event_t> Program::takeTrace() {
  std::lock_guard lock(traceMutex);
  return std::exchange(trace, {});
}

static uint64_t toNs(std::chrono::steady_clock::duration duration) {
  return uint64_t(
      std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count());
}

void Program::note(xrt_trace_kind_t kind, size_t step, const LaunchPart &part) {
  if (!isTracing)
    return;
  std::lock_guard lock(traceMutex);
  trace.push_back({kind, step, part.thread, part.beginItem, part.endItem,
                   toNs(part.begin.time_since_epoch()),
                   toNs(part.end.time_since_epoch())});
}

void Program::addTime(size_t number, uint64_t ns) {
  StepTimes &step = times[number];
  ++step.calls;
  step.totalNs += ns;
  uint64_t least = step.minNs.load();
  while (ns < least && !step.minNs.compare_exchange_weak(least, ns))
    ;
}

Status Program::runStepsObserved(RunState &state) {
  std::vector<LaunchPart> parts;
  state.parts = isTracing ? &parts : nullptr;
  Status status;
  for (size_t i = 0; i < plan.steps.size() && status.isOk(); ++i) {
    parts.clear();
    Clock::time_point begin = Clock::now();
    status = runStep(state, i);
    if (status.isOk())
      status = state.queue->synchronize();
    Clock::time_point end = Clock::now();
    if (isProfiling)
      addTime(i, toNs(end - begin));
    for (const LaunchPart &part : parts)
      note(XRT_TRACE_PART, i, part);
    note(XRT_TRACE_STEP, i, {0, 0, 0, begin, end});
  }
  state.parts = nullptr;
  return status;
}

Status Program::countStep(TensorSpan inputs, size_t number,
                          xrt_step_counts_t &out) {
  XRT_RETURN_IF_ERROR(signature.checkInputs(inputs));
  XRT_RETURN_IF_ERROR(expectIndex("a step", number, plan.steps.size()));
  std::shared_ptr<SizeSet> sizes;
  XRT_RETURN_IF_ERROR(findSizes(inputs, sizes));
  out = {};
  const PlanStep &planned = plan.steps[number];
  if (planned.isCopy) {
    auto bytes = int64_t(sizes->steps[number].copyBytes);
    out = {true, 0, bytes, bytes};
    return Status();
  }
  auto values = format::evaluateExprs(*index().exprs(), sizes->symbols.data());
  auto isKnown = [&](uint32_t expr) {
    return expr < values.size() && values[expr];
  };
  const format::Step &step = *planned.step;
  if (isKnown(step.flops()) && isKnown(step.read_bytes()) &&
      isKnown(step.written_bytes()))
    out = {true, *values[step.flops()], *values[step.read_bytes()],
           *values[step.written_bytes()]};
  return Status();
}
