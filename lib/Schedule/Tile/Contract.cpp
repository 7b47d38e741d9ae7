//===- Contract.cpp - Kernels around a matrix product ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block computes a rectangle of sums, step by step along the depth; what was
// fused behind the product runs on the sums where they are. A product with few
// blocks and much depth is split along the depth: blocks leave partial sums,
// which a second launch adds up in order.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/ContractBlock.h"
#include "lib/Schedule/Tile/GroupTiling.h"
#include "lib/Schedule/Tile/TileForm.h"
#include "lib/Schedule/Tile/TileLayouts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace xcc::schedule {

namespace {

class ContractEmitter {
public:
  ContractEmitter(TileKernelBuilder &kernel, const ProductView &view,
                  const ProductTiling &tiling)
      : kernel(kernel), view(view), tiling(tiling) {}

  LogicalResult emitWhole();
  LogicalResult emitParts();

private:
  IndexList gridCounts();
  BlockPlace placeOf(IndexList ids);
  AffineExpr rowAt(const BlockPlace &place, const TileFrame &frame) {
    return kernel.within(place.row + frame.coordinates[0], view.rows());
  }
  AffineExpr columnAt(const BlockPlace &place, const TileFrame &frame) {
    return kernel.within(place.column + frame.coordinates[1], view.columns());
  }
  AffineExpr partialPlace(AffineExpr split, const BlockPlace &place,
                          AffineExpr row, AffineExpr column);
  LogicalResult writeSums(const BlockPlace &place, Value sums);
  void storePartials(const BlockPlace &place, AffineExpr split, Value sums);
  LogicalResult addPartials();
  Value addInitial(Indices indices, Value sums);
  Value partialBuffer();

  TileKernelBuilder &kernel;
  const ProductView &view;
  const ProductTiling &tiling;
  int64_t rowGroup = 1;
};

} // namespace

//===-- Blocks
//-------------------------------------------------------------===//

/// (batch..., groups of rows, columns, rows of a group): neighbouring blocks
/// share operands in the cache.
IndexList ContractEmitter::gridCounts() {
  IndexSpace &space = kernel.space();
  AffineExpr rowBlocks = space.simplify(view.rows().ceilDiv(tiling.rows));
  rowGroup = 1;
  if (std::optional<int64_t> count = known(rowBlocks))
    while (rowGroup < 8 && *count % (2 * rowGroup) == 0)
      rowGroup *= 2;
  IndexList counts = view.batch();
  counts.push_back(space.simplify(rowBlocks.floorDiv(rowGroup)));
  counts.push_back(view.columns().ceilDiv(tiling.columns));
  counts.push_back(space.constant(rowGroup));
  return counts;
}

BlockPlace ContractEmitter::placeOf(IndexList ids) {
  BlockPlace place;
  AffineExpr row = ids.pop_back_val();
  place.column = ids.pop_back_val() * tiling.columns;
  place.row = (ids.pop_back_val() * rowGroup + row) * tiling.rows;
  place.batch = ids;
  return place;
}

LogicalResult ContractEmitter::emitWhole() {
  BlockPlace place = placeOf(kernel.blockIds(gridCounts()));
  ContractBlock block(kernel, view, tiling, place);
  AffineExpr steps = view.depth().ceilDiv(tiling.depth);
  FailureOr<Value> sums = block.emit(kernel.space().constant(0), steps);
  if (failed(sums))
    return failure();
  return writeSums(place, *sums);
}

//===-- Results
//------------------------------------------------------------===//

/// What the product's sums are added to, if it is not zero.
Value ContractEmitter::addInitial(Indices indices, Value sums) {
  Value init = view.op().getDpsInitOperand(0)->get();
  auto fill = init.getDefiningOp<linalg::FillOp>();
  if (fill && (matchPattern(fill.getInputs()[0], m_AnyZeroFloat()) ||
               matchPattern(fill.getInputs()[0], m_Zero())))
    return sums;
  Value start = kernel.readTile(init, indices);
  if (!start)
    return {};
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  if (isa<IntegerType>(view.accumulator()))
    return arith::AddIOp::create(b, loc, sums, start);
  if (start.getType() != sums.getType())
    start = arith::ExtFOp::create(b, loc, sums.getType(), start);
  return arith::AddFOp::create(b, loc, sums, start);
}

/// Sums in any layout to the results of the kernel.
LogicalResult ContractEmitter::writeSums(const BlockPlace &place, Value sums) {
  OpBuilder &b = kernel.builder();
  tile::LinearLayout layout = tile::getLayout(sums.getType());
  TileFrame frame = kernel.makeFrame(layout);
  TileKernelBuilder::InFrame inside(kernel, frame);
  AffineExpr row = rowAt(place, frame), column = columnAt(place, frame);
  IndexList indices = view.resultIndices(kernel, place, row, column);
  TileForm::StoresWithin exists(kernel.tileForm(), {row, column});
  sums = addInitial(indices, sums);
  if (!sums)
    return failure();
  Value root = view.op().getResult(0);
  Type element = ElementEmitter::scalarType(getElementTypeOrSelf(root));
  if (element != view.accumulator())
    sums = arith::TruncFOp::create(b, kernel.loc(),
                                   tile::getTileType(element, layout), sums);
  return kernel.writeTile(root, indices, sums);
}

//===-- A split depth
//------------------------------------------------------===//

/// (split, batch, row, column) in the partial sums.
AffineExpr ContractEmitter::partialPlace(AffineExpr split,
                                         const BlockPlace &place,
                                         AffineExpr row, AffineExpr column) {
  IndexSpace &space = kernel.space();
  IndexList indices = {split}, sizes = {space.constant(tiling.splits)};
  indices.append(place.batch);
  llvm::append_range(sizes, view.batch());
  indices.append({row, column});
  sizes.append({view.rows(), view.columns()});
  return space.linearize(indices, sizes);
}

Value ContractEmitter::partialBuffer() {
  IndexSpace &space = kernel.space();
  AffineExpr count = space.product(view.batch()) * view.rows() *
                     view.columns() * tiling.splits;
  return kernel.workspace("partial_sums", view.accumulator(),
                          space.simplify(count));
}

void ContractEmitter::storePartials(const BlockPlace &place, AffineExpr split,
                                    Value sums) {
  TileFrame frame = kernel.makeFrame(tile::getLayout(sums.getType()));
  TileKernelBuilder::InFrame inside(kernel, frame);
  AffineExpr row = rowAt(place, frame), column = columnAt(place, frame);
  kernel.storeTile(sums, {row, column}, partialBuffer(),
                   partialPlace(split, place, row, column));
}

/// The second launch: elements side by side, the partial sums of each in the
/// order of the depth.
LogicalResult ContractEmitter::addPartials() {
  constexpr int64_t threads = 128, perThread = 4;
  int64_t lanes = kernel.device().lanesPerWarp;
  kernel.setThreads(threads);
  ProductTiling elements = tiling;
  elements.columns = std::min<int64_t>(128, tiling.columns);
  elements.rows = threads * perThread / elements.columns;
  ContractEmitter self(kernel, view, elements);
  BlockPlace place = self.placeOf(kernel.blockIds(self.gridCounts()));
  tile::LinearLayout layout =
      coalescedLayout({elements.rows, elements.columns}, 1, perThread,
                      {lanes, threads / lanes});
  Type tileType = tile::getTileType(view.accumulator(), layout);
  Value zeros = arith::ConstantOp::create(
      kernel.builder(), kernel.loc(), kernel.builder().getZeroAttr(tileType));
  Value partials = partialBuffer();
  auto addOne = [&](AffineExpr split,
                    ValueRange carried) -> FailureOr<SmallVector<Value>> {
    TileFrame frame = kernel.makeFrame(layout);
    TileKernelBuilder::InFrame inside(kernel, frame);
    TileAccess access = kernel.accessAt(
        partials, partialPlace(split, place, rowAt(place, frame),
                               columnAt(place, frame)));
    OpBuilder &b = kernel.builder();
    Value part = tile::LoadOp::create(b, kernel.loc(), tileType, access.buffer,
                                      access.scalars, access.indices,
                                      access.map, access.bounds);
    if (isa<IntegerType>(view.accumulator()))
      return SmallVector<Value>{
          arith::AddIOp::create(b, kernel.loc(), carried[0], part)};
    return SmallVector<Value>{
        arith::AddFOp::create(b, kernel.loc(), carried[0], part)};
  };
  FailureOr<SmallVector<Value>> sums =
      kernel.forLoop(kernel.space().constant(tiling.splits), zeros, addOne);
  if (failed(sums))
    return failure();
  return self.writeSums(place, (*sums)[0]);
}

LogicalResult ContractEmitter::emitParts() {
  IndexSpace &space = kernel.space();
  IndexList counts = {space.constant(tiling.splits)};
  llvm::append_range(counts, gridCounts());
  IndexList ids = kernel.blockIds(counts);
  AffineExpr split = ids.front();
  BlockPlace place = placeOf(IndexList(llvm::drop_begin(ids)));
  ContractBlock block(kernel, view, tiling, place);
  AffineExpr steps =
      space.simplify(view.depth().ceilDiv(tiling.depth).ceilDiv(tiling.splits));
  FailureOr<Value> sums = block.emit(split * steps, steps);
  if (failed(sums))
    return failure();
  storePartials(place, split, *sums);
  kernel.beginNextLaunch("sums");
  return addPartials();
}

static LogicalResult emitProduct(TileKernelBuilder &kernel,
                                 const ProductView &view) {
  std::optional<ProductTiling> ofGroups = view.chooseGroupTiling(kernel);
  ProductTiling tiling = ofGroups ? *ofGroups : view.chooseTiling();
  kernel.setThreads(tiling.warps() * kernel.device().lanesPerWarp);
  if (ofGroups)
    kernel.setHelpers(producerThreads(kernel.device(), *tiling.instruction));
  ContractEmitter emitter(kernel, view, tiling);
  return tiling.splits == 1 ? emitter.emitWhole() : emitter.emitParts();
}

LogicalResult scheduleTileContract(TileKernelBuilder &kernel) {
  std::optional<Contraction> contraction = findContraction(kernel.kernel());
  // A reduction that is no sum of products, such as any(a and b).
  if (!contraction)
    return scheduleTileReduce(kernel);
  return emitProduct(kernel, ProductView(kernel, *contraction));
}

LogicalResult scheduleTileConvolution(TileKernelBuilder &kernel) {
  // Less than a column of a matrix unit's tile has, as a depthwise
  // convolution's channel: each element is computed on its own.
  constexpr int64_t fewProducts = 64;
  std::optional<Contraction> contraction =
      findContraction(kernel.kernel(), OperandPlaces::Steps);
  if (!contraction)
    return scheduleTileMap(kernel);
  ProductView view(kernel, *contraction);
  std::optional<int64_t> rows = known(view.rows()), depth = known(view.depth());
  if (rows && depth && *rows * *depth <= fewProducts)
    return scheduleTileMap(kernel);
  return emitProduct(kernel, view);
}

} // namespace xcc::schedule
