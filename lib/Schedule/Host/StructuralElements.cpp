//===- StructuralElements.cpp - Elements of structured operations ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/Fx.h"
#include "lib/Schedule/Host/ElementEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace xcc::schedule {

Value ElementEmitter::emitStructural(OpBuilder &builder, OpResult result,
                                     Indices indices) {
  Operation *op = result.getOwner();
  op->emitOpError("cannot be computed element by element on the host");
  return {};
}

} // namespace xcc::schedule
