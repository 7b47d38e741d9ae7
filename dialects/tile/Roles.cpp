//===- Roles.cpp - Verifiers of roles, phases and described copies --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Panels.h"
#include "dialects/tile/Tile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace xcc::tile;

//===-- Described tensors
//--------------------------------------------------===//

int64_t TensorMapAttr::getBoxElements() const {
  return llvm::product_of(getBox());
}

/// keyword = value
static ParseResult parseNumber(AsmParser &parser, StringRef keyword,
                               int64_t &value) {
  return failure(parser.parseKeyword(keyword) || parser.parseEqual() ||
                 parser.parseInteger(value));
}

Attribute TensorMapAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  int64_t argument = 0, swizzle = 0, offset = 0;
  Type element;
  AffineMap sizes, strides;
  SmallVector<int64_t> box;
  auto parseMap = [&](StringRef keyword, AffineMap &map) -> ParseResult {
    AffineMapAttr attribute;
    if (parser.parseComma() || parser.parseKeyword(keyword) ||
        parser.parseEqual() || parser.parseAttribute(attribute))
      return failure();
    map = attribute.getValue();
    return success();
  };
  auto parseBox = [&] {
    return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
      return parser.parseInteger(box.emplace_back());
    });
  };
  if (parser.parseLess() || parseNumber(parser, "argument", argument) ||
      parser.parseComma() || parser.parseKeyword("element") ||
      parser.parseEqual() || parser.parseType(element) ||
      parseMap("sizes", sizes) || parseMap("strides", strides) ||
      parser.parseComma() || parser.parseKeyword("box") ||
      parser.parseEqual() || parseBox() || parser.parseComma() ||
      parseNumber(parser, "swizzle", swizzle) || parser.parseComma() ||
      parseNumber(parser, "offset", offset) || parser.parseGreater())
    return {};
  return parser.getChecked<TensorMapAttr>(
      loc, parser.getContext(), unsigned(argument), element, sizes, strides,
      ArrayRef<int64_t>(box), unsigned(swizzle), offset);
}

void TensorMapAttr::print(AsmPrinter &printer) const {
  printer << "<argument = " << getArgument()
          << ", element = " << getElementType()
          << ", sizes = " << AffineMapAttr::get(getSizes())
          << ", strides = " << AffineMapAttr::get(getStrides()) << ", box = ["
          << getBox() << "], swizzle = " << getSwizzle()
          << ", offset = " << getOffset() << ">";
}

LogicalResult
TensorMapAttr::verify(function_ref<InFlightDiagnostic()> emitError, unsigned,
                      Type elementType, AffineMap sizes, AffineMap strides,
                      ArrayRef<int64_t> box, unsigned swizzle, int64_t offset) {
  unsigned rank = sizes.getNumResults();
  if (rank < 2 || rank > 5)
    return emitError() << "expects 2 to 5 dimensions, got " << rank;
  if (strides.getNumResults() != rank - 1 || box.size() != rank)
    return emitError() << "expects " << rank - 1 << " strides and a box of "
                       << rank << " sizes, got " << strides.getNumResults()
                       << " and " << box.size();
  for (int64_t size : box)
    if (size < 1 || size > 256)
      return emitError() << "expects a box of 1 to 256 elements a dimension, "
                            "got "
                         << size;
  if (swizzle != 32 && swizzle != 64 && swizzle != 128)
    return emitError() << "expects lines of 32, 64 or 128 bytes, got "
                       << swizzle;
  int64_t lineBytes = box[0] * elementType.getIntOrFloatBitWidth() / 8;
  if (lineBytes > swizzle || lineBytes % 16 != 0)
    return emitError() << "expects a box's line to have a multiple of 16 bytes "
                          "up to "
                       << swizzle << ", got " << lineBytes;
  if (offset < 0 || offset % 16 != 0)
    return emitError() << "expects an offset that is a multiple of 16 bytes, "
                          "got "
                       << offset;
  return success();
}

LogicalResult TensorCopyOp::verify() {
  auto kernel = (*this)->getParentOfType<func::FuncOp>();
  auto maps = kernel ? kernel->getAttrOfType<ArrayAttr>(tensorMapsAttrName)
                     : ArrayAttr();
  uint64_t count = maps ? maps.size() : 0;
  if (getMap() >= count)
    return emitOpError("expects one of the kernel's ")
           << count << " tensor maps, got " << getMap();
  auto map = dyn_cast<TensorMapAttr>(maps[getMap()]);
  if (!map)
    return emitOpError("expects a tensor map, got ") << maps[getMap()];
  if (getCoordinates().size() != map.getRank())
    return emitOpError("expects ")
           << map.getRank() << " coordinates, got " << getCoordinates().size();
  SharedType type = getDestination().getType();
  if (type.getElementType() != map.getElementType())
    return emitOpError("expects shared memory of ")
           << map.getElementType() << ", got " << type;
  unsigned bytes = map.getElementType().getIntOrFloatBitWidth() / 8;
  std::optional<Panels> panels;
  if (type.getNumSliceDims() == 0)
    panels = findPanels(type.getLayout().getLinear(), bytes);
  if (!panels || panels->lineBytes != map.getSwizzle() ||
      panels->panelBytes() != map.getBoxElements() * bytes)
    return emitOpError("expects panels of boxes of ")
           << map << ", got " << type;
  return success();
}

//===-- Roles
//--------------------------------------------------------------===//

LogicalResult AllocBarriersOp::verify() {
  if (getArrivals() == 0)
    return emitOpError("expects at least one arrival, got 0");
  return success();
}

void RolesOp::build(OpBuilder &builder, OperationState &state, int64_t workers,
                    int64_t workerRegisters, int64_t producerRegisters) {
  state.addAttribute("workers", builder.getI64IntegerAttr(workers));
  state.addAttribute("workerRegisters",
                     builder.getI64IntegerAttr(workerRegisters));
  state.addAttribute("producerRegisters",
                     builder.getI64IntegerAttr(producerRegisters));
  state.addRegion()->emplaceBlock();
  state.addRegion()->emplaceBlock();
}

LogicalResult RolesOp::verify() {
  if (getWorkers() == 0)
    return emitOpError("expects at least one warp to work, got 0");
  for (uint64_t registers : {getWorkerRegisters(), getProducerRegisters()})
    if (registers != 0 &&
        (registers % 8 != 0 || registers < 24 || registers > 256))
      return emitOpError("expects a multiple of 8 registers from 24 to 256, "
                         "got ")
             << registers;
  for (Operation *next = (*this)->getNextNode(); next;
       next = next->getNextNode())
    if (!next->hasTrait<OpTrait::IsTerminator>())
      return emitOpError("expects to be the kernel's last operation, got '")
             << next->getName() << "' behind it";
  return success();
}

//===-- Products
//-----------------------------------------------------------===//

/// Values that a product on its way may be: itself and what loops make of it.
/// The first user that reads it early, or null.
static Operation *findEarlyReader(Value sums) {
  llvm::SetVector<Value> names;
  names.insert(sums);
  for (size_t i = 0; i < names.size(); ++i)
    for (OpOperand &use : names[i].getUses()) {
      Operation *user = use.getOwner();
      if (auto dot = dyn_cast<AsyncDotOp>(user)) {
        if (dot.getAccumulator() != use.get() || dot.getLhs() == use.get())
          return user;
      } else if (auto loop = dyn_cast<scf::ForOp>(user)) {
        names.insert(loop.getTiedLoopRegionIterArg(&use));
        names.insert(loop.getTiedLoopResult(&use));
      } else if (isa<scf::YieldOp>(user)) {
        Operation *parent = user->getParentOp();
        names.insert(parent->getResult(use.getOperandNumber()));
        if (auto loop = dyn_cast<scf::ForOp>(parent))
          names.insert(loop.getRegionIterArg(use.getOperandNumber()));
      } else if (!isa<DotWaitOp>(user)) {
        return user;
      }
    }
  return nullptr;
}

/// (rows, columns) of a tile in registers or in shared memory.
static ArrayRef<int64_t> shapeOf(Type type) {
  if (auto shared = dyn_cast<SharedType>(type))
    return shared.getShape();
  return cast<RankedTensorType>(type).getShape();
}

LogicalResult AsyncDotOp::verify() {
  ArrayRef<int64_t> lhs = shapeOf(getLhs().getType());
  ArrayRef<int64_t> rhs = shapeOf(getRhs().getType());
  ArrayRef<int64_t> sums = shapeOf(getType());
  if (lhs.size() != 2 || rhs.size() != 2 || sums.size() != 2)
    return emitOpError("expects tiles of rank 2, got ")
           << lhs.size() << ", " << rhs.size() << " and " << sums.size();
  if (lhs[1] != rhs[0])
    return emitOpError("expects lhs and rhs to share k, got ")
           << lhs[1] << " and " << rhs[0];
  if (sums[0] != lhs[0] || sums[1] != rhs[1])
    return emitOpError("expects sums of ")
           << lhs[0] << "x" << rhs[1] << ", got " << sums[0] << "x" << sums[1];
  if (getAccumulator() && getAccumulator().getType() != getType())
    return emitOpError("expects an accumulator of ")
           << getType() << ", got " << getAccumulator().getType();
  if (Operation *reader = findEarlyReader(getResult()))
    return emitOpError("expects sums that nobody reads before tile.dot_wait, "
                       "got a use by '")
           << reader->getName() << "'";
  return success();
}

void DotWaitOp::build(OpBuilder &builder, OperationState &state,
                      int64_t pending, ValueRange sums) {
  build(builder, state, sums.getTypes(), builder.getI64IntegerAttr(pending),
        sums);
}
