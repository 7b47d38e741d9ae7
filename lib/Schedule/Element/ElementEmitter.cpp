//===- ElementEmitter.cpp - Code for any element --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Element/ElementEmitter.h"

#include "lib/Schedule/Element/ReductionLoops.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xcc::schedule {

ElementEmitter::ElementEmitter(func::FuncOp kernel, IndexSpace &space,
                               ElementForm *otherForm)
    : kernel(kernel), space(space), form(otherForm) {
  if (form)
    return;
  scalarForm = makeScalarForm(space);
  form = scalarForm.get();
}

OperandRange ElementEmitter::kernelResults() {
  return kernel.getBody().front().getTerminator()->getOperands();
}

//===-- Buffers
//------------------------------------------------------------===//

Type ElementEmitter::scalarType(Type element) {
  if (auto integer = dyn_cast<IntegerType>(element);
      integer && !integer.isSignless())
    return IntegerType::get(element.getContext(), integer.getWidth());
  return element;
}

Type ElementEmitter::storageType(Type element) {
  // One byte a bool: LLVM would pack a vector of i1 into bits.
  if (element.isInteger(1))
    return IntegerType::get(element.getContext(), 8);
  return scalarType(element);
}

Value ElementEmitter::loadFlat(OpBuilder &builder, Location loc, Value flat,
                               AffineExpr offset, Type element) {
  offset = space.simplify(offset);
  if (accessLog)
    accessLog->push_back(
        {flat, offset, /*isStore=*/false, builder.getInsertionBlock()});
  return form->load(builder, loc, flat, offset, element);
}

void ElementEmitter::storeFlat(OpBuilder &builder, Location loc, Value scalar,
                               Value flat, AffineExpr offset) {
  offset = space.simplify(offset);
  if (accessLog)
    accessLog->push_back(
        {flat, offset, /*isStore=*/true, builder.getInsertionBlock()});
  form->store(builder, loc, scalar, flat, offset);
}

void ElementEmitter::storeOutput(OpBuilder &builder, Location loc,
                                 unsigned result, Indices indices,
                                 Value scalar) {
  IndexList shape = shapeOf(kernelResults()[result]);
  storeFlat(builder, loc, scalar, outputs.lookup(result),
            space.linearize(indices, shape));
}

//===-- Reading
//------------------------------------------------------------===//

static SmallVector<const void *, 4> asKey(Indices indices) {
  SmallVector<const void *, 4> key;
  for (AffineExpr index : indices)
    key.push_back(index.getAsOpaquePointer());
  return key;
}

void ElementEmitter::remember(Value tensor, Indices indices, Value scalar) {
  IndexList simple;
  for (auto [index, size] : llvm::zip_equal(indices, shapeOf(tensor))) {
    // The only index there is, however it was computed.
    bool isOnly = size == space.constant(1);
    simple.push_back(isOnly ? space.constant(0) : space.simplify(index));
  }
  if (!scopes.empty())
    scopes.back()[{tensor.getAsOpaquePointer(), asKey(simple)}] = scalar;
}

Value ElementEmitter::readElement(OpBuilder &builder, Location loc,
                                  Value tensor, ValueRange indices) {
  IndexList exprs;
  for (Value index : indices)
    exprs.push_back(space.exprOf(index));
  return readElement(builder, loc, tensor, exprs);
}

Value ElementEmitter::readElement(OpBuilder &builder, Location loc,
                                  Value tensor, Indices indices) {
  IndexList simple;
  for (auto [index, size] : llvm::zip_equal(indices, shapeOf(tensor))) {
    bool isOnly = size == space.constant(1);
    simple.push_back(isOnly ? space.constant(0) : space.simplify(index));
  }
  Key key{tensor.getAsOpaquePointer(), asKey(simple)};
  for (auto &scope : llvm::reverse(scopes))
    if (auto known = scope.find(key); known != scope.end())
      return known->second;
  if (auto bound = readers.find(tensor); bound != readers.end()) {
    Reader reader = bound->second;
    if (Value value = reader(builder, loc, simple))
      return value;
  }
  Value value = emitElement(builder, loc, tensor, simple);
  if (value && !scopes.empty())
    scopes.back()[key] = value;
  return value;
}

static Value emitConstantElement(OpBuilder &builder, Location loc,
                                 DenseElementsAttr elements) {
  auto value = cast<TypedAttr>(elements.getSplatValue<Attribute>());
  Type type = ElementEmitter::scalarType(value.getType());
  if (auto integer = dyn_cast<IntegerAttr>(value))
    value = IntegerAttr::get(type, integer.getValue());
  return arith::ConstantOp::create(builder, loc, value);
}

Value ElementEmitter::emitElement(OpBuilder &builder, Location loc,
                                  Value tensor, Indices indices) {
  Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
  if (isa<BlockArgument>(tensor)) {
    Value flat = inputs.lookup(tensor);
    if (flat)
      return loadFlat(builder, loc, flat,
                      space.linearize(indices, shapeOf(tensor)), element);
    kernel.emitError("expected an operand that is read element by element to "
                     "be kept unpacked");
    return {};
  }
  Operation *op = tensor.getDefiningOp();
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return emitGeneric(builder, generic,
                       cast<OpResult>(tensor).getResultNumber(), indices);
  if (auto fill = dyn_cast<linalg::FillOp>(op))
    return emitScalar(builder, fill.getInputs()[0]);
  if (isa<tensor::EmptyOp>(op))
    return arith::ConstantOp::create(builder, loc,
                                     builder.getZeroAttr(scalarType(element)));
  DenseElementsAttr constant;
  if (matchPattern(tensor, m_Constant(&constant)) && constant.isSplat())
    return emitConstantElement(builder, loc, constant);
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
    IndexList shape = shapeOf(tensor), source;
    for (const ReassociationIndices &group : expand.getReassociationIndices())
      source.push_back(
          space.linearize(indices.slice(group.front(), group.size()),
                          Indices(shape).slice(group.front(), group.size())));
    return readElement(builder, loc, expand.getSrc(), source);
  }
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
    IndexList shape = shapeOf(collapse.getSrc()), source;
    for (auto [index, group] :
         llvm::zip_equal(indices, collapse.getReassociationIndices()))
      source.append(space.delinearize(
          index, Indices(shape).slice(group.front(), group.size())));
    return readElement(builder, loc, collapse.getSrc(), source);
  }
  return emitStructural(builder, cast<OpResult>(tensor), indices);
}

//===-- linalg.generic
//-----------------------------------------------------===//

FailureOr<IndexList> ElementEmitter::loopsOfResult(linalg::GenericOp op,
                                                   unsigned result,
                                                   Indices indices) {
  IndexList loops(op.getNumLoops());
  AffineMap map = op.getIndexingMapMatchingResult(op->getResult(result));
  for (auto [expr, index] : llvm::zip_equal(map.getResults(), indices)) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      loops[dim.getPosition()] = index;
    else if (!isa<AffineConstantExpr>(expr))
      return op.emitOpError() << "expects a projected permutation as its "
                                 "result's indexing map, got "
                              << AffineMapAttr::get(map);
  }
  return loops;
}

FailureOr<SmallVector<Value>> ElementEmitter::readInputs(OpBuilder &builder,
                                                         linalg::GenericOp op,
                                                         Indices loops) {
  SmallVector<Value> scalars;
  for (OpOperand *operand : op.getDpsInputOperands()) {
    if (op.getMatchingBlockArgument(operand).use_empty()) {
      scalars.push_back({});
      continue;
    }
    Value scalar =
        isa<RankedTensorType>(operand->get().getType())
            ? readElement(
                  builder, op.getLoc(), operand->get(),
                  space.apply(op.getMatchingIndexingMap(operand), loops))
            : emitScalar(builder, operand->get());
    if (!scalar)
      return failure();
    scalars.push_back(scalar);
  }
  return scalars;
}

Value ElementEmitter::emitGeneric(OpBuilder &builder, linalg::GenericOp op,
                                  unsigned result, Indices indices) {
  FailureOr<IndexList> loops = loopsOfResult(op, result, indices);
  if (failed(loops))
    return {};
  SmallVector<Value> outs;
  for (OpOperand &init : op.getDpsInitsMutable()) {
    outs.push_back({});
    if (op.getMatchingBlockArgument(&init).use_empty())
      continue;
    outs.back() = readElement(builder, op.getLoc(), init.get(), indices);
    if (!outs.back())
      return {};
  }
  FailureOr<SmallVector<Value>> yielded;
  if (op.getNumReductionLoops()) {
    yielded = emitReduction(builder, *this, op, *loops, outs);
  } else {
    FailureOr<SmallVector<Value>> scalars = readInputs(builder, op, *loops);
    if (failed(scalars))
      return {};
    scalars->append(outs);
    yielded = emitBody(builder, op, *loops, *scalars);
  }
  if (failed(yielded))
    return {};
  AffineMap map = op.getIndexingMapMatchingResult(op->getResult(result));
  for (auto [i, value] : llvm::enumerate(*yielded))
    if (op.getIndexingMapMatchingResult(op->getResult(i)) == map)
      remember(op->getResult(i), indices, value);
  return (*yielded)[result];
}

} // namespace xcc::schedule
