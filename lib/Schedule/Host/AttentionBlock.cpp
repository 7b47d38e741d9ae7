//===- AttentionBlock.cpp - A block of queries and its running softmax ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/AttentionBlock.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xcc::schedule {

static constexpr double infinity = std::numeric_limits<double>::infinity();

AttentionBlock::AttentionBlock(HostKernelBuilder &kernel,
                               const AttentionSizes &sizes)
    : kernel(kernel), sizes(sizes),
      tile(chooseMicroTile(sizes.accumulator, sizes.accumulator,
                           sizes.vectorBits, sizes.queries)),
      vector(VectorType::get({tile.lanes}, sizes.accumulator)),
      lanes(tile.lanes) {
  AffineExpr panels = sizes.valueSize.ceilDiv(panelColumns);
  valueColumns = kernel.space().simplify(panels * panelColumns);
  auto scratch = [&](AffineExpr count) {
    return kernel.allocateScratch(sizes.accumulator, count);
  };
  // The register tile writes whole tiles of rows.
  int64_t tileRows = sizes.queries + tile.rows;
  packedQueries = scratch(sizes.headSize * sizes.queries);
  packedKeys = scratch(sizes.headSize * sizes.keys);
  packedValues = scratch(valueColumns * sizes.keys);
  scores = scratch(constant(tileRows * sizes.keys));
  results = scratch(valueColumns * tileRows);
  maxima = scratch(constant(sizes.queries));
  totals = scratch(constant(sizes.queries));
}

Value AttentionBlock::value(AffineExpr expr) {
  return kernel.space().materialize(kernel.builder(), kernel.loc(), expr);
}
Value AttentionBlock::value(int64_t number) {
  return arith::ConstantIndexOp::create(kernel.builder(), kernel.loc(), number);
}
AffineExpr AttentionBlock::constant(int64_t number) {
  return kernel.space().constant(number);
}
Value AttentionBlock::number(double scalar) {
  OpBuilder &b = kernel.builder();
  return arith::ConstantOp::create(b, kernel.loc(),
                                   b.getFloatAttr(sizes.accumulator, scalar));
}
Value AttentionBlock::spread(Value scalar) {
  return vector::BroadcastOp::create(kernel.builder(), kernel.loc(), vector,
                                     scalar);
}
Value AttentionBlock::load(Value flat, AffineExpr place) {
  return memref::LoadOp::create(kernel.builder(), kernel.loc(), flat,
                                ValueRange(value(place)));
}
void AttentionBlock::store(Value scalar, Value flat, AffineExpr place) {
  memref::StoreOp::create(kernel.builder(), kernel.loc(), scalar, flat,
                          ValueRange(value(place)));
}

void AttentionBlock::forRows(function_ref<void(AffineExpr)> inside) {
  kernel.forLoop(value(int64_t(0)), rowCount, constant(sizes.queries), inside);
}

Value AttentionBlock::foldVectors(Value end, Value init,
                                  function_ref<Value(Value, Value)> inside) {
  OpBuilder &b = kernel.builder();
  SmallVector<Value> inits;
  if (init)
    inits.push_back(init);
  auto loop = scf::ForOp::create(b, kernel.loc(), value(int64_t(0)), end,
                                 value(lanes), inits);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value carried = init ? loop.getRegionIterArg(0) : Value();
  Value next = inside(loop.getInductionVar(), carried);
  if (init)
    scf::YieldOp::create(b, kernel.loc(), next);
  return init ? loop.getResult(0) : Value();
}

//===-- Queries and keys
//---------------------------------------------------===//

void AttentionBlock::start(Value rows) {
  rowCount = rows;
  forRows([&](AffineExpr row) {
    store(number(-infinity), maxima, row);
    store(number(0), totals, row);
    kernel.forExtent(valueColumns, [&](AffineExpr column) {
      store(number(0), results, row * valueColumns + column);
    });
  });
}

void AttentionBlock::putQuery(AffineExpr row, AffineExpr element,
                              Value scalar) {
  store(scalar, packedQueries, row * sizes.headSize + element);
}

/// Panels of 32 keys, one row for each element of the head.
void AttentionBlock::packKeys(Value count, ReadKey read) {
  kernel.forLoop(
      value(int64_t(0)), count, constant(sizes.keys), [&](AffineExpr key) {
        AffineExpr start = fixIndex(kernel,
                                    key.floorDiv(panelColumns) * panelColumns *
                                            sizes.headSize +
                                        key % panelColumns,
                                    {});
        kernel.forExtent(sizes.headSize, [&](AffineExpr element) {
          if (Value scalar = read(key, element))
            store(scalar, packedKeys, start + element * panelColumns);
        });
      });
}

void AttentionBlock::transposeKeys(
    Value count, function_ref<std::optional<RowSource>(AffineExpr)> from) {
  kernel.forLoop(
      value(int64_t(0)), count, constant(sizes.keys),
      [&](AffineExpr key) {
        Value left = arith::SubIOp::create(kernel.builder(), kernel.loc(),
                                           count, value(key));
        Value keys = arith::MinSIOp::create(kernel.builder(), kernel.loc(),
                                            left, value(panelColumns));
        emitTransposedCopy(kernel, *from(key), keys, sizes.headSize, packedKeys,
                           key * sizes.headSize);
      },
      panelColumns);
}

void AttentionBlock::multiplyKeys(Value count) {
  OpBuilder &b = kernel.builder();
  Value isFirst = arith::ConstantIntOp::create(b, kernel.loc(), 1, 1);
  kernel.forLoop(
      value(int64_t(0)), count, constant(sizes.keys),
      [&](AffineExpr key) {
        Value left = arith::SubIOp::create(b, kernel.loc(), count, value(key));
        Value columns =
            arith::MinSIOp::create(b, kernel.loc(), left, value(panelColumns));
        emitPanelProduct(kernel, tile,
                         {packedQueries, constant(0), sizes.headSize,
                          packedKeys, key * sizes.headSize,
                          value(sizes.headSize), scores, key,
                          constant(sizes.keys), rowCount, columns, isFirst});
      },
      panelColumns);
}

//===-- Softmax
//------------------------------------------------------------===//

void AttentionBlock::forScores(AffineExpr row, Value count,
                               function_ref<Value(AffineExpr, Value)> inside) {
  kernel.forLoop(value(int64_t(0)), count, constant(sizes.keys),
                 [&](AffineExpr key) {
                   AffineExpr place = row * sizes.keys + key;
                   store(inside(key, load(scores, place)), scores, place);
                 });
}

Value AttentionBlock::rowPlace(AffineExpr row, Value shift) {
  return arith::AddIOp::create(kernel.builder(), kernel.loc(),
                               value(row * sizes.keys), shift);
}

/// Scores in [seen, end) become minus infinity: weights of zero.
void AttentionBlock::fillUnseen(AffineExpr row, Value seen, Value end) {
  kernel.forLoop(seen, end, {}, [&](AffineExpr key) {
    store(number(-infinity), scores, row * sizes.keys + key);
  });
}

void AttentionBlock::rescaleRow(AffineExpr row, Value factor) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  Value all = spread(factor);
  Value base = value(row * valueColumns);
  foldVectors(value(valueColumns), {}, [&](Value shift, Value) -> Value {
    Value place = arith::AddIOp::create(b, loc, base, shift);
    Value old =
        vector::LoadOp::create(b, loc, vector, results, ValueRange(place));
    vector::StoreOp::create(b, loc, arith::MulFOp::create(b, loc, old, all),
                            results, ValueRange(place));
    return {};
  });
}

/// exp, or zero where that would be less than any normal number: products that
/// become subnormal take many cycles, and masked scores all would.
Value AttentionBlock::weightOf(Value below) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  double least = sizes.accumulator.isF64() ? -708 : -87;
  Value isNothing = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT,
                                          below, spread(number(least)));
  Value zero = spread(number(0));
  Value near = arith::SelectOp::create(b, loc, isNothing, zero, below);
  Value weight = math::ExpOp::create(b, loc, near);
  return arith::SelectOp::create(b, loc, isNothing, zero, weight);
}

void AttentionBlock::updateRow(AffineExpr row, AffineExpr key0, Value seen,
                               Value count) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  Value end = value(kernel.space().exprOf(count).ceilDiv(lanes) * lanes);
  fillUnseen(row, seen, end);
  auto scoresAt = [&](Value shift) -> Value {
    return vector::LoadOp::create(b, loc, vector, scores,
                                  ValueRange(rowPlace(row, shift)));
  };
  Value oldMaximum = load(maxima, row);
  Value largest = foldVectors(
      end, spread(oldMaximum), [&](Value shift, Value carried) -> Value {
        return arith::MaxNumFOp::create(b, loc, carried, scoresAt(shift));
      });
  Value maximum = vector::ReductionOp::create(
      b, loc, vector::CombiningKind::MAXNUMF, largest);
  store(maximum, maxima, row);
  // Nothing seen at all: any finite base gives weights of zero.
  Value isNothing = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ,
                                          maximum, number(-infinity));
  Value base = arith::SelectOp::create(b, loc, isNothing, number(0), maximum);
  Value bases = spread(base);
  Value sum = foldVectors(
      end, spread(number(0)), [&](Value shift, Value carried) -> Value {
        Value below = arith::SubFOp::create(b, loc, scoresAt(shift), bases);
        Value weight = weightOf(below);
        vector::StoreOp::create(b, loc, weight, scores,
                                ValueRange(rowPlace(row, shift)));
        return arith::AddFOp::create(b, loc, carried, weight);
      });
  Value added =
      vector::ReductionOp::create(b, loc, vector::CombiningKind::ADD, sum);
  Value shrink = math::ExpOp::create(
      b, loc, arith::SubFOp::create(b, loc, oldMaximum, base));
  Value kept = arith::MulFOp::create(b, loc, load(totals, row), shrink);
  store(arith::AddFOp::create(b, loc, kept, added), totals, row);
  rescaleRow(row, shrink);
}

//===-- Values
//-------------------------------------------------------------===//

/// Panels of 32 columns, one row for each key.
void AttentionBlock::packValues(Value count, ReadKey read) {
  kernel.forLoop(
      value(int64_t(0)), count, constant(sizes.keys), [&](AffineExpr key) {
        kernel.forExtent(
            kernel.space().simplify(sizes.valueSize.ceilDiv(panelColumns)),
            [&](AffineExpr panel) {
              AffineExpr first = panel * panelColumns;
              Value columns = arith::MinSIOp::create(
                  kernel.builder(), kernel.loc(), value(panelColumns),
                  value(sizes.valueSize - first));
              AffineExpr start = (panel * sizes.keys + key) * panelColumns;
              kernel.forLoop(value(int64_t(0)), columns, constant(panelColumns),
                             [&](AffineExpr column) {
                               if (Value scalar = read(key, first + column))
                                 store(scalar, packedValues, start + column);
                             });
            });
      });
}

void AttentionBlock::multiplyValues(AffineExpr key0, Value count) {
  OpBuilder &b = kernel.builder();
  Value isFirst = arith::ConstantIntOp::create(b, kernel.loc(), 0, 1);
  kernel.forLoop(
      value(int64_t(0)), value(sizes.valueSize), sizes.valueSize,
      [&](AffineExpr column) {
        Value left = value(sizes.valueSize - column);
        Value columns =
            arith::MinSIOp::create(b, kernel.loc(), left, value(panelColumns));
        emitPanelProduct(kernel, tile,
                         {scores, constant(0), constant(sizes.keys),
                          packedValues, column * sizes.keys, count, results,
                          column, valueColumns, rowCount, columns, isFirst});
      },
      panelColumns);
}

Value AttentionBlock::rowFactor(AffineExpr row) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  Value total = load(totals, row);
  Value isNothing = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ,
                                          total, number(0));
  Value inverse = arith::DivFOp::create(b, loc, number(1), total);
  return arith::SelectOp::create(b, loc, isNothing, number(0), inverse);
}

Value AttentionBlock::result(AffineExpr row, AffineExpr column, Value factor) {
  return arith::MulFOp::create(kernel.builder(), kernel.loc(),
                               load(results, row * valueColumns + column),
                               factor);
}

} // namespace xcc::schedule
