//===- Plan.cpp - The steps of a bundle, ready to run ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/Plan.h"

#include <algorithm>

using namespace xrt;

namespace {
class PlanBuilder {
public:
  PlanBuilder(const format::Index &index, Module &module, Plan &plan)
      : index(index), module(module), plan(plan),
        kernels(index.kernels()->size()) {}

  Status run() {
    const format::TargetPlan *target = nullptr;
    XRT_RETURN_IF_ERROR(findTarget(target));
    for (uint32_t i = 0; i < index.steps()->size(); ++i) {
      const format::Step *step = (*index.steps())[i];
      PlanStep &planned = plan.steps.emplace_back();
      planned.step = step;
      planned.isCopy = step->kind() == format::StepKind_Copy;
      if (planned.isCopy)
        continue;
      planned.name = (*index.kernels())[step->kernel()]->name()->c_str();
      planned.numArgs = step->args() ? step->args()->size() : 0;
      // One more: the workspace.
      plan.maxArgs = std::max(plan.maxArgs, planned.numArgs + 1);
      if (target)
        planned.launch = (*target->launches())[i];
      XRT_RETURN_IF_ERROR(target ? addPhases(*step, planned)
                                 : addLaunch(*step, planned));
    }
    return Status();
  }

private:
  /// The plan of the module's target; null for the host.
  Status findTarget(const format::TargetPlan *&out) {
    std::string name = module.target();
    if (name.empty())
      return Status();
    if (index.plans())
      for (const format::TargetPlan *plan : *index.plans())
        if (plan->target()->str() == name)
          out = plan;
    if (out)
      return Status();
    return Status(XRT_STATUS_DAMAGED_BUNDLE,
                  "bundle has an image for " + name + ", but no plan");
  }

  Status addPhases(const format::Step &step, PlanStep &planned) {
    for (const format::Phase *phase : *planned.launch->phases()) {
      PlanPhase &added = planned.phases.emplace_back();
      added.phase = phase;
      if (phase->tensor_maps())
        plan.maxTensorMaps =
            std::max(plan.maxTensorMaps, phase->tensor_maps()->size());
      XRT_RETURN_IF_ERROR(
          module.findKernel(phase->kernel()->c_str(), added.kernel));
    }
    uint32_t numScalars = step.scalars() ? step.scalars()->size() : 0;
    plan.maxArguments =
        std::max(plan.maxArguments, planned.numArgs + 1 + numScalars);
    return Status();
  }

  Status addLaunch(const format::Step &step, PlanStep &planned) {
    XRT_RETURN_IF_ERROR(findKernel(step.kernel(), planned.kernel));
    if (!step.prepared())
      return Status();
    for (const format::Prepared *prepared : *step.prepared()) {
      PreparedSlot slot;
      slot.buffer = (*step.args())[prepared->operand()];
      slot.kernelIndex = prepared->kernel();
      XRT_RETURN_IF_ERROR(findKernel(prepared->kernel(), slot.kernel));
      if (prepared->scalars())
        slot.scalars.assign(prepared->scalars()->begin(),
                            prepared->scalars()->end());
      slot.size = prepared->size();
      slot.workItems = prepared->work_items();
      slot.scratch = prepared->scratch();
      planned.prepared.emplace_back(prepared->operand(), intern(slot));
    }
    return Status();
  }

  uint32_t intern(PreparedSlot &slot) {
    auto found = std::find(plan.slots.begin(), plan.slots.end(), slot);
    if (found == plan.slots.end())
      found = plan.slots.insert(found, std::move(slot));
    return uint32_t(found - plan.slots.begin());
  }

  Status findKernel(uint32_t kernel, void *&out) {
    void *&known = kernels[kernel];
    if (!known)
      XRT_RETURN_IF_ERROR(module.findKernel(
          (*index.kernels())[kernel]->name()->c_str(), known));
    out = known;
    return Status();
  }

  const format::Index &index;
  Module &module;
  Plan &plan;
  std::vector<void *> kernels;
};
} // namespace

Status xrt::buildPlan(const format::Index &index, Module &module, Plan &out) {
  return PlanBuilder(index, module, out).run();
}
