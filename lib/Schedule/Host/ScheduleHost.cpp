//===- ScheduleHost.cpp - Kernels to loops over work items ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/HostKernelBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace xcc::schedule {
#define GEN_PASS_DEF_SCHEDULEHOST
#include "lib/Schedule/Passes.h.inc"
} // namespace xcc::schedule

using namespace mlir;

namespace xcc::schedule {

namespace {
struct Family {
  StringLiteral name;
  FamilyGenerator generate;
};
} // namespace

static constexpr Family families[] = {
    {"map", scheduleMap},
    {"copy", scheduleCopy},
    {"contract", scheduleContract},
    {"convolution", scheduleConvolution},
    {"attention", scheduleAttention},
    {"reduce", scheduleReduce},
    {"pool", schedulePool},
    {"scan", scheduleScan},
    {"sort", scheduleSort},
    {"scatter", scheduleScatter},
};

static LogicalResult scheduleKernel(func::FuncOp kernel,
                                    const HostScheduleOptions &options) {
  auto name = kernel->getAttrOfType<StringAttr>("plan.family");
  const Family *family = llvm::find_if(
      families, [&](const Family &row) { return name == row.name; });
  if (family == std::end(families))
    return kernel.emitError()
           << "expected a kernel family that the host can schedule, got '"
           << (name ? name.getValue() : "") << "' of kernel '"
           << kernel.getName() << "'";
  for (Type type : kernel.getArgumentTypes())
    if (!isa<RankedTensorType>(type) && !type.isIndex())
      return kernel.emitError()
             << "expected a kernel of ranked tensors and sizes, got an "
                "argument of type "
             << type;
  HostKernelBuilder builder(kernel);
  if (!builder.elements().knowsAllSizes() ||
      failed(family->generate(builder, options)) ||
      !builder.elements().knowsAllSizes())
    return failure();
  builder.finish();
  return success();
}

namespace {
struct ScheduleHost : impl::ScheduleHostBase<ScheduleHost> {
  using ScheduleHostBase::ScheduleHostBase;

  void runOnOperation() override {
    HostScheduleOptions options;
    options.vectorBits = vectorBits;
    SmallVector<func::FuncOp> kernels;
    for (auto function : getOperation().getOps<func::FuncOp>())
      // A function that packs weights is made scheduled.
      if (function->hasAttr("plan.kernel") &&
          !function->hasAttr("schedule.work_items"))
        kernels.push_back(function);
    for (func::FuncOp kernel : kernels)
      if (failed(scheduleKernel(kernel, options)))
        signalPassFailure();
  }
};
} // namespace

void buildHostSchedulePipeline(OpPassManager &pm,
                               const HostScheduleOptions &options) {
  ScheduleHostOptions passOptions;
  passOptions.vectorBits = options.vectorBits;
  pm.addPass(createScheduleHost(passOptions));
  OpPassManager &functions = pm.nest<func::FuncOp>();
  functions.addPass(createExpandMath());
  functions.addPass(createCarryBF16AsBits());
  functions.addPass(createCSEPass());
  functions.addPass(createCanonicalizerPass());
}

} // namespace xcc::schedule
