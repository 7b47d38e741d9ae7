//===- MicroKernel.cpp - The register tile that matrix products share -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/MicroKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xcc::schedule {

// Rows read in place have an address each. Of 16 registers this many leave the
// panel's, a counter and what else the loop over runs needs: 14 rows spilled
// not only addresses, but sums too.
static constexpr int64_t mostAddresses = 8;

int64_t lineStrip(Type accumulator) {
  constexpr int64_t lineBits = 512;
  return std::min(panelColumns, lineBits / accumulator.getIntOrFloatBitWidth());
}

MicroTile chooseMicroTile(Type panel, Type accumulator, unsigned vectorBits,
                          int64_t rowsAtMost) {
  int64_t lanes = vectorBits / accumulator.getIntOrFloatBitWidth();
  // Accumulators are a tile's rows x 2 registers; 2 more hold a row of the
  // panel and the rest broadcasts. AVX-512 has twice the registers.
  int64_t tallest = vectorBits >= 512 ? tallestTile : 6;
  int64_t columns = std::min(2 * lanes, panelColumns);
  if (rowsAtMost <= 0)
    return {panel, accumulator, tallest, columns, lanes};
  // Few rows: the registers they leave take the panel's whole width.
  while (columns < panelColumns && rowsAtMost * 2 <= tallest) {
    columns *= 2;
    tallest /= 2;
  }
  int64_t tiles = (rowsAtMost + tallest - 1) / tallest;
  int64_t rows = (rowsAtMost + tiles - 1) / tiles;
  return {panel, accumulator, rows, columns, lanes};
}

namespace {

/// What the function of a tile takes.
enum Argument {
  Lhs,
  LhsOffset,
  LhsStride,
  Rows,
  Panel,
  PanelOffset,
  StripStride,
  Steps,
  Sums,
  SumOffset,
  SumStride,
  IsFirst
};

/// Fills the function of one tile.
class TileBuilder {
public:
  TileBuilder(func::FuncOp function, const MicroTile &tile)
      : tile(tile), b(function.getContext()), loc(function.getLoc()),
        vector(VectorType::get({tile.lanes}, tile.accumulator)),
        args(function.addEntryBlock()->getArguments()) {
    b.setInsertionPointToStart(&function.getBody().front());
  }
  void build();

private:
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  Value add(Value lhs, Value rhs) {
    return arith::AddIOp::create(b, loc, lhs, rhs);
  }
  Value mul(Value lhs, Value rhs) {
    return arith::MulIOp::create(b, loc, lhs, rhs);
  }
  SmallVector<Value> lhsRows();
  SmallVector<Value> tilePlaces();
  SmallVector<Value> initialSums(ValueRange places);
  Value loadPanel(Value place);
  Value multiplyAdd(Value lhs, Value rhs, Value sum);
  Value panelRow(Value k);
  SmallVector<Value> step(Value row, int64_t number, ValueRange lhs,
                          ValueRange sums);
  SmallVector<Value> runStarts(ValueRange rows, Value first);
  SmallVector<Value> allSteps(ValueRange sums);
  using Body = function_ref<SmallVector<Value>(Value, ValueRange)>;
  SmallVector<Value> loop(Value lower, Value upper, ValueRange sums, Body body);

  const MicroTile &tile;
  OpBuilder b;
  Location loc;
  VectorType vector;
  ValueRange args;
};

} // namespace

/// Where each row of the left operand starts. Rows that are not there repeat
/// the last one: no read out of bounds and no branch in the loop.
SmallVector<Value> TileBuilder::lhsRows() {
  Value last = arith::SubIOp::create(b, loc, args[Rows], index(1));
  SmallVector<Value> rows;
  for (int64_t r = 0; r < tile.rows; ++r) {
    Value row = r ? arith::MinSIOp::create(b, loc, index(r), last).getResult()
                  : index(0);
    rows.push_back(add(args[LhsOffset], mul(row, args[LhsStride])));
  }
  return rows;
}

SmallVector<Value> TileBuilder::tilePlaces() {
  SmallVector<Value> places;
  for (int64_t r = 0; r < tile.rows; ++r) {
    Value row = add(args[SumOffset], mul(index(r), args[SumStride]));
    for (int64_t c = 0; c < tile.columns; c += tile.lanes)
      places.push_back(add(row, index(c)));
  }
  return places;
}

SmallVector<Value> TileBuilder::initialSums(ValueRange places) {
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(vector));
  SmallVector<Type> types(places.size(), vector);
  auto branch =
      scf::IfOp::create(b, loc, types, args[IsFirst], /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, loc, SmallVector<Value>(places.size(), zero));
  b.setInsertionPointToStart(branch.elseBlock());
  SmallVector<Value> loaded;
  for (Value place : places)
    loaded.push_back(
        vector::LoadOp::create(b, loc, vector, args[Sums], ValueRange(place)));
  scf::YieldOp::create(b, loc, loaded);
  return branch.getResults();
}

Value TileBuilder::loadPanel(Value place) {
  auto stored = VectorType::get({tile.lanes}, tile.panel);
  Value loaded =
      vector::LoadOp::create(b, loc, stored, args[Panel], ValueRange(place));
  if (tile.panel == tile.accumulator)
    return loaded;
  return arith::ExtFOp::create(b, loc, vector, loaded);
}

Value TileBuilder::multiplyAdd(Value lhs, Value rhs, Value sum) {
  if (isa<FloatType>(tile.accumulator))
    return vector::FMAOp::create(b, loc, lhs, rhs, sum);
  return add(mul(lhs, rhs), sum);
}

Value TileBuilder::panelRow(Value k) {
  return add(args[PanelOffset], mul(k, index(tile.strip)));
}

/// One value of k: the panel's row `number` after the one at `row`, times a
/// column of the left operand, whose elements are at `lhs`.
SmallVector<Value> TileBuilder::step(Value row, int64_t number, ValueRange lhs,
                                     ValueRange sums) {
  SmallVector<Value> panel;
  for (int64_t c = 0; c < tile.columns; c += tile.lanes) {
    Value start = row;
    if (int64_t strip = c / tile.strip)
      start = add(start, mul(index(strip), args[StripStride]));
    panel.push_back(
        loadPanel(add(start, index(number * tile.strip + c % tile.strip))));
  }
  SmallVector<Value> next;
  for (Value place : lhs) {
    Value scalar = memref::LoadOp::create(b, loc, args[Lhs], ValueRange(place));
    Value factor = vector::BroadcastOp::create(b, loc, vector, scalar);
    for (Value rhs : panel)
      next.push_back(multiplyAdd(factor, rhs, sums[next.size()]));
  }
  return next;
}

SmallVector<Value> TileBuilder::loop(Value lower, Value upper, ValueRange sums,
                                     Body body) {
  auto loop = scf::ForOp::create(b, loc, lower, upper, index(1), sums);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  scf::YieldOp::create(b, loc,
                       body(loop.getInductionVar(), loop.getRegionIterArgs()));
  return loop.getResults();
}

/// Where row r's element of step `first`, which starts a run, is.
SmallVector<Value> TileBuilder::runStarts(ValueRange rows, Value first) {
  SmallVector<Value> starts;
  if (!tile.packedRows) {
    for (Value row : rows)
      starts.push_back(add(row, first));
    return starts;
  }
  Value run = add(args[LhsOffset], mul(first, index(tile.rows)));
  for (int64_t r = 0; r < tile.rows; ++r)
    starts.push_back(add(run, index(r * rowRun)));
  return starts;
}

/// Runs of steps, in which every place is an address and a constant, then the
/// steps that are left.
SmallVector<Value> TileBuilder::allSteps(ValueRange sums) {
  bool isUnrolled = tile.packedRows || tile.rows <= mostAddresses;
  int64_t run = isUnrolled ? rowRun : 1;
  SmallVector<Value> rows;
  if (!tile.packedRows)
    rows = lhsRows();
  auto after = [&](ValueRange starts, Value k) {
    SmallVector<Value> lhs;
    for (Value start : starts)
      lhs.push_back(add(start, k));
    return lhs;
  };
  Value runs = arith::DivUIOp::create(b, loc, args[Steps], index(run));
  Value whole = mul(runs, index(run));
  SmallVector<Value> next =
      loop(index(0), runs, sums, [&](Value number, ValueRange sums) {
        Value first = mul(number, index(run));
        SmallVector<Value> starts = runStarts(rows, first);
        SmallVector<Value> values(sums);
        for (int64_t k = 0; k < run; ++k)
          values = step(panelRow(first), k, after(starts, index(k)), values);
        return values;
      });
  SmallVector<Value> starts = runStarts(rows, whole);
  Value left = arith::SubIOp::create(b, loc, args[Steps], whole);
  return loop(index(0), left, next, [&](Value k, ValueRange sums) {
    return step(panelRow(add(whole, k)), 0, after(starts, k), sums);
  });
}

void TileBuilder::build() {
  SmallVector<Value> places = tilePlaces();
  SmallVector<Value> sums = allSteps(initialSums(places));
  for (auto [place, sum] : llvm::zip_equal(places, sums))
    vector::StoreOp::create(b, loc, sum, args[Sums], ValueRange(place));
  func::ReturnOp::create(b, loc);
}

static std::string nameOf(const MicroTile &tile) {
  std::string name;
  llvm::raw_string_ostream stream(name);
  stream << "micro_" << tile.accumulator << "_" << tile.panel << "_"
         << tile.rows << "x" << tile.columns;
  if (tile.strip != panelColumns)
    stream << "_strip" << tile.strip;
  if (tile.packedRows)
    stream << "_packed";
  return name;
}

func::FuncOp getMicroKernel(ModuleOp module, const MicroTile &tile) {
  std::string name = nameOf(tile);
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  Type index = b.getIndexType();
  auto flat = [](Type element) {
    return MemRefType::get({ShapedType::kDynamic}, element);
  };
  Type sums = flat(tile.accumulator), panel = flat(tile.panel);
  // Its place is no line of the model: many kernels share it.
  auto function = func::FuncOp::create(
      b, b.getUnknownLoc(), name,
      b.getFunctionType({sums, index, index, index, panel, index, index, index,
                         sums, index, index, b.getI1Type()},
                        {}));
  function.setPrivate();
  function->setAttr("passthrough", b.getStrArrayAttr({"noinline"}));
  TileBuilder(function, tile).build();
  return function;
}

} // namespace xcc::schedule
