//===- ElementBody.cpp - Bodies of linalg.generic, inlined ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/Fx.h"
#include "lib/Schedule/Element/ElementEmitter.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace xcc::schedule {

FailureOr<SmallVector<Value>>
ElementEmitter::emitBody(OpBuilder &builder, linalg::GenericOp op,
                         Indices loops, ArrayRef<Value> operands) {
  return emitBodyValues(builder, op, loops, operands,
                        op.getBody()->getTerminator()->getOperands());
}

FailureOr<SmallVector<Value>>
ElementEmitter::emitBodyValues(OpBuilder &builder, linalg::GenericOp op,
                               Indices loops, ArrayRef<Value> operands,
                               ValueRange wanted) {
  IRMapping values;
  Block &block = *op.getBody();
  for (auto [argument, scalar] :
       llvm::zip_equal(block.getArguments(), operands))
    if (scalar)
      values.map(argument, scalar);
  if (failed(emitBlock(builder, block, loops, values)))
    return failure();
  SmallVector<Value> yielded;
  for (Value value : wanted) {
    if (!values.contains(value))
      values.map(value, emitScalar(builder, value));
    yielded.push_back(values.lookup(value));
  }
  return yielded;
}

LogicalResult ElementEmitter::emitBlock(OpBuilder &builder, Block &block,
                                        Indices loops, IRMapping &values) {
  for (Operation &op : block.without_terminator()) {
    // What is defined outside the body: constants and sizes.
    for (Value operand : op.getOperands())
      if (!values.contains(operand) &&
          !isa<RankedTensorType>(operand.getType())) {
        Value scalar = emitScalar(builder, operand);
        if (!scalar)
          return failure();
        values.map(operand, scalar);
      }
    if (failed(emitBodyOp(builder, op, loops, values)))
      return failure();
  }
  return success();
}

/// Index arithmetic as an expression; null if it is none.
static AffineExpr indexExpr(Operation &op, IndexSpace &space,
                            const IRMapping &values) {
  if (op.getNumResults() != 1 || !op.getResult(0).getType().isIndex() ||
      op.getNumOperands() != 2)
    return {};
  AffineExpr lhs = space.exprOf(values.lookup(op.getOperand(0)));
  AffineExpr rhs = space.exprOf(values.lookup(op.getOperand(1)));
  if (isa<arith::AddIOp>(op))
    return lhs + rhs;
  if (isa<arith::SubIOp>(op))
    return lhs - rhs;
  if (!rhs.isSymbolicOrConstant() && !lhs.isSymbolicOrConstant())
    return {};
  if (isa<arith::MulIOp>(op))
    return lhs * rhs;
  if (!rhs.isSymbolicOrConstant())
    return {};
  if (isa<arith::DivUIOp>(op))
    return lhs.floorDiv(rhs);
  return isa<arith::RemUIOp>(op) ? lhs % rhs : AffineExpr();
}

/// Products and sums may be fused, on every target alike.
static void allowFusedProducts(Operation *op) {
  if (!isa_and_present<arith::AddFOp, arith::SubFOp, arith::MulFOp>(op))
    return;
  auto flags = cast<arith::ArithFastMathInterface>(op);
  auto with =
      flags.getFastMathFlagsAttr().getValue() | arith::FastMathFlags::contract;
  op->setAttr(flags.getFastMathAttrName(),
              arith::FastMathFlagsAttr::get(op->getContext(), with));
}

/// extf(truncf {contract}) -> the wide value: the rounding was only implied.
static Value seeThroughRounding(arith::ExtFOp extend, Value narrow) {
  auto round = narrow.getDefiningOp<arith::TruncFOp>();
  if (round && round.getIn().getType() == extend.getType() &&
      bitEnumContainsAll(
          round.getFastmath().value_or(arith::FastMathFlags::none),
          arith::FastMathFlags::contract))
    return round.getIn();
  return {};
}

Value ElementEmitter::emitIndex(OpBuilder &builder, Location loc,
                                AffineExpr expr) {
  Value value = form->index(builder, loc, expr);
  space.alias(value, space.simplify(expr));
  return value;
}

/// The expression that `op` applies to `operands`.
static AffineExpr appliedExpr(affine::AffineApplyOp op, Indices operands) {
  AffineMap map = op.getAffineMap();
  return map.getResult(0).replaceDimsAndSymbols(
      operands.take_front(map.getNumDims()),
      operands.drop_front(map.getNumDims()));
}

LogicalResult ElementEmitter::emitBodyOp(OpBuilder &builder, Operation &op,
                                         Indices loops, IRMapping &values) {
  auto exprsOf = [&](ValueRange operands) {
    IndexList exprs;
    for (Value operand : operands)
      exprs.push_back(space.exprOf(values.lookup(operand)));
    return exprs;
  };
  if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    values.map(index.getResult(),
               emitIndex(builder, op.getLoc(), loops[index.getDim()]));
    return success();
  }
  if (auto apply = dyn_cast<affine::AffineApplyOp>(op)) {
    AffineExpr expr = appliedExpr(apply, exprsOf(apply.getMapOperands()));
    values.map(apply.getResult(), emitIndex(builder, op.getLoc(), expr));
    return success();
  }
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    Value scalar = readElement(builder, op.getLoc(), extract.getTensor(),
                               Indices(exprsOf(extract.getIndices())));
    values.map(extract.getResult(), scalar);
    return success(scalar != nullptr);
  }
  if (auto extend = dyn_cast<arith::ExtFOp>(op))
    if (Value wide =
            seeThroughRounding(extend, values.lookup(extend.getIn()))) {
      values.map(extend.getResult(), wide);
      return success();
    }
  if (isa<UnrealizedConversionCastOp>(op)) {
    // Between ui8 and i8; all scalars here are signless.
    values.map(op.getResult(0), values.lookup(op.getOperand(0)));
    return success();
  }
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return emitIf(builder, branch, loops, values);
  Operation *copy = form->apply(builder, op, values);
  allowFusedProducts(copy);
  if (AffineExpr expr = indexExpr(op, space, values))
    space.alias(values.lookup(op.getResult(0)), space.simplify(expr));
  return success();
}

/// Both branches are emitted in scopes of their own.
LogicalResult ElementEmitter::emitIf(OpBuilder &builder, scf::IfOp op,
                                     Indices loops, IRMapping &values) {
  SmallVector<Type> types;
  for (Type type : op.getResultTypes())
    types.push_back(scalarType(type));
  auto inside = [&](OpBuilder &inner, Region &region,
                    SmallVectorImpl<Value> &yielded) -> LogicalResult {
    if (region.empty())
      return success();
    Scope scope(*this);
    if (failed(emitBlock(inner, region.front(), loops, values)))
      return failure();
    for (Value value : region.front().getTerminator()->getOperands())
      yielded.push_back(values.lookupOrDefault(value));
    return success();
  };
  SmallVector<Value> results;
  if (failed(form->branch(
          builder, op.getLoc(), values.lookup(op.getCondition()), types,
          [&](OpBuilder &inner, SmallVectorImpl<Value> &yielded) {
            return inside(inner, op.getThenRegion(), yielded);
          },
          [&](OpBuilder &inner, SmallVectorImpl<Value> &yielded) {
            return inside(inner, op.getElseRegion(), yielded);
          },
          results)))
    return failure();
  values.map(op.getResults(), results);
  return success();
}

Value ElementEmitter::emitScalar(OpBuilder &builder, Value value) {
  if (value.getType().isIndex())
    if (AffineExpr size = sizeOf(value))
      return space.materialize(builder, value.getLoc(), size);
  Operation *op = value.getDefiningOp();
  assert(op && "a kernel's arguments are tensors and sizes");
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    IndexList indices;
    for (Value index : extract.getIndices())
      indices.push_back(space.exprOf(emitScalar(builder, index)));
    return readElement(builder, op->getLoc(), extract.getTensor(), indices);
  }
  IRMapping values;
  for (Value operand : op->getOperands())
    if (!isa<RankedTensorType>(operand.getType()))
      values.map(operand, emitScalar(builder, operand));
  return builder.clone(*op, values)
      ->getResult(cast<OpResult>(value).getResultNumber());
}

} // namespace xcc::schedule
