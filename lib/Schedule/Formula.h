//===- Formula.h - Writing arithmetic as arithmetic -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_FORMULA_H
#define XCC_SCHEDULE_FORMULA_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"

namespace xcc::schedule {

class Formula;

/// A value in a formula: a float, an integer of the same width or a condition;
/// scalars and vectors alike.
struct Num {
  mlir::Value value;
  Formula *formula = nullptr;
};

/// Builds straight-line code in one float type (f32 or f64) and the integer
/// type of its width.
class Formula {
public:
  Formula(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type floatType);

  bool isF64() const { return element.isF64(); }
  mlir::Type type() const { return floatType; }
  mlir::Type intType() const { return integerType; }

  Num wrap(mlir::Value value) { return {value, this}; }
  /// A float constant; the integer one is integer().
  Num number(double value);
  /// One constant for f32 and another for f64.
  Num number(double forF32, double forF64) {
    return number(isF64() ? forF64 : forF32);
  }
  Num integer(int64_t value);
  Num integer(int64_t forF32, int64_t forF64) {
    return integer(isF64() ? forF64 : forF32);
  }
  Num infinity();
  Num nan();

  Num fma(Num a, Num b, Num c);
  Num select(Num condition, Num ifTrue, Num ifFalse);
  Num abs(Num x);
  Num sqrt(Num x);
  Num copySign(Num magnitude, Num sign);
  Num trunc(Num x);
  Num bitsOf(Num x);
  Num fromBits(Num bits);
  Num shiftLeft(Num x, Num amount);
  Num shiftRight(Num x, Num amount);
  Num arithmeticShiftRight(Num x, Num amount);
  Num isNan(Num x);
  Num both(Num a, Num b);
  Num either(Num a, Num b);

  /// coefficients[0] + x * (coefficients[1] + x * ...)
  Num polynomial(Num x, llvm::ArrayRef<double> coefficients);
  /// The nearest integer as float and as integer; |x| < 2^22 (2^51).
  std::pair<Num, Num> roundToInteger(Num x);
  /// An integer of small magnitude as float.
  Num toFloat(Num integer);

  mlir::OpBuilder &builder;
  mlir::Location loc;

private:
  mlir::Type element, floatType, integerType;
};

Num operator+(Num a, Num b);
Num operator-(Num a, Num b);
Num operator*(Num a, Num b);
Num operator/(Num a, Num b);
Num operator-(Num a);
Num operator<(Num a, Num b);
Num operator>(Num a, Num b);
Num operator<=(Num a, Num b);
Num operator>=(Num a, Num b);
Num operator==(Num a, Num b);

//===-- Functions
//----------------------------------------------------------===//

Num expandExp(Formula &f, Num x, int64_t addedExponent = 0);
/// exp(x + low) for a low that is small beside 1.
Num expandExpOfSum(Formula &f, Num x, Num low);
Num expandExp2(Formula &f, Num x);
Num expandExpm1(Formula &f, Num x);
Num expandSinh(Formula &f, Num x);
Num expandCosh(Formula &f, Num x);
Num expandTanh(Formula &f, Num x);
Num expandLog(Formula &f, Num x);
Num expandLog2(Formula &f, Num x);
Num expandLog10(Formula &f, Num x);
Num expandLog1p(Formula &f, Num x);
Num expandAsinh(Formula &f, Num x);
Num expandAcosh(Formula &f, Num x);
Num expandAtanh(Formula &f, Num x);
Num expandCbrt(Formula &f, Num x);
Num expandErf(Formula &f, Num x);
Num expandErfc(Formula &f, Num x);
/// f32 is computed in f64 and rounded once, or in f32 where there is no f64.
Num expandSin(Formula &f, Num x, bool wasF32);
Num expandCos(Formula &f, Num x, bool wasF32);
Num expandTan(Formula &f, Num x, bool wasF32);
Num expandAtan(Formula &f, Num x);
Num expandAtan2(Formula &f, Num y, Num x);
Num expandAsin(Formula &f, Num x);
Num expandAcos(Formula &f, Num x);
Num expandPow(Formula &f, Num x, Num y, bool wasF32);
/// fmod; of what was f32 in f64 quotients are below 2^300.
Num expandRem(Formula &f, Num x, Num y, bool wasF32);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_FORMULA_H
