//===- Shared.cpp - Tiles from and to shared memory -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/GlobalAccess.h"
#include "lib/Target/Tile/SharedAccess.h"

using namespace mlir;

namespace xcc::thread {

using tile::InputDim;
using tile::LinearLayout;

LogicalResult KernelLowering::lowerAllocShared(tile::AllocSharedOp op) {
  if (!op.getOffset())
    return op.emitOpError("expects an offset, which allocate-shared gives");
  setScalar(op, sharedAt(op.getLoc(), *op.getOffset()));
  return success();
}

void KernelLowering::lowerSlice(tile::SliceOp op) {
  tile::SharedType type = op.getType();
  IndexSum place = symbolsOf(op.getIndex()).front();
  place *= type.getNumElements();
  setScalar(op, index.pointerTo(op.getLoc(), scalarOf(op.getSource()),
                                memoryType(type.getElementType()), place));
}

void KernelLowering::lowerSharedLoad(tile::SharedLoadOp op) {
  if (lowerFragmentLoad(op))
    return;
  LinearLayout held = tile::getLayout(op.getType());
  auto type = op.getSource().getType();
  SharedAccess access(*this, scalarOf(op.getSource()), type.getElementType(),
                      sharedNumbers(type.getLayout().getLinear(), held),
                      held.getRedundantBits(InputDim::Register));
  setRegisters(op, access.load(op.getLoc()));
}

void KernelLowering::lowerSharedStore(tile::SharedStoreOp op) {
  LinearLayout held = tile::getLayout(op.getTile().getType());
  auto type = op.getDestination().getType();
  SharedAccess access(*this, scalarOf(op.getDestination()),
                      type.getElementType(),
                      sharedNumbers(type.getLayout().getLinear(), held),
                      held.getRedundantBits(InputDim::Register));
  storeByFirstHolders(op.getLoc(), isFirstHolder(op.getLoc(), held), [&] {
    access.store(op.getLoc(), registersOf(op.getTile()));
  });
}

void KernelLowering::storeByFirstHolders(Location loc, Value isFirst,
                                         function_ref<void()> store) {
  if (!isFirst)
    return store();
  auto branch = scf::IfOp::create(builder, loc, isFirst);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  store();
  index.forgetLocal();
}

void KernelLowering::lowerAsyncCopy(tile::AsyncCopyOp op) {
  Location loc = op.getLoc();
  LinearLayout layout = op.getLayout().getLinear();
  auto type = op.getDestination().getType();
  LinearNumbers places = sharedNumbers(type.getLayout().getLinear(), layout);
  IntegerSet bounds = op.getBounds() ? *op.getBounds() : IntegerSet();
  GlobalAccess access(*this,
                      {loc, op.getBuffer(), op.getScalars(), ValueRange(),
                       op.getMap(), bounds, layout},
                      &places);
  SharedAccess shared(*this, scalarOf(op.getDestination()),
                      type.getElementType(), places,
                      layout.getRedundantBits(InputDim::Register));
  unsigned bytes = access.alignBytes();
  // The background path has no narrower form; what it would do at once is as
  // right, only later.
  bool isAsync = device.operandPath == OperandPath::AsyncShared && bytes >= 4;
  storeByFirstHolders(loc, isFirstHolder(loc, layout), [&] {
    for (unsigned leader : access.groupRegisters()) {
      AccessGroup group = access.group(leader);
      Value to = shared.pointerTo(loc, leader);
      if (isAsync) {
        vendor.asyncCopy(builder, loc, to, group.pointer, bytes,
                         group.predicate);
        continue;
      }
      Value zero;
      if (group.predicate)
        zero = arith::ConstantOp::create(
            entry, loc, entry.getZeroAttr(access.accessType()));
      Value loaded =
          vendor.loadGlobal(builder, loc, access.accessType(), group.pointer,
                            bytes, group.predicate, zero);
      LLVM::StoreOp::create(builder, loc, loaded, to, bytes);
    }
  });
}

} // namespace xcc::thread
