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

MicroTile chooseMicroTile(Type panel, Type accumulator, unsigned vectorBits,
                          int64_t rowsAtMost) {
  int64_t lanes = vectorBits / accumulator.getIntOrFloatBitWidth();
  // Accumulators are a tile's rows x 2 registers; 2 more hold a row of the
  // panel and the rest broadcasts. AVX-512 has twice the registers.
  int64_t tallest = vectorBits >= 512 ? 14 : 6;
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
  SmallVector<Value> step(Value k, ValueRange rows, ValueRange sums);

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
  Value last = arith::SubIOp::create(b, loc, args[3], index(1));
  SmallVector<Value> rows;
  for (int64_t r = 0; r < tile.rows; ++r) {
    Value row = r ? arith::MinSIOp::create(b, loc, index(r), last).getResult()
                  : index(0);
    rows.push_back(add(args[1], mul(row, args[2])));
  }
  return rows;
}

SmallVector<Value> TileBuilder::tilePlaces() {
  SmallVector<Value> places;
  for (int64_t r = 0; r < tile.rows; ++r) {
    Value row = add(args[8], mul(index(r), args[9]));
    for (int64_t c = 0; c < tile.columns; c += tile.lanes)
      places.push_back(add(row, index(c)));
  }
  return places;
}

SmallVector<Value> TileBuilder::initialSums(ValueRange places) {
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(vector));
  SmallVector<Type> types(places.size(), vector);
  auto branch = scf::IfOp::create(b, loc, types, args[10], /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, loc, SmallVector<Value>(places.size(), zero));
  b.setInsertionPointToStart(branch.elseBlock());
  SmallVector<Value> loaded;
  for (Value place : places)
    loaded.push_back(
        vector::LoadOp::create(b, loc, vector, args[7], ValueRange(place)));
  scf::YieldOp::create(b, loc, loaded);
  return branch.getResults();
}

Value TileBuilder::loadPanel(Value place) {
  auto stored = VectorType::get({tile.lanes}, tile.panel);
  Value loaded =
      vector::LoadOp::create(b, loc, stored, args[4], ValueRange(place));
  if (tile.panel == tile.accumulator)
    return loaded;
  return arith::ExtFOp::create(b, loc, vector, loaded);
}

Value TileBuilder::multiplyAdd(Value lhs, Value rhs, Value sum) {
  if (isa<FloatType>(tile.accumulator))
    return vector::FMAOp::create(b, loc, lhs, rhs, sum);
  return add(mul(lhs, rhs), sum);
}

/// One value of k: a row of the panel times a column of the left operand.
SmallVector<Value> TileBuilder::step(Value k, ValueRange rows,
                                     ValueRange sums) {
  Value panelRow = add(args[5], mul(k, index(panelColumns)));
  SmallVector<Value> panel;
  for (int64_t c = 0; c < tile.columns; c += tile.lanes)
    panel.push_back(loadPanel(add(panelRow, index(c))));
  SmallVector<Value> next;
  for (Value row : rows) {
    Value scalar =
        memref::LoadOp::create(b, loc, args[0], ValueRange(add(row, k)));
    Value lhs = vector::BroadcastOp::create(b, loc, vector, scalar);
    for (Value rhs : panel)
      next.push_back(multiplyAdd(lhs, rhs, sums[next.size()]));
  }
  return next;
}

void TileBuilder::build() {
  SmallVector<Value> rows = lhsRows();
  SmallVector<Value> places = tilePlaces();
  auto loop = scf::ForOp::create(b, loc, index(0), args[6], index(1),
                                 initialSums(places));
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    scf::YieldOp::create(
        b, loc, step(loop.getInductionVar(), rows, loop.getRegionIterArgs()));
  }
  for (auto [place, sum] : llvm::zip_equal(places, loop.getResults()))
    vector::StoreOp::create(b, loc, sum, args[7], ValueRange(place));
  func::ReturnOp::create(b, loc);
}

static std::string nameOf(const MicroTile &tile) {
  std::string name;
  llvm::raw_string_ostream stream(name);
  stream << "micro_" << tile.accumulator << "_" << tile.panel << "_"
         << tile.rows << "x" << tile.columns;
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
      b.getFunctionType({sums, index, index, index, panel, index, index, sums,
                         index, index, b.getI1Type()},
                        {}));
  function.setPrivate();
  function->setAttr("passthrough", b.getStrArrayAttr({"noinline"}));
  TileBuilder(function, tile).build();
  return function;
}

} // namespace xcc::schedule
