//===- Scalar.h - Scalar arithmetic written as expressions ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The body of an element-wise operation reads as its formula: operators make
// arith and math operations.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FRONTEND_SCALAR_H
#define XCC_LIB_FRONTEND_SCALAR_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace xcc::frontend {

/// A scalar value with the builder that extends it and, for integers, whether
/// it counts as unsigned. Booleans are unsigned.
struct Scalar {
  mlir::ImplicitLocOpBuilder *builder = nullptr;
  mlir::Value value;
  bool isUnsigned = false;

  mlir::Type type() const { return value.getType(); }
  bool isFloat() const { return mlir::isa<mlir::FloatType>(type()); }
  bool isBool() const { return type().isInteger(1); }
  unsigned bits() const { return type().getIntOrFloatBitWidth(); }

  /// `value` in this scalar's type; saturates integers.
  Scalar constant(double value) const;
  Scalar integer(int64_t value) const;
  /// The compile-time value, if this is a constant float.
  std::optional<double> asConstant() const;
  /// The same kind of scalar, holding `other`.
  Scalar with(mlir::Value other) const {
    return {builder, other, other.getType().isInteger(1) || isUnsigned};
  }

  template <typename MathOp, typename... Args>
  Scalar apply(Args... args) const {
    return with(MathOp::create(*builder, value, args.value...));
  }
};

Scalar operator+(Scalar lhs, Scalar rhs);
Scalar operator-(Scalar lhs, Scalar rhs);
Scalar operator*(Scalar lhs, Scalar rhs);
/// Floats only.
Scalar operator/(Scalar lhs, Scalar rhs);
Scalar operator-(Scalar operand);
Scalar operator+(Scalar lhs, double rhs);
Scalar operator-(Scalar lhs, double rhs);
Scalar operator*(Scalar lhs, double rhs);
Scalar operator*(double lhs, Scalar rhs);
Scalar operator/(double lhs, Scalar rhs);
/// Bitwise; logical for booleans.
Scalar operator&(Scalar lhs, Scalar rhs);
Scalar operator|(Scalar lhs, Scalar rhs);
Scalar operator^(Scalar lhs, Scalar rhs);
Scalar operator~(Scalar operand);

/// Comparisons: false on NaN, but notEqual, which is true.
Scalar less(Scalar lhs, Scalar rhs);
Scalar lessEqual(Scalar lhs, Scalar rhs);
Scalar equal(Scalar lhs, Scalar rhs);
Scalar notEqual(Scalar lhs, Scalar rhs);
Scalar isNonZero(Scalar operand);

Scalar select(Scalar condition, Scalar ifTrue, Scalar ifFalse);
/// NaN wins.
Scalar maximum(Scalar lhs, Scalar rhs);
Scalar minimum(Scalar lhs, Scalar rhs);
Scalar absolute(Scalar operand);
Scalar exponential(Scalar operand);

/// The type arithmetic happens in: f32 for f16 and bf16, else the type itself,
/// signless.
mlir::Type computeType(mlir::Type element);
/// `element` as the normalised IR stores it: unsigned integers are signless.
mlir::Type storageType(mlir::Type element);
/// A stored element as a scalar of the compute type; the rounding that made it
/// may be dropped when its producer is fused.
Scalar toCompute(mlir::ImplicitLocOpBuilder &builder, mlir::Value stored,
                 mlir::Type element);
/// Back from the compute type, rounding once.
mlir::Value toStorage(Scalar scalar, mlir::Type element);
/// `scalar`, an element of type `from`, converted as fx.to does.
mlir::Value convertElement(Scalar scalar, mlir::Type from, mlir::Type to);

} // namespace xcc::frontend

#endif // XCC_LIB_FRONTEND_SCALAR_H
