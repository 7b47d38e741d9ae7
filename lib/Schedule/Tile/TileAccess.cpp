//===- TileAccess.cpp - Tiles from and to buffers -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/TileForm.h"
#include "lib/Schedule/Tile/TileLayouts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace xcc::schedule {

// A thread's neighbours in memory are worth an exchange between threads from
// here on: a group of 8 fills half of a 32-byte sector even with f16.
static constexpr int64_t leastAcross = 8;
// What memory is written in: half of one costs as much as all of it.
static constexpr int64_t sectorBytes = 32;

/// How variables of an expression are numbered as dimensions and symbols.
struct TileForm::Numbering {
  llvm::DenseMap<AffineExpr, AffineExpr> names;
  SmallVector<Value> scalars;
  SmallVector<Value> tiles;
};

void TileForm::number(AffineExpr expr, Numbering &numbering) {
  MLIRContext *context = expr.getContext();
  const TileFrame &frame = builder.frame();
  auto nameScalar = [&](Value scalar) {
    auto known = llvm::find(numbering.scalars, scalar);
    unsigned position = known - numbering.scalars.begin();
    if (known == numbering.scalars.end())
      numbering.scalars.push_back(scalar);
    return getAffineSymbolExpr(position, context);
  };
  expr.walk([&](AffineExpr part) {
    if (numbering.names.contains(part))
      return;
    if (auto symbol = dyn_cast<AffineSymbolExpr>(part)) {
      numbering.names[part] =
          nameScalar(space.getSymbols()[symbol.getPosition()]);
      return;
    }
    if (!isa<AffineDimExpr>(part))
      return;
    auto *coordinate = llvm::find(frame.coordinates, part);
    if (coordinate != frame.coordinates.end()) {
      numbering.names[part] =
          getAffineDimExpr(coordinate - frame.coordinates.begin(), context);
      return;
    }
    Value value = space.valueOf(part);
    if (!isa<RankedTensorType>(value.getType())) {
      numbering.names[part] = nameScalar(value);
      return;
    }
    numbering.names[part] =
        getAffineDimExpr(frame.shape.size() + numbering.tiles.size(), context);
    numbering.tiles.push_back(value);
  });
}

IndexList TileForm::conditionsOf(AffineExpr expr) {
  IndexList result;
  llvm::SmallDenseSet<AffineExpr> seen;
  std::function<void(AffineExpr)> visit = [&](AffineExpr part) {
    part.walk([&](AffineExpr variable) {
      AffineExpr definition = space.definitionOf(variable);
      if (!definition || !seen.insert(variable).second)
        return;
      visit(definition);
      AffineExpr value = space.simplify(space.resolve(definition));
      AffineExpr last = space.extentOf(variable) - 1;
      if (space.isWithin(value, last + 1))
        return;
      if (!space.isNonNegative(value))
        result.push_back(value);
      result.push_back(space.simplify(last - value));
    });
  };
  visit(expr);
  return result;
}

TileForm::StoresWithin::StoresWithin(TileForm &form, Indices indices)
    : form(form), before(form.storeConditions.size()) {
  for (AffineExpr index : indices)
    form.storeConditions.append(form.conditionsOf(index));
}

/// What holds here and matters to elements in `dims`, which its own dimensions
/// join. A condition on other coordinates alone does not.
IndexList TileForm::conditionsOn(FrameDims &dims) {
  IndexList result, others;
  for (IndexList open = conditions; !open.empty(); open = others) {
    others.clear();
    for (AffineExpr condition : open) {
      FrameDims here = dimsOf(condition);
      if (here.any() && !here.anyCommon(dims)) {
        others.push_back(condition);
        continue;
      }
      dims |= here;
      result.push_back(space.simplify(space.resolve(condition)));
    }
    if (others.size() == open.size())
      break;
  }
  return result;
}

TileAccess TileForm::access(OpBuilder &b, Location loc, Value flat,
                            AffineExpr offset, FrameDims &dims,
                            Indices alsoRequired) {
  AffineExpr place = space.simplify(space.resolve(offset));
  dims |= dimsOf(place);
  IndexList required;
  if (flat)
    required = conditionsOf(offset);
  for (AffineExpr condition : alsoRequired)
    if (!llvm::is_contained(required, condition))
      required.push_back(condition);
  if (flat)
    required.append(conditionsOn(dims));
  Numbering numbering;
  number(place, numbering);
  for (AffineExpr condition : required)
    number(condition, numbering);
  unsigned rank = builder.frame().shape.size();
  SmallVector<AffineExpr> constraints;
  for (AffineExpr condition : required)
    constraints.push_back(condition.replace(numbering.names));
  if (flat)
    for (Value mask : masks) {
      dims |= dimsOf(mask);
      Type i32 = cast<RankedTensorType>(mask.getType()).clone(b.getI32Type());
      constraints.push_back(
          getAffineDimExpr(rank + numbering.tiles.size(), b.getContext()) - 1);
      numbering.tiles.push_back(arith::ExtUIOp::create(b, loc, i32, mask));
    }
  for (Value index : numbering.tiles)
    dims |= dimsOf(index);
  for (Value &index : numbering.tiles)
    index = widen(b, loc, index, dims);
  unsigned numDims = rank + numbering.tiles.size();
  TileAccess result{flat, numbering.scalars, numbering.tiles, {}, {}};
  result.map = AffineMap::get(numDims, numbering.scalars.size(),
                              place.replace(numbering.names));
  SmallVector<bool> areEqualities(constraints.size(), false);
  if (!constraints.empty())
    result.bounds = IntegerSet::get(numDims, numbering.scalars.size(),
                                    constraints, areEqualities);
  return result;
}

/// The type in which threads run along the dimension that `offset` is
/// contiguous in, if the frame's threads run along another; null otherwise.
RankedTensorType TileForm::acrossType(RankedTensorType type,
                                      AffineExpr offset) {
  const TileFrame &frame = builder.frame();
  auto layout = tile::getLayout(type);
  if (type.getRank() < 2 || layout.getNumThreads() == 1)
    return {};
  offset = space.simplify(space.resolve(offset));
  AffineExpr zero = space.constant(0), one = space.constant(1);
  auto stepOf = [&](unsigned dim) {
    return space.coefficient(offset, frame.coordinates[dim]);
  };
  unsigned fastest = fastestDim(layout);
  AffineExpr step = stepOf(fastest);
  if (!step || step == zero || step == one)
    return {};
  for (unsigned dim = 0; dim < type.getRank(); ++dim) {
    if (dim == fastest || type.getDimSize(dim) < leastAcross ||
        stepOf(dim) != one)
      continue;
    unsigned bytes =
        std::max(8u, type.getElementType().getIntOrFloatBitWidth()) / 8;
    int64_t perThread =
        std::max<int64_t>(1, type.getNumElements() / layout.getNumThreads());
    int64_t vector =
        std::min<int64_t>(builder.device().maxVectorBytes / bytes, perThread);
    return tile::getTileType(
        type.getElementType(),
        coalescedLayout(type.getShape(), dim, vector, threadsOf(layout)));
  }
  return {};
}

/// How many neighbours along `dim` the lanes of a warp hold in registers that
/// are stored together.
static int64_t runOf(const tile::LinearLayout &layout, unsigned dim) {
  int64_t run = 1;
  for (tile::InputDim input : {tile::InputDim::Register, tile::InputDim::Lane})
    for (const tile::Coordinates &basis : layout.getBases(input))
      if (llvm::all_of(llvm::enumerate(basis), [&](auto entry) {
            return entry.value() == (entry.index() == dim ? run : 0);
          }))
        run *= 2;
  return run;
}

/// The type in which a thread stores as much at once as it can, if now the
/// pieces that lanes store together are smaller than memory's own: null
/// otherwise, and where rows do not begin at multiples of that much.
RankedTensorType TileForm::wideType(RankedTensorType type, AffineExpr offset) {
  auto layout = tile::getLayout(type);
  unsigned dim = fastestDim(layout);
  int64_t bits = std::max(8u, type.getElementType().getIntOrFloatBitWidth());
  int64_t vector = builder.device().maxVectorBytes * 8 / bits;
  if (type.getRank() < 2 || runOf(layout, dim) * bits >= 8 * sectorBytes ||
      type.getNumElements() < layout.getNumThreads() * vector ||
      type.getDimSize(dim) * bits < 8 * sectorBytes)
    return {};
  offset = space.simplify(space.resolve(offset));
  AffineExpr along = builder.frame().coordinates[dim];
  AffineExpr step = space.coefficient(offset, along);
  AffineExpr start = offset.replace(along, space.constant(0));
  if (!step || step != space.constant(1) || !start.isMultipleOf(vector))
    return {};
  return tile::getTileType(
      type.getElementType(),
      coalescedLayout(type.getShape(), dim, vector, threadsOf(layout)));
}

Value TileForm::load(OpBuilder &b, Location loc, Value flat, AffineExpr offset,
                     Type element) {
  FrameDims dims(builder.frame().shape.size());
  TileAccess place = access(b, loc, flat, offset, dims);
  Type storage = cast<MemRefType>(flat.getType()).getElementType();
  RankedTensorType type = tileType(storage, dims);
  bool isUniform = dims.none() && place.indices.empty();
  if (isUniform && type.getRank()) {
    // All threads read one element.
    tile::LinearLayout layout = tile::getLayout(type);
    while (layout.getRank())
      layout = layout.reduced(0);
    type = tile::getTileType(storage, layout);
    unsigned symbols = place.map.getNumSymbols();
    place.map = AffineMap::get(0, symbols, place.map.getResult(0));
    if (place.bounds)
      place.bounds = IntegerSet::get(0, symbols, place.bounds.getConstraints(),
                                     place.bounds.getEqFlags());
  }
  RankedTensorType across = isUniform ? nullptr : acrossType(type, offset);
  bool isAcross = across && place.indices.empty();
  Value loaded = tile::LoadOp::create(b, loc, isAcross ? across : type, flat,
                                      place.scalars, place.indices, place.map,
                                      place.bounds);
  if (isAcross)
    loaded = tile::ConvertLayoutOp::create(b, loc, loaded,
                                           tile::getLayoutAttr(type));
  if (isUniform)
    loaded = tile::ToScalarOp::create(b, loc, storage, loaded);
  if (!element.isInteger(1))
    return loaded;
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(storage));
  if (!isUniform)
    zero = widen(b, loc, zero, dims);
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, loaded, zero);
}

void TileForm::store(OpBuilder &b, Location loc, Value value, Value flat,
                     AffineExpr offset) {
  FrameDims dims = dimsOf(value) | dimsOf(offset);
  IndexList required;
  for (AffineExpr condition : storeConditions) {
    FrameDims here = dimsOf(condition);
    // Where the tile has no size, the first element is stored, and exists.
    if (here.any() && !here.anyCommon(dims))
      continue;
    dims |= here;
    required.push_back(condition);
  }
  TileAccess place = access(b, loc, flat, offset, dims, required);
  Type storage = cast<MemRefType>(flat.getType()).getElementType();
  value = widen(b, loc, value, dims);
  auto type = cast<RankedTensorType>(value.getType());
  RankedTensorType across = acrossType(type, offset);
  if (!across)
    across = wideType(type, offset);
  if (across && place.indices.empty())
    value = tile::ConvertLayoutOp::create(b, loc, value,
                                          tile::getLayoutAttr(across));
  if (getElementTypeOrSelf(value).isInteger(1) && !storage.isInteger(1))
    value = arith::ExtUIOp::create(
        b, loc, cast<RankedTensorType>(value.getType()).clone(storage), value);
  tile::StoreOp::create(b, loc, value, flat, place.scalars, place.indices,
                        place.map, place.bounds);
}

} // namespace xcc::schedule
