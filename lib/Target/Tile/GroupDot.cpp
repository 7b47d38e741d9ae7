//===- GroupDot.cpp - Products of groups of warps -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/tile/Panels.h"
#include "lib/Target/Tile/KernelLowering.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace xcc::thread {

namespace {

/// One tile.async_dot.
class GroupDot {
public:
  GroupDot(KernelLowering &lowering, tile::AsyncDotOp op,
           const MatrixInstruction &instruction, int64_t workers)
      : lowering(lowering), op(op), instruction(instruction), loc(op.getLoc()),
        groups(workers /
               (lowering.device.lanesPerWarp * instruction.groupWarps)) {}

  LogicalResult check();
  Registers emit();

private:
  VendorLowering::GroupOperand operandAt(Value shared, unsigned depthDim,
                                         Value firstLine, int64_t line);
  Value groupNumber();

  KernelLowering &lowering;
  tile::AsyncDotOp op;
  const MatrixInstruction &instruction;
  Location loc;
  int64_t groups;
  int64_t rows = 0, columns = 0, depth = 0, times = 0;
};

} // namespace

static std::optional<tile::Panels> panelsOf(tile::SharedType type) {
  if (type.getNumSliceDims() != 0)
    return std::nullopt;
  return tile::findPanels(type.getLayout().getLinear(),
                          type.getElementType().getIntOrFloatBitWidth() / 8);
}

LogicalResult GroupDot::check() {
  auto sums = op.getType();
  rows = sums.getShape()[0];
  columns = sums.getShape()[1];
  depth = op.getRhs().getType().getShape()[0];
  int64_t groupRows = instruction.m * instruction.groupWarps;
  if (groups == 0 || rows % (groups * groupRows) != 0 ||
      columns > instruction.mostColumns || depth % instruction.k != 0)
    return op.emitOpError("expects a multiple of ")
           << std::max<int64_t>(groups, 1) * groupRows
           << " rows, a depth that is a multiple of " << instruction.k
           << " and up to " << instruction.mostColumns << " columns, got "
           << rows << "x" << columns << " of depth " << depth;
  times = rows / groups / groupRows;
  tile::DotLayouts layouts =
      tile::makeGroupDotLayouts(instruction, {rows, columns, depth}, groups);
  bool isHeld = tile::getLayout(sums) == layouts.accumulator;
  if (auto shared = dyn_cast<tile::SharedType>(op.getLhs().getType()))
    isHeld &= panelsOf(shared).has_value();
  else
    isHeld &= tile::getLayout(op.getLhs().getType()) == layouts.lhs;
  if (!isHeld || !panelsOf(op.getRhs().getType()))
    return op.emitOpError("expects operands in panels of shared memory, sums "
                          "and an lhs in registers as fragments of ")
           << op.getInstruction();
  return success();
}

/// This thread's group, which all lanes of a warp have in common.
Value GroupDot::groupNumber() {
  Value thread = lowering.threadNumber();
  int64_t threads = lowering.device.lanesPerWarp * instruction.groupWarps;
  Value number = lowering.index.apply<arith::ShRUIOp>(
      loc, thread,
      lowering.index.constant(llvm::Log2_64(threads), thread.getType()));
  return number;
}

/// The operand from line `firstLine` (null: none) + `line` on, where a line is
/// a row of the lhs or a column of the rhs.
VendorLowering::GroupOperand GroupDot::operandAt(Value shared,
                                                 unsigned depthDim,
                                                 Value firstLine,
                                                 int64_t line) {
  auto type = cast<tile::SharedType>(shared.getType());
  tile::Panels panels = *panelsOf(type);
  int64_t bytes = type.getElementType().getIntOrFloatBitWidth() / 8;
  bool runsAlongDepth = panels.contiguous == depthDim;
  // Lines along rows stand in panels, so many rows each.
  int64_t inPanel = panels.lineBytes / bytes;
  auto bytesTo = [&](int64_t number) {
    return runsAlongDepth ? number * panels.lineBytes
                          : number / inPanel * panels.panelBytes();
  };
  IndexSum place = IndexSum::of(bytesTo(line));
  if (firstLine) {
    int64_t share = times * instruction.m * instruction.groupWarps;
    IndexSum own = IndexSum::of(firstLine, Facts::between(0, groups - 1),
                                /*isUniform=*/false);
    own *= bytesTo(share);
    place += own;
  }
  Value base = lowering.index.pointerTo(loc, lowering.scalarOf(shared),
                                        lowering.builder.getI8Type(), place);
  return {base, runsAlongDepth, panels.lineBytes, panels.lines,
          unsigned(bytes)};
}

Registers GroupDot::emit() {
  OpBuilder &builder = lowering.builder;
  VendorLowering &vendor = lowering.vendor;
  Value group = groups > 1 ? groupNumber() : Value();
  bool isShared = isa<tile::SharedType>(op.getLhs().getType());
  ArrayRef<Value> sums, lhs;
  if (op.getAccumulator())
    sums = lowering.registersOf(op.getAccumulator());
  if (!isShared)
    lhs = lowering.registersOf(op.getLhs());
  Registers results;
  vendor.beginGroupProducts(builder, loc);
  for (int64_t time = 0; time < times; ++time) {
    VendorLowering::GroupProduct product{instruction, columns, depth, {},
                                         {},          {},      {}};
    if (isShared)
      product.lhs = operandAt(op.getLhs(), 1, group,
                              time * instruction.m * instruction.groupWarps);
    else
      product.lhsRegisters =
          lhs.slice(time * (lhs.size() / times), lhs.size() / times);
    product.rhs = operandAt(op.getRhs(), 0, Value(), 0);
    product.accumulators =
        sums.slice(time * (sums.size() / times), sums.size() / times);
    llvm::append_range(results, vendor.multiplyGroup(builder, loc, product));
  }
  vendor.commitGroupProducts(builder, loc);
  return results;
}

LogicalResult KernelLowering::lowerAsyncDot(tile::AsyncDotOp op) {
  const MatrixInstruction *row = llvm::find_if(
      device.groupInstructions, [&](const MatrixInstruction &candidate) {
        return candidate.name == op.getInstruction();
      });
  if (row == device.groupInstructions.end()) {
    InFlightDiagnostic error =
        op.emitOpError("expects a group instruction of the device, got ");
    error << op.getInstruction() << "; known:";
    for (const MatrixInstruction &known : device.groupInstructions)
      error << " " << known.name;
    return error;
  }
  GroupDot dot(*this, op, *row, workers);
  if (failed(dot.check()))
    return failure();
  setRegisters(op.getResult(), dot.emit());
  return success();
}

void KernelLowering::lowerDotWait(tile::DotWaitOp op) {
  Registers sums;
  flatten(op.getSums(), sums);
  SmallVector<Value> done =
      vendor.waitForGroupProducts(builder, op.getLoc(), op.getPending(), sums);
  bind(op.getResults(), done);
}

} // namespace xcc::thread
