//===- PlanApi.cpp - xrt_bundle_get_plan, _launch and _phase --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/Api.h"
#include "runtime/core/Bundle.h"

using namespace xrt;

static Status findPlan(const xrt_bundle_t *bundle, size_t number,
                       const format::TargetPlan *&out) {
  const auto *plans = bundle->object->index().plans();
  XRT_RETURN_IF_ERROR(expectIndex("a plan", number, plans ? plans->size() : 0));
  out = (*plans)[uint32_t(number)];
  return Status();
}

static Status findLaunch(const xrt_bundle_t *bundle, size_t number, size_t step,
                         const format::TargetLaunch *&out) {
  const format::TargetPlan *plan = nullptr;
  XRT_RETURN_IF_ERROR(findPlan(bundle, number, plan));
  XRT_RETURN_IF_ERROR(expectIndex("a step", step, plan->launches()->size()));
  out = (*plan->launches())[uint32_t(step)];
  return Status();
}

xrt_status_t xrt_bundle_get_plan(const xrt_bundle_t *bundle, size_t index,
                                 xrt_target_plan_t *out_plan) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_plan);
  const format::TargetPlan *plan = nullptr;
  XRT_API_RETURN_IF_ERROR(findPlan(bundle, index, plan));
  *out_plan = {plan->target()->c_str()};
  return nullptr;
}

xrt_status_t xrt_bundle_get_launch(const xrt_bundle_t *bundle, size_t plan,
                                   size_t step,
                                   xrt_target_launch_t *out_launch) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_launch);
  const format::TargetLaunch *launch = nullptr;
  XRT_API_RETURN_IF_ERROR(findLaunch(bundle, plan, step, launch));
  *out_launch = {launch->phases()->size(), launch->has_workspace(),
                 launch->workspace()};
  return nullptr;
}

xrt_status_t xrt_bundle_get_phase(const xrt_bundle_t *bundle, size_t plan,
                                  size_t step, size_t phase,
                                  xrt_phase_t *out_phase) {
  XRT_EXPECT(bundle);
  XRT_EXPECT(out_phase);
  const format::TargetLaunch *launch = nullptr;
  XRT_API_RETURN_IF_ERROR(findLaunch(bundle, plan, step, launch));
  XRT_API_RETURN_IF_ERROR(
      expectIndex("a phase", phase, launch->phases()->size()));
  const format::Phase &found = *(*launch->phases())[uint32_t(phase)];
  *out_phase = {found.kernel()->c_str(),
                {(*found.grid())[0], (*found.grid())[1], (*found.grid())[2]},
                found.threads(),
                found.shared_bytes(),
                found.tensor_maps() ? found.tensor_maps()->size() : 0};
  return nullptr;
}
