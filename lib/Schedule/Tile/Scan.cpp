//===- Scan.cpp - Running sums and products for blocks of threads ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block walks along some rows, a tile at a time. Within a tile totals of
// pairs, of pairs of pairs and so on are made upwards; downwards each half adds
// what lies before it. What the row had before enters at the top. Few long rows
// are cut into parts, a block each, after a launch that makes the parts'
// totals.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/KernelRoot.h"
#include "lib/Schedule/Element/ScalarOps.h"
#include "lib/Schedule/Tile/BlockRanges.h"
#include "lib/Schedule/Tile/RowBlocks.h"
#include "lib/Schedule/Tile/TileForm.h"

#include "dialects/fx/Fx.h"

using namespace mlir;

namespace xcc::schedule {

// Parts of a row; each adds up the totals of those before it, one by one.
static constexpr int64_t mostParts = 64;

namespace {
/// What one block walks along: a part of some rows.
struct RowPart {
  TileFrame frame;
  IndexList row;
  AffineExpr number;              // of the part
  AffineExpr first, count, bound; // steps: those of the part, and all
};

class TileScan {
public:
  TileScan(TileKernelBuilder &builder, Operation *op);

  LogicalResult run();

private:
  LogicalResult runElementwise();
  int64_t chooseParts();
  RowPart beginPart(int64_t parts);
  IndexList placeAt(const RowPart &part, AffineExpr step);
  LogicalResult storeTotals(int64_t parts);
  LogicalResult storeSums(int64_t parts);
  FailureOr<Value> totalBefore(const RowPart &part, int64_t parts);
  Value totals(int64_t parts);
  AffineExpr placeOfTotal(Indices row, AffineExpr part);
  RankedTensorType frameTotalType();
  FailureOr<Value> readTerms(Indices place);
  std::pair<Value, Value> scan(Value terms, Value before);
  Value reducePairs(Value totals);
  Value combine(OpBuilder &b, Value lhs, Value rhs);
  Value convert(Value tile, Type to);
  Value isUpper(RankedTensorType type);
  RankedTensorType totalType(const TileFrame &frame);
  Value identity(RankedTensorType type);

  TileKernelBuilder &builder;
  Location loc;
  Value input, result;
  unsigned dim;
  bool isProduct;
  IndexList shape;
  Type element, held;
  std::unique_ptr<RowBlocks> rows;
};
} // namespace

TileScan::TileScan(TileKernelBuilder &builder, Operation *op)
    : builder(builder), loc(op->getLoc()), result(op->getResult(0)),
      isProduct(isa<fx::CumprodOp>(op)) {
  if (auto sum = dyn_cast<fx::CumsumOp>(op)) {
    input = sum.getInput();
    dim = sum.getDim();
  } else {
    auto product = cast<fx::CumprodOp>(op);
    input = product.getInput();
    dim = product.getDim();
  }
  shape = builder.elements().shapeOf(input);
  element = ElementEmitter::scalarType(
      cast<RankedTensorType>(input.getType()).getElementType());
  held = accumulatorType(element);
}

//===-- Numbers -----------------------------------------------------------===//

Value TileScan::combine(OpBuilder &b, Value lhs, Value rhs) {
  ScalarOps ops{b, loc};
  return isProduct ? ops.mul(lhs, rhs) : ops.add(lhs, rhs);
}

Value TileScan::convert(Value tile, Type to) {
  ScalarOps ops{builder.builder(), loc};
  return ops.convertFloat(tile,
                          cast<RankedTensorType>(tile.getType()).clone(to));
}

/// What changes nothing, zeros' signs included.
Value TileScan::identity(RankedTensorType type) {
  double number = isProduct ? 1.0 : isa<FloatType>(held) ? -0.0 : 0.0;
  ScalarOps ops{builder.builder(), loc};
  return tile::SplatOp::create(builder.builder(), loc, type,
                               ops.constant(held, number));
}

/// True where the last coordinate is odd.
Value TileScan::isUpper(RankedTensorType type) {
  OpBuilder &b = builder.builder();
  auto last = getAffineDimExpr(type.getRank() - 1, b.getContext());
  auto map = AffineMap::get(type.getRank(), 0, last % 2);
  auto numbers = type.clone(b.getI32Type());
  Value parity = tile::IndexOp::create(b, loc, numbers, map, ValueRange());
  Value zero = arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(numbers, b.getI32IntegerAttr(0)));
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, parity, zero);
}

//===-- A tile ------------------------------------------------------------===//

/// Pairs along the last dimension as one of their own: 8 -> 4x2.
static SmallVector<int64_t> inPairs(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> result(shape);
  result.back() /= 2;
  result.push_back(2);
  return result;
}

/// The type of the rows' totals.
RankedTensorType TileScan::totalType(const TileFrame &frame) {
  tile::LinearLayout layout = frame.layout;
  for (SmallVector<int64_t> shape = frame.shape; shape.back() > 1;
       shape.back() /= 2)
    layout = layout.reshaped(inPairs(shape)).reduced(shape.size());
  return tile::getTileType(held, layout);
}

static RankedTensorType typeOf(Value tile) {
  return cast<RankedTensorType>(tile.getType());
}

/// Totals of twice as many elements.
Value TileScan::reducePairs(Value totals) {
  OpBuilder &b = builder.builder();
  SmallVector<int64_t> shape = inPairs(typeOf(totals).getShape());
  Value pairs = tile::ReshapeOp::create(b, loc, totals, shape);
  auto combinePair = [&](OpBuilder &inner, Location, ValueRange lhs,
                         ValueRange rhs) -> SmallVector<Value> {
    return {combine(inner, lhs[0], rhs[0])};
  };
  return tile::ReduceOp::create(b, loc, pairs, shape.size() - 1, combinePair)
      .getResult(0);
}

/// The running total of `terms` along the last dimension, and all of it; both
/// with what was `before`.
std::pair<Value, Value> TileScan::scan(Value terms, Value before) {
  OpBuilder &b = builder.builder();
  // Totals of 1, 2, 4... elements, and those of their neighbours.
  SmallVector<Value> neighbours;
  Value totals = terms;
  while (typeOf(totals).getShape().back() > 1) {
    neighbours.push_back(tile::ExchangeOp::create(
        b, loc, totals, typeOf(totals).getRank() - 1, /*distance=*/1));
    totals = reducePairs(totals);
  }
  Value sums = before;
  for (Value neighbour : llvm::reverse(neighbours)) {
    RankedTensorType type = typeOf(neighbour);
    unsigned axis = type.getRank();
    tile::LinearLayout pairs =
        tile::getLayout(type).reshaped(inPairs(type.getShape()));
    Value both = tile::ExpandDimsOp::create(b, loc, sums, axis);
    both =
        tile::BroadcastOp::create(b, loc, tile::getTileType(held, pairs), both);
    both = tile::ReshapeOp::create(b, loc, both, type.getShape());
    sums = arith::SelectOp::create(b, loc, isUpper(type),
                                   combine(b, both, neighbour), both);
  }
  return {combine(b, sums, terms), combine(b, before, totals)};
}

//===-- The kernel --------------------------------------------------------===//

FailureOr<Value> TileScan::readTerms(Indices place) {
  Value terms = builder.readTile(input, place);
  if (!terms)
    return failure();
  terms = convert(terms, held);
  if (Value exists = builder.maskOf(place))
    terms = arith::SelectOp::create(
        builder.builder(), loc, exists, terms,
        identity(cast<RankedTensorType>(terms.getType())));
  return terms;
}

LogicalResult TileScan::runElementwise() {
  auto body = [this](ElementEmitter &emitter, OpBuilder &b,
                     Indices indices) -> LogicalResult {
    Value value = emitter.readElement(b, loc, input, indices);
    if (!value)
      return failure();
    return emitter.writeElement(b, loc, result, indices, value);
  };
  builder.setThreads(mapThreads);
  FailureOr<BlockRange> range = planNest(builder, {shape, body}, mapThreads);
  return failed(range) ? failure() : emitRanges(builder, *range);
}

//===-- Parts of rows -----------------------------------------------------===//

/// How many blocks should share a row, a power of two.
int64_t TileScan::chooseParts() {
  auto blocks = dyn_cast<AffineConstantExpr>(rows->numBlocks());
  auto steps = dyn_cast<AffineConstantExpr>(rows->tiling().innerCounts[0]);
  // Sizes that are not known: rows are taken to be many.
  if (!blocks || !steps || blocks.getValue() == 0)
    return 1;
  int64_t room = builder.device().numProcessors / blocks.getValue();
  int64_t parts = std::min({room, steps.getValue(), mostParts});
  return llvm::bit_floor(uint64_t(std::max<int64_t>(1, parts)));
}

RowPart TileScan::beginPart(int64_t parts) {
  IndexSpace &space = builder.space();
  const RowTiling &tiling = rows->tiling();
  builder.setThreads(tiling.threads);
  IndexList counts = {space.constant(parts)};
  counts.append(tiling.rowCounts);
  IndexList ids = builder.blockIds(counts);
  RowPart part{builder.makeFrame(tiling.layout(builder.device())),
               {},
               ids[0],
               {},
               {},
               {}};
  part.row = rows->rowAt(part.frame, Indices(ids).drop_front());
  part.count = space.simplify(tiling.innerCounts[0].ceilDiv(parts));
  part.first = space.simplify(ids[0] * part.count);
  part.bound = space.simplify(part.count * parts);
  return part;
}

/// The tile of step number `step` of a part.
IndexList TileScan::placeAt(const RowPart &part, AffineExpr step) {
  IndexSpace &space = builder.space();
  if (part.first != space.constant(0))
    step = space.declare(space.materialize(builder.builder(), loc,
                                           space.simplify(part.first + step)),
                         part.bound);
  AffineExpr index =
      step * rows->tiling().innerTile[0] + part.frame.coordinates.back();
  return rows->placeOf(part.row, builder.within(index, rows->length()));
}

Value TileScan::totals(int64_t parts) {
  IndexSpace &space = builder.space();
  AffineExpr count = space.product(rows->rowLoops().rowExtents) * parts;
  return builder.workspace("totals", held, space.simplify(count));
}

AffineExpr TileScan::placeOfTotal(Indices row, AffineExpr part) {
  IndexSpace &space = builder.space();
  Indices extents = rows->rowLoops().rowExtents;
  return space.simplify(space.linearize(row, extents) +
                        part * space.product(extents));
}

/// The type that memory gives a number a row in.
RankedTensorType TileScan::frameTotalType() {
  TileForm &form = builder.tileForm();
  FrameDims dims = form.allDims();
  dims.reset(dims.size() - 1);
  return form.tileType(held, dims);
}

/// A launch that leaves the totals of all parts.
LogicalResult TileScan::storeTotals(int64_t parts) {
  OpBuilder &b = builder.builder();
  RowPart part = beginPart(parts);
  TileKernelBuilder::InFrame inside(builder, part.frame);
  auto step = [&](AffineExpr number,
                  ValueRange before) -> FailureOr<SmallVector<Value>> {
    FailureOr<Value> terms = readTerms(placeAt(part, number));
    if (failed(terms))
      return failure();
    Value total = *terms;
    while (typeOf(total).getShape().back() > 1)
      total = reducePairs(total);
    return SmallVector<Value>{combine(b, before[0], total)};
  };
  FailureOr<SmallVector<Value>> total =
      builder.forLoop(part.count, identity(totalType(part.frame)), step);
  if (failed(total))
    return failure();
  Value value = tile::ConvertLayoutOp::create(
      b, loc, total->front(), tile::getLayoutAttr(frameTotalType()));
  builder.storeTile(value, part.row, totals(parts),
                    placeOfTotal(part.row, part.number));
  return success();
}

/// The total of all parts before this one.
FailureOr<Value> TileScan::totalBefore(const RowPart &part, int64_t parts) {
  OpBuilder &b = builder.builder();
  RankedTensorType type = totalType(part.frame);
  if (parts == 1)
    return identity(type);
  TileForm &form = builder.tileForm();
  auto add = [&](AffineExpr number,
                 ValueRange before) -> FailureOr<SmallVector<Value>> {
    Value total = builder.elements().loadFlat(
        b, loc, totals(parts), placeOfTotal(part.row, number), held);
    FrameDims dims = form.allDims();
    dims.reset(dims.size() - 1);
    return SmallVector<Value>{
        combine(b, before[0], form.widen(b, loc, total, dims))};
  };
  FailureOr<SmallVector<Value>> before =
      builder.forLoop(part.number, identity(frameTotalType()), add);
  if (failed(before))
    return failure();
  return Value(tile::ConvertLayoutOp::create(b, loc, before->front(),
                                             tile::getLayoutAttr(type)));
}

LogicalResult TileScan::storeSums(int64_t parts) {
  RowPart part = beginPart(parts);
  TileKernelBuilder::InFrame inside(builder, part.frame);
  auto step = [&](AffineExpr number,
                  ValueRange before) -> FailureOr<SmallVector<Value>> {
    IndexList place = placeAt(part, number);
    FailureOr<Value> terms = readTerms(place);
    if (failed(terms))
      return failure();
    auto [sums, total] = scan(*terms, before[0]);
    if (failed(builder.writeTile(result, place, convert(sums, element))))
      return failure();
    return SmallVector<Value>{total};
  };
  FailureOr<Value> before = totalBefore(part, parts);
  if (failed(before))
    return failure();
  if (part.count == builder.space().constant(1))
    return LogicalResult(step(builder.space().constant(0), *before));
  return LogicalResult(builder.forLoop(part.count, *before, step));
}

LogicalResult TileScan::run() {
  if (shape.empty() || shape[dim] == builder.space().constant(1))
    return runElementwise();
  rows = std::make_unique<RowBlocks>(builder, shape, dim);
  auto body = [&](ElementEmitter &emitter, OpBuilder &b,
                  Indices indices) -> LogicalResult {
    Value value = emitter.readElement(b, loc, input, indices);
    if (!value)
      return failure();
    return emitter.writeElement(b, loc, result, indices, value);
  };
  if (failed(rows->chooseTiles(body)))
    return failure();
  if (rows->tiling().innerTile[0] == 1)
    return runElementwise();
  int64_t parts = chooseParts();
  if (parts > 1) {
    if (failed(storeTotals(parts)))
      return failure();
    builder.beginNextLaunch("sums");
  }
  return storeSums(parts);
}

LogicalResult scheduleTileScan(TileKernelBuilder &builder) {
  Operation *op = findRoot<fx::CumsumOp, fx::CumprodOp>(builder.kernel());
  return op ? TileScan(builder, op).run() : failure();
}

} // namespace xcc::schedule
