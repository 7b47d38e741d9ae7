//===- Renaming.cpp - Other coordinates for the same registers ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Conversion.h"
#include "lib/Target/Tile/KernelLowering.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace xcc::thread {

using tile::InputDim;
using tile::LinearLayout;

/// The operand's layout in the coordinates of the result.
static LinearLayout renamedLayout(Operation *op, const LinearLayout &from) {
  return llvm::TypeSwitch<Operation *, LinearLayout>(op)
      .Case([&](tile::ExpandDimsOp op) { return from.expanded(op.getAxis()); })
      .Case([&](tile::TransposeOp op) {
        SmallVector<unsigned> order(op.getOrder().begin(), op.getOrder().end());
        return from.permuted(order);
      })
      .Case([&](tile::ReshapeOp op) {
        return from.reshaped(op.getType().getShape());
      })
      .Default([&](Operation *) { return from; });
}

/// The layout of the elements that the result's registers want, in the
/// operand's coordinates after renaming.
static LinearLayout wantedLayout(Operation *op, const LinearLayout &to,
                                 const LinearLayout &from) {
  if (!isa<tile::BroadcastOp>(op))
    return to;
  LinearLayout wanted = to;
  auto shape = cast<RankedTensorType>(op->getOperand(0).getType()).getShape();
  for (auto [dim, size] : llvm::enumerate(shape))
    if (size == 1)
      wanted = wanted.collapsed(dim);
  return wanted;
}

void KernelLowering::lowerRenaming(Operation *op) {
  Value operand = op->getOperand(0), result = op->getResult(0);
  LinearLayout from = renamedLayout(op, tile::getLayout(operand.getType()));
  LinearLayout to = tile::getLayout(result.getType());
  tile::Conversion conversion(from, wantedLayout(op, to, from));
  assert(conversion.nearest() <= tile::Movement::WithinThread &&
         conversion.registersPerPlace() == 1 &&
         "every thread holds what it renames");
  Registers registers;
  for (int64_t reg = 0; reg < to.getNumRegisters(); ++reg)
    registers.push_back(
        registersOf(operand)[conversion.sourceOf({uint64_t(reg), 0, 0}).reg]);
  setRegisters(result, std::move(registers));
}

} // namespace xcc::thread
