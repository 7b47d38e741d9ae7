//===- TileOps.cpp - Verifiers of the tile dialect ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Conversion.h"
#include "dialects/tile/Tile.h"

#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace xcc::tile;

/// Printed even if there are none: a name like #map right behind a value would
/// be read as the number of one of its results.
static void printScalars(OpAsmPrinter &printer, Operation *,
                         OperandRange scalars) {
  printer << '[' << scalars << ']';
}

static ParseResult
parseScalars(OpAsmParser &parser,
             SmallVectorImpl<OpAsmParser::UnresolvedOperand> &scalars) {
  return parser.parseOperandList(scalars,
                                 OpAsmParser::Delimiter::OptionalSquare);
}

#define GET_OP_CLASSES
#include "dialects/tile/TileOps.cpp.inc"

static RankedTensorType tileType(Value tile) {
  return cast<RankedTensorType>(tile.getType());
}

//===-- Places in buffers
//--------------------------------------------------===//

static LogicalResult verifyMap(Operation *op, AffineMap map, unsigned rank,
                               unsigned numIndices, unsigned numScalars) {
  if (map.getNumDims() != rank + numIndices ||
      map.getNumSymbols() != numScalars)
    return op->emitOpError("expects a map of ")
           << rank + numIndices << " dimensions and " << numScalars
           << " symbols, got " << AffineMapAttr::get(map);
  if (map.getNumResults() != 1)
    return op->emitOpError("expects a map to one number, got ")
           << AffineMapAttr::get(map);
  return success();
}

/// What all operations that reach into a buffer have to keep.
static LogicalResult verifyAccess(Operation *op, Value buffer, Type elementType,
                                  unsigned rank, AffineMap map,
                                  std::optional<IntegerSet> bounds,
                                  unsigned numIndices, unsigned numScalars) {
  Type stored = cast<MemRefType>(buffer.getType()).getElementType();
  if (stored != elementType)
    return op->emitOpError("expects a buffer of ")
           << elementType << ", got one of " << stored;
  if (failed(verifyMap(op, map, rank, numIndices, numScalars)))
    return failure();
  if (bounds && (bounds->getNumDims() != map.getNumDims() ||
                 bounds->getNumSymbols() != map.getNumSymbols()))
    return op->emitOpError("expects bounds over the map's ")
           << map.getNumDims() << " dimensions and " << map.getNumSymbols()
           << " symbols, got " << IntegerSetAttr::get(*bounds);
  return success();
}

static LogicalResult verifyIndices(Operation *op, ValueRange indices,
                                   RankedTensorType tile) {
  for (Value index : indices)
    if (tileType(index).getEncoding() != tile.getEncoding())
      return op->emitOpError("expects index tiles with the layout of ")
             << tile << ", got " << index.getType();
  return success();
}

LogicalResult LoadOp::verify() {
  auto type = tileType(getResult());
  if (getOther() && getOther().getType() != type.getElementType())
    return emitOpError("expects other to be ")
           << type.getElementType() << ", got " << getOther().getType();
  if (failed(verifyIndices(*this, getIndices(), type)))
    return failure();
  return verifyAccess(*this, getBuffer(), type.getElementType(), type.getRank(),
                      getMap(), getBounds(), getIndices().size(),
                      getScalars().size());
}

template <typename WriteOp> static LogicalResult verifyWrite(WriteOp op) {
  auto type = tileType(op.getTile());
  if (failed(verifyIndices(op, op.getIndices(), type)))
    return failure();
  return verifyAccess(op, op.getBuffer(), type.getElementType(), type.getRank(),
                      op.getMap(), op.getBounds(), op.getIndices().size(),
                      op.getScalars().size());
}

/// Elements along a dimension that is in no place and no bound would all be
/// written to one place.
LogicalResult StoreOp::verify() {
  if (failed(verifyWrite(*this)))
    return failure();
  auto type = tileType(getTile());
  std::optional<IntegerSet> bounds = getBounds();
  for (auto [dim, size] : llvm::enumerate(type.getShape())) {
    bool isTold =
        size == 1 || !getIndices().empty() || getMap().isFunctionOfDim(dim) ||
        (bounds && llvm::any_of(bounds->getConstraints(),
                                [&, d = dim](AffineExpr constraint) {
                                  return constraint.isFunctionOfDim(d);
                                }));
    if (!isTold)
      return emitOpError("expects a map or bounds that tell elements along "
                         "dimension ")
             << dim << " of " << type << " apart, got "
             << AffineMapAttr::get(getMap());
  }
  return success();
}

LogicalResult AtomicAddOp::verify() { return verifyWrite(*this); }

LogicalResult PrefetchOp::verify() {
  if (getLayout().isShared())
    return emitOpError("expects a layout of registers, lanes and warps, got ")
           << getLayout();
  return verifyAccess(*this, getBuffer(),
                      cast<MemRefType>(getBuffer().getType()).getElementType(),
                      getLayout().getRank(), getMap(), getBounds(), 0,
                      getScalars().size());
}

LogicalResult IndexOp::verify() {
  return verifyMap(*this, getMap(), tileType(getResult()).getRank(), 0,
                   getScalars().size());
}

//===-- Shared memory
//------------------------------------------------------===//

LogicalResult SliceOp::verify() {
  SharedType source = getSource().getType();
  if (source.getNumSliceDims() == 0)
    return emitOpError("expects a dimension in front of the layout's, got ")
           << source;
  if (getResult().getType() != source.getSlice())
    return emitOpError("expects a result of ")
           << source.getSlice() << ", got " << getResult().getType();
  return success();
}

/// A tile on its way to or from shared memory.
static LogicalResult verifyShared(Operation *op, ArrayRef<int64_t> shape,
                                  Type elementType, SharedType shared) {
  if (shared.getShape() != shape || shared.getElementType() != elementType)
    return op->emitOpError("expects a tile of ")
           << formatShape(shared.getShape()) << " " << shared.getElementType()
           << ", got " << formatShape(shape) << " " << elementType;
  if (shared.getNumSliceDims() != 0)
    return op->emitOpError("expects one slice of shared memory, got ")
           << shared;
  return success();
}

LogicalResult SharedLoadOp::verify() {
  auto type = tileType(getResult());
  return verifyShared(*this, type.getShape(), type.getElementType(),
                      getSource().getType());
}

LogicalResult SharedStoreOp::verify() {
  auto type = tileType(getTile());
  return verifyShared(*this, type.getShape(), type.getElementType(),
                      getDestination().getType());
}

LogicalResult AsyncCopyOp::verify() {
  if (getLayout().isShared())
    return emitOpError("expects a layout of registers, lanes and warps, got ")
           << getLayout();
  SharedType shared = getDestination().getType();
  if (failed(verifyShared(*this, getLayout().getShape(),
                          shared.getElementType(), shared)))
    return failure();
  return verifyAccess(*this, getBuffer(), shared.getElementType(),
                      shared.getShape().size(), getMap(), getBounds(), 0,
                      getScalars().size());
}

//===-- Reductions
//---------------------------------------------------------===//

LogicalResult ToScalarOp::verify() {
  if (tileType(getTile()).getRank() != 0)
    return emitOpError("expects a tile of rank 0, got ") << getTile().getType();
  return success();
}

/// Each basis lies along the axis or across it.
static LogicalResult verifyAxis(ReduceOp op, RankedTensorType tile,
                                unsigned axis) {
  LinearLayout layout = getLayout(tile);
  for (InputDim dim : {InputDim::Register, InputDim::Lane, InputDim::Warp})
    for (const Coordinates &basis : layout.getBases(dim)) {
      bool hasOther = false;
      for (auto [d, coordinate] : llvm::enumerate(basis))
        hasOther |= d != axis && coordinate != 0;
      if (hasOther && basis[axis] != 0)
        return op.emitOpError("expects bases along axis ")
               << axis << " or across it, got [" << ArrayRef(basis) << "]";
    }
  return success();
}

LogicalResult ReduceOp::verify() {
  if (getTiles().empty() || getTiles().size() != getResults().size())
    return emitOpError("expects a result for each of one or more tiles, got ")
           << getTiles().size() << " tiles and " << getResults().size()
           << " results";
  auto first = tileType(getTiles().front());
  if (getAxis() >= static_cast<uint64_t>(first.getRank()))
    return emitOpError("expects an axis of ") << first << ", got " << getAxis();
  LinearLayout reduced = getLayout(first).reduced(getAxis());
  for (auto [tile, result] : llvm::zip(getTiles(), getResults())) {
    if (tileType(tile).getEncoding() != first.getEncoding())
      return emitOpError("expects tiles of one layout, got ")
             << first << " and " << tile.getType();
    auto expected = getTileType(tileType(tile).getElementType(), reduced);
    if (result.getType() != expected)
      return emitOpError("expects a result of ")
             << expected << ", got " << result.getType();
  }
  return verifyAxis(*this, first, getAxis());
}

LogicalResult ReduceOp::verifyRegions() {
  SmallVector<Type> scalars;
  for (Value tile : getTiles())
    scalars.push_back(tileType(tile).getElementType());
  SmallVector<Type> pairs(scalars);
  llvm::append_range(pairs, scalars);
  Block &body = getCombiner().front();
  if (!llvm::equal(body.getArgumentTypes(), pairs))
    return emitOpError("expects a combiner of ")
           << pairs << ", got " << body.getArgumentTypes();
  auto yielded = body.getTerminator()->getOperandTypes();
  if (!llvm::equal(yielded, scalars))
    return emitOpError("expects a combiner that yields ")
           << scalars << ", got " << yielded;
  return success();
}

//===-- Renaming of coordinates
//--------------------------------------------===//

/// The result that a renaming must have.
static LogicalResult verifyRenamed(Operation *op, const LinearLayout &layout) {
  auto expected =
      getTileType(getElementTypeOrSelf(op->getOperand(0).getType()), layout);
  if (op->getResult(0).getType() != expected)
    return op->emitOpError("expects a result of ")
           << expected << ", got " << op->getResult(0).getType();
  return success();
}

LogicalResult ExpandDimsOp::verify() {
  if (getAxis() > static_cast<uint64_t>(tileType(getTile()).getRank()))
    return emitOpError("expects an axis of the result, got ") << getAxis();
  return verifyRenamed(*this,
                       getLayout(getTile().getType()).expanded(getAxis()));
}

LogicalResult TransposeOp::verify() {
  SmallVector<unsigned> order(getOrder().begin(), getOrder().end());
  SmallVector<unsigned> sorted(order);
  llvm::sort(sorted);
  if (!llvm::equal(sorted, llvm::seq<unsigned>(tileType(getTile()).getRank())))
    return emitOpError("expects each of the ")
           << tileType(getTile()).getRank() << " dimensions once, got ["
           << getOrder() << "]";
  return verifyRenamed(*this, getLayout(getTile().getType()).permuted(order));
}

LogicalResult ReshapeOp::verify() {
  auto from = tileType(getTile()), to = tileType(getResult());
  if (from.getNumElements() != to.getNumElements())
    return emitOpError("expects as many elements as ")
           << from << ", got " << to;
  return verifyRenamed(*this, getLayout(from).reshaped(to.getShape()));
}

static LogicalResult verifySameThreads(Operation *op, const LinearLayout &from,
                                       const LinearLayout &to) {
  if (from.getNumLanes() != to.getNumLanes() ||
      from.getNumWarps() != to.getNumWarps())
    return op->emitOpError("expects layouts for the same threads, got ")
           << from.getNumWarps() << " warps of " << from.getNumLanes()
           << " lanes and " << to.getNumWarps() << " of " << to.getNumLanes();
  return success();
}

LogicalResult BroadcastOp::verify() {
  auto from = tileType(getTile()), to = tileType(getResult());
  if (from.getElementType() != to.getElementType() ||
      from.getRank() != to.getRank())
    return emitOpError("expects a result like ") << from << ", got " << to;
  LinearLayout layout = getLayout(from), collapsed = getLayout(to);
  for (auto [d, size] : llvm::enumerate(from.getShape())) {
    if (size == to.getDimSize(d))
      continue;
    if (size != 1)
      return emitOpError("expects size 1 or ")
             << to.getDimSize(d) << " in dimension " << d << ", got " << size;
    collapsed = collapsed.collapsed(d);
  }
  if (failed(verifySameThreads(*this, layout, collapsed)))
    return failure();
  Conversion conversion(layout, collapsed);
  if (conversion.nearest() > Movement::WithinThread ||
      conversion.registersPerPlace() != 1)
    return emitOpError("expects every thread to hold what it repeats, got "
                       "elements that move ")
           << stringifyMovement(conversion.nearest());
  return success();
}

LogicalResult ConvertLayoutOp::verify() {
  auto from = tileType(getTile()), to = tileType(getResult());
  if (from.getShape() != to.getShape() ||
      from.getElementType() != to.getElementType())
    return emitOpError("expects a result like ") << from << ", got " << to;
  return verifySameThreads(*this, getLayout(from), getLayout(to));
}

LogicalResult ExchangeOp::verify() {
  auto type = tileType(getTile());
  if (getAxis() >= static_cast<uint64_t>(type.getRank()))
    return emitOpError("expects an axis of ") << type << ", got " << getAxis();
  uint64_t size = type.getDimSize(getAxis());
  if (!llvm::isPowerOf2_64(getDistance()) || getDistance() >= size)
    return emitOpError("expects a power of two below ")
           << size << " as the distance, got " << getDistance();
  return success();
}

ExchangeOp::Source ExchangeOp::getSource() {
  LinearLayout layout = getLayout(getTile().getType());
  Coordinates step(layout.getRank(), 0);
  step[getAxis()] = getDistance();
  uint64_t holder = layout.inverse().apply(layout.toElement(step));
  unsigned registers = layout.getNumBits(InputDim::Register);
  unsigned lanes = layout.getNumBits(InputDim::Lane);
  return {holder & llvm::maskTrailingOnes<uint64_t>(registers),
          holder >> registers & llvm::maskTrailingOnes<uint64_t>(lanes),
          holder >> (registers + lanes)};
}

//===-- Products
//-----------------------------------------------------------===//

LogicalResult DotOp::verify() {
  auto lhs = tileType(getLhs()), rhs = tileType(getRhs());
  auto acc = tileType(getAccumulator());
  if (lhs.getRank() != 2 || rhs.getRank() != 2 || acc.getRank() != 2)
    return emitOpError("expects tiles of rank 2, got ")
           << lhs.getRank() << ", " << rhs.getRank() << " and "
           << acc.getRank();
  if (lhs.getDimSize(1) != rhs.getDimSize(0))
    return emitOpError("expects lhs and rhs to share k, got ")
           << lhs.getDimSize(1) << " and " << rhs.getDimSize(0);
  if (acc.getDimSize(0) != lhs.getDimSize(0) ||
      acc.getDimSize(1) != rhs.getDimSize(1))
    return emitOpError("expects an accumulator of ")
           << lhs.getDimSize(0) << "x" << rhs.getDimSize(1) << ", got "
           << acc.getDimSize(0) << "x" << acc.getDimSize(1);
  if (getInstruction() != "fma")
    return success();
  DotLayouts expected = makeThreadDotLayouts(getLayout(acc), lhs.getDimSize(1));
  auto verifyOperand = [&](RankedTensorType tile, const LinearLayout &layout,
                           StringRef name) -> LogicalResult {
    if (failed(verifySameThreads(*this, getLayout(tile), layout)))
      return failure();
    Conversion conversion(getLayout(tile), layout);
    if (conversion.nearest() > Movement::WithinThread ||
        conversion.registersPerPlace() != 1)
      return emitOpError("expects every thread to hold the elements of ")
             << name << " that its accumulators need, got elements that move "
             << stringifyMovement(conversion.nearest());
    return success();
  };
  if (failed(verifyOperand(lhs, expected.lhs, "lhs")))
    return failure();
  return verifyOperand(rhs, expected.rhs, "rhs");
}
