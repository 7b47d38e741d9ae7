//===- ProductView.cpp - A contraction as a batch of matrix products ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/ContractBlock.h"

#include "dialects/fx/Fx.h"
#include "lib/Schedule/Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xcc::schedule {

//===-- Types
//--------------------------------------------------------------===//

static bool isNarrowFloat(Type type) { return type.isF16() || type.isBF16(); }
static bool isFloat8(Type type) {
  return isa<FloatType>(type) && type.getIntOrFloatBitWidth() == 8;
}

/// The narrow elements that an operand's factors are, exactly; null if they are
/// none.
static Type narrowFactor(OpOperand *operand, ArrayRef<Operation *> casts) {
  Type element = getElementTypeOrSelf(operand->get());
  if (casts.size() > 1)
    return {};
  if (element.isSignlessInteger(8))
    return casts.size() == 1 && isa<arith::ExtSIOp>(casts.front()) ? element
                                                                   : Type();
  bool isExtended = casts.empty() || isa<arith::ExtFOp>(casts.front());
  bool isNarrow = isNarrowFloat(element) || isFloat8(element);
  return isNarrow && isExtended ? element : Type();
}

std::optional<MatrixType> matrixTypeOf(Type type) {
  return llvm::TypeSwitch<Type, std::optional<MatrixType>>(type)
      .Case([](Float16Type) { return MatrixType::F16; })
      .Case([](BFloat16Type) { return MatrixType::BF16; })
      .Case([](Float32Type) { return MatrixType::F32; })
      .Case([](Float64Type) { return MatrixType::F64; })
      .Case([](Float8E4M3FNType) { return MatrixType::F8E4M3; })
      .Case([](Float8E5M2Type) { return MatrixType::F8E5M2; })
      .Case([](Float8E4M3FNUZType) { return MatrixType::F8E4M3FNUZ; })
      .Case([](Float8E5M2FNUZType) { return MatrixType::F8E5M2FNUZ; })
      .Case([](IntegerType integer) -> std::optional<MatrixType> {
        if (integer.getWidth() == 8)
          return MatrixType::I8;
        if (integer.getWidth() == 32)
          return MatrixType::I32;
        return std::nullopt;
      })
      .Default([](Type) { return std::nullopt; });
}

/// The device's instruction for operands and sums of these types, or null.
const MatrixInstruction *ProductView::instructionFor(Type factor) const {
  auto operandType = matrixTypeOf(factor), sumType = matrixTypeOf(sum);
  bool mayRound =
      match.op->getParentOfType<ModuleOp>()->hasAttr(allowTF32AttrName);
  if (mayRound && factor.isF32() && sum.isF32())
    if (auto *rounding =
            findInstruction(device, MatrixType::TF32, MatrixType::F32))
      return rounding;
  return operandType && sumType
             ? findInstruction(device, *operandType, *sumType)
             : nullptr;
}

/// Factors are multiplied as they are, or as a wider type that holds them and
/// that the device multiplies faster than that of the sums.
void ProductView::findTypes() {
  Type result =
      ElementEmitter::scalarType(getElementTypeOrSelf(match.op.getResult(0)));
  MLIRContext *context = result.getContext();
  sum = isNarrowFloat(result) ? Float32Type::get(context) : result;
  operand = sum;
  Type left = narrowFactor(match.lhs, match.lhsCasts);
  Type right = narrowFactor(match.rhs, match.rhsCasts);
  if (!left || !right)
    return;
  bool isDirect =
      isNarrowFloat(left) ? sum.isF32() : instructionFor(left) != nullptr;
  castsBelong = left != right || !isDirect;
  if (!castsBelong)
    operand = left;
  // bf16 first: small f8 numbers are normal there, and some devices take f16
  // ones that are not for zero.
  Type wider[] = {BFloat16Type::get(context), Float16Type::get(context)};
  const auto *found = llvm::find_if(wider, [&](Type type) {
    return castsBelong && isFloat8(left) && isFloat8(right) &&
           instructionFor(type);
  });
  if (found != std::end(wider))
    operand = *found;
}

//===-- Sizes
//--------------------------------------------------------------===//

ProductView::ProductView(TileKernelBuilder &kernel,
                         const Contraction &contraction)
    : device(kernel.device()), match(contraction),
      extents(kernel.elements().loopExtents(match.op)) {
  findTypes();
  matrix = instructionFor(operand);
  IndexSpace &space = kernel.space();
  moveImagesToBatch(space);
  auto sizeOf = [&](ArrayRef<unsigned> loops) {
    AffineExpr size = space.constant(1);
    for (unsigned loop : loops)
      size = size * extents[loop];
    return space.simplify(size);
  };
  rowCount = sizeOf(match.m);
  columnCount = sizeOf(match.n);
  depthCount = sizeOf(match.k);
  for (unsigned loop : match.batch)
    batchExtents.push_back(extents[loop]);
}

/// Columns that the result has outside of the rows, as the images of a
/// convolution, do not lie behind one another: each is a product of its own if
/// the others fill blocks.
void ProductView::moveImagesToBatch(IndexSpace &space) {
  constexpr int64_t usualColumns = 64;
  if (match.m.empty())
    return;
  AffineMap out = match.op.getIndexingMapsArray().back();
  auto isOutside = [&](unsigned loop) {
    auto placeOf = [&](unsigned each) {
      return *out.getResultPosition(
          getAffineDimExpr(each, match.op.getContext()));
    };
    return placeOf(loop) < placeOf(match.m.front());
  };
  SmallVector<unsigned> images, columns;
  AffineExpr count = space.constant(1);
  for (unsigned loop : match.n) {
    (isOutside(loop) ? images : columns).push_back(loop);
    if (!isOutside(loop))
      count = space.simplify(count * extents[loop]);
  }
  std::optional<int64_t> number = known(count);
  if (number && int64_t(llvm::alignTo(*number, usualColumns)) * 3 > *number * 4)
    return;
  match.batch.append(images);
  match.n = columns;
}

ProductShape ProductView::shape() const {
  ProductShape shape;
  shape.batch = 1;
  for (AffineExpr extent : batchExtents) {
    std::optional<int64_t> size = known(extent);
    shape.batch = shape.batch && size ? std::optional(*shape.batch * *size)
                                      : std::nullopt;
  }
  shape.rows = known(rowCount);
  shape.columns = known(columnCount);
  shape.depth = known(depthCount);
  shape.operandBytes = std::max(operand.getIntOrFloatBitWidth() / 8, 1u);
  auto isMade = [&](OpOperand *factor) {
    return getElementTypeOrSelf(factor->get()) != operand;
  };
  shape.areOperandsMade =
      match.k.size() > 1 || isMade(match.lhs) || isMade(match.rhs);
  return shape;
}

ProductTiling ProductView::chooseTiling() const {
  return schedule::chooseTiling(device, matrix, shape());
}

//===-- Elements
//-----------------------------------------------------------===//

IndexList ProductView::loopsAt(IndexSpace &space, Indices batch,
                               ArrayRef<unsigned> side, AffineExpr place,
                               AffineExpr depth) const {
  IndexList loops(extents.size(), space.constant(0));
  for (auto [loop, index] : llvm::zip_equal(match.batch, batch))
    loops[loop] = index;
  auto spread = [&](ArrayRef<unsigned> numbers, AffineExpr linear) {
    IndexList sizes;
    for (unsigned loop : numbers)
      sizes.push_back(extents[loop]);
    for (auto [loop, index] :
         llvm::zip_equal(numbers, space.delinearize(linear, sizes)))
      loops[loop] = index;
  };
  spread(side, place);
  spread(match.k, depth);
  return loops;
}

/// The tensor inside of the zeros around it.
static Value withoutPadding(Value tensor, SmallVectorImpl<fx::PadOp> &pads) {
  while (auto pad = tensor.getDefiningOp<fx::PadOp>()) {
    if (!pad.getValue().isZero())
      break;
    pads.push_back(pad);
    tensor = pad.getInput();
  }
  return tensor;
}

/// The place within what is padded: zeros are elements that do not exist.
/// Those in dimensions of one join `hidden`.
static IndexList insidePadding(TileKernelBuilder &kernel,
                               ArrayRef<fx::PadOp> pads, IndexList indices,
                               IndexList &hidden) {
  for (fx::PadOp pad : pads) {
    IndexList sizes = kernel.elements().shapeOf(pad.getInput());
    for (auto [index, size, low, high] :
         llvm::zip_equal(indices, sizes, pad.getLow(), pad.getHigh())) {
      index = kernel.space().simplify(index - low);
      if (low <= 0 && high <= 0)
        continue;
      index = kernel.within(index, size);
      if (size == kernel.space().constant(1))
        hidden.push_back(index);
    }
  }
  return indices;
}

OperandSource ProductView::source(TileKernelBuilder &kernel, bool isLeft,
                                  const ProductTiling &tiling,
                                  const BlockPlace &place, AffineExpr firstStep,
                                  AffineExpr steps) const {
  OpOperand *operandOf = isLeft ? match.lhs : match.rhs;
  OperandSource result;
  SmallVector<fx::PadOp> pads;
  result.tensor = withoutPadding(operandOf->get(), pads);
  if (castsBelong)
    result.casts = isLeft ? match.lhsCasts : match.rhsCasts;
  result.element = operand;
  result.depthDim = isLeft ? 1 : 0;
  result.shape = {isLeft ? tiling.rows : tiling.depth,
                  isLeft ? tiling.depth : tiling.columns};
  result.depth = [&kernel, this, isLeft, firstStep, steps,
                  stepDepth = tiling.depth](AffineExpr step,
                                            Indices coordinates) {
    // Steps of others are behind the last one of this block.
    AffineExpr own = kernel.within(step, steps);
    return kernel.within((firstStep + own) * stepDepth +
                             coordinates[isLeft ? 1 : 0],
                         depthCount);
  };
  auto find = [&kernel, this, isLeft, operandOf, place, pads,
               depth = result.depth](AffineExpr step, Indices coordinates,
                                     IndexList &hidden) {
    AffineExpr side =
        isLeft ? kernel.within(place.row + coordinates[0], rowCount)
               : kernel.within(place.column + coordinates[1], columnCount);
    IndexList loops =
        loopsAt(kernel.space(), place.batch, isLeft ? match.m : match.n, side,
                depth(step, coordinates));
    AffineMap map = op().getMatchingIndexingMap(operandOf);
    return insidePadding(kernel, pads, kernel.space().apply(map, loops),
                         hidden);
  };
  result.indices = [find](AffineExpr step, Indices coordinates) {
    IndexList hidden;
    return find(step, coordinates, hidden);
  };
  if (!pads.empty())
    result.padded = [find](AffineExpr step, Indices coordinates) {
      IndexList hidden;
      find(step, coordinates, hidden);
      return hidden;
    };
  return result;
}

OperandSource ProductView::left(TileKernelBuilder &kernel,
                                const ProductTiling &tiling,
                                const BlockPlace &place, AffineExpr firstStep,
                                AffineExpr steps) const {
  return source(kernel, /*isLeft=*/true, tiling, place, firstStep, steps);
}

OperandSource ProductView::right(TileKernelBuilder &kernel,
                                 const ProductTiling &tiling,
                                 const BlockPlace &place, AffineExpr firstStep,
                                 AffineExpr steps) const {
  return source(kernel, /*isLeft=*/false, tiling, place, firstStep, steps);
}

IndexList ProductView::resultIndices(TileKernelBuilder &kernel,
                                     const BlockPlace &place, AffineExpr row,
                                     AffineExpr column) const {
  IndexSpace &space = kernel.space();
  IndexList loops =
      loopsAt(space, place.batch, match.m, row, space.constant(0));
  IndexList sizes;
  for (unsigned loop : match.n)
    sizes.push_back(extents[loop]);
  for (auto [loop, index] :
       llvm::zip_equal(match.n, space.delinearize(column, sizes)))
    loops[loop] = index;
  linalg::GenericOp product = op();
  AffineMap map = product.getMatchingIndexingMap(product.getDpsInitOperand(0));
  return space.apply(map, loops);
}

} // namespace xcc::schedule
