//===- Elementwise.cpp - Running element-wise operations ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/interpreter/ElementwiseMeaning.h"
#include "dialects/fx/interpreter/Evaluation.h"
#include "dialects/fx/weights/Elements.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringMap.h"

#include <cmath>

using namespace mlir;

namespace xcc::fx {

static const ElementwiseMeaning *rowOf(Operation *op) {
  static const auto byName = [] {
    llvm::StringMap<const ElementwiseMeaning *> map;
    for (const ElementwiseMeaning &row : elementwiseMeanings())
      map[row.op] = &row;
    return map;
  }();
  return byName.lookup(op->getName().getStringRef());
}

// Strides of every operand as broadcast to the result, then the result's own.
static SmallVector<SmallVector<int64_t>> allStrides(Evaluation &e) {
  ArrayRef<int64_t> shape = e.results[0].shape();
  SmallVector<SmallVector<int64_t>> strides;
  for (const Tensor &operand : e.operands)
    strides.push_back(broadcastStrides(operand.shape(), shape));
  strides.push_back(rowMajorStrides(shape));
  return strides;
}

// Calls body(x, number of the result's element) with one element of each of
// the operands, which are all of kind X.
template <typename X, typename Body>
static void forEachElement(Evaluation &e, Body body) {
  SmallVector<SmallVector<int64_t>> strides = allStrides(e);
  size_t count = e.operands.size();
  SmallVector<ArrayRef<X>> inputs;
  for (const Tensor &operand : e.operands)
    inputs.push_back(operand.values<X>());
  SmallVector<int64_t> steps;
  for (auto &stride : strides)
    steps.push_back(stride.empty() ? 0 : stride.back());
  forEachRow(e.results[0].shape(), strides,
             [&](ArrayRef<int64_t> offsets, int64_t length) {
               X x[3];
               for (int64_t i = 0; i < length; ++i) {
                 for (size_t k = 0; k < count; ++k)
                   x[k] = inputs[k][offsets[k] + i * steps[k]];
                 body(x, offsets[count] + i);
               }
             });
}

// `to`, whose kind of element changes.
static LogicalResult runTo(Evaluation &e);

static LogicalResult runWhere(Evaluation &e, const Tensor &condition,
                              const Tensor &ifTrue, const Tensor &ifFalse) {
  Tensor &result = e.results[0];
  SmallVector<int64_t> strides[] = {
      broadcastStrides(condition.shape(), result.shape()),
      broadcastStrides(ifTrue.shape(), result.shape()),
      broadcastStrides(ifFalse.shape(), result.shape()),
      rowMajorStrides(result.shape())};
  visitElements(result, [&](auto kind) {
    using T = decltype(kind);
    auto chosen = condition.values<int64_t>();
    auto a = ifTrue.values<T>(), b = ifFalse.values<T>();
    auto to = result.mutableValues<T>();
    auto step = [&](int k) {
      return strides[k].empty() ? 0 : strides[k].back();
    };
    forEachRow(result.shape(), strides, [&](ArrayRef<int64_t> at, int64_t n) {
      for (int64_t i = 0; i < n; ++i)
        to[at[3] + i] = chosen[at[0] + i * step(0)] ? a[at[1] + i * step(1)]
                                                    : b[at[2] + i * step(2)];
    });
  });
  return success();
}

bool hasElementwiseMeaning(Operation *op) {
  return isa<ToOp, WhereOp, MaskedFillOp>(op) || rowOf(op);
}

static LogicalResult runOnInts(Evaluation &e, const ElementwiseMeaning &row,
                               Parameters parameters) {
  if (row.dividesByRhs &&
      llvm::is_contained(e.operands[1].values<int64_t>(), 0))
    return e.op->emitOpError("divides an integer by zero");
  Type type = e.results[0].elementType();
  auto to = e.results[0].mutableValues<int64_t>();
  // The complement of a boolean is its negation.
  bool isNot = isa<BitwiseNotOp>(e.op) && type.isInteger(1);
  forEachElement<int64_t>(e, [&](const int64_t *x, int64_t i) {
    to[i] = isNot ? !x[0] : wrapToType(row.ints(x, parameters), type);
  });
  return success();
}

LogicalResult runElementwise(Evaluation &e) {
  if (isa<ToOp>(e.op))
    return runTo(e);
  if (isa<WhereOp>(e.op))
    return runWhere(e, e.operands[0], e.operands[1], e.operands[2]);
  if (isa<MaskedFillOp>(e.op))
    return runWhere(e, e.operands[1], e.operands[2], e.operands[0]);
  const ElementwiseMeaning &row = *rowOf(e.op);
  SmallVector<double> parameters;
  if (row.parameters)
    parameters = row.parameters(e.op);
  if (!e.operands[0].isFloat() && row.ints)
    return runOnInts(e, row, parameters.data());
  if (e.operands[0].isFloat() && row.predicate) {
    auto to = e.results[0].mutableValues<int64_t>();
    forEachElement<double>(
        e, [&](const double *x, int64_t i) { to[i] = row.predicate(x); });
    return success();
  }
  if (!e.operands[0].isFloat() || !row.floats)
    return e.op->emitOpError("has no meaning for elements of type ")
           << e.operands[0].elementType();
  auto to = e.results[0].mutableValues<double>();
  forEachElement<double>(e, [&](const double *x, int64_t i) {
    to[i] = row.floats(x, parameters.data());
  });
  return success();
}

//===-- Conversions -------------------------------------------------------===//

// Every number of `from` is one of `to`: nothing to round, and what float64
// kept beyond `from` is kept on.
static bool holdsAll(Type to, Type from) {
  auto width = [](Type type) { return type.getIntOrFloatBitWidth(); };
  return to == from || to.isF64() || (to.isF32() && width(from) < 32) ||
         width(from) == 8;
}

static int64_t saturate(double value, Type type) {
  if (type.isInteger(1))
    return value != 0;
  if (std::isnan(value))
    return 0;
  bool isUnsigned = type.isUnsignedInteger();
  unsigned width = type.getIntOrFloatBitWidth();
  double high = std::ldexp(1.0, isUnsigned ? width : width - 1);
  double low = isUnsigned ? 0 : -high;
  // 2^63 - 1 is no double: compare before converting.
  if (value >= high)
    return static_cast<int64_t>(~uint64_t(0) >> (65 - width - isUnsigned));
  if (value <= low)
    return static_cast<int64_t>(low);
  return static_cast<int64_t>(value);
}

// Rounds once, from the integer: via double it would be twice beyond 2^53.
static double fromInteger(int64_t value, FloatType type) {
  if (type.isF64())
    return static_cast<double>(value);
  if (type.isF32())
    return static_cast<float>(value);
  APFloat result(type.getFloatSemantics());
  result.convertFromAPInt(APInt(64, value, /*isSigned=*/true),
                          /*IsSigned=*/true, APFloat::rmNearestTiesToEven);
  return result.convertToDouble();
}

static LogicalResult runTo(Evaluation &e) {
  const Tensor &from = e.operands[0];
  Tensor &to = e.results[0];
  Type type = to.elementType();
  if (from.isFloat() && to.isFloat()) {
    bool keeps = holdsAll(type, from.elementType());
    for (auto [x, y] :
         llvm::zip(from.values<double>(), to.mutableValues<double>()))
      y = keeps ? x : roundToType(x, type);
  } else if (from.isFloat()) {
    for (auto [x, y] :
         llvm::zip(from.values<double>(), to.mutableValues<int64_t>()))
      y = saturate(x, type);
  } else if (to.isFloat()) {
    auto floatType = cast<FloatType>(type);
    for (auto [x, y] :
         llvm::zip(from.values<int64_t>(), to.mutableValues<double>()))
      y = fromInteger(x, floatType);
  } else {
    for (auto [x, y] :
         llvm::zip(from.values<int64_t>(), to.mutableValues<int64_t>()))
      y = wrapToType(x, type);
  }
  return success();
}

} // namespace xcc::fx
