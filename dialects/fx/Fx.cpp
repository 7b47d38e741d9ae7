//===- Fx.cpp - The fx dialect: registration, verifiers and folders -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/Fx.h"
#include "dialects/fx/SoftCap.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

#include "dialects/fx/FxDialect.cpp.inc"
#include "dialects/fx/FxInterfaces.cpp.inc"

using namespace mlir;

#define GET_OP_CLASSES
#include "dialects/fx/FxOps.cpp.inc"

namespace xcc::fx {

void FxDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/fx/FxOps.cpp.inc"
      >();
}

Operation *FxDialect::materializeConstant(OpBuilder &builder, Attribute value,
                                          Type type, Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, loc, type, elements);
}

//===-- Attributes of functions and arguments -----------------------------===//

static LogicalResult verifySymbols(Operation *op, Attribute value) {
  auto symbols = dyn_cast<ArrayAttr>(value);
  if (!symbols)
    return op->emitOpError("expects fx.symbols to be an array, got ") << value;
  for (Attribute entry : symbols) {
    auto symbol = dyn_cast<DictionaryAttr>(entry);
    auto min = symbol ? symbol.getAs<IntegerAttr>("min") : IntegerAttr();
    auto max = symbol ? symbol.getAs<IntegerAttr>("max") : IntegerAttr();
    if (!symbol || !symbol.getAs<StringAttr>("name"))
      return op->emitOpError("expects each of fx.symbols to have a name, got ")
             << entry;
    if (min && (min.getInt() < 0 || (max && max.getInt() < min.getInt())))
      return op->emitOpError("expects 0 <= min <= max in fx.symbols, got ")
             << entry;
  }
  return success();
}

LogicalResult FxDialect::verifyOperationAttribute(Operation *op,
                                                  NamedAttribute attribute) {
  if (attribute.getName() == symbolsAttrName)
    return verifySymbols(op, attribute.getValue());
  if (attribute.getName() == softCapAttrName)
    return verifySoftCap(op, attribute.getValue());
  return success();
}

LogicalResult FxDialect::verifyRegionArgAttribute(Operation *op,
                                                  unsigned regionIndex,
                                                  unsigned argIndex,
                                                  NamedAttribute attribute) {
  if (attribute.getName() != dimsAttrName)
    return success();
  auto dims = dyn_cast<AffineMapAttr>(attribute.getValue());
  if (!dims || dims.getValue().getNumDims() != 0)
    return op->emitOpError(
               "expects fx.dims to be a map from size symbols, got ")
           << attribute.getValue();
  // A declaration has no region to ask.
  auto function = dyn_cast<FunctionOpInterface>(op);
  auto type = dyn_cast<ShapedType>(
      function ? function.getArgumentTypes()[argIndex]
               : op->getRegion(regionIndex).getArgument(argIndex).getType());
  if (!type || type.getRank() != dims.getValue().getNumResults())
    return op->emitOpError("expects fx.dims of argument ")
           << argIndex << " to give a size for each dimension";
  for (auto [size, expr] :
       llvm::zip(type.getShape(), dims.getValue().getResults())) {
    auto constant = dyn_cast<AffineConstantExpr>(expr);
    if (constant ? constant.getValue() != size : !ShapedType::isDynamic(size))
      return op->emitOpError("expects fx.dims of argument ")
             << argIndex << " to agree with its type " << type;
  }
  return success();
}

//===-- Symbols, weights, constants ---------------------------------------===//

LogicalResult SymOp::verify() {
  auto function = (*this)->getParentOfType<FunctionOpInterface>();
  auto symbols = function ? function->getAttrOfType<ArrayAttr>(symbolsAttrName)
                          : ArrayAttr();
  size_t count = symbols ? symbols.size() : 0;
  if (getIndex() >= count)
    return emitOpError("expects an index below the number of the function's "
                       "size symbols ")
           << count << ", got " << getIndex();
  return success();
}

LogicalResult WeightOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getType());
  if (!type || !type.hasStaticShape())
    return emitOpError("expects a static ranked tensor type, got ")
           << getType();
  bool isFile = getFile().has_value();
  if (isFile == getSeed().has_value())
    return emitOpError("expects either a file or a seed");
  if (isFile != getKey().has_value())
    return emitOpError("expects file and key together");
  if (!isFile && !type.getElementType().isFloat())
    return emitOpError("expects a float element type for a seeded weight, got ")
           << type.getElementType();
  return success();
}

LogicalResult GetWeightOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto weight = symbols.lookupNearestSymbolFrom<WeightOp>(*this, getNameAttr());
  if (!weight)
    return emitOpError("expects a weight called '") << getName() << "'";
  if (weight.getType() != getType())
    return emitOpError("expects the weight's type ")
           << weight.getType() << ", got " << getType();
  return success();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

//===-- Element-wise ------------------------------------------------------===//

LogicalResult GeluOp::verify() {
  if (getApproximate() != "none" && getApproximate() != "tanh")
    return emitOpError("expects approximate to be 'none' or 'tanh', got '")
           << getApproximate() << "'";
  return success();
}

OpFoldResult ToOp::fold(FoldAdaptor) {
  // to(x) -> x, when the type stays
  if (getInput().getType() == getType())
    return getInput();
  return {};
}

static LogicalResult verifySameElement(Operation *op, StringRef names,
                                       Value lhs, Value rhs) {
  Type a = getElementTypeOrSelf(lhs), b = getElementTypeOrSelf(rhs);
  if (a != b)
    return op->emitOpError("expects ")
           << names << " to share an element type, got " << a << " and " << b;
  return success();
}

LogicalResult WhereOp::verify() {
  if (failed(verifySameElement(*this, "lhs and rhs", getLhs(), getRhs())))
    return failure();
  return verifySameElement(*this, "lhs and result", getLhs(), getResult());
}

LogicalResult MaskedFillOp::verify() {
  if (cast<RankedTensorType>(getValue().getType()).getRank() != 0)
    return emitOpError("expects a 0-d value, got ") << getValue().getType();
  if (failed(
          verifySameElement(*this, "input and value", getInput(), getValue())))
    return failure();
  return verifySameElement(*this, "input and result", getInput(), getResult());
}

//===-- Normalisation -----------------------------------------------------===//

/// Checks that a per-channel or per-row parameter has the shape `expected`.
static LogicalResult verifyParameter(Operation *op, StringRef name, Value value,
                                     ArrayRef<int64_t> expected) {
  if (!value)
    return success();
  auto shape = cast<RankedTensorType>(value.getType()).getShape();
  if (failed(verifyCompatibleShape(shape, expected)))
    return op->emitOpError("expects ")
           << name << " of the normalised shape, got " << value.getType();
  return success();
}

template <typename NormOp> static LogicalResult verifyTrailingNorm(NormOp op) {
  auto shape = cast<RankedTensorType>(op.getInput().getType()).getShape();
  int64_t rank = op.getNormalizedRank();
  if (rank < 1 || rank > static_cast<int64_t>(shape.size()))
    return op.emitOpError("expects normalized_rank between 1 and the rank ")
           << shape.size() << ", got " << rank;
  return verifyParameter(op, "weight", op.getWeight(), shape.take_back(rank));
}

LogicalResult LayerNormOp::verify() {
  if (failed(verifyTrailingNorm(*this)))
    return failure();
  auto shape = cast<RankedTensorType>(getInput().getType()).getShape();
  return verifyParameter(*this, "bias", getBias(),
                         shape.take_back(getNormalizedRank()));
}

LogicalResult RmsNormOp::verify() { return verifyTrailingNorm(*this); }

LogicalResult GroupNormOp::verify() {
  auto type = cast<RankedTensorType>(getInput().getType());
  if (type.getRank() < 2)
    return emitOpError("expects input of rank at least 2, got rank ")
           << type.getRank();
  int64_t channels = type.getDimSize(1), groups = getNumGroups();
  if (groups < 1 || (!ShapedType::isDynamic(channels) && channels % groups))
    return emitOpError("expects channels divisible by num_groups, got ")
           << channels << " and " << groups;
  if (failed(verifyParameter(*this, "weight", getWeight(), {channels})))
    return failure();
  return verifyParameter(*this, "bias", getBias(), {channels});
}

LogicalResult BatchNormOp::verify() {
  auto type = cast<RankedTensorType>(getInput().getType());
  if (type.getRank() < 2)
    return emitOpError("expects input of rank at least 2, got rank ")
           << type.getRank();
  int64_t channels = type.getDimSize(1);
  std::pair<StringRef, Value> parameters[] = {
      {"running_mean", getRunningMean()},
      {"running_var", getRunningVar()},
      {"weight", getWeight()},
      {"bias", getBias()}};
  for (auto [name, value] : parameters)
    if (failed(verifyParameter(*this, name, value, {channels})))
      return failure();
  return success();
}

//===-- Attention ---------------------------------------------------------===//

LogicalResult ScaledDotProductAttentionOp::verify() {
  Type element = getElementTypeOrSelf(getQuery());
  for (Value value : {getKey(), getValue(), getResult()})
    if (getElementTypeOrSelf(value) != element)
      return emitOpError("expects query, key, value and result to share an "
                         "element type, got ")
             << element << " and " << getElementTypeOrSelf(value);
  if (!getMask())
    return success();
  Type mask = getElementTypeOrSelf(getMask());
  if (!mask.isInteger(1) && mask != element)
    return emitOpError("expects mask of i1 or ") << element << ", got " << mask;
  return success();
}

LogicalResult RopeOp::verify() {
  auto type = cast<RankedTensorType>(getInput().getType());
  if (type.getRank() < 1 || (!type.isDynamicDim(type.getRank() - 1) &&
                             type.getShape().back() % 2 != 0))
    return emitOpError("expects an even last dimension, got ") << type;
  for (Value table : {getCos(), getSin()})
    if (failed(verifySameElement(*this, "input and tables", getInput(), table)))
      return failure();
  return success();
}

//===-- Movement ----------------------------------------------------------===//

LogicalResult FullOp::verify() {
  if (cast<RankedTensorType>(getValue().getType()).getRank() != 0)
    return emitOpError("expects a 0-d value, got ") << getValue().getType();
  return verifySameElement(*this, "value and result", getValue(), getResult());
}

LogicalResult ViewOp::verify() {
  auto input = getInput().getType(), result = getType();
  auto from = cast<RankedTensorType>(input),
       to = cast<RankedTensorType>(result);
  if (from.hasStaticShape() && to.hasStaticShape() &&
      from.getNumElements() != to.getNumElements())
    return emitOpError("expects as many elements in the result, got ")
           << from.getNumElements() << " and " << to.getNumElements();
  return success();
}

LogicalResult ExpandOp::verify() {
  ArrayRef<int64_t> from =
      cast<RankedTensorType>(getInput().getType()).getShape();
  ArrayRef<int64_t> to = cast<RankedTensorType>(getType()).getShape();
  bool fits = from.size() <= to.size();
  for (size_t i = 0; fits && i < from.size(); ++i) {
    int64_t size = from[i], target = to[to.size() - from.size() + i];
    fits = size == 1 || size == target || ShapedType::isDynamic(size) ||
           ShapedType::isDynamic(target);
  }
  if (!fits)
    return emitOpError("expects an input that broadcasts to the result, got ")
           << getInput().getType() << " and " << getType();
  return success();
}

OpFoldResult PermuteOp::fold(FoldAdaptor) {
  // permute(x) -> x, when every dimension stays
  for (auto [i, dim] : llvm::enumerate(getDims()))
    if (static_cast<int64_t>(i) != dim)
      return {};
  return getInput();
}

static LogicalResult verifyDims(Operation *op, ArrayRef<int64_t> dims,
                                Value input) {
  int64_t rank = cast<RankedTensorType>(input.getType()).getRank();
  for (int64_t dim : dims)
    if (dim < 0 || dim >= rank)
      return op->emitOpError("expects dims below the rank ")
             << rank << ", got " << dim;
  return success();
}

LogicalResult FlipOp::verify() {
  return verifyDims(*this, getDims(), getInput());
}

LogicalResult RollOp::verify() {
  if (getShifts().size() != getDims().size())
    return emitOpError("expects as many shifts as dims, got ")
           << getShifts().size() << " and " << getDims().size();
  return verifyDims(*this, getDims(), getInput());
}

template <typename TriangleOp>
static LogicalResult verifyTriangle(TriangleOp op) {
  auto type = cast<RankedTensorType>(op.getInput().getType());
  if (type.getRank() < 2)
    return op.emitOpError("expects input of rank at least 2, got rank ")
           << type.getRank();
  return success();
}
LogicalResult TrilOp::verify() { return verifyTriangle(*this); }
LogicalResult TriuOp::verify() { return verifyTriangle(*this); }

template <typename ResizeOp>
static LogicalResult verifyResize(ResizeOp op, int64_t spatial) {
  auto type = cast<RankedTensorType>(op.getInput().getType());
  int64_t rank = op.getShape().getNumResults();
  bool isRankRight =
      spatial ? type.getRank() == spatial + 2 : type.getRank() > 2;
  if (!isRankRight || rank != type.getRank())
    return op.emitOpError("expects input and result of the same rank, with two "
                          "leading dimensions, got ")
           << type << " and rank " << rank;
  if (!op.getScales().empty() &&
      static_cast<int64_t>(op.getScales().size()) != rank - 2)
    return op.emitOpError("expects a scale for each resized dimension, got ")
           << op.getScales().size();
  return success();
}
LogicalResult UpsampleNearestOp::verify() { return verifyResize(*this, 0); }
LogicalResult UpsampleBilinearOp::verify() { return verifyResize(*this, 2); }

//===-- Indexing ----------------------------------------------------------===//

LogicalResult IndexPutOp::verify() {
  if (getDims().size() != getIndices().size())
    return emitOpError("expects ")
           << getIndices().size() << " entries in dims, got "
           << getDims().size();
  if (failed(verifySameElement(*this, "input and values", getInput(),
                               getValues())))
    return failure();
  return verifyDims(*this, getDims(), getInput());
}

LogicalResult ScatterOp::verify() {
  static constexpr StringRef reductions[] = {"none", "sum", "prod", "amax",
                                             "amin"};
  if (!llvm::is_contained(reductions, getReduce()))
    return emitOpError("expects reduce to be 'none', 'sum', 'prod', 'amax' or "
                       "'amin', got '")
           << getReduce() << "'";
  if (failed(verifySameElement(*this, "input and source", getInput(),
                               getSource())))
    return failure();
  int64_t rank = cast<RankedTensorType>(getInput().getType()).getRank();
  for (Value value : {Value(getIndices()), Value(getSource())})
    if (cast<RankedTensorType>(value.getType()).getRank() != rank)
      return emitOpError("expects indices and source of the input's rank ")
             << rank << ", got " << value.getType();
  return verifyDims(*this, {static_cast<int64_t>(getDim())}, getInput());
}

} // namespace xcc::fx
