//===- AttentionBlock.cpp - Blocks of queries: memory and products --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/AttentionBlock.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xcc::schedule {

AttentionBlock::AttentionBlock(HostKernelBuilder &kernel,
                               const AttentionSizes &sizes)
    : kernel(kernel), sizes(sizes),
      tile(chooseMicroTile(sizes.accumulator, sizes.accumulator,
                           sizes.vectorBits, sizes.blockRows)),
      vector(VectorType::get({tile.lanes}, sizes.accumulator)),
      lanes(tile.lanes), number(constant(0)) {
  AffineExpr panels = sizes.valueSize.ceilDiv(panelColumns);
  valueColumns = kernel.space().simplify(panels * panelColumns);
  auto scratch = [&](AffineExpr count) {
    return kernel.allocateScratch(sizes.accumulator, count);
  };
  int64_t blocks = sizes.itemRows / sizes.blockRows;
  int64_t tileRows = sizes.blockRows + tile.rows;
  packedQueries = scratch(sizes.headSize * sizes.itemRows);
  if (!sizes.isDirect) {
    packedKeys = scratch(sizes.headSize * sizes.keys);
    packedValues = scratch(valueColumns * sizes.keys);
  }
  scores = scratch(constant(tileRows * sizes.keys));
  results = scratch(valueColumns * (blocks * tileRows));
  maxima = scratch(constant(blocks * tileRows * lanes));
  totals = scratch(constant(blocks * tileRows * lanes));
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
Value AttentionBlock::scalarOf(double scalar) {
  OpBuilder &b = kernel.builder();
  return arith::ConstantOp::create(b, kernel.loc(),
                                   b.getFloatAttr(sizes.accumulator, scalar));
}
Value AttentionBlock::spread(double scalar) { return spread(scalarOf(scalar)); }
Value AttentionBlock::spread(Value scalar) {
  return vector::BroadcastOp::create(kernel.builder(), kernel.loc(), vector,
                                     scalar);
}
Value AttentionBlock::loadVector(Value flat, AffineExpr place) {
  return vector::LoadOp::create(kernel.builder(), kernel.loc(), vector, flat,
                                ValueRange(value(place)));
}
void AttentionBlock::storeVector(Value vector, Value flat, AffineExpr place) {
  vector::StoreOp::create(kernel.builder(), kernel.loc(), vector, flat,
                          ValueRange(value(place)));
}
void AttentionBlock::store(Value scalar, Value flat, AffineExpr place) {
  memref::StoreOp::create(kernel.builder(), kernel.loc(), scalar, flat,
                          ValueRange(value(place)));
}

//===-- Rows
//---------------------------------------------------------------===//

void AttentionBlock::forBlocks(Value first, function_ref<void()> inside) {
  OpBuilder &b = kernel.builder();
  auto withRows = [&](AffineExpr block) {
    number = block;
    Value left =
        value(kernel.space().exprOf(itemCount) - block * sizes.blockRows);
    rowCount =
        arith::MinSIOp::create(b, kernel.loc(), left, value(sizes.blockRows));
    inside();
    number = constant(0);
  };
  if (sizes.itemRows == sizes.blockRows)
    return withRows(constant(0));
  AffineExpr blocks = kernel.space().exprOf(itemCount).ceilDiv(sizes.blockRows);
  kernel.forLoop(first ? first : value(int64_t(0)), value(blocks),
                 constant(sizes.itemRows / sizes.blockRows), withRows);
}

void AttentionBlock::forRows(function_ref<void(AffineExpr)> inside) {
  kernel.forLoop(value(int64_t(0)), rowCount, constant(sizes.blockRows),
                 inside);
}

void AttentionBlock::start(Value rows, bool hasKeys) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  itemCount = rows;
  // The first values start the sums of a register tile.
  bool areSumsSet = hasKeys && !sizes.isDirect;
  forBlocks({}, [&] {
    forRows([&](AffineExpr row) {
      storeVector(spread(-infinity), maxima, stateRow(row) * lanes);
      storeVector(spread(0.0), totals, stateRow(row) * lanes);
      if (areSumsSet)
        return;
      kernel.forExtent(valueColumns, [&](AffineExpr column) {
        store(scalarOf(0), results, stateRow(row) * valueColumns + column);
      });
    });
  });
}

void AttentionBlock::putQuery(AffineExpr row, AffineExpr element,
                              Value scalar) {
  store(scalar, packedQueries, inItem(row) * sizes.headSize + element);
}

//===-- Panels of keys and values
//------------------------------------------===//

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

//===-- Products
//-----------------------------------------------------------===//

void AttentionBlock::multiplyKeys(Value count) {
  OpBuilder &b = kernel.builder();
  Value isFirst = arith::ConstantIntOp::create(b, kernel.loc(), 1, 1);
  AffineExpr queries =
      kernel.space().simplify(inItem(constant(0)) * sizes.headSize);
  kernel.forLoop(
      value(int64_t(0)), count, constant(sizes.keys),
      [&](AffineExpr key) {
        Value left = arith::SubIOp::create(b, kernel.loc(), count, value(key));
        Value columns =
            arith::MinSIOp::create(b, kernel.loc(), left, value(panelColumns));
        emitPanelProduct(kernel, tile,
                         {packedQueries, queries, sizes.headSize, packedKeys,
                          key * sizes.headSize, value(sizes.headSize), scores,
                          key, constant(sizes.keys), rowCount, columns,
                          isFirst});
      },
      panelColumns);
}

void AttentionBlock::multiplyValues(AffineExpr key0, Value count) {
  OpBuilder &b = kernel.builder();
  Value isFirst =
      arith::CmpIOp::create(b, kernel.loc(), arith::CmpIPredicate::eq,
                            value(key0), value(int64_t(0)));
  AffineExpr sums =
      kernel.space().simplify(stateRow(constant(0)) * valueColumns);
  kernel.forLoop(
      value(int64_t(0)), value(sizes.valueSize), sizes.valueSize,
      [&](AffineExpr column) {
        Value left = value(sizes.valueSize - column);
        Value columns =
            arith::MinSIOp::create(b, kernel.loc(), left, value(panelColumns));
        emitPanelProduct(kernel, tile,
                         {scores, constant(0), constant(sizes.keys),
                          packedValues, column * sizes.keys, count, results,
                          sums + column, valueColumns, rowCount, columns,
                          isFirst});
      },
      panelColumns);
}

void AttentionBlock::forScores(AffineExpr row, Value count,
                               function_ref<Value(AffineExpr, Value)> inside) {
  kernel.forLoop(
      value(int64_t(0)), count, constant(sizes.keys), [&](AffineExpr key) {
        AffineExpr place = row * sizes.keys + key;
        Value score = memref::LoadOp::create(kernel.builder(), kernel.loc(),
                                             scores, ValueRange(value(place)));
        store(inside(key, score), scores, place);
      });
}

Value AttentionBlock::result(AffineExpr row, AffineExpr column, Value factor) {
  Value sum = memref::LoadOp::create(
      kernel.builder(), kernel.loc(), results,
      ValueRange(value(stateRow(row) * valueColumns + column)));
  return arith::MulFOp::create(kernel.builder(), kernel.loc(), sum, factor);
}

} // namespace xcc::schedule
