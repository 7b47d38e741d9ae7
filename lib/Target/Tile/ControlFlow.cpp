//===- ControlFlow.cpp - Scalars, loops and conditions --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/KernelLowering.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace xcc::thread {

/// Registers of 16 bits travel through loops in pairs: a group's fragments are
/// words.
bool KernelLowering::travelsInPairs(Type type) const {
  return tile::isTile(type) && !device.groupInstructions.empty() &&
         getElementTypeOrSelf(type).getIntOrFloatBitWidth() == 16 &&
         tile::getLayout(type).getNumRegisters() > 1;
}

void KernelLowering::flatten(ValueRange originals, Registers &into) {
  for (Value value : originals) {
    if (!tile::isTile(value.getType())) {
      into.push_back(scalarOf(value));
      continue;
    }
    ArrayRef<Value> registers = registersOf(value);
    if (!travelsInPairs(value.getType())) {
      llvm::append_range(into, registers);
      continue;
    }
    for (; !registers.empty(); registers = registers.drop_front(2))
      into.push_back(pack(value.getLoc(), registers.take_front(2)));
  }
}

void KernelLowering::flattenTypes(TypeRange types, SmallVector<Type> &into) {
  for (Type type : types) {
    int64_t count =
        tile::isTile(type) ? tile::getLayout(type).getNumRegisters() : 1;
    Type element = getElementTypeOrSelf(type);
    if (travelsInPairs(type))
      into.append(count / 2, VectorType::get(2, element));
    else
      into.append(count, element.isIndex() ? builder.getI64Type() : element);
  }
}

/// The values of a flattened list are those of tiles and scalars again.
void KernelLowering::bind(ValueRange originals, ValueRange lowered) {
  for (Value value : originals) {
    if (!tile::isTile(value.getType())) {
      setScalar(value, lowered.front());
      lowered = lowered.drop_front();
      continue;
    }
    int64_t count = tile::getLayout(value.getType()).getNumRegisters();
    if (travelsInPairs(value.getType()))
      count /= 2;
    Registers registers;
    for (Value each : lowered.take_front(count))
      unpack(value.getLoc(), each, registers);
    setRegisters(value, std::move(registers));
    lowered = lowered.drop_front(count);
  }
}

LogicalResult KernelLowering::lowerBlock(Block &block) {
  for (Operation &op : block)
    if (!op.hasTrait<OpTrait::IsTerminator>() && failed(lower(&op)))
      return failure();
  // What was emitted here does not dominate what follows the region.
  index.forgetLocal();
  return success();
}

LogicalResult KernelLowering::lowerFor(scf::ForOp op) {
  Registers initial;
  flatten(op.getInitArgs(), initial);
  auto loop = scf::ForOp::create(
      builder, op.getLoc(), scalarOf(op.getLowerBound()),
      scalarOf(op.getUpperBound()), scalarOf(op.getStep()), initial);
  setScalar(op.getInductionVar(), loop.getInductionVar());
  OpBuilder::InsertionGuard guard(builder);
  // A loop that carries nothing comes with its terminator.
  if (initial.empty())
    builder.setInsertionPoint(loop.getBody()->getTerminator());
  else
    builder.setInsertionPointToEnd(loop.getBody());
  bind(op.getRegionIterArgs(), loop.getRegionIterArgs());
  if (failed(lowerBlock(*op.getBody())))
    return failure();
  Registers yielded;
  flatten(op.getBody()->getTerminator()->getOperands(), yielded);
  if (!initial.empty())
    scf::YieldOp::create(builder, op.getLoc(), yielded);
  builder.setInsertionPointAfter(loop);
  bind(op.getResults(), loop.getResults());
  return success();
}

LogicalResult KernelLowering::lowerIf(scf::IfOp op) {
  SmallVector<Type> types;
  flattenTypes(op.getResultTypes(), types);
  bool hasElse = !op.getElseRegion().empty();
  auto branch = scf::IfOp::create(builder, op.getLoc(), types,
                                  scalarOf(op.getCondition()),
                                  /*addThenBlock=*/true, hasElse);
  OpBuilder::InsertionGuard guard(builder);
  for (auto [from, to] : llvm::zip(op->getRegions(), branch->getRegions())) {
    if (from.empty())
      continue;
    builder.setInsertionPointToEnd(&to.front());
    if (failed(lowerBlock(from.front())))
      return failure();
    Registers yielded;
    flatten(from.front().getTerminator()->getOperands(), yielded);
    scf::YieldOp::create(builder, op.getLoc(), yielded);
  }
  builder.setInsertionPointAfter(branch);
  bind(op.getResults(), branch.getResults());
  return success();
}

/// index has 64 bits on all devices: a cast from or to it is one of integers.
static Value castIndex(OpBuilder &builder, Operation *op, Value operand) {
  Type type = op->getResult(0).getType();
  if (type.isIndex())
    type = builder.getI64Type();
  unsigned from = operand.getType().getIntOrFloatBitWidth();
  unsigned to = type.getIntOrFloatBitWidth();
  if (from == to)
    return operand;
  if (from > to)
    return arith::TruncIOp::create(builder, op->getLoc(), type, operand);
  if (isa<arith::IndexCastUIOp>(op))
    return arith::ExtUIOp::create(builder, op->getLoc(), type, operand);
  return arith::ExtSIOp::create(builder, op->getLoc(), type, operand);
}

static Value applyMap(KernelLowering &lowering, AffineMap map, AffineExpr expr,
                      ValueRange operands, Location loc) {
  SmallVector<IndexSum> inputs = lowering.symbolsOf(operands);
  IndexSum sum = lowering.index.evaluate(
      loc, expr, ArrayRef(inputs).take_front(map.getNumDims()),
      ArrayRef(inputs).drop_front(map.getNumDims()));
  return lowering.index.materialize(loc, sum, lowering.builder.getI64Type());
}

/// Affine expressions, casts and constants of index, views; false for others.
bool KernelLowering::lowerIndexOp(Operation *op) {
  Location loc = op->getLoc();
  auto lowerMap = [&](auto affine, bool isMin) {
    Value result;
    for (AffineExpr expr : affine.getMap().getResults()) {
      Value value =
          applyMap(*this, affine.getMap(), expr, op->getOperands(), loc);
      result = !result ? value
               : isMin ? index.apply<arith::MinSIOp>(loc, result, value)
                       : index.apply<arith::MaxSIOp>(loc, result, value);
    }
    setScalar(op->getResult(0), result);
    return true;
  };
  if (auto apply = dyn_cast<affine::AffineApplyOp>(op))
    return lowerMap(apply, false);
  if (auto minimum = dyn_cast<affine::AffineMinOp>(op))
    return lowerMap(minimum, true);
  if (auto maximum = dyn_cast<affine::AffineMaxOp>(op))
    return lowerMap(maximum, false);
  if (isa<arith::IndexCastOp, arith::IndexCastUIOp>(op)) {
    setScalar(op->getResult(0),
              castIndex(builder, op, scalarOf(op->getOperand(0))));
    return true;
  }
  if (auto constant = dyn_cast<arith::ConstantOp>(op);
      constant && constant.getType().isIndex()) {
    int64_t value = cast<IntegerAttr>(constant.getValue()).getInt();
    setScalar(constant, index.constant(value, builder.getI64Type()));
    return true;
  }
  // A buffer in the workspace.
  if (auto view = dyn_cast<memref::ViewOp>(op)) {
    setScalar(view, index.offsetPointer(loc, scalarOf(view.getSource()),
                                        builder.getI8Type(),
                                        scalarOf(view.getByteShift())));
    return true;
  }
  return false;
}

LogicalResult KernelLowering::lowerScalar(Operation *op) {
  if (lowerIndexOp(op))
    return success();
  if (!isa<arith::ArithDialect, math::MathDialect>(op->getDialect()))
    return op->emitOpError("has no lowering to threads");
  IRMapping mapping;
  for (Value operand : op->getOperands())
    mapping.map(operand, scalarOf(operand));
  // Made from the kernel's arguments alone: outside of all loops.
  bool isOfEntry = llvm::all_of(op->getOperands(), [&](Value operand) {
    return scalarOf(operand).getParentBlock() == entry.getInsertionBlock();
  });
  Operation *copy = (isOfEntry ? entry : builder).clone(*op, mapping);
  for (auto [original, result] :
       llvm::zip(op->getResults(), copy->getResults())) {
    if (result.getType().isIndex())
      result.setType(builder.getI64Type());
    setScalar(original, result);
  }
  return success();
}

LogicalResult KernelLowering::lower(Operation *op) {
  for (Type type : op->getResultTypes())
    if (failed(checkLayout(op, type)))
      return failure();
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return lowerFor(loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return lowerIf(branch);
  if (isa_and_present<tile::TileDialect>(op->getDialect()))
    return lowerTileOp(op);
  if (llvm::any_of(op->getResultTypes(), tile::isTile))
    return lowerElementwise(op);
  return lowerScalar(op);
}

} // namespace xcc::thread
