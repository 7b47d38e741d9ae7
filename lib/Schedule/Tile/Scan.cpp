//===- Scan.cpp - Running sums and products for blocks of threads ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block walks along some rows, a tile at a time. Within a tile totals of
// pairs, of pairs of pairs and so on are made upwards; downwards each half adds
// what lies before it. What the row had before enters at the top.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/ScalarOps.h"
#include "lib/Schedule/Tile/BlockRanges.h"
#include "lib/Schedule/Tile/RowBlocks.h"
#include "lib/Schedule/Tile/TileForm.h"

#include "dialects/fx/Fx.h"

using namespace mlir;

namespace xcc::schedule {

namespace {
class TileScan {
public:
  TileScan(TileKernelBuilder &builder, Operation *op);

  LogicalResult run();

private:
  LogicalResult runElementwise();
  LogicalResult emitBlock(AffineExpr number);
  FailureOr<Value> readTerms(Indices place);
  std::pair<Value, Value> scan(Value terms, Value before);
  Value combine(OpBuilder &b, Value lhs, Value rhs);
  Value convert(Value tile, Type to);
  Value isUpper(RankedTensorType type);
  RankedTensorType totalType(const TileFrame &frame);
  Value identity(RankedTensorType type);

  TileKernelBuilder &builder;
  Operation *op;
  Location loc;
  Value input, result;
  unsigned dim;
  bool isProduct;
  IndexList shape;
  Type element, held;
};
} // namespace

TileScan::TileScan(TileKernelBuilder &builder, Operation *op)
    : builder(builder), op(op), loc(op->getLoc()), result(op->getResult(0)),
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

/// The running total of `terms` along the last dimension, and all of it; both
/// with what was `before`.
std::pair<Value, Value> TileScan::scan(Value terms, Value before) {
  OpBuilder &b = builder.builder();
  auto typeOf = [](Value tile) {
    return cast<RankedTensorType>(tile.getType());
  };
  // Totals of 1, 2, 4... elements, and those of their neighbours.
  SmallVector<Value> neighbours;
  Value totals = terms;
  while (typeOf(totals).getShape().back() > 1) {
    unsigned axis = typeOf(totals).getRank();
    neighbours.push_back(
        tile::ExchangeOp::create(b, loc, totals, axis - 1, /*distance=*/1));
    Value pairs = tile::ReshapeOp::create(b, loc, totals,
                                          inPairs(typeOf(totals).getShape()));
    auto combinePairs = [&](OpBuilder &inner, Location, ValueRange lhs,
                            ValueRange rhs) -> SmallVector<Value> {
      return {combine(inner, lhs[0], rhs[0])};
    };
    totals =
        tile::ReduceOp::create(b, loc, pairs, axis, combinePairs).getResult(0);
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

LogicalResult TileScan::run() {
  IndexSpace &space = builder.space();
  if (shape.empty() || shape[dim] == space.constant(1))
    return runElementwise();
  RowBlocks rows(builder, shape, dim);
  auto body = [&](ElementEmitter &emitter, OpBuilder &b,
                  Indices indices) -> LogicalResult {
    Value value = emitter.readElement(b, loc, input, indices);
    if (!value)
      return failure();
    return emitter.writeElement(b, loc, result, indices, value);
  };
  if (failed(rows.chooseTiles(body)))
    return failure();
  if (rows.tiling().innerTile[0] == 1)
    return runElementwise();
  const RowTiling &tiling = rows.tiling();
  builder.setThreads(tiling.threads);
  AffineExpr block = builder.blockIds(rows.numBlocks())[0];
  TileFrame frame = builder.makeFrame(tiling.layout(builder.device()));
  IndexList row = rows.rowAt(frame, block);
  TileKernelBuilder::InFrame inside(builder, frame);
  AffineExpr count = tiling.innerCounts[0];
  auto step = [&](AffineExpr number,
                  ValueRange before) -> FailureOr<SmallVector<Value>> {
    AffineExpr index = builder.within(
        number * tiling.innerTile[0] + frame.coordinates.back(), rows.length());
    IndexList place = rows.placeOf(row, index);
    FailureOr<Value> terms = readTerms(place);
    if (failed(terms))
      return failure();
    auto [sums, total] = scan(*terms, before[0]);
    if (failed(builder.writeTile(result, place, convert(sums, element))))
      return failure();
    return SmallVector<Value>{total};
  };
  Value none = identity(totalType(frame));
  if (count == space.constant(1))
    return LogicalResult(step(space.constant(0), none));
  return LogicalResult(builder.forLoop(count, none, step));
}

LogicalResult scheduleTileScan(TileKernelBuilder &builder) {
  Operation *op = findRoot<fx::CumsumOp, fx::CumprodOp>(builder);
  return op ? TileScan(builder, op).run() : failure();
}

} // namespace xcc::schedule
