//===- ContractGroup.cpp - The sums of one block, by groups of warps ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One thread fills slots of shared memory with parts of both operands, groups
// of warps multiply what is there. A slot is given back when the product behind
// it has begun: two products are under way at any time.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/ContractBlock.h"
#include "lib/Schedule/Tile/GroupTiling.h"
#include "lib/Schedule/Tile/SlotRing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

//===-- The operands
//-------------------------------------------------------===//

OperandMatrix ProductView::matrixOf(TileKernelBuilder &kernel,
                                    bool isLeft) const {
  OpOperand *operandOf = isLeft ? match.lhs : match.rhs;
  OperandMatrix result;
  result.tensor = operandOf->get();
  result.element = operand;
  result.batch = batchExtents;
  result.outer = isLeft ? rowCount : columnCount;
  result.depth = depthCount;
  result.indices = [this, &kernel, isLeft, operandOf](const MatrixPlace &at) {
    IndexList loops = loopsAt(kernel.space(), at.batch,
                              isLeft ? match.m : match.n, at.outer, at.depth);
    return kernel.space().apply(op().getMatchingIndexingMap(operandOf), loops);
  };
  return result;
}

std::optional<DescribedOperand>
ProductView::describe(TileKernelBuilder &kernel, bool isLeft,
                      const ProductTiling &tiling) const {
  return DescribedOperand::find(kernel, matrixOf(kernel, isLeft), isLeft,
                                isLeft ? tiling.rows : tiling.columns,
                                tiling.depth);
}

std::optional<ProductTiling>
ProductView::chooseGroupTiling(TileKernelBuilder &kernel) const {
  auto operandType = matrixTypeOf(operand), sumType = matrixTypeOf(sum);
  if (!operandType || !sumType)
    return std::nullopt;
  const MatrixInstruction *instruction =
      findGroupInstruction(device, *operandType, *sumType);
  bool isPlain =
      !castsBelong || (match.lhsCasts.empty() && match.rhsCasts.empty());
  if (!instruction || !isPlain)
    return std::nullopt;
  std::optional<ProductTiling> tiling =
      schedule::chooseGroupTiling(device, *instruction, shape());
  if (!tiling || !describe(kernel, true, *tiling) ||
      !describe(kernel, false, *tiling))
    return std::nullopt;
  return tiling;
}

//===-- The program
//--------------------------------------------------------===//

/// Fills a slot a step.
void ContractBlock::emitProducer(SlotRing &ring,
                                 MutableArrayRef<DescribedOperand> operands,
                                 AffineExpr first, AffineExpr count,
                                 Value end) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  RingPlace start = ring.begin(/*isProducer=*/true);
  auto index = [&](int64_t number) {
    return arith::ConstantIndexOp::create(b, loc, number);
  };
  auto loop = scf::ForOp::create(b, loc, index(0), end, index(1),
                                 ValueRange{start.slot, start.parity});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  AffineExpr step = kernel.space().declare(loop.getInductionVar(), count);
  AffineExpr depth = (first + step) * tiling.depth;
  RingPlace at{loop.getRegionIterArg(0), loop.getRegionIterArg(1)};
  ring.fill(at, [&](unsigned i, Value slice, Value barriers, Value slot) {
    MatrixPlace part{place.batch, i == 0 ? place.row : place.column, depth};
    operands[i].copy(kernel, part, slice, barriers, slot);
  });
  RingPlace next = ring.next(at);
  scf::YieldOp::create(b, loc, ValueRange{next.slot, next.parity});
}

/// The sums of all steps.
Value ContractBlock::emitGroupProducts(SlotRing &ring, Type sumsType,
                                       Value end) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  auto multiply = [&](RingPlace at, Value sums) -> Value {
    SmallVector<Value> slices = ring.take(at);
    return tile::AsyncDotOp::create(b, loc, sumsType, slices[0], slices[1],
                                    sums, tiling.instruction->name);
  };
  auto index = [&](int64_t number) {
    return arith::ConstantIndexOp::create(b, loc, number);
  };
  RingPlace start = ring.begin(/*isProducer=*/false);
  Value first = multiply(start, Value());
  RingPlace second = ring.next(start);
  auto loop = scf::ForOp::create(
      b, loc, index(1), end, index(1),
      ValueRange{second.slot, second.parity, start.slot, first});
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    RingPlace at{loop.getRegionIterArg(0), loop.getRegionIterArg(1)};
    Value sums = multiply(at, loop.getRegionIterArg(3));
    tile::DotWaitOp::create(b, loc, 1, ValueRange());
    ring.giveBack(loop.getRegionIterArg(2));
    RingPlace next = ring.next(at);
    scf::YieldOp::create(b, loc,
                         ValueRange{next.slot, next.parity, at.slot, sums});
  }
  return tile::DotWaitOp::create(b, loc, 0, loop.getResult(3)).getResult(0);
}

/// Leaves the builder among the workers, who have the sums.
FailureOr<Value> ContractBlock::emitGroup(AffineExpr first, AffineExpr count) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  IndexSpace &space = kernel.space();
  const MatrixInstruction &instruction = *tiling.instruction;
  SmallVector<DescribedOperand, 2> operands = {
      *view.describe(kernel, true, tiling),
      *view.describe(kernel, false, tiling)};
  SmallVector<tile::SharedType> slices;
  for (DescribedOperand &operand : operands) {
    operand.describe(kernel);
    slices.push_back(operand.slice());
  }
  Value end = space.materialize(b, loc, space.simplify(count));
  SlotRing ring(b, loc, slices, tiling.stages, tiling.warps());
  tile::BarrierOp::create(b, loc);
  int64_t groups = tiling.warpRows / instruction.groupWarps;
  RoleRegisters registers =
      chooseRegisters(kernel.device(), instruction, groups);
  auto roles = tile::RolesOp::create(b, loc, tiling.warps(), registers.worker,
                                     registers.producer);
  b.setInsertionPointToStart(&roles.getProduce().front());
  emitProducer(ring, operands, first, count, end);
  b.setInsertionPointToStart(&roles.getWork().front());
  tile::DotLayouts layouts = tile::makeGroupDotLayouts(
      instruction, {tiling.rows, tiling.columns, tiling.depth}, groups);
  return emitGroupProducts(
      ring, tile::getTileType(view.accumulator(), layouts.accumulator), end);
}

} // namespace xcc::schedule
