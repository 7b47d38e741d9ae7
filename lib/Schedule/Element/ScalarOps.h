//===- ScalarOps.h - Scalar operations on any element type ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_ELEMENT_SCALAROPS_H
#define XCC_SCHEDULE_ELEMENT_SCALAROPS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

namespace xcc::schedule {

/// Scalar code at one place; floats, signed and unsigned integers alike.
struct ScalarOps {
  mlir::OpBuilder &builder;
  mlir::Location loc;
  /// Integers of the tensor's element type are compared without sign.
  bool isUnsigned = false;

  mlir::Value constant(mlir::Type type, double value);
  mlir::Value index(int64_t value);
  /// The smallest or largest value there is; infinite for floats.
  mlir::Value lowest(mlir::Type type);
  mlir::Value highest(mlir::Type type);

  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value mul(mlir::Value lhs, mlir::Value rhs);
  /// NaN wins.
  mlir::Value max(mlir::Value lhs, mlir::Value rhs);
  mlir::Value min(mlir::Value lhs, mlir::Value rhs);
  mlir::Value less(mlir::Value lhs, mlir::Value rhs);
  /// The order of sorting: NaN after everything.
  mlir::Value precedes(mlir::Value lhs, mlir::Value rhs);
  mlir::Value isNan(mlir::Value value);
  mlir::Value both(mlir::Value lhs, mlir::Value rhs);
  mlir::Value either(mlir::Value lhs, mlir::Value rhs);
  mlir::Value negate(mlir::Value condition);
  mlir::Value select(mlir::Value condition, mlir::Value lhs, mlir::Value rhs);

  /// Signed comparisons of index values.
  mlir::Value isBelow(mlir::Value lhs, mlir::Value rhs);
  mlir::Value clamp(mlir::Value value, mlir::Value low, mlir::Value high);
  mlir::Value toIndex(mlir::Value integer);
  /// A small index as a float.
  mlir::Value indexToFloat(mlir::Value index, mlir::Type type);

  /// Between float types, of whatever width.
  mlir::Value convertFloat(mlir::Value value, mlir::Type type);
  /// Rounds to `type`, unless whoever reads the result wants more.
  mlir::Value roundImplied(mlir::Value value, mlir::Type type);
};

/// An attention's mask in the units of its scores, of powers of two. Numbers
/// stay finite: a row masked by the lowest one sees all keys alike, where one
/// of minus infinity sees none. `constant` makes numbers of the mask's type.
mlir::Value scaleMask(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value mask,
                      llvm::function_ref<mlir::Value(double)> constant);

/// The type that sums of `element` are added up in: f32 for narrow floats.
mlir::Type accumulatorType(mlir::Type element);

/// True if `op` treats integers of its operand's element type as unsigned.
bool isUnsignedElement(mlir::Operation *op, mlir::Type element);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_ELEMENT_SCALAROPS_H
