//===- MatrixOperand.cpp - Operands of products, from memory to registers -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/MatrixOperand.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace xcc::schedule {

// Fewest bytes that a copy in the background can have.
static constexpr int64_t leastCopyBytes = 4;
static constexpr int64_t mostVectorBytes = 16;

MatrixOperand::MatrixOperand(TileKernelBuilder &kernel, OperandSource source,
                             AffineExpr steps, int64_t warps,
                             const MatrixInstruction *instruction)
    : kernel(kernel), source(std::move(source)), steps(steps), warps(warps),
      instruction(instruction),
      elementBytes(
          std::max(this->source.element.getIntOrFloatBitWidth() / 8, 1u)) {
  findLines();
  chooseLayouts();
}

/// A step's number, which a loop that loads ahead runs past the last one.
AffineExpr MatrixOperand::stepIndex(Value step) {
  AffineExpr ahead =
      kernel.space().constant(kernel.device().pipelineStages + 1);
  return kernel.space().declare(step, steps + ahead);
}

/// What must exist for an element to do so, beside the tensor's indices.
IndexList MatrixOperand::hiddenIndices(AffineExpr step, Indices coordinates) {
  IndexList result = {source.depth(step, coordinates)};
  if (source.padded)
    result.append(source.padded(step, coordinates));
  return result;
}

std::optional<TileAccess> MatrixOperand::access(Value step,
                                                const TileFrame &frame) {
  TileKernelBuilder::InFrame inside(kernel, frame);
  AffineExpr number = stepIndex(step);
  return kernel.accessOf(source.tensor,
                         source.indices(number, frame.coordinates),
                         hiddenIndices(number, frame.coordinates));
}

//===-- Lines of global memory
//---------------------------------------------===//

static AffineExpr replaceDim(AffineExpr expr, unsigned dim, AffineExpr by,
                             unsigned dims, unsigned symbols) {
  DenseMap<AffineExpr, AffineExpr> map;
  map[getAffineDimExpr(dim, expr.getContext())] = by;
  return simplifyAffineExpr(expr.replace(map), dims, symbols);
}

/// Whether `expr` grows by `step` from one `dim` to the next.
static bool growsBy(AffineExpr expr, unsigned dim, int64_t step,
                    AffineMap map) {
  unsigned dims = map.getNumDims(), symbols = map.getNumSymbols();
  AffineExpr next = getAffineDimExpr(dim, map.getContext()) + 1;
  return simplifyAffineExpr(replaceDim(expr, dim, next, dims, symbols) - expr,
                            dims, symbols) ==
         getAffineConstantExpr(step, map.getContext());
}

/// Whether neighbours along `dim` are neighbours in memory.
static bool runsAlong(const TileAccess &access, unsigned dim) {
  return growsBy(access.map.getResult(0), dim, 1, access.map);
}

/// How many neighbours along `dim`, from a multiple of as many on, lie one
/// behind the other at an aligned place and exist together; a power of two.
static int64_t alignedRun(const TileAccess &access, unsigned dim,
                          int64_t most) {
  AffineMap map = access.map;
  unsigned dims = map.getNumDims(), symbols = map.getNumSymbols();
  AffineExpr zero = getAffineConstantExpr(0, map.getContext());
  auto isStep = [&](AffineExpr expr, int64_t step) {
    return growsBy(expr, dim, step, map);
  };
  AffineExpr place = map.getResult(0);
  if (!runsAlong(access, dim))
    return 1;
  // All of these at dim 0 are multiples of the run.
  SmallVector<AffineExpr> starts = {
      replaceDim(place, dim, zero, dims, symbols)};
  IntegerSet set = access.bounds;
  ArrayRef<AffineExpr> bounds;
  if (set)
    bounds = set.getConstraints();
  for (AffineExpr inside : bounds) {
    if (isStep(inside, 0))
      continue;
    AffineExpr start = replaceDim(inside, dim, zero, dims, symbols);
    if (isStep(inside, -1))
      start = start + 1;
    else if (!isStep(inside, 1))
      return 1;
    starts.push_back(start);
  }
  int64_t run = most;
  for (AffineExpr start : starts)
    while (!start.isMultipleOf(run))
      run /= 2;
  return run;
}

/// Sees how the elements lie by an access that is thrown away.
void MatrixOperand::findLines() {
  int64_t most = std::max<int64_t>(mostVectorBytes / elementBytes, 1);
  OpBuilder &builder = kernel.builder();
  OpBuilder::InsertionGuard guard(builder);
  Block block;
  Value step = block.addArgument(builder.getIndexType(), kernel.loc());
  builder.setInsertionPointToStart(&block);
  IndexSpace::Mark mark = kernel.space().mark();
  TileFrame frame = kernel.makeFrame(
      copyLayout(source.shape, 1, 1, 1, kernel.device().lanesPerWarp, warps));
  if (std::optional<TileAccess> found = access(step, frame)) {
    Type stored = cast<MemRefType>(found->buffer.getType()).getElementType();
    isPlain = source.casts.empty() && found->indices.empty() &&
              stored == source.element;
    int64_t alongRows = alignedRun(*found, 0, std::min(most, source.shape[0]));
    int64_t alongColumns =
        alignedRun(*found, 1, std::min(most, source.shape[1]));
    // Lines that begin anywhere are lines all the same.
    bool areRows = alongRows == alongColumns
                       ? runsAlong(*found, 0) && !runsAlong(*found, 1)
                       : alongRows > alongColumns;
    memoryDim = areRows ? 0 : 1;
    run = std::max(alongRows, alongColumns);
  }
  kernel.space().release(mark);
}

//===-- Layouts
//------------------------------------------------------------===//

void MatrixOperand::chooseLayouts() {
  const DeviceDescription &device = kernel.device();
  int64_t most = std::max<int64_t>(mostVectorBytes / elementBytes, 1);
  // Fragments of narrow elements that do not come through a transposing load
  // want neighbours along the depth in one word: exchanged on the way in.
  bool comesTransposed = device.hasFragmentLoads && elementBytes == 2;
  bool isTransposed = instruction && !comesTransposed && elementBytes < 4 &&
                      memoryDim != source.depthDim;
  sharedDim = isTransposed ? source.depthDim : memoryDim;
  // What is computed on the way comes in runs, too, if its loads allow.
  copy = copyLayout(source.shape, memoryDim, isPlain ? run : most,
                    isTransposed ? most : 1, device.lanesPerWarp, warps);
}

tile::LinearLayout MatrixOperand::sharedLayout() const {
  const DeviceDescription &device = kernel.device();
  int64_t readBytes = mostVectorBytes;
  // Loads of fragments always take lines of 16 bytes.
  if (instruction && runsAlongDepth() && !device.hasFragmentLoads)
    readBytes = std::min(
        depthRun(*instruction, source.depthDim == 1) * elementBytes, readBytes);
  return swizzledLines(source.shape, sharedDim, elementBytes, readBytes,
                       device.sharedBanks);
}

StagedOperand MatrixOperand::staged() {
  assert(!isDirect() && "direct operands do not go through shared memory");
  StagedOperand result;
  result.slice =
      tile::SharedType::get(kernel.builder().getContext(), source.shape,
                            source.element, sharedLayout());
  bool isAsync = kernel.device().operandPath == OperandPath::AsyncShared;
  if (isAsync && isPlain && sharedDim == memoryDim &&
      run * elementBytes >= leastCopyBytes)
    result.copy = [this](Value step, Value slice) { copyAsync(step, slice); };
  else
    result.load = [this](Value step) { return load(step, copy); };
  return result;
}

static IntegerSetAttr boundsOf(TileAccess &access) {
  return access.bounds ? IntegerSetAttr::get(access.bounds) : IntegerSetAttr();
}

//===-- Code
//---------------------------------------------------------------===//

void MatrixOperand::copyAsync(Value step, Value slice) {
  OpBuilder &builder = kernel.builder();
  TileFrame frame = kernel.makeFrame(copy);
  std::optional<TileAccess> from = access(step, frame);
  hasFailed |= !from;
  if (!from)
    return;
  tile::AsyncCopyOp::create(builder, kernel.loc(), from->buffer, from->scalars,
                            slice, AffineMapAttr::get(from->map),
                            boundsOf(*from),
                            tile::LayoutAttr::get(builder.getContext(), copy));
}

/// The elements that exist, cast, and zeros.
Value MatrixOperand::load(Value step, const tile::LinearLayout &held) {
  OpBuilder &builder = kernel.builder();
  Location loc = kernel.loc();
  TileFrame frame = kernel.makeFrame(held);
  TileKernelBuilder::InFrame inside(kernel, frame);
  AffineExpr number = stepIndex(step);
  IndexList indices = source.indices(number, frame.coordinates);
  IndexList hidden = hiddenIndices(number, frame.coordinates);
  Value tile = kernel.readTile(source.tensor, indices);
  hasFailed |= !tile;
  if (!tile)
    return tile::SplatOp::create(
        builder, loc, tile::getTileType(source.element, held),
        arith::ConstantOp::create(builder, loc,
                                  builder.getZeroAttr(source.element)));
  for (Operation *cast : source.casts) {
    // Widened to what is multiplied, which need not be as wide.
    Type to = isa<arith::ExtFOp>(cast) ? source.element
                                       : cast->getResult(0).getType();
    OperationState state(loc, cast->getName(), tile,
                         tile::getTileType(to, held), cast->getAttrs());
    tile = builder.create(state)->getResult(0);
  }
  // Loads give zeros outside, but what is computed from zeros may be anything.
  IndexList all = indices, read;
  all.append(hidden);
  // The index of a dimension of one is in no place, and so masks no load.
  ArrayRef<int64_t> sizes =
      cast<RankedTensorType>(source.tensor.getType()).getShape();
  for (auto [index, size] : llvm::zip_equal(indices, sizes))
    if (isPlain && size != 1)
      read.push_back(index);
  Value mask = kernel.maskOf(all, read);
  if (!mask)
    return tile;
  Value zeros = arith::ConstantOp::create(builder, loc,
                                          builder.getZeroAttr(tile.getType()));
  return arith::SelectOp::create(builder, loc, mask, tile, zeros);
}

/// Whether a load of whole fragments can be asked for: of plain elements with
/// aligned lines, in which an lhs has its rows.
bool MatrixOperand::comesAsFragments() const {
  bool isLhsAcross = source.depthDim == 1 && memoryDim == 0;
  return instruction && isDirect() && isPlain && !isLhsAcross &&
         run * elementBytes >= mostVectorBytes;
}

Value MatrixOperand::loadFragments(Value step, const tile::LinearLayout &held) {
  TileFrame frame = kernel.makeFrame(held);
  std::optional<TileAccess> from = access(step, frame);
  if (!from)
    return load(step, held);
  return tile::LoadOp::create(
      kernel.builder(), kernel.loc(), tile::getTileType(source.element, held),
      from->buffer, from->scalars, from->indices, from->map, from->bounds);
}

Value MatrixOperand::fragment(Value step, Value slice,
                              const tile::LinearLayout &held) {
  if (!slice)
    return comesAsFragments() ? loadFragments(step, held) : load(step, held);
  return tile::SharedLoadOp::create(kernel.builder(), kernel.loc(),
                                    tile::getTileType(source.element, held),
                                    slice);
}

void MatrixOperand::prefetch(Value step) {
  if (!isPlain)
    return;
  // Whole lines, and all lines of a warp next to each other.
  int64_t lanes = kernel.device().lanesPerWarp;
  int64_t across = source.shape[0] * source.shape[1] / (run * lanes * warps);
  tile::LinearLayout bands = copyLayout(
      source.shape, memoryDim, run, std::max<int64_t>(across, 1), lanes, warps);
  TileFrame frame = kernel.makeFrame(bands);
  std::optional<TileAccess> from = access(step, frame);
  if (!from)
    return;
  OpBuilder &builder = kernel.builder();
  tile::PrefetchOp::create(builder, kernel.loc(), from->buffer, from->scalars,
                           AffineMapAttr::get(from->map), boundsOf(*from),
                           tile::LayoutAttr::get(builder.getContext(), bands));
}

} // namespace xcc::schedule
