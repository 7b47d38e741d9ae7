//===- Attention.cpp - softmax(q k^T) v without the matrix in between -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A work item is a block of queries of one head. It walks the keys in blocks,
// keeping for each query the maximum and the sum of exponentials so far and
// the weighted sum of values, rescaled whenever the maximum grows.
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/SoftCap.h"
#include "lib/Schedule/Host/AttentionBlock.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace xcc::schedule {

// 64 scores of 128 keys take 32 KiB, and as much the keys at head size 64.
static constexpr int64_t usualQueries = 64;
static constexpr int64_t keyBlock = 128;

static int64_t known(AffineExpr size) {
  auto number = dyn_cast<AffineConstantExpr>(size);
  return number ? number.getValue() : -1;
}

static int64_t chooseQueryBlock(AffineExpr queries) {
  int64_t count = known(queries);
  if (count < 0)
    return usualQueries;
  int64_t blocks =
      std::max<int64_t>(1, (count + usualQueries / 2) / usualQueries);
  return std::max<int64_t>(1, (count + blocks - 1) / blocks);
}

namespace {

/// Reads the operation's operands and hands its results on.
class AttentionEmitter {
public:
  AttentionEmitter(HostKernelBuilder &kernel,
                   fx::ScaledDotProductAttentionOp op,
                   const HostScheduleOptions &options);
  LogicalResult run();

private:
  Value value(AffineExpr expr) {
    return kernel.space().materialize(kernel.builder(), kernel.loc(), expr);
  }
  Value value(int64_t number) {
    return arith::ConstantIndexOp::create(kernel.builder(), kernel.loc(),
                                          number);
  }
  Value least(Value lhs, Value rhs) {
    return arith::MinSIOp::create(kernel.builder(), kernel.loc(), lhs, rhs);
  }
  AffineExpr constant(int64_t number) {
    return kernel.space().constant(number);
  }
  Value read(Value tensor, Indices indices);
  IndexList keyIndices(AffineExpr key, AffineExpr element);
  void emitItem(AffineExpr item);
  void packQueries();
  void packKeys(AffineExpr key0, Value count);
  void emitKeyBlock(AffineExpr key0, Value end);
  void emitSoftCap(AffineExpr row, Value count);
  void emitMask(AffineExpr key0, AffineExpr row, Value count);
  void emitResults();

  HostKernelBuilder &kernel;
  fx::ScaledDotProductAttentionOp op;
  IndexList heads; // extents of all dimensions before queries
  AffineExpr queries, keys, headSize, valueSize;
  AttentionBlock block;

  // Of the work item being emitted.
  IndexList headIndices;
  AffineExpr query0;
  bool ok = true;
};

} // namespace

static AttentionSizes sizesOf(HostKernelBuilder &kernel,
                              fx::ScaledDotProductAttentionOp op,
                              const HostScheduleOptions &options) {
  IndexList query = kernel.elements().shapeOf(op.getQuery());
  Type element = op.getQuery().getType().getElementType();
  AttentionSizes sizes;
  sizes.queries = chooseQueryBlock(query[query.size() - 2]);
  sizes.keys = keyBlock;
  sizes.headSize = query.back();
  sizes.valueSize = kernel.elements().shapeOf(op.getValue()).back();
  sizes.accumulator = element.isF64() ? element : kernel.builder().getF32Type();
  sizes.vectorBits = options.vectorBits;
  return sizes;
}

AttentionEmitter::AttentionEmitter(HostKernelBuilder &kernel,
                                   fx::ScaledDotProductAttentionOp op,
                                   const HostScheduleOptions &options)
    : kernel(kernel), op(op), block(kernel, sizesOf(kernel, op, options)) {
  IndexList query = kernel.elements().shapeOf(op.getQuery());
  IndexList key = kernel.elements().shapeOf(op.getKey());
  heads = IndexList(ArrayRef(query).drop_back(2));
  queries = query[query.size() - 2];
  headSize = query.back();
  keys = key[key.size() - 2];
  valueSize = kernel.elements().shapeOf(op.getValue()).back();
}

Value AttentionEmitter::read(Value tensor, Indices indices) {
  Value scalar = kernel.elements().readElement(kernel.builder(), kernel.loc(),
                                               tensor, indices);
  ok &= bool(scalar);
  if (!scalar || scalar.getType() == block.accumulator() ||
      scalar.getType().isInteger(1))
    return scalar;
  return arith::ExtFOp::create(kernel.builder(), kernel.loc(),
                               block.accumulator(), scalar);
}

/// Several heads of queries share one of keys when there are fewer of those.
IndexList AttentionEmitter::keyIndices(AffineExpr key, AffineExpr element) {
  IndexList indices = headIndices;
  if (!heads.empty()) {
    IndexList shape = kernel.elements().shapeOf(op.getKey());
    int64_t all = known(heads.back()), shared = known(shape[shape.size() - 3]);
    if (all > 0 && shared > 0 && all != shared)
      indices.back() = fixIndex(kernel, indices.back().floorDiv(all / shared),
                                constant(shared));
  }
  indices.append({key, element});
  return indices;
}

LogicalResult AttentionEmitter::run() {
  IndexSpace &space = kernel.space();
  AffineExpr blocks = queries.ceilDiv(block.queries());
  kernel.setWorkItems(space.product(heads) * blocks);
  kernel.forWorkItems([&](AffineExpr item) { emitItem(item); });
  return success(ok);
}

void AttentionEmitter::emitItem(AffineExpr item) {
  IndexSpace &space = kernel.space();
  AffineExpr blocks = space.simplify(queries.ceilDiv(block.queries()));
  AffineExpr head = fixIndex(kernel, item.floorDiv(blocks),
                             space.simplify(space.product(heads)));
  headIndices = space.delinearize(head, heads);
  for (auto [index, extent] : llvm::zip_equal(headIndices, heads))
    index = fixIndex(kernel, index, extent);
  query0 = fixIndex(kernel, item % blocks * block.queries(), queries);
  block.start(least(value(block.queries()), value(queries - query0)));
  packQueries();

  // With causality no later key than the block's last query is looked at.
  Value end = value(keys);
  if (op.getIsCausal())
    end = least(end, arith::AddIOp::create(kernel.builder(), kernel.loc(),
                                           value(query0), block.rows()));
  kernel.forLoop(
      value(int64_t(0)), end, keys,
      [&](AffineExpr key0) { emitKeyBlock(key0, end); }, keyBlock);
  emitResults();
}

/// The block's queries times the scale, row by row.
void AttentionEmitter::packQueries() {
  OpBuilder &b = kernel.builder();
  Value factor;
  if (op.getScale()) {
    factor = arith::ConstantOp::create(
        b, kernel.loc(),
        b.getFloatAttr(block.accumulator(), op.getScale()->convertToDouble()));
  } else {
    Value size = arith::IndexCastOp::create(b, kernel.loc(), b.getI64Type(),
                                            value(headSize));
    Value wide =
        arith::SIToFPOp::create(b, kernel.loc(), block.accumulator(), size);
    Value root = math::SqrtOp::create(b, kernel.loc(), wide);
    Value one = arith::ConstantOp::create(
        b, kernel.loc(), b.getFloatAttr(block.accumulator(), 1.0));
    factor = arith::DivFOp::create(b, kernel.loc(), one, root);
  }
  block.forRows([&](AffineExpr row) {
    AffineExpr query = fixIndex(kernel, query0 + row, queries);
    kernel.forExtent(headSize, [&](AffineExpr element) {
      IndexList indices = headIndices;
      indices.append({query, element});
      if (Value scalar = read(op.getQuery(), indices))
        block.putQuery(row, element,
                       arith::MulFOp::create(b, kernel.loc(), scalar, factor));
    });
  });
}

/// Keys whose elements lie side by side are transposed in registers.
void AttentionEmitter::packKeys(AffineExpr key0, Value count) {
  IndexList extents = heads;
  extents.append({keys, headSize});
  FailureOr<Probe> found =
      probe(kernel, extents, [&](Indices all) -> FailureOr<Value> {
        IndexList outer = headIndices;
        headIndices = IndexList(all.drop_back(2));
        Value scalar =
            read(op.getKey(), keyIndices(all[all.size() - 2], all.back()));
        headIndices = outer;
        return scalar;
      });
  ok &= succeeded(found);
  if (failed(found))
    return;
  auto rowsFrom = [&](AffineExpr key) {
    return asRows(kernel, *found, headIndices, key0 + key);
  };
  std::optional<RowSource> rows = rowsFrom(constant(0));
  if (rows && cast<MemRefType>(rows->flat.getType()).getElementType() ==
                  block.accumulator())
    return block.transposeKeys(count, rowsFrom);
  block.packKeys(count, [&](AffineExpr key, AffineExpr element) {
    return read(op.getKey(), keyIndices(key0 + key, element));
  });
}

void AttentionEmitter::emitKeyBlock(AffineExpr key0, Value end) {
  OpBuilder &b = kernel.builder();
  Value left = arith::SubIOp::create(b, kernel.loc(), end, value(key0));
  Value count = least(value(keyBlock), left);
  packKeys(key0, count);
  block.multiplyKeys(count);
  block.forRows([&](AffineExpr row) {
    emitSoftCap(row, count);
    Value seen = count;
    if (op.getIsCausal()) {
      // Query i sees keys 0 to i.
      Value upTo = value(query0 + row + 1 - key0);
      upTo = arith::MaxSIOp::create(b, kernel.loc(), upTo, value(int64_t(0)));
      seen = least(count, upTo);
    }
    if (op.getMask())
      emitMask(key0, row, seen);
    block.updateRow(row, key0, seen, count);
  });
  block.packValues(count, [&](AffineExpr key, AffineExpr element) {
    return read(op.getValue(), keyIndices(key0 + key, element));
  });
  block.multiplyValues(key0, count);
}

/// score -> cap * tanh(score / cap), for a row of scores.
void AttentionEmitter::emitSoftCap(AffineExpr row, Value count) {
  std::optional<double> cap = fx::getSoftCap(op);
  if (!cap)
    return;
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  auto times = [&](Value score, double factor) -> Value {
    return arith::MulFOp::create(
        b, loc, score,
        arith::ConstantOp::create(b, loc,
                                  b.getFloatAttr(block.accumulator(), factor)));
  };
  block.forScores(row, count, [&](AffineExpr, Value score) -> Value {
    return times(math::TanhOp::create(b, loc, times(score, 1 / *cap)), *cap);
  });
}

/// Adds the mask to a row of scores, or drops what a boolean one leaves out.
void AttentionEmitter::emitMask(AffineExpr key0, AffineExpr row, Value count) {
  OpBuilder &b = kernel.builder();
  unsigned rank = cast<RankedTensorType>(op.getMask().getType()).getRank();
  Value nothing = arith::ConstantOp::create(
      b, kernel.loc(),
      b.getFloatAttr(block.accumulator(),
                     -std::numeric_limits<double>::infinity()));
  AffineExpr query = fixIndex(kernel, query0 + row, queries);
  block.forScores(row, count, [&](AffineExpr key, Value score) -> Value {
    IndexList indices = headIndices;
    indices.append({query, key0 + key});
    Value mask = read(op.getMask(), ArrayRef(indices).take_back(rank));
    if (!mask)
      return score;
    if (mask.getType().isInteger(1))
      return arith::SelectOp::create(b, kernel.loc(), mask, score, nothing);
    return arith::AddFOp::create(b, kernel.loc(), score, mask);
  });
}

void AttentionEmitter::emitResults() {
  OpBuilder &b = kernel.builder();
  Type element = op.getType().getElementType();
  block.forRows([&](AffineExpr row) {
    AffineExpr query = fixIndex(kernel, query0 + row, queries);
    Value factor = block.rowFactor(row);
    kernel.forExtent(valueSize, [&](AffineExpr column) {
      IndexList indices = headIndices;
      indices.append({query, column});
      Value result = block.result(row, column, factor);
      if (element != block.accumulator())
        result = arith::TruncFOp::create(b, kernel.loc(), element, result);
      ok &= succeeded(kernel.elements().writeElement(
          b, kernel.loc(), op.getResult(), indices, result));
    });
  });
}

LogicalResult scheduleAttention(HostKernelBuilder &kernel,
                                const HostScheduleOptions &options) {
  fx::ScaledDotProductAttentionOp root;
  kernel.kernel().walk([&](fx::ScaledDotProductAttentionOp op) { root = op; });
  if (!root)
    return kernel.kernel().emitError(
        "expected an attention in a kernel of family 'attention'");
  return AttentionEmitter(kernel, root, options).run();
}

} // namespace xcc::schedule
