//===- Dot.cpp - Products of tiles ----------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/Fragments.h"
#include "lib/Target/Tile/KernelLowering.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace xcc::thread {

using tile::InputDim;
using tile::LinearLayout;

/// First coordinates of registers (or of fragments) -> their numbers.
using Places = std::map<std::pair<int32_t, int32_t>, unsigned>;

static Places placesOf(const LinearLayout &layout) {
  Places places;
  // Copies have higher numbers than what they are copies of.
  for (int64_t reg = layout.getNumRegisters() - 1; reg >= 0; --reg) {
    tile::Coordinates place = layout.apply(reg, 0, 0);
    places[{place[0], place[1]}] = reg;
  }
  return places;
}

/// Whether threads move along `dim` of one tile as along `otherDim` of another.
static bool moveAlike(const LinearLayout &layout, unsigned dim,
                      const LinearLayout &other, unsigned otherDim) {
  for (InputDim input : {InputDim::Lane, InputDim::Warp})
    for (auto [basis, otherBasis] :
         llvm::zip(layout.getBases(input), other.getBases(input)))
      if (basis[dim] != otherBasis[otherDim])
        return false;
  return true;
}

static bool isStill(const LinearLayout &layout, unsigned dim) {
  for (InputDim input : {InputDim::Lane, InputDim::Warp})
    for (const tile::Coordinates &basis : layout.getBases(input))
      if (basis[dim] != 0)
        return false;
  return true;
}

/// Every thread has the rows of lhs and the columns of rhs, and all of k, that
/// its accumulators need.
static bool fitTogether(const LinearLayout &lhs, const LinearLayout &rhs,
                        const LinearLayout &acc) {
  return moveAlike(lhs, 0, acc, 0) && isStill(lhs, 1) && isStill(rhs, 0) &&
         moveAlike(rhs, 1, acc, 1);
}

static SmallVector<int32_t> stepsOfK(const Places &lhs) {
  SmallVector<int32_t> steps;
  for (auto [place, reg] : lhs)
    if (place.first == lhs.begin()->first.first)
      steps.push_back(place.second);
  return steps;
}

/// Calls `multiply(acc, lhs, rhs)` with the numbers of what is multiplied, for
/// each k all accumulators; false if an operand is missing.
static bool
forEachProduct(const LinearLayout &lhs, const LinearLayout &rhs,
               const LinearLayout &acc,
               function_ref<void(unsigned, unsigned, unsigned)> multiply) {
  Places lhsPlaces = placesOf(lhs), rhsPlaces = placesOf(rhs);
  Places accPlaces = placesOf(acc);
  for (int32_t k : stepsOfK(lhsPlaces))
    for (auto [place, reg] : accPlaces) {
      auto a = lhsPlaces.find({place.first, k});
      auto b = rhsPlaces.find({k, place.second});
      if (a == lhsPlaces.end() || b == rhsPlaces.end())
        return false;
      multiply(reg, a->second, b->second);
    }
  return true;
}

static InFlightDiagnostic emitMisfit(tile::DotOp op) {
  return op.emitOpError("expects operands and accumulator held as fragments of "
                        "one product by ")
         << op.getInstruction();
}

LogicalResult
KernelLowering::lowerMatrixDot(tile::DotOp op,
                               const MatrixInstruction &instruction) {
  auto lhs =
      repetitionsOf(tile::getLayout(op.getLhs().getType()), instruction.lhs);
  auto rhs =
      repetitionsOf(tile::getLayout(op.getRhs().getType()), instruction.rhs);
  auto acc =
      repetitionsOf(tile::getLayout(op.getType()), instruction.accumulators);
  if (!lhs || !rhs || !acc || !fitTogether(*lhs, *rhs, *acc))
    return emitMisfit(op);
  ArrayRef<Value> a = registersOf(op.getLhs()), b = registersOf(op.getRhs());
  Registers sums =
      llvm::to_vector_of<Value, 8>(registersOf(op.getAccumulator()));
  auto fragmentOf = [](ArrayRef<Value> registers, const Fragment &fragment,
                       unsigned number) {
    size_t size = size_t(1) << fragment.registers.size();
    return registers.slice(number * size, size);
  };
  bool isComplete = forEachProduct(
      *lhs, *rhs, *acc,
      [&](unsigned accNumber, unsigned aNumber, unsigned bNumber) {
        ArrayRef<Value> sum =
            fragmentOf(sums, instruction.accumulators, accNumber);
        SmallVector<Value> next =
            vendor.matrixMultiply(builder, op.getLoc(), instruction,
                                  fragmentOf(a, instruction.lhs, aNumber),
                                  fragmentOf(b, instruction.rhs, bNumber), sum);
        llvm::copy(next, sums.begin() + (sum.data() - sums.data()));
      });
  if (!isComplete)
    return emitMisfit(op);
  setRegisters(op, std::move(sums));
  return success();
}

/// a * b + c in the accumulator's type, the operands widened exactly.
static Value multiplyAdd(OpBuilder &builder, Location loc, Value a, Value b,
                         Value c) {
  if (isa<FloatType>(c.getType()))
    return math::FmaOp::create(builder, loc, a, b, c);
  Value product = arith::MulIOp::create(builder, loc, a, b);
  return arith::AddIOp::create(builder, loc, product, c);
}

/// The registers of an operand in the accumulator's type.
static Registers widen(OpBuilder &builder, Location loc,
                       ArrayRef<Value> registers, Type type) {
  Registers result;
  for (Value value : registers) {
    if (value.getType() != type)
      value = isa<FloatType>(type)
                  ? Value(arith::ExtFOp::create(builder, loc, type, value))
                  : Value(arith::ExtSIOp::create(builder, loc, type, value));
    result.push_back(value);
  }
  return result;
}

LogicalResult KernelLowering::lowerThreadDot(tile::DotOp op) {
  LinearLayout lhs = tile::getLayout(op.getLhs().getType());
  LinearLayout rhs = tile::getLayout(op.getRhs().getType());
  LinearLayout acc = tile::getLayout(op.getType());
  if (!fitTogether(lhs, rhs, acc))
    return emitMisfit(op);
  Type type = op.getType().getElementType();
  Location loc = op.getLoc();
  Registers a = widen(builder, loc, registersOf(op.getLhs()), type);
  Registers b = widen(builder, loc, registersOf(op.getRhs()), type);
  Registers sums =
      llvm::to_vector_of<Value, 8>(registersOf(op.getAccumulator()));
  bool isComplete = forEachProduct(
      lhs, rhs, acc, [&](unsigned sum, unsigned left, unsigned right) {
        sums[sum] = multiplyAdd(builder, loc, a[left], b[right], sums[sum]);
      });
  if (!isComplete)
    return emitMisfit(op);
  // Copies of an element stay copies.
  uint64_t redundant = acc.getRedundantBits(InputDim::Register);
  for (auto [reg, sum] : llvm::enumerate(sums))
    sum = sums[reg & ~redundant];
  setRegisters(op, std::move(sums));
  return success();
}

LogicalResult KernelLowering::lowerDot(tile::DotOp op) {
  if (op.getInstruction() == "fma")
    return lowerThreadDot(op);
  const MatrixInstruction *row = findInstruction(device, op.getInstruction());
  if (row)
    return lowerMatrixDot(op, *row);
  InFlightDiagnostic error =
      op.emitOpError("expects an instruction of the device, got ");
  error << op.getInstruction() << "; known: fma";
  for (const MatrixInstruction &known : device.matrixInstructions)
    error << ", " << known.name;
  return error;
}

} // namespace xcc::thread
