//===- Tile.cpp - The tile dialect, its layouts and types
//------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Tile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace xcc::tile;

#include "dialects/tile/TileDialect.cpp.inc"
#include "dialects/tile/TileEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/tile/TileAttributes.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "dialects/tile/TileTypes.cpp.inc"

namespace {

/// Layouts are long: they are printed as aliases.
struct LayoutAliases : OpAsmDialectInterface {
  using OpAsmDialectInterface::OpAsmDialectInterface;

  AliasResult getAlias(Attribute attribute, raw_ostream &os) const override {
    auto layout = dyn_cast<LayoutAttr>(attribute);
    if (!layout)
      return AliasResult::NoAlias;
    os << (layout.isShared() ? "shared" : "layout");
    return AliasResult::OverridableAlias;
  }
};

} // namespace

void TileDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/tile/TileAttributes.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/tile/TileTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/tile/TileOps.cpp.inc"
      >();
  addInterfaces<LayoutAliases>();
}

Operation *TileDialect::materializeConstant(OpBuilder &builder, Attribute value,
                                            Type type, Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

//===-- Layout
//-------------------------------------------------------------===//

static constexpr InputDim distributedDims[] = {InputDim::Register,
                                               InputDim::Lane, InputDim::Warp};
static constexpr InputDim sharedDims[] = {InputDim::Offset};

static ArrayRef<InputDim> inputDims(bool isShared) {
  return isShared ? ArrayRef<InputDim>(sharedDims)
                  : ArrayRef<InputDim>(distributedDims);
}

LayoutAttr LayoutAttr::get(MLIRContext *context, const LinearLayout &layout) {
  SmallVector<unsigned> counts;
  SmallVector<int32_t> coordinates;
  for (InputDim dim : inputDims(layout.isShared())) {
    counts.push_back(layout.getNumBits(dim));
    for (const Coordinates &basis : layout.getBases(dim))
      llvm::append_range(coordinates, basis);
  }
  return get(context, layout.getRank(), counts, coordinates);
}

LinearLayout LayoutAttr::getLinear() const {
  ArrayRef<int32_t> rest = getCoordinates();
  std::array<LinearLayout::Bases, 3> lists;
  for (auto [list, count] : llvm::zip(lists, getCounts()))
    for (unsigned i = 0; i < count; ++i) {
      list.emplace_back(rest.take_front(getRank()));
      rest = rest.drop_front(getRank());
    }
  if (isShared())
    return LinearLayout::shared(getRank(), std::move(lists[0]));
  return LinearLayout::distributed(getRank(), std::move(lists[0]),
                                   std::move(lists[1]), std::move(lists[2]));
}

LogicalResult LayoutAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 unsigned rank, ArrayRef<unsigned> counts,
                                 ArrayRef<int32_t> coordinates) {
  if (llvm::sum_of(counts) > 48)
    return emitError() << "expects at most 48 bases, got "
                       << llvm::sum_of(counts);
  SmallVector<int32_t> reached(rank, 0);
  for (auto [i, coordinate] : llvm::enumerate(coordinates)) {
    if (coordinate < 0)
      return emitError() << "expects coordinates of at least 0, got "
                         << coordinate;
    reached[i % rank] |= coordinate;
  }
  unsigned numBits = 0;
  for (int32_t bits : reached)
    numBits += llvm::bit_width(static_cast<uint32_t>(bits));
  if (numBits > 48)
    return emitError() << "expects a tile of at most 2^48 elements, got 2^"
                       << numBits;
  BitSpan span;
  for (; !coordinates.empty(); coordinates = coordinates.drop_front(rank)) {
    uint64_t packed = 0;
    for (auto [coordinate, bits] : llvm::zip(coordinates, reached))
      packed = packed << llvm::bit_width(static_cast<uint32_t>(bits)) |
               static_cast<uint32_t>(coordinate);
    span.insert(packed, 0);
    if (rank == 0)
      break;
  }
  if (span.dimension() != numBits)
    return emitError() << "expects bases that reach all 2^" << numBits
                       << " elements, got 2^" << span.dimension();
  return success();
}

LogicalResult
LayoutAttr::verifyEncoding(ArrayRef<int64_t> shape, Type elementType,
                           function_ref<InFlightDiagnostic()> emitError) const {
  if (isShared())
    return emitError() << "expects a layout of registers, lanes and warps, got "
                          "one of offsets";
  SmallVector<int64_t> reached = getShape();
  if (shape != ArrayRef(reached))
    return emitError() << "expects a layout of " << formatShape(shape)
                       << ", got one of " << formatShape(reached);
  return success();
}

/// [[0, 1], [0, 2]]
static ParseResult parseBases(AsmParser &parser, LinearLayout::Bases &bases) {
  return parser.parseCommaSeparatedList(
      AsmParser::Delimiter::Square, [&]() -> ParseResult {
        Coordinates &basis = bases.emplace_back();
        return parser.parseCommaSeparatedList(
            AsmParser::Delimiter::Square, [&]() -> ParseResult {
              return parser.parseInteger(basis.emplace_back());
            });
      });
}

static ParseResult parseDim(AsmParser &parser, InputDim dim,
                            LinearLayout::Bases &bases) {
  return failure(parser.parseKeyword(stringifyInputDim(dim)) ||
                 parser.parseEqual() || parseBases(parser, bases));
}

Attribute LayoutAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseLBrace())
    return {};
  std::array<LinearLayout::Bases, 3> lists;
  bool isShared = succeeded(parser.parseOptionalKeyword("offset"));
  if (isShared) {
    if (parser.parseEqual() || parseBases(parser, lists[0]))
      return {};
  } else if (parseDim(parser, InputDim::Register, lists[0]) ||
             parser.parseComma() ||
             parseDim(parser, InputDim::Lane, lists[1]) ||
             parser.parseComma() ||
             parseDim(parser, InputDim::Warp, lists[2])) {
    return {};
  }
  unsigned rank = 0;
  for (const LinearLayout::Bases &list : lists)
    if (!list.empty())
      rank = list.front().size();
  if (succeeded(parser.parseOptionalComma()))
    if (parser.parseKeyword("rank") || parser.parseEqual() ||
        parser.parseInteger(rank))
      return {};
  if (parser.parseRBrace() || parser.parseGreater())
    return {};
  SmallVector<unsigned> counts;
  SmallVector<int32_t> coordinates;
  for (auto [list, dim] : llvm::zip(lists, inputDims(isShared))) {
    counts.push_back(list.size());
    for (const Coordinates &basis : list) {
      if (basis.size() != rank) {
        parser.emitError(loc, "expects bases of ")
            << rank << " coordinates, got one of " << basis.size();
        return {};
      }
      llvm::append_range(coordinates, basis);
    }
  }
  return parser.getChecked<LayoutAttr>(loc, parser.getContext(), rank,
                                       ArrayRef<unsigned>(counts),
                                       ArrayRef<int32_t>(coordinates));
}

void LayoutAttr::print(AsmPrinter &printer) const {
  printer << "<" << getLinear().toString() << ">";
}

//===-- Types
//--------------------------------------------------------------===//

bool xcc::tile::isTile(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && isa_and_nonnull<LayoutAttr>(tensor.getEncoding());
}

LayoutAttr xcc::tile::getLayoutAttr(Type tile) {
  return cast<LayoutAttr>(cast<RankedTensorType>(tile).getEncoding());
}

LinearLayout xcc::tile::getLayout(Type tile) {
  return getLayoutAttr(tile).getLinear();
}

RankedTensorType xcc::tile::getTileType(Type elementType,
                                        const LinearLayout &layout) {
  return RankedTensorType::get(
      layout.getShape(), elementType,
      LayoutAttr::get(elementType.getContext(), layout));
}

RankedTensorType xcc::tile::getTileType(Type elementType, LayoutAttr layout) {
  return RankedTensorType::get(layout.getShape(), elementType, layout);
}

LogicalResult SharedType::verify(function_ref<InFlightDiagnostic()> emitError,
                                 ArrayRef<int64_t> shape, Type elementType,
                                 LayoutAttr layout) {
  if (!elementType.isIntOrFloat())
    return emitError() << "expects integers or floats as elements, got "
                       << elementType;
  if (!layout.isShared())
    return emitError() << "expects a layout of offsets, got one of registers, "
                          "lanes and warps";
  SmallVector<int64_t> reached = layout.getShape();
  if (shape.size() < reached.size() ||
      shape.take_back(reached.size()) != ArrayRef(reached))
    return emitError() << "expects a layout of the last dimensions of "
                       << formatShape(shape) << ", got one of "
                       << formatShape(reached);
  if (!layout.getLinear().isInjective())
    return emitError() << "expects a layout with one offset for each element, "
                          "got "
                       << layout;
  return success();
}

int64_t SharedType::getNumElements() const {
  return llvm::product_of(getShape());
}

int64_t SharedType::getSizeBytes() const {
  // i1 is stored as a byte.
  return getNumElements() *
         llvm::divideCeil(getElementType().getIntOrFloatBitWidth(), 8);
}

SharedType SharedType::getSlice() const {
  return get(getShape().drop_front(), getElementType(), getLayout());
}

Type SharedType::parse(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<int64_t> shape;
  Type elementType;
  LayoutAttr layout;
  if (parser.parseLess() ||
      parser.parseDimensionList(shape, /*allowDynamic=*/false) ||
      parser.parseType(elementType) || parser.parseComma() ||
      parser.parseAttribute(layout) || parser.parseGreater())
    return {};
  return parser.getChecked<SharedType>(
      loc, parser.getContext(), ArrayRef<int64_t>(shape), elementType, layout);
}

void SharedType::print(AsmPrinter &printer) const {
  printer << "<";
  printer.printDimensionList(getShape());
  printer << (getShape().empty() ? "" : "x") << getElementType() << ", "
          << getLayout() << ">";
}
