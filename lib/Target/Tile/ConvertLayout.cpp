//===- ConvertLayout.cpp - A tile to another layout -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Conversion.h"
#include "lib/Target/Tile/KernelLowering.h"

using namespace mlir;

namespace xcc::thread {

LogicalResult KernelLowering::lowerConvertLayout(tile::ConvertLayoutOp op) {
  tile::LinearLayout from = tile::getLayout(op.getTile().getType());
  tile::LinearLayout to = tile::getLayout(op.getType());
  tile::Conversion conversion(from, to);
  if (conversion.nearest() > tile::Movement::WithinThread ||
      conversion.registersPerPlace() > 1)
    return op.emitOpError("has no lowering between threads yet");
  Registers registers;
  for (int64_t reg = 0; reg < to.getNumRegisters(); ++reg)
    registers.push_back(registersOf(
        op.getTile())[conversion.sourceOf({uint64_t(reg), 0, 0}).reg]);
  setRegisters(op, std::move(registers));
  return success();
}

} // namespace xcc::thread
