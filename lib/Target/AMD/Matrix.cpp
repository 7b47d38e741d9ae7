//===- Matrix.cpp - Matrix instructions and their operands ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace xcc::amd {

static unsigned bitsOf(ArrayRef<Value> values) {
  return values.size() * values.front().getType().getIntOrFloatBitWidth();
}

/// What the operation takes of `values`.
static Type carrierType(OpBuilder &builder, Carrier carrier,
                        ArrayRef<Value> values) {
  auto vectorOf = [&](Type element, int64_t size) -> Type {
    return size == 1 ? element : VectorType::get(size, element);
  };
  switch (carrier) {
  case Carrier::Elements:
    return vectorOf(values.front().getType(), values.size());
  case Carrier::Bits16:
    return vectorOf(builder.getI16Type(), values.size());
  case Carrier::Words:
    return vectorOf(builder.getI32Type(), bitsOf(values) / 32);
  case Carrier::Long:
    return builder.getI64Type();
  }
  llvm_unreachable("every carrier is a type");
}

/// LLVM has no floats of 8 bits.
static Value asLLVM(OpBuilder &builder, Location loc, Value value) {
  Type type = value.getType();
  if (!isa<FloatType>(type) || type.getIntOrFloatBitWidth() != 8)
    return value;
  return arith::BitcastOp::create(builder, loc, builder.getI8Type(), value);
}

static Value packOperand(OpBuilder &builder, Location loc, Carrier carrier,
                         ArrayRef<Value> values) {
  Type type = carrierType(builder, carrier, values);
  SmallVector<Value> elements = llvm::map_to_vector(
      values, [&](Value value) { return asLLVM(builder, loc, value); });
  Value packed = elements.front();
  if (elements.size() > 1)
    packed = packVector(builder, loc,
                        VectorType::get(elements.size(), packed.getType()),
                        elements);
  if (packed.getType() == type)
    return packed;
  return LLVM::BitcastOp::create(builder, loc, type, packed);
}

/// One operation on operands packed as it takes them.
static Value createMatrix(OpBuilder &builder, Location loc,
                          const MatrixForm &form, Value lhs, Value rhs,
                          Value sum) {
  if (form.kind == MatrixKind::Dot) {
    // Sums of integers wrap around.
    Value isClamped =
        LLVM::ConstantOp::create(builder, loc, builder.getI1Type(), 0);
    return LLVM::CallIntrinsicOp::create(builder, loc, sum.getType(),
                                         builder.getStringAttr(form.operation),
                                         ValueRange{lhs, rhs, sum, isClamped})
        .getResult(0);
  }
  // Exchanged, so that a lane's sums lie along n (Fragments.h).
  SmallVector<Value> operands = {rhs, lhs, sum};
  // No broadcast of blocks, no permutation, no negation.
  if (form.kind == MatrixKind::Mfma)
    operands.append(3, constantI32(builder, loc, 0));
  OperationState state(loc, form.operation, operands, {sum.getType()});
  if (form.kind == MatrixKind::WmmaInteger) {
    state.addAttribute("signA", builder.getBoolAttr(true));
    state.addAttribute("signB", builder.getBoolAttr(true));
  }
  return builder.create(state)->getResult(0);
}

SmallVector<Value> Lowering::matrixMultiply(
    OpBuilder &builder, Location loc, const MatrixInstruction &instruction,
    ArrayRef<Value> lhs, ArrayRef<Value> rhs, ArrayRef<Value> acc) {
  const MatrixForm &form = formOf(chip, instruction.name);
  Value sum = packOperand(builder, loc, Carrier::Elements, acc);
  size_t registers = lhs.size() / form.pieces;
  for (unsigned piece = 0; piece != form.pieces; ++piece) {
    auto part = [&](ArrayRef<Value> operand) {
      return packOperand(builder, loc, form.carrier,
                         operand.slice(piece * registers, registers));
    };
    sum = createMatrix(builder, loc, form, part(lhs), part(rhs), sum);
  }
  if (acc.size() == 1)
    return {sum};
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
