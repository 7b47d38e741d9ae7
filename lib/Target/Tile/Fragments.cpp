//===- Fragments.cpp - Operands of matrix instructions from shared memory -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/Fragments.h"

#include "lib/Target/Tile/KernelLowering.h"

using namespace mlir;

namespace xcc::thread {

using tile::InputDim;
using tile::LinearLayout;

const MatrixInstruction *findInstruction(const DeviceDescription &device,
                                         StringRef name) {
  auto *found = llvm::find_if(
      device.matrixInstructions,
      [&](const MatrixInstruction &row) { return row.name == name; });
  return found == device.matrixInstructions.end() ? nullptr : found;
}

std::optional<LinearLayout> repetitionsOf(const LinearLayout &layout,
                                          const Fragment &fragment) {
  return layout.divide(LinearLayout::fragment(fragment, {1, 1}, {1, 1}));
}

LinearNumbers originsOf(const KernelLowering &lowering,
                        const LinearLayout &repetitions, unsigned dim,
                        int64_t size) {
  LinearNumbers origins = lowering.coordinateNumbers(repetitions, dim);
  // Lanes are within the fragment; only warps move its origin.
  unsigned lanes = llvm::Log2_32(lowering.device.lanesPerWarp) -
                   repetitions.getNumBits(InputDim::Lane);
  origins.threads.insert(origins.threads.begin(), lanes, 0);
  for (uint64_t &basis : origins.threads)
    basis *= size;
  for (uint64_t &basis : origins.registers)
    basis *= size;
  return origins;
}

/// The bits that an integer may have set.
static uint64_t possibleBits(Value value) {
  uint64_t all = llvm::maskTrailingOnes<uint64_t>(
      std::min(value.getType().getIntOrFloatBitWidth(), 32u));
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant.getZExtValue() & all;
  Operation *op = value.getDefiningOp();
  if (!op || op->getNumOperands() != 2)
    return all;
  uint64_t lhs = possibleBits(op->getOperand(0));
  Value right = op->getOperand(1);
  uint64_t rhs = possibleBits(right);
  if (isa<arith::AndIOp>(op))
    return lhs & rhs;
  if (isa<arith::OrIOp, arith::XOrIOp>(op) ||
      (isa<arith::AddIOp>(op) && (lhs & rhs) == 0))
    return lhs | rhs;
  if (!matchPattern(right, m_ConstantInt(&constant)))
    return all;
  uint64_t by = constant.getZExtValue();
  if (isa<arith::ShLIOp>(op))
    return lhs << by & all;
  if (isa<arith::ShRUIOp>(op))
    return lhs >> by;
  if (isa<arith::RemUIOp>(op) && llvm::isPowerOf2_64(by))
    return lhs & (by - 1);
  if (isa<arith::DivUIOp>(op) && llvm::isPowerOf2_64(by))
    return lhs / by;
  if (isa<arith::MulIOp>(op) && llvm::isPowerOf2_64(by))
    return lhs * by & all;
  return all;
}

namespace {
/// A function of two coordinates that is linear over GF(2), applied to values
/// of the program: of a sum without carries, each part once.
class LinearFunction {
public:
  LinearFunction(KernelLowering &lowering, Location loc)
      : lowering(lowering), loc(loc) {}

  SmallVector<uint64_t> rowBases, columnBases;

  Value apply(Value row, Value column) {
    total = Value();
    constant = 0;
    addImage(row, rowBases);
    addImage(column, columnBases);
    Type i32 = row.getType();
    if (!total)
      return lowering.index.constant(int64_t(constant), i32);
    if (constant)
      total = lowering.index.apply<arith::XOrIOp>(
          loc, total, lowering.index.constant(int64_t(constant), i32));
    return total;
  }

private:
  void addImage(Value value, ArrayRef<uint64_t> bases) {
    APInt number;
    if (matchPattern(value, m_ConstantInt(&number))) {
      for (auto [bit, basis] : llvm::enumerate(bases))
        if (number.getZExtValue() >> bit & 1)
          constant ^= basis;
      return;
    }
    Operation *op = value.getDefiningOp();
    if (isa_and_present<arith::AddIOp, arith::OrIOp, arith::XOrIOp>(op)) {
      Value lhs = op->getOperand(0), rhs = op->getOperand(1);
      if (isa<arith::XOrIOp>(op) || !(possibleBits(lhs) & possibleBits(rhs))) {
        addImage(lhs, bases);
        return addImage(rhs, bases);
      }
    }
    if (Value image =
            lowering.linearImage(loc, value, bases, possibleBits(value)))
      total = total ? lowering.index.apply<arith::XOrIOp>(loc, total, image)
                    : image;
  }

  KernelLowering &lowering;
  Location loc;
  Value total;
  uint64_t constant = 0;
};
} // namespace

/// Longest run of neighbours along one coordinate at consecutive places, which
/// begins at multiples of its length.
static unsigned runLength(ArrayRef<uint64_t> along, ArrayRef<uint64_t> across) {
  unsigned length = 1;
  for (uint64_t basis : along) {
    auto sets = [&](uint64_t other) { return (other & length) != 0; };
    if (basis != length || llvm::any_of(across, sets) ||
        llvm::count_if(along, sets) != 1)
      return length;
    length *= 2;
  }
  return length;
}

std::optional<DotUse> dotUseOf(Value tile, const DeviceDescription &device) {
  for (OpOperand &use : tile.getUses()) {
    auto dot = dyn_cast<tile::DotOp>(use.getOwner());
    if (!dot || use.getOperandNumber() > 1)
      continue;
    if (auto *row = findInstruction(device, dot.getInstruction()))
      return DotUse{row, use.getOperandNumber() == 0};
  }
  return std::nullopt;
}

/// Loads fragment by fragment if the vendor has an instruction for it.
bool KernelLowering::lowerFragmentLoad(tile::SharedLoadOp op) {
  std::optional<DotUse> use = dotUseOf(op.getResult(), device);
  LinearLayout held = tile::getLayout(op.getType());
  if (!use || held.getRank() != 2)
    return false;
  const MatrixInstruction &row = *use->instruction;
  const Fragment &fragment = use->isLhs ? row.lhs : row.rhs;
  auto outer = repetitionsOf(held, fragment);
  if (!outer)
    return false;
  Location loc = op.getLoc();
  auto type = op.getSource().getType();
  LinearLayout shared = type.getLayout().getLinear();
  tile::BitMatrix offsets = shared.inverse();
  uint64_t bytes =
      memoryType(type.getElementType()).getIntOrFloatBitWidth() / 8;
  SmallVector<uint64_t> rows, columns;
  ArrayRef<int64_t> shape = type.getTileShape();
  for (int32_t bit = 1; bit < shape[0]; bit *= 2)
    rows.push_back(offsets.apply(shared.toElement({bit, 0})));
  for (int32_t bit = 1; bit < shape[1]; bit *= 2)
    columns.push_back(offsets.apply(shared.toElement({0, bit})));
  bool isRowContiguous = llvm::is_contained(columns, uint64_t(1));
  unsigned run =
      isRowContiguous ? runLength(columns, rows) : runLength(rows, columns);
  LinearFunction byteOffset(*this, loc);
  for (uint64_t basis : rows)
    byteOffset.rowBases.push_back(basis * bytes);
  for (uint64_t basis : columns)
    byteOffset.columnBases.push_back(basis * bytes);
  auto offsetOf = [&](Value r, Value c) { return byteOffset.apply(r, c); };
  VendorLowering::SharedTile tile{scalarOf(op.getSource()), offsetOf,
                                  type.getElementType(), isRowContiguous, run};
  return loadFragments(op, *outer, row, use->isLhs, tile);
}

/// The first row and column of each repetition, then the vendor's load.
bool KernelLowering::loadFragments(tile::SharedLoadOp op,
                                   const LinearLayout &outer,
                                   const MatrixInstruction &instruction,
                                   bool isLhs,
                                   const VendorLowering::SharedTile &tile) {
  Location loc = op.getLoc();
  int64_t sizes[] = {isLhs ? instruction.m : instruction.k,
                     isLhs ? instruction.k : instruction.n};
  LinearNumbers origins[] = {originsOf(*this, outer, 0, sizes[0]),
                             originsOf(*this, outer, 1, sizes[1])};
  ArrayRef<uint64_t> rowSteps = origins[0].registers;
  ArrayRef<uint64_t> columnSteps = origins[1].registers;
  bool hasNext = !rowSteps.empty() && (rowSteps[0] || columnSteps[0]);
  Registers result;
  for (int64_t rep = 0; rep < outer.getNumRegisters(); ++rep) {
    Value first[2];
    for (unsigned dim : {0u, 1u})
      first[dim] = index.materialize(loc, numberOf(loc, origins[dim], rep),
                                     builder.getI32Type());
    std::optional<SmallVector<Value>> loaded;
    if (hasNext && rep % 2 == 0)
      loaded = vendor.loadSharedFragmentPair(
          builder, loc, instruction, isLhs, tile, first[0], first[1],
          {int32_t(rowSteps[0]), int32_t(columnSteps[0])});
    if (loaded)
      ++rep;
    else
      loaded = vendor.loadSharedFragment(builder, loc, instruction, isLhs, tile,
                                         first[0], first[1]);
    if (!loaded)
      return false;
    llvm::append_range(result, *loaded);
  }
  setRegisters(op, std::move(result));
  return true;
}

} // namespace xcc::thread
