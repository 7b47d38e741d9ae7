//===- ContractTranspose.cpp - Rows to panels, eight by eight -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/ContractTranspose.h"

#include "lib/Schedule/Host/MicroKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xcc::schedule {

static constexpr int64_t side = 8;

std::optional<RowSource> asRows(HostKernelBuilder &kernel, const Probe &found,
                                Indices at, AffineExpr firstRow) {
  if (!found.isPlainLoad)
    return std::nullopt;
  const ProbedAccess &access = found.accesses[0];
  AffineExpr alongRows = access.steps[access.steps.size() - 2];
  Type element = cast<MemRefType>(access.flat.getType()).getElementType();
  if (!access.offset || !alongRows || !alongRows.isSymbolicOrConstant() ||
      access.steps.back() != kernel.space().constant(1) ||
      !isa<FloatType>(element) || element.getIntOrFloatBitWidth() > 32)
    return std::nullopt;
  IndexList values(at);
  values.append({firstRow, kernel.space().constant(0)});
  return RowSource{access.flat,
                   kernel.space().simplify(access.offset.replaceDims(values)),
                   alongRows};
}

namespace {

/// Emits one copy.
class TransposedCopy {
public:
  TransposedCopy(HostKernelBuilder &kernel, const RowSource &source,
                 Value target, AffineExpr offset)
      : kernel(kernel), source(source), target(target), offset(offset),
        vector(VectorType::get(
            {side}, cast<MemRefType>(target.getType()).getElementType())) {}

  void emitBlock(AffineExpr row, AffineExpr step);
  void emitElement(AffineExpr row, AffineExpr step);

private:
  Value place(AffineExpr expr) {
    return kernel.space().materialize(kernel.builder(), kernel.loc(), expr);
  }
  Value shuffle(Value lhs, Value rhs, ArrayRef<int64_t> lanes) {
    return vector::ShuffleOp::create(kernel.builder(), kernel.loc(), lhs, rhs,
                                     lanes);
  }

  HostKernelBuilder &kernel;
  const RowSource &source;
  Value target;
  AffineExpr offset;
  VectorType vector;
};

} // namespace

void TransposedCopy::emitElement(AffineExpr row, AffineExpr step) {
  Value scalar = memref::LoadOp::create(
      kernel.builder(), kernel.loc(), source.flat,
      ValueRange(place(source.offset + row * source.stride + step)));
  memref::StoreOp::create(
      kernel.builder(), kernel.loc(), scalar, target,
      ValueRange(place(offset + step * panelColumns + row)));
}

/// 24 shuffles, none of which but the last 8 crosses the halves of a register.
void TransposedCopy::emitBlock(AffineExpr row, AffineExpr step) {
  SmallVector<Value> rows;
  for (int64_t i = 0; i < side; ++i)
    rows.push_back(vector::LoadOp::create(
        kernel.builder(), kernel.loc(), vector, source.flat,
        ValueRange(place(source.offset + (row + i) * source.stride + step))));
  SmallVector<Value> pairs, fours;
  for (int64_t i = 0; i < side; i += 2) {
    pairs.push_back(shuffle(rows[i], rows[i + 1], {0, 8, 1, 9, 4, 12, 5, 13}));
    pairs.push_back(
        shuffle(rows[i], rows[i + 1], {2, 10, 3, 11, 6, 14, 7, 15}));
  }
  // fours[4 * h + k]: columns k and k + 4 of rows 4 * h to 4 * h + 3.
  for (int64_t h = 0; h < side; h += 4)
    for (int64_t k = 0; k < 2; ++k) {
      fours.push_back(
          shuffle(pairs[h + k], pairs[h + k + 2], {0, 1, 8, 9, 4, 5, 12, 13}));
      fours.push_back(shuffle(pairs[h + k], pairs[h + k + 2],
                              {2, 3, 10, 11, 6, 7, 14, 15}));
    }
  for (int64_t k = 0; k < side; ++k) {
    SmallVector<int64_t> low = {0, 1, 2, 3, 8, 9, 10, 11};
    SmallVector<int64_t> high = {4, 5, 6, 7, 12, 13, 14, 15};
    Value column = shuffle(fours[k % 4], fours[k % 4 + 4], k < 4 ? low : high);
    vector::StoreOp::create(
        kernel.builder(), kernel.loc(), column, target,
        ValueRange(place(offset + (step + k) * panelColumns + row)));
  }
}

void emitTransposedCopy(HostKernelBuilder &kernel, const RowSource &source,
                        Value rows, AffineExpr k, Value target,
                        AffineExpr offset) {
  IndexSpace &space = kernel.space();
  OpBuilder &b = kernel.builder();
  TransposedCopy copy(kernel, source, target, offset);
  auto value = [&](AffineExpr expr) {
    return space.materialize(b, kernel.loc(), expr);
  };
  Value zero = value(space.constant(0));
  AffineExpr count = space.exprOf(rows);
  Value wholeRows = value(count.floorDiv(side) * side);
  Value wholeSteps = value(space.simplify(k).floorDiv(side) * side);
  Value end = value(k);
  kernel.forLoop(
      zero, wholeRows, space.constant(panelColumns),
      [&](AffineExpr row) {
        kernel.forLoop(
            zero, wholeSteps, k,
            [&](AffineExpr step) { copy.emitBlock(row, step); }, side);
      },
      side);
  kernel.forLoop(zero, wholeRows, {}, [&](AffineExpr row) {
    kernel.forLoop(wholeSteps, end, {},
                   [&](AffineExpr step) { copy.emitElement(row, step); });
  });
  kernel.forLoop(wholeRows, rows, {}, [&](AffineExpr row) {
    kernel.forLoop(zero, end, {},
                   [&](AffineExpr step) { copy.emitElement(row, step); });
  });
}

} // namespace xcc::schedule
