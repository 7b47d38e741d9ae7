//===- Roles.cpp - Warps with roles, and what they wait for ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Panels.h"
#include "lib/Target/Tile/KernelLowering.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xcc::thread {

static Value equals(KernelLowering &lowering, Location loc, Value number,
                    int64_t constant) {
  return lowering.index.compare(
      loc, arith::CmpIPredicate::eq, number,
      lowering.index.constant(constant, number.getType()));
}

void KernelLowering::barrier(Location loc) {
  if (isInRole)
    vendor.workerBarrier(builder, loc, workers);
  else
    vendor.barrier(builder, loc);
}

LogicalResult KernelLowering::lowerRoles(tile::RolesOp op) {
  Location loc = op.getLoc();
  Value isWorker = index.compare(loc, arith::CmpIPredicate::slt, threadId,
                                 index.constant(workers, threadId.getType()));
  auto branch =
      scf::IfOp::create(builder, loc, isWorker, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  isInRole = true;
  if (unsigned registers = op.getWorkerRegisters())
    vendor.setRegisters(builder, loc, registers, /*isMore=*/true);
  if (failed(lowerBlock(op.getWork().front())))
    return failure();
  builder.setInsertionPointToStart(branch.elseBlock());
  if (unsigned registers = op.getProducerRegisters())
    vendor.setRegisters(builder, loc, registers, /*isMore=*/false);
  auto one =
      scf::IfOp::create(builder, loc, equals(*this, loc, threadId, workers));
  builder.setInsertionPointToStart(one.thenBlock());
  if (failed(lowerBlock(op.getProduce().front())))
    return failure();
  isInRole = false;
  return success();
}

//===-- Barriers with phases
//-----------------------------------------------===//

LogicalResult KernelLowering::lowerAllocBarriers(tile::AllocBarriersOp op) {
  if (!op.getOffset())
    return op.emitOpError("expects an offset, which allocate-shared gives");
  Location loc = op.getLoc();
  setScalar(op, sharedAt(loc, *op.getOffset()));
  auto first = scf::IfOp::create(builder, loc, equals(*this, loc, threadId, 0));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(first.thenBlock());
  for (unsigned slot = 0; slot < op.getType().getCount(); ++slot)
    vendor.initBarrier(
        builder, loc,
        sharedAt(loc, *op.getOffset() + slot * tile::kBarrierBytes),
        op.getArrivals());
  vendor.publishBarriers(builder, loc);
  index.forgetLocal();
  return success();
}

Value KernelLowering::barrierAt(Location loc, Value barriers, Value slot) {
  IndexSum place = symbolsOf(slot).front();
  return index.pointerTo(loc, scalarOf(barriers), builder.getI64Type(), place);
}

/// One lane for its warp: the warp has come to here together.
void KernelLowering::lowerPhaseArrive(tile::PhaseArriveOp op) {
  Location loc = op.getLoc();
  Value barrier = barrierAt(loc, op.getBarriers(), op.getSlot());
  Value lane = index.apply<arith::AndIOp>(
      loc, threadId,
      index.constant(device.lanesPerWarp - 1, threadId.getType()));
  auto first = scf::IfOp::create(builder, loc, equals(*this, loc, lane, 0));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(first.thenBlock());
  vendor.arrive(builder, loc, barrier);
}

//===-- Described copies
//---------------------------------------------------===//

/// A box for each panel.
void KernelLowering::lowerTensorCopy(tile::TensorCopyOp op) {
  Location loc = op.getLoc();
  tile::SharedType type = op.getDestination().getType();
  unsigned bytes = type.getElementType().getIntOrFloatBitWidth() / 8;
  tile::Panels panels = *tile::findPanels(type.getLayout().getLinear(), bytes);
  Value barrier = barrierAt(loc, op.getBarriers(), op.getSlot());
  SmallVector<Value> coordinates;
  for (Value coordinate : op.getCoordinates())
    coordinates.push_back(index.toI32(loc, scalarOf(coordinate)));
  Value first = coordinates.front();
  for (int64_t panel = 0; panel < panels.count; ++panel) {
    coordinates.front() = index.add(
        loc, first,
        index.constant(panel * panels.lineBytes / bytes, first.getType()));
    Value to =
        index.pointerTo(loc, scalarOf(op.getDestination()), builder.getI8Type(),
                        IndexSum::of(panel * panels.panelBytes()));
    vendor.copyTensor(builder, loc, tensorMaps[op.getMap()], to, coordinates,
                      barrier);
  }
}

LogicalResult KernelLowering::lowerRoleOp(Operation *op) {
  Location loc = op->getLoc();
  if (device.groupInstructions.empty())
    return op->emitOpError("has no lowering to threads");
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](tile::RolesOp op) { return lowerRoles(op); })
      .Case([&](tile::AllocBarriersOp op) { return lowerAllocBarriers(op); })
      .Case([&](tile::PhaseArriveOp op) {
        return lowerPhaseArrive(op), success();
      })
      .Case([&](tile::PhaseExpectOp op) {
        vendor.arriveExpecting(builder, loc,
                               barrierAt(loc, op.getBarriers(), op.getSlot()),
                               op.getBytes());
        return success();
      })
      .Case([&](tile::PhaseWaitOp op) {
        Value parity = arith::ExtUIOp::create(
            builder, loc, builder.getI32Type(), scalarOf(op.getParity()));
        vendor.waitForPhase(builder, loc,
                            barrierAt(loc, op.getBarriers(), op.getSlot()),
                            parity);
        return success();
      })
      .Case(
          [&](tile::TensorCopyOp op) { return lowerTensorCopy(op), success(); })
      .Case([&](tile::AsyncDotOp op) { return lowerAsyncDot(op); })
      .Case([&](tile::DotWaitOp op) { return lowerDotWait(op), success(); })
      .Default([&](Operation *op) {
        return op->emitOpError("has no lowering to threads");
      });
}

} // namespace xcc::thread
