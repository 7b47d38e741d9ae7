//===- Attention.cpp - softmax(q k^T) v without the matrix in between -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A work item is some queries of one head. It walks the keys in blocks, keeping
// for each query the maximum and the sum of exponentials so far and the
// weighted sum of values, rescaled whenever the maximum grows.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/AttentionEmitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace xcc::schedule {

static constexpr int64_t usualRows = 64; // whose scores of a block take 32 KiB
static constexpr int64_t usualKeys = 128;
static constexpr int64_t directRows = 8; // at most, if nothing is packed
static constexpr int64_t directKeys = 256;
// Rows share packed keys as long as there are so many work items.
static constexpr int64_t manyItems = 8;
static constexpr int64_t mostBlocks = 4;

static int64_t chooseBlockRows(int64_t queries) {
  if (queries < 0)
    return usualRows;
  int64_t blocks = std::max<int64_t>(1, (queries + usualRows / 2) / usualRows);
  return std::max<int64_t>(1, (queries + blocks - 1) / blocks);
}

/// Blocks of a work item; `heads` and `queries` may be unknown.
static int64_t chooseBlocks(int64_t heads, int64_t queries, int64_t blockRows) {
  if (heads < 0 || queries < 0)
    return 2;
  int64_t all = (queries + blockRows - 1) / blockRows;
  int64_t blocks = std::min(mostBlocks, all);
  auto items = [&] { return heads * ((all + blocks - 1) / blocks); };
  while (blocks > 1 && items() < manyItems)
    --blocks;
  return std::max<int64_t>(1, blocks);
}

AttentionEmitter::AttentionEmitter(HostKernelBuilder &kernel,
                                   fx::ScaledDotProductAttentionOp op,
                                   const HostScheduleOptions &options)
    : kernel(kernel), op(op) {
  Type element = op.getQuery().getType().getElementType();
  accumulator = element.isF64() ? element : kernel.builder().getF32Type();
  IndexList query = kernel.elements().shapeOf(op.getQuery());
  IndexList key = kernel.elements().shapeOf(op.getKey());
  heads = IndexList(ArrayRef(query).drop_back(2));
  queries = query[query.size() - 2];
  headSize = query.back();
  keys = key[key.size() - 2];
  valueSize = kernel.elements().shapeOf(op.getValue()).back();
  if (!heads.empty()) {
    int64_t all = known(heads.back()).value_or(-1),
            of = known(key[key.size() - 3]).value_or(-1);
    if (all > 0 && of > 0)
      shared = all / of;
  }
  sizes.headSize = headSize;
  sizes.valueSize = valueSize;
  sizes.accumulator = accumulator;
  sizes.vectorBits = options.vectorBits;
}

/// Heads that share keys go into one work item: these are read once.
int64_t AttentionEmitter::chooseGroup() {
  int64_t all = known(kernel.space().simplify(kernel.space().product(heads)))
                    .value_or(-1);
  for (int64_t count = shared; count > 1; --count)
    if (shared % count == 0 &&
        count * known(queries).value_or(-1) <= directRows &&
        (all < 0 || all / count >= manyItems))
      return count;
  return 1;
}

LogicalResult AttentionEmitter::chooseForm() {
  FailureOr<Probe> key = probeRows(op.getKey(), headSize);
  FailureOr<Probe> values = probeRows(op.getValue(), valueSize);
  if (failed(key) || failed(values))
    return failure();
  keyProbe = *key;
  valueProbe = *values;
  IndexSpace &space = kernel.space();
  headIndices.assign(heads.size(), constant(0));
  int64_t count = known(queries).value_or(-1);
  sizes.isDirect = count > 0 && count <= directRows && isVectorSize(headSize) &&
                   isVectorSize(valueSize) && rowsOf(keyProbe, constant(0)) &&
                   rowsOf(valueProbe, constant(0));
  if (sizes.isDirect) {
    group = chooseGroup();
    if (group > 1)
      heads.back() = space.simplify(heads.back().floorDiv(group));
    sizes.blockRows = sizes.itemRows = count * group;
    sizes.keys = directKeys;
  } else {
    sizes.blockRows = chooseBlockRows(count);
    sizes.keys = usualKeys;
    int64_t all = known(space.simplify(space.product(heads))).value_or(-1);
    sizes.itemRows =
        sizes.blockRows * chooseBlocks(all, count, sizes.blockRows);
  }
  block.emplace(kernel, sizes);
  return success();
}

Value AttentionEmitter::read(Value tensor, Indices indices) {
  Value scalar = kernel.elements().readElement(kernel.builder(), kernel.loc(),
                                               tensor, indices);
  ok &= bool(scalar);
  if (!scalar || scalar.getType() == accumulator ||
      scalar.getType().isInteger(1))
    return scalar;
  return arith::ExtFOp::create(kernel.builder(), kernel.loc(), accumulator,
                               scalar);
}

AffineExpr AttentionEmitter::queryOf(AffineExpr row) {
  if (group > 1)
    return fixIndex(kernel, row % queries, queries);
  return fixIndex(kernel, query0 + block->inItem(row), queries);
}

IndexList AttentionEmitter::queryIndices(AffineExpr row, AffineExpr element) {
  IndexList indices = headIndices;
  if (group > 1)
    indices.back() = indices.back() * group + row.floorDiv(queries);
  indices.append({queryOf(row), element});
  return indices;
}

/// Several heads of queries share one of keys when there are fewer of those.
IndexList AttentionEmitter::keyIndices(AffineExpr key, AffineExpr element) {
  IndexList indices = headIndices;
  if (shared > 1)
    indices.back() = indices.back().floorDiv(shared);
  indices.append({key, element});
  return indices;
}

/// Where the elements (heads..., key, column) of keys or values lie.
FailureOr<Probe> AttentionEmitter::probeRows(Value tensor, AffineExpr columns) {
  IndexList extents = heads;
  extents.append({keys, columns});
  return probe(kernel, extents, [&](Indices all) -> FailureOr<Value> {
    IndexList outer = headIndices;
    headIndices = IndexList(all.drop_back(2));
    // As it is stored: an extension would hide that it is a load.
    Value scalar = kernel.elements().readElement(
        kernel.builder(), kernel.loc(), tensor,
        keyIndices(all[all.size() - 2], all.back()));
    headIndices = outer;
    if (!scalar)
      return failure();
    return scalar;
  });
}

std::optional<RowSource> AttentionEmitter::rowsOf(const Probe &found,
                                                  AffineExpr row) {
  IndexList at = headIndices;
  if (group > 1)
    at.back() = at.back() * group;
  return asRows(kernel, found, at, row);
}

LogicalResult AttentionEmitter::run() {
  if (failed(chooseForm()))
    return failure();
  IndexSpace &space = kernel.space();
  AffineExpr rows = group > 1 ? queries * group : queries;
  AffineExpr blocks = rows.ceilDiv(sizes.itemRows);
  kernel.setWorkItems(space.product(heads) * blocks);
  kernel.forWorkItems([&](AffineExpr item) { emitItem(item); });
  return success(ok);
}

/// Causal blocks need more keys the later they come: small and large ones take
/// turns, so that any run of work items has its share of both.
AffineExpr AttentionEmitter::balanced(AffineExpr place, AffineExpr blocks) {
  if (!op.getIsCausal() || blocks == constant(1))
    return place;
  OpBuilder &b = kernel.builder();
  place = fixIndex(kernel, place, blocks);
  Value isEven =
      arith::CmpIOp::create(b, kernel.loc(), arith::CmpIPredicate::eq,
                            value(place % 2), value(int64_t(0)));
  Value block =
      arith::SelectOp::create(b, kernel.loc(), isEven, value(place.floorDiv(2)),
                              value(blocks - 1 - place.floorDiv(2)));
  return kernel.space().declare(block, blocks);
}

void AttentionEmitter::emitItem(AffineExpr item) {
  IndexSpace &space = kernel.space();
  AffineExpr rows = space.simplify(group > 1 ? queries * group : queries);
  AffineExpr blocks = space.simplify(rows.ceilDiv(sizes.itemRows));
  AffineExpr head = fixIndex(kernel, item.floorDiv(blocks),
                             space.simplify(space.product(heads)));
  headIndices = space.delinearize(head, heads);
  for (auto [index, extent] : llvm::zip_equal(headIndices, heads))
    index = fixIndex(kernel, index, extent);
  query0 =
      fixIndex(kernel, balanced(item % blocks, blocks) * sizes.itemRows, rows);
  block->start(least(value(sizes.itemRows), value(rows - query0)),
               known(keys).value_or(0) > 0);
  packQueries();

  // With causality no later key than the item's last query is looked at.
  Value end = value(keys);
  if (op.getIsCausal()) {
    Value last =
        group > 1 ? value(queries)
                  : arith::AddIOp::create(kernel.builder(), kernel.loc(),
                                          value(query0), block->rowsOfItem());
    end = least(end, last);
  }
  kernel.forLoop(
      value(int64_t(0)), end, keys,
      [&](AffineExpr key0) {
        return sizes.isDirect ? emitDirectBlock(key0, end)
                              : emitKeyBlock(key0, end);
      },
      sizes.keys);
  emitResults();
}

/// Keys whose elements lie side by side are transposed in registers.
void AttentionEmitter::packKeys(AffineExpr key0, Value count) {
  std::optional<RowSource> rows = rowsOf(keyProbe, constant(0));
  if (rows &&
      cast<MemRefType>(rows->flat.getType()).getElementType() == accumulator)
    return block->transposeKeys(
        count, [&](AffineExpr key) { return rowsOf(keyProbe, key0 + key); });
  block->packKeys(count, [&](AffineExpr key, AffineExpr element) {
    return read(op.getKey(), keyIndices(key0 + key, element));
  });
}

/// The item's first block that sees any key from `key0` on; null: all do.
Value AttentionEmitter::firstBlock(AffineExpr key0) {
  if (!op.getIsCausal())
    return {};
  Value before = arith::MaxSIOp::create(
      kernel.builder(), kernel.loc(), value(key0 - query0), value(int64_t(0)));
  return value(kernel.space().exprOf(before).floorDiv(sizes.blockRows));
}

void AttentionEmitter::emitKeyBlock(AffineExpr key0, Value end) {
  Value count =
      least(value(sizes.keys), value(kernel.space().exprOf(end) - key0));
  packKeys(key0, count);
  block->packValues(count, [&](AffineExpr key, AffineExpr element) {
    return read(op.getValue(), keyIndices(key0 + key, element));
  });
  block->forBlocks(firstBlock(key0), [&] {
    Value used = count;
    if (op.getIsCausal()) {
      AffineExpr last = query0 + block->inItem(constant(0)) +
                        kernel.space().exprOf(block->rows());
      used = least(count, value(last - key0));
    }
    block->multiplyKeys(used);
    block->forRows([&](AffineExpr row) { emitRow(key0, row, used); });
    block->multiplyValues(key0, used);
  });
}

void AttentionEmitter::emitDirectBlock(AffineExpr key0, Value end) {
  Value count =
      least(value(sizes.keys), value(kernel.space().exprOf(end) - key0));
  block->forBlocks({}, [&] {
    block->multiplyKeys(*rowsOf(keyProbe, key0), count);
    block->forRows([&](AffineExpr row) { emitRow(key0, row, count); });
    block->multiplyValues(*rowsOf(valueProbe, key0), count);
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
