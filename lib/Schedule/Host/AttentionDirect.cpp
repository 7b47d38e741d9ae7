//===- AttentionDirect.cpp - Few queries: keys and values where they lie --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// With few rows each key is used too seldom to be packed: all there is to do is
// to read keys and values once, in whole vectors along the head.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/AttentionBlock.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xcc::schedule {

// Sums under way at a time: they hide the latency of the additions.
static constexpr int64_t sumsAtOnce = 8;

/// `count` keys in groups of `group`, then one by one.
static void forGroups(HostKernelBuilder &kernel, Value count, int64_t group,
                      function_ref<void(AffineExpr, int64_t)> inside) {
  auto value = [&](AffineExpr expr) {
    return kernel.space().materialize(kernel.builder(), kernel.loc(), expr);
  };
  AffineExpr all = kernel.space().exprOf(count);
  Value whole = value(all.floorDiv(group) * group);
  kernel.forLoop(
      value(kernel.space().constant(0)), whole, {},
      [&](AffineExpr key) { inside(key, group); }, group);
  if (group > 1)
    kernel.forLoop(whole, count, {}, [&](AffineExpr key) { inside(key, 1); });
}

Value AttentionBlock::loadRow(const RowSource &source, AffineExpr row,
                              AffineExpr element) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  Type stored = cast<MemRefType>(source.flat.getType()).getElementType();
  Value loaded = vector::LoadOp::create(
      b, loc, VectorType::get({lanes}, stored), source.flat,
      ValueRange(value(source.offset + row * source.stride + element)));
  if (stored == sizes.accumulator)
    return loaded;
  return arith::ExtFOp::create(b, loc, vector, loaded);
}

/// Scores of keys [key, key + count) with all rows.
void AttentionBlock::emitDots(const RowSource &keys, AffineExpr key,
                              int64_t count) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  SmallVector<Value> zeros(sizes.blockRows * count, spread(0.0));
  auto loop = scf::ForOp::create(b, loc, value(int64_t(0)),
                                 value(sizes.headSize), value(lanes), zeros);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    ElementEmitter::Scope scope(kernel.elements());
    AffineExpr element =
        kernel.space().declare(loop.getInductionVar(), sizes.headSize);
    SmallVector<Value> loaded, sums;
    for (int64_t i = 0; i < count; ++i)
      loaded.push_back(loadRow(keys, key + i, element));
    for (int64_t row = 0; row < sizes.blockRows; ++row) {
      Value query = loadVector(packedQueries, row * sizes.headSize + element);
      for (Value one : loaded)
        sums.push_back(vector::FMAOp::create(
            b, loc, query, one, loop.getRegionIterArg(sums.size())));
    }
    scf::YieldOp::create(b, loc, sums);
  }
  for (auto [i, sum] : llvm::enumerate(loop.getResults())) {
    Value all =
        acrossLanes(sum, [&](Value lhs, Value rhs) { return sumOf(lhs, rhs); });
    int64_t row = i / count, shift = i % count;
    store(vector::ExtractOp::create(b, loc, all, int64_t(0)), scores,
          constant(row * sizes.keys + shift) + key);
  }
}

void AttentionBlock::multiplyKeys(const RowSource &keys, Value count) {
  int64_t group = 1;
  while (group * 2 * sizes.blockRows <= sumsAtOnce)
    group *= 2;
  forGroups(kernel, count, group, [&](AffineExpr key, int64_t keysAtOnce) {
    emitDots(keys, key, keysAtOnce);
  });
}

/// Adds the values of keys [key, key + count), weighed, to all rows.
void AttentionBlock::emitWeighed(const RowSource &values, AffineExpr key,
                                 int64_t count) {
  OpBuilder &b = kernel.builder();
  foldVectors(
      value(sizes.valueSize), {}, [&](AffineExpr column, Value) -> Value {
        SmallVector<Value> loaded;
        for (int64_t i = 0; i < count; ++i)
          loaded.push_back(loadRow(values, key + i, column));
        for (int64_t row = 0; row < sizes.blockRows; ++row) {
          AffineExpr place = row * valueColumns + column;
          Value sum = loadVector(results, place);
          for (auto [i, one] : llvm::enumerate(loaded)) {
            AffineExpr weight = key + constant(row * sizes.keys + int64_t(i));
            Value scalar = memref::LoadOp::create(b, kernel.loc(), scores,
                                                  ValueRange(value(weight)));
            sum = vector::FMAOp::create(b, kernel.loc(), spread(scalar), one,
                                        sum);
          }
          storeVector(sum, results, place);
        }
        return {};
      });
}

void AttentionBlock::multiplyValues(const RowSource &values, Value count) {
  int64_t group = sizes.blockRows > 2 ? 4 : 8;
  forGroups(kernel, count, group, [&](AffineExpr key, int64_t keysAtOnce) {
    emitWeighed(values, key, keysAtOnce);
  });
}

} // namespace xcc::schedule
