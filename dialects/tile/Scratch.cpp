//===- Scratch.cpp - Shared memory that operations use themselves ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Scratch.h"

#include "dialects/tile/Conversion.h"
#include "dialects/tile/ConversionScratch.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace xcc::tile {

static unsigned elementBits(Value tile) {
  return getElementTypeOrSelf(tile.getType()).getIntOrFloatBitWidth();
}

static int64_t scratchOfReduce(ReduceOp op) {
  LinearLayout layout = getLayout(op.getTiles().front().getType());
  uint64_t redundant = layout.getRedundantBits(InputDim::Warp);
  int64_t elements = layout.reduced(op.getAxis()).getNumElements();
  bool crossesWarps = false;
  for (auto [bit, basis] : llvm::enumerate(layout.getBases(InputDim::Warp)))
    if (basis[op.getAxis()] != 0 && !(redundant >> bit & 1)) {
      elements *= 2;
      crossesWarps = true;
    }
  if (!crossesWarps)
    return 0;
  int64_t bytes = 0;
  for (Value tile : op.getTiles())
    bytes += llvm::alignTo(elements * llvm::divideCeil(elementBits(tile), 8),
                           kScratchAlignBytes);
  return bytes;
}

static int64_t scratchOfConversion(ConvertLayoutOp op) {
  LinearLayout from = getLayout(op.getTile().getType());
  LinearLayout to = getLayout(op.getType());
  unsigned bits = elementBits(op.getTile());
  if (planConversion(from, to, bits).movement != Movement::Shared)
    return 0;
  return makeConversionScratch(from, to, bits).bytes;
}

static int64_t scratchOfExchange(ExchangeOp op) {
  if (op.getSource().warp == 0)
    return 0;
  LinearLayout layout = getLayout(op.getType());
  return layout.getNumRegisters() * layout.getNumThreads() *
         llvm::divideCeil(elementBits(op.getTile()), 8);
}

int64_t getScratchBytes(Operation *op) {
  return llvm::TypeSwitch<Operation *, int64_t>(op)
      .Case([](ReduceOp reduce) { return scratchOfReduce(reduce); })
      .Case(
          [](ConvertLayoutOp convert) { return scratchOfConversion(convert); })
      .Case([](ExchangeOp exchange) { return scratchOfExchange(exchange); })
      .Default([](Operation *) { return 0; });
}

} // namespace xcc::tile
