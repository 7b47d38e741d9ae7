//===- IndexSum.cpp - Index expressions as sums of products ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/IndexSum.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace xcc::thread {

Facts IndexSum::facts() const {
  Facts result = Facts::of(constant);
  for (const Term &term : terms)
    result = result + term.facts * Facts::of(term.factor);
  return result;
}

IndexSum &IndexSum::operator+=(const IndexSum &other) {
  constant += other.constant;
  for (const Term &term : other.terms) {
    auto *mine = llvm::find_if(
        terms, [&](const Term &own) { return own.value == term.value; });
    if (mine == terms.end()) {
      terms.push_back(term);
      continue;
    }
    mine->factor += term.factor;
    if (mine->factor == 0)
      terms.erase(mine);
  }
  return *this;
}

IndexSum &IndexSum::operator*=(int64_t factor) {
  constant *= factor;
  if (factor == 0)
    terms.clear();
  for (Term &term : terms)
    term.factor *= factor;
  return *this;
}

//===-- Single operations -------------------------------------------------===//

bool IndexArithmetic::isOfEntry(Value value) const {
  return value.getParentBlock() == entry.getInsertionBlock();
}

Value IndexArithmetic::once(StringRef name, Value lhs, Value rhs,
                            int64_t detail,
                            function_ref<Value(OpBuilder &)> make) {
  bool isHoisted = isOfEntry(lhs) && (!rhs || isOfEntry(rhs));
  Value &known =
      (isHoisted
           ? global
           : local)[Key(name.data(), lhs.getAsOpaquePointer(),
                        rhs ? rhs.getAsOpaquePointer() : nullptr, detail)];
  if (!known)
    known = make(isHoisted ? entry : builder);
  return known;
}

Value IndexArithmetic::constant(int64_t value, Type type) {
  TypedAttr attr = entry.getIntegerAttr(type, value);
  Value &known = constants[attr];
  if (!known)
    known = arith::ConstantOp::create(entry, entry.getUnknownLoc(), attr);
  return known;
}

Value IndexArithmetic::add(Location loc, Value lhs, Value rhs) {
  return once(arith::AddIOp::getOperationName(), lhs, rhs, 0,
              [&](OpBuilder &at) -> Value {
                return arith::AddIOp::create(at, loc, lhs, rhs,
                                             arith::IntegerOverflowFlags::nsw);
              });
}

Value IndexArithmetic::multiply(Location loc, Value lhs, int64_t factor) {
  if (factor == 1)
    return lhs;
  return once(arith::MulIOp::getOperationName(), lhs, Value(), factor,
              [&](OpBuilder &at) -> Value {
                return arith::MulIOp::create(at, loc, lhs,
                                             constant(factor, lhs.getType()),
                                             arith::IntegerOverflowFlags::nsw);
              });
}

Value IndexArithmetic::compare(Location loc, arith::CmpIPredicate predicate,
                               Value lhs, Value rhs) {
  return once(arith::CmpIOp::getOperationName(), lhs, rhs, int64_t(predicate),
              [&](OpBuilder &at) -> Value {
                return arith::CmpIOp::create(at, loc, predicate, lhs, rhs);
              });
}

Value IndexArithmetic::toI64(Location loc, Value value) {
  if (value.getType().isInteger(64))
    return value;
  return once(arith::ExtUIOp::getOperationName(), value, Value(), 0,
              [&](OpBuilder &at) -> Value {
                return arith::ExtUIOp::create(at, loc, at.getI64Type(), value);
              });
}

Value IndexArithmetic::signedToI64(Location loc, Value value) {
  if (value.getType().isInteger(64))
    return value;
  return once(arith::ExtSIOp::getOperationName(), value, Value(), 0,
              [&](OpBuilder &at) -> Value {
                return arith::ExtSIOp::create(at, loc, at.getI64Type(), value);
              });
}

Value IndexArithmetic::toI32(Location loc, Value value) {
  if (value.getType().isInteger(32))
    return value;
  return once(arith::TruncIOp::getOperationName(), value, Value(), 0,
              [&](OpBuilder &at) -> Value {
                return arith::TruncIOp::create(at, loc, at.getI32Type(), value);
              });
}

Value IndexArithmetic::offsetPointer(Location loc, Value pointer, Type element,
                                     Value index) {
  // Only its size counts, and not every target has the type.
  if (element.isBF16())
    element = builder.getI16Type();
  int64_t detail = int64_t(reinterpret_cast<intptr_t>(element.getImpl()));
  return once(LLVM::GEPOp::getOperationName(), pointer, index, detail,
              [&](OpBuilder &at) -> Value {
                return LLVM::GEPOp::create(at, loc, pointer.getType(), element,
                                           pointer, ValueRange{index});
              });
}

//===-- Sums --------------------------------------------------------------===//

Value IndexArithmetic::sumOf(Location loc, const IndexSum &sum, Type type,
                             function_ref<bool(const Term &)> filter) {
  // Entry values first: their part of the sum leaves the loops.
  SmallVector<const Term *> chosen;
  for (const Term &term : sum.terms)
    if (filter(term))
      chosen.push_back(&term);
  llvm::stable_sort(chosen, [&](const Term *lhs, const Term *rhs) {
    return isOfEntry(lhs->value) > isOfEntry(rhs->value);
  });
  Value total;
  for (const Term *term : chosen) {
    Value value =
        type.isInteger(64) ? toI64(loc, term->value) : toI32(loc, term->value);
    value = multiply(loc, value, term->factor);
    total = total ? add(loc, total, value) : value;
  }
  return total;
}

Value IndexArithmetic::materialize(Location loc, const IndexSum &sum,
                                   Type type) {
  // A thread's numbers are small: their sum is made in 32 bits if it fits.
  IndexSum threads;
  for (const Term &term : sum.terms)
    if (term.isThreadNumber())
      threads.terms.push_back(term);
  bool isNarrow = threads.facts().isWithin(0, INT32_MAX);
  auto isThread = [](const Term &term) { return term.isThreadNumber(); };
  Value total = sumOf(loc, sum, type, [&](const Term &term) {
    return !isNarrow || !isThread(term);
  });
  if (isNarrow) {
    Value narrow = sumOf(loc, threads, builder.getI32Type(), isThread);
    if (narrow && type.isInteger(64))
      narrow = toI64(loc, narrow);
    total = !total ? narrow : !narrow ? total : add(loc, narrow, total);
  }
  if (!total)
    return constant(sum.constant, type);
  if (sum.constant == 0)
    return total;
  return add(loc, total, constant(sum.constant, type));
}

IndexSum IndexArithmetic::multiply(Location loc, const IndexSum &lhs,
                                   const IndexSum &rhs) {
  IndexSum result = lhs.isConstant() ? rhs : lhs;
  const IndexSum &other = lhs.isConstant() ? lhs : rhs;
  if (other.isConstant())
    return result *= other.constant;
  IndexSum total = IndexSum::of(0);
  // One factor is a size or stride: (a + b + 3) * s = a*s + b*s + 3*s.
  Value factor = materialize(loc, other, builder.getI64Type());
  bool isUniform = llvm::all_of(
      other.terms, [](const Term &term) { return term.isUniform; });
  for (const Term &term : result.terms) {
    Value product = apply<arith::MulIOp>(loc, toI64(loc, term.value), factor);
    IndexSum one = IndexSum::of(product, term.facts * other.facts(),
                                term.isUniform && isUniform);
    total += one *= term.factor;
  }
  IndexSum rest = other;
  return total += rest *= result.constant;
}

/// A power of two is divided by with a shift, which rounds down; anything else
/// must not be negative.
Value IndexArithmetic::divideValue(Location loc, bool isRemainder,
                                   const IndexSum &lhs, int64_t divisor) {
  Facts facts = lhs.facts();
  bool isNarrow = facts.isWithin(0, INT32_MAX);
  Type type = isNarrow ? builder.getI32Type() : builder.getI64Type();
  Value value = materialize(loc, lhs, type);
  if (llvm::isPowerOf2_64(divisor)) {
    if (isRemainder)
      return apply<arith::AndIOp>(loc, value, constant(divisor - 1, type));
    return apply<arith::ShRSIOp>(loc, value,
                                 constant(llvm::Log2_64(divisor), type));
  }
  Value by = constant(divisor, type);
  if (facts.least >= 0)
    return isRemainder ? apply<arith::RemUIOp>(loc, value, by)
                       : apply<arith::DivUIOp>(loc, value, by);
  Value quotient = apply<arith::FloorDivSIOp>(loc, value, by);
  if (!isRemainder)
    return quotient;
  return apply<arith::SubIOp>(loc, value, multiply(loc, quotient, divisor));
}

/// lhs = divisor * whole + part, with what is divisible term by term in whole.
static std::pair<IndexSum, IndexSum> splitMultiples(const IndexSum &lhs,
                                                    int64_t divisor) {
  IndexSum whole, part;
  for (const Term &term : lhs.terms) {
    bool isMultiple = term.factor % divisor == 0;
    Term moved = term;
    if (isMultiple)
      moved.factor /= divisor;
    (isMultiple ? whole : part).terms.push_back(moved);
  }
  int64_t rest = lhs.constant % divisor;
  if (rest < 0)
    rest += divisor;
  part.constant = rest;
  whole.constant = (lhs.constant - rest) / divisor;
  return {whole, part};
}

IndexSum IndexArithmetic::divide(Location loc, AffineExprKind kind,
                                 const IndexSum &lhs, const IndexSum &rhs) {
  bool isRemainder = kind == AffineExprKind::Mod;
  auto isUniform = [](const IndexSum &sum) {
    return llvm::all_of(sum.terms, [](const Term &t) { return t.isUniform; });
  };
  if (!rhs.isConstant()) {
    // Sizes are positive and what is divided by them is a coordinate.
    Value value = materialize(loc, lhs, builder.getI64Type());
    Value by = materialize(loc, rhs, builder.getI64Type());
    if (kind == AffineExprKind::CeilDiv)
      value = add(loc, value,
                  apply<arith::SubIOp>(loc, by, constant(1, by.getType())));
    Value result = isRemainder ? apply<arith::RemSIOp>(loc, value, by)
                               : apply<arith::DivSIOp>(loc, value, by);
    return IndexSum::of(result, Facts(), isUniform(lhs) && isUniform(rhs));
  }
  int64_t divisor = rhs.constant;
  IndexSum dividend = lhs;
  if (kind == AffineExprKind::CeilDiv)
    dividend.constant += divisor - 1;
  auto [whole, part] = splitMultiples(dividend, divisor);
  Facts facts = part.facts();
  if (facts.isWithin(0, divisor - 1))
    return isRemainder ? part : whole;
  Value value = divideValue(loc, isRemainder, part, divisor);
  Facts result =
      isRemainder ? modulo(facts, divisor) : floorDiv(facts, divisor);
  bool isShared = isUniform(part);
  if (isShared)
    value = toI64(loc, value);
  IndexSum sum = IndexSum::of(value, result, isShared);
  return isRemainder ? sum : whole += sum;
}

IndexSum IndexArithmetic::evaluate(Location loc, AffineExpr expr,
                                   ArrayRef<IndexSum> dims,
                                   ArrayRef<IndexSum> symbols) {
  if (auto number = dyn_cast<AffineConstantExpr>(expr))
    return IndexSum::of(number.getValue());
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return dims[dim.getPosition()];
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbols[symbol.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  IndexSum lhs = evaluate(loc, binary.getLHS(), dims, symbols);
  IndexSum rhs = evaluate(loc, binary.getRHS(), dims, symbols);
  if (expr.getKind() == AffineExprKind::Add)
    return lhs += rhs;
  if (expr.getKind() == AffineExprKind::Mul)
    return multiply(loc, lhs, rhs);
  return divide(loc, expr.getKind(), lhs, rhs);
}

//===-- Bounds and pointers -----------------------------------------------===//

/// uniform + threads + constant >= 0 where the threads' part is small: the
/// uniform part is brought into 32 bits once, then compared with.
Value IndexArithmetic::isThreadInside(Location loc, const IndexSum &sum) {
  Type i32 = builder.getI32Type(), i64 = builder.getI64Type();
  IndexSum uniform, gains, losses;
  for (const Term &term : sum.terms)
    (term.isUniform    ? uniform
     : term.factor > 0 ? gains
                       : losses)
        .terms.push_back(term);
  Facts gained = gains.facts();
  losses *= -1;
  Facts lost = losses.facts() + Facts::of(-sum.constant);
  constexpr int64_t kLimit = int64_t(1) << 28;
  if (!gained.isWithin(0, kLimit) || !lost.isWithin(-kLimit, kLimit))
    return Value();
  Value limit = materialize(loc, uniform, i64);
  if (!uniform.facts().isWithin(INT32_MIN, INT32_MAX)) {
    limit = apply<arith::MinSIOp>(loc, limit, constant(1 << 30, i64));
    limit = apply<arith::MaxSIOp>(loc, limit, constant(-(1 << 30), i64));
  }
  limit = toI32(loc, limit);
  if (!gains.terms.empty())
    limit = add(loc, limit, materialize(loc, gains, i32));
  losses.constant = -sum.constant;
  return compare(loc, arith::CmpIPredicate::sge, limit,
                 materialize(loc, losses, i32));
}

Value IndexArithmetic::isInside(Location loc, const IndexSum &sum,
                                bool isEquality) {
  Facts facts = sum.facts();
  if (isEquality ? facts.isWithin(0, 0) : facts.least >= 0)
    return Value();
  Type i64 = builder.getI64Type();
  if (sum.isConstant())
    return constant(isEquality ? sum.constant == 0 : sum.constant >= 0,
                    builder.getI1Type());
  bool isByThread = llvm::all_of(sum.terms, [](const Term &term) {
    return term.isUniform || term.isThreadNumber();
  });
  bool isUniform =
      llvm::all_of(sum.terms, [](const Term &term) { return term.isUniform; });
  if (isByThread && !isUniform && !isEquality)
    if (Value result = isThreadInside(loc, sum))
      return result;
  IndexSum rest = sum;
  rest.constant = 0;
  return compare(
      loc, isEquality ? arith::CmpIPredicate::eq : arith::CmpIPredicate::sge,
      materialize(loc, rest, i64), constant(-sum.constant, i64));
}

Value IndexArithmetic::pointerTo(Location loc, Value base, Type element,
                                 const IndexSum &sum) {
  Type i64 = builder.getI64Type();
  // The block's part first: it may live in registers that threads share.
  Value uniform =
      sumOf(loc, sum, i64, [](const Term &term) { return term.isUniform; });
  if (uniform)
    base = offsetPointer(loc, base, element, uniform);
  IndexSum rest;
  for (const Term &term : sum.terms)
    if (!term.isUniform)
      rest.terms.push_back(term);
  if (!rest.isConstant())
    base = offsetPointer(loc, base, element, materialize(loc, rest, i64));
  if (sum.constant != 0)
    base = offsetPointer(loc, base, element, constant(sum.constant, i64));
  return base;
}

} // namespace xcc::thread
