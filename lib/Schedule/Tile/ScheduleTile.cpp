//===- ScheduleTile.cpp - Kernels to block programs -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Schedule.h"
#include "lib/Schedule/Tile/TileKernelBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

#include "llvm/ADT/StringExtras.h"

namespace xcc::schedule {
#define GEN_PASS_DEF_SCHEDULETILE
#include "lib/Schedule/Passes.h.inc"
} // namespace xcc::schedule

using namespace mlir;

namespace xcc::schedule {

namespace {
struct Family {
  StringLiteral name;
  TileGenerator generate;
};
} // namespace

static constexpr Family families[] = {
    {"map", scheduleTileMap},
    {"copy", scheduleTileCopy},
    {"reduce", scheduleTileReduce},
    {"contract", scheduleTileContract},
    {"convolution", scheduleTileConvolution},
    {"pool", scheduleTilePool},
    {"attention", scheduleTileAttention},
    {"scan", scheduleTileScan},
    {"scatter", scheduleTileScatter},
    {"sort", scheduleTileSort},
};

static StringRef nameOf(const Family &family) { return family.name; }

static LogicalResult checkElement(Operation *op, Type element,
                                  const DeviceDescription &device) {
  if (element.isF64() && !device.hasF64)
    // The model's operation is at that line; this one is what became of it.
    return op->emitError("an operation computes in f64, which the device has "
                         "not; f32 can be computed there");
  return success();
}

static LogicalResult checkTypes(func::FuncOp kernel,
                                const DeviceDescription &device) {
  for (Type type : kernel.getArgumentTypes())
    if (!isa<RankedTensorType>(type) && !type.isIndex())
      return kernel.emitError()
             << "expected a kernel of ranked tensors and sizes, got an "
                "argument of type "
             << type;
  WalkResult found = kernel.walk([&](Operation *op) {
    // Constants have no line; whoever uses them has.
    if (op->hasTrait<OpTrait::ConstantLike>())
      return WalkResult::advance();
    SmallVector<Type> types(op->getOperandTypes());
    llvm::append_range(types, op->getResultTypes());
    for (Type type : types)
      if (failed(checkElement(op, getElementTypeOrSelf(type), device)))
        return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return failure(found.wasInterrupted());
}

static LogicalResult scheduleKernel(func::FuncOp kernel,
                                    const DeviceDescription &device) {
  auto name = kernel->getAttrOfType<StringAttr>("plan.family");
  const Family *family = llvm::find_if(
      families, [&](const Family &row) { return name == row.name; });
  if (family == std::end(families))
    return kernel.emitError()
           << "expected a kernel family that can be scheduled for blocks of "
              "threads ("
           << llvm::join(llvm::map_range(families, nameOf), ", ") << "), got '"
           << (name ? name.getValue() : "") << "' of kernel '"
           << kernel.getName() << "'";
  if (failed(checkTypes(kernel, device)))
    return failure();
  TileKernelBuilder builder(kernel, device);
  if (!builder.elements().knowsAllSizes() ||
      failed(family->generate(builder)) || !builder.elements().knowsAllSizes())
    return failure();
  builder.finish();
  return success();
}

namespace {
struct ScheduleTile : impl::ScheduleTileBase<ScheduleTile> {
  using ScheduleTileBase::ScheduleTileBase;
  explicit ScheduleTile(const DeviceDescription &description)
      : description(&description) {}

  void runOnOperation() override {
    const DeviceDescription *found =
        description ? description : findDevice(device);
    if (!found) {
      getOperation().emitError()
          << "expected the name of a device that schedules are made for, got '"
          << device << "'";
      return signalPassFailure();
    }
    SmallVector<func::FuncOp> kernels;
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr("plan.kernel") &&
          !function->hasAttr(tile::gridAttrName))
        kernels.push_back(function);
    for (func::FuncOp kernel : kernels)
      if (failed(scheduleKernel(kernel, *found)))
        signalPassFailure();
  }

  const DeviceDescription *description = nullptr;
};
} // namespace

void buildTileSchedulePipeline(OpPassManager &pm,
                               const DeviceDescription &device) {
  pm.addNestedPass<func::FuncOp>(createExpandWindows());
  pm.addPass(std::make_unique<ScheduleTile>(device));
  OpPassManager &functions = pm.nest<func::FuncOp>();
  functions.addPass(createCanonicalizerPass());
  functions.addPass(createCSEPass());
  AllocateSharedOptions options;
  options.limitBytes = device.sharedBytesPerBlock;
  functions.addPass(createAllocateShared(options));
}

} // namespace xcc::schedule
