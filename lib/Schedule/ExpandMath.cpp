//===- ExpandMath.cpp - Math functions as straight-line arithmetic --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace xcc::schedule {
#define GEN_PASS_DEF_EXPANDMATH
#include "lib/Schedule/Passes.h.inc"
} // namespace xcc::schedule

using namespace mlir;

namespace xcc::schedule {

namespace {
struct ExpandMath : impl::ExpandMathBase<ExpandMath> {
  void runOnOperation() override {}
};
} // namespace

} // namespace xcc::schedule
