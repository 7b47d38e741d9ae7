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

static std::optional<RowSource> asLines(HostKernelBuilder &kernel,
                                        const Probe &found, Indices at,
                                        bool areColumns) {
  if (!found.isPlainLoad && !found.isExtendedLoad)
    return std::nullopt;
  const ProbedAccess &access = found.accesses[0];
  size_t rank = access.steps.size();
  AffineExpr across = access.steps[areColumns ? rank - 1 : rank - 2];
  AffineExpr along = access.steps[areColumns ? rank - 2 : rank - 1];
  Type element = cast<MemRefType>(access.flat.getType()).getElementType();
  if (!access.offset || !across || !across.isSymbolicOrConstant() ||
      along != kernel.space().constant(1) || !isa<FloatType>(element) ||
      element.getIntOrFloatBitWidth() > 32)
    return std::nullopt;
  return RowSource{access.flat,
                   kernel.space().simplify(access.offset.replaceDims(at)),
                   across};
}

std::optional<RowSource> asRows(HostKernelBuilder &kernel, const Probe &found,
                                Indices at, AffineExpr firstRow) {
  IndexList values(at);
  values.append({firstRow, kernel.space().constant(0)});
  return asLines(kernel, found, values, /*areColumns=*/false);
}

std::optional<RowSource> asColumns(HostKernelBuilder &kernel,
                                   const Probe &found, Indices at,
                                   AffineExpr firstRow, AffineExpr firstStep) {
  IndexList values(at);
  values.append({firstRow, firstStep});
  return asLines(kernel, found, values, /*areColumns=*/true);
}

namespace {

/// Emits one copy.
class TransposedCopy {
public:
  TransposedCopy(HostKernelBuilder &kernel, const RowSource &source,
                 Value target, TargetPlace place)
      : kernel(kernel), source(source), target(target), placeOf(place),
        from(cast<MemRefType>(source.flat.getType()).getElementType()),
        to(cast<MemRefType>(target.getType()).getElementType()) {}

  void emitBlock(AffineExpr row, AffineExpr column);
  void emitElement(AffineExpr row, AffineExpr column);

private:
  Value value(AffineExpr expr) {
    return kernel.space().materialize(kernel.builder(), kernel.loc(), expr);
  }
  Value shuffle(Value lhs, Value rhs, ArrayRef<int64_t> lanes) {
    return vector::ShuffleOp::create(kernel.builder(), kernel.loc(), lhs, rhs,
                                     lanes);
  }

  HostKernelBuilder &kernel;
  const RowSource &source;
  Value target;
  TargetPlace placeOf;
  Type from, to;
};

} // namespace

void TransposedCopy::emitElement(AffineExpr row, AffineExpr column) {
  Value scalar = memref::LoadOp::create(
      kernel.builder(), kernel.loc(), source.flat,
      ValueRange(value(source.offset + row * source.stride + column)));
  memref::StoreOp::create(kernel.builder(), kernel.loc(),
                          kernel.extend(scalar, to), target,
                          ValueRange(value(placeOf(row, column))));
}

/// 24 shuffles, none of which but the last 8 crosses the halves of a register.
/// The next rows are asked for, as prefetchers give up at the end of each.
void TransposedCopy::emitBlock(AffineExpr row, AffineExpr column) {
  SmallVector<Value> rows;
  for (int64_t i = 0; i < side; ++i) {
    AffineExpr start = source.offset + (row + i) * source.stride + column;
    Value loaded = vector::LoadOp::create(
        kernel.builder(), kernel.loc(), VectorType::get({side}, from),
        source.flat, ValueRange(value(start)));
    kernel.prefetch(source.flat, value(start + source.stride * side));
    rows.push_back(kernel.extend(loaded, VectorType::get({side}, to)));
  }
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
    Value line = shuffle(fours[k % 4], fours[k % 4 + 4], k < 4 ? low : high);
    vector::StoreOp::create(kernel.builder(), kernel.loc(), line, target,
                            ValueRange(value(placeOf(row, column + k))));
  }
}

void emitTransposedCopy(HostKernelBuilder &kernel, const RowSource &source,
                        Value rows, Value columns, Value target,
                        TargetPlace place) {
  IndexSpace &space = kernel.space();
  TransposedCopy copy(kernel, source, target, place);
  auto value = [&](AffineExpr expr) {
    return space.materialize(kernel.builder(), kernel.loc(), expr);
  };
  auto whole = [&](Value count) {
    return value(space.simplify(space.exprOf(count)).floorDiv(side) * side);
  };
  Value zero = value(space.constant(0));
  Value wholeRows = whole(rows), wholeColumns = whole(columns);
  kernel.forLoop(
      zero, wholeRows, {},
      [&](AffineExpr row) {
        kernel.forLoop(
            zero, wholeColumns, {},
            [&](AffineExpr column) { copy.emitBlock(row, column); }, side);
      },
      side);
  kernel.forLoop(zero, wholeRows, {}, [&](AffineExpr row) {
    kernel.forLoop(wholeColumns, columns, {},
                   [&](AffineExpr column) { copy.emitElement(row, column); });
  });
  kernel.forLoop(wholeRows, rows, {}, [&](AffineExpr row) {
    kernel.forLoop(zero, columns, {},
                   [&](AffineExpr column) { copy.emitElement(row, column); });
  });
}

void emitTransposedCopy(HostKernelBuilder &kernel, const RowSource &source,
                        Value rows, AffineExpr k, Value target,
                        AffineExpr offset) {
  Value steps = kernel.space().materialize(kernel.builder(), kernel.loc(),
                                           kernel.space().simplify(k));
  emitTransposedCopy(kernel, source, rows, steps, target,
                     [&](AffineExpr row, AffineExpr step) {
                       return offset + step * panelColumns + row;
                     });
}

} // namespace xcc::schedule
