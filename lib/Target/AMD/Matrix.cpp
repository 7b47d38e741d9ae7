//===- Matrix.cpp - Matrix instructions and their operands ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/Lowering.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace xcc::amd {

/// Scalars -> what the instruction takes: a scalar alone, a vector of them, and
/// of bf16 their bits.
static Value packOperand(OpBuilder &builder, Location loc,
                         ArrayRef<Value> values) {
  if (values.size() == 1)
    return values.front();
  Type element = values.front().getType();
  auto type = VectorType::get(values.size(), element);
  Value packed = packVector(builder, loc, type, values);
  if (!element.isBF16())
    return packed;
  return LLVM::BitcastOp::create(
      builder, loc, VectorType::get(values.size(), builder.getI16Type()),
      packed);
}

SmallVector<Value> Lowering::matrixMultiply(
    OpBuilder &builder, Location loc, const MatrixInstruction &instruction,
    ArrayRef<Value> lhs, ArrayRef<Value> rhs, ArrayRef<Value> acc) {
  const MatrixForm *form = findMatrixForm(instruction.name);
  assert(form && "every matrix instruction has a form");
  auto accType = VectorType::get(acc.size(), acc.front().getType());
  Value sum = packVector(builder, loc, accType, acc);
  // No broadcast of blocks, no permutation, no negation.
  Value none = constantI32(builder, loc, 0);
  size_t registers = lhs.size() / form->pieces;
  for (unsigned piece = 0; piece != form->pieces; ++piece) {
    auto part = [&](ArrayRef<Value> operand) {
      return packOperand(builder, loc,
                         operand.slice(piece * registers, registers));
    };
    // Exchanged, so that a lane's accumulators lie along n (Describe.cpp).
    OperationState state(loc, form->operation,
                         {part(rhs), part(lhs), sum, none, none, none},
                         {accType});
    sum = builder.create(state)->getResult(0);
  }
  SmallVector<Value> results;
  for (unsigned i = 0; i != acc.size(); ++i)
    results.push_back(extractElement(builder, loc, sum, i));
  return results;
}

// There is no instruction that loads and rearranges: a fragment's registers are
// neighbours along k, and plain loads of 8 or 16 bytes read them.
std::optional<SmallVector<Value>>
Lowering::loadSharedFragment(OpBuilder &, Location, const MatrixInstruction &,
                             bool, const SharedTile &, Value, Value) {
  return std::nullopt;
}

} // namespace xcc::amd
