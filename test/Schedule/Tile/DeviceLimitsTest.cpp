//===- DeviceLimitsTest.cpp - What a device cannot do is an error ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/plan/Plan.h"
#include "dialects/tile/Tile.h"
#include "lib/Schedule/Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "gtest/gtest.h"

using namespace mlir;

static constexpr llvm::StringLiteral twice = R"(
func.func private @twice(%x: tensor<8xf64>) -> tensor<8xf64>
    attributes {plan.kernel, plan.family = "map"} {
  %e = tensor.empty() : tensor<8xf64>
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]} ins(%x : tensor<8xf64>) outs(%e : tensor<8xf64>) {
  ^bb0(%a: f64, %o: f64):
    %s = arith.addf %a, %a : f64
    linalg.yield %s : f64
  } -> tensor<8xf64>
  return %r : tensor<8xf64>
})";

/// The errors of scheduling `twice` for `device`.
static std::string errorsOn(const xcc::DeviceDescription &device) {
  MLIRContext context;
  context.disableMultithreading();
  context.loadDialect<arith::ArithDialect, func::FuncDialect,
                      linalg::LinalgDialect, memref::MemRefDialect,
                      tensor::TensorDialect, xcc::plan::PlanDialect,
                      xcc::tile::TileDialect>();
  std::string errors;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    errors += diagnostic.str();
    return success();
  });
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(twice, &context, "twice");
  PassManager pm(&context);
  xcc::schedule::buildTileSchedulePipeline(pm, device);
  bool isScheduled = module && succeeded(pm.run(*module));
  EXPECT_EQ(isScheduled, errors.empty()) << errors;
  return errors;
}

TEST(DeviceLimits, WithoutF64) {
  xcc::DeviceDescription device = {};
  device.lanesPerWarp = 16;
  device.maxThreadsPerBlock = 512;
  device.sharedBytesPerBlock = 65536;
  device.sharedBanks = 32;
  device.registersPerThread = 128;
  device.maxVectorBytes = 16;
  device.numProcessors = 32;
  device.hasF64 = true;
  EXPECT_EQ(errorsOn(device), "");
  device.hasF64 = false;
  EXPECT_NE(errorsOn(device).find(
                "an operation computes in f64, which the device has not; f32 "
                "can be computed there"),
            std::string::npos);
}
