//===- Matrix.cpp - DPAS and two-dimensional block loads ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Intel/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xcc::intel {

/// The values as one vector with the bits of `type`.
static Value packBits(OpBuilder &builder, Location loc, ValueRange values,
                      VectorType type) {
  auto vector = VectorType::get(values.size(), values.front().getType());
  Value packed =
      vector::FromElementsOp::create(builder, loc, vector, values).getResult();
  return vector == type
             ? packed
             : LLVM::BitcastOp::create(builder, loc, type, packed).getResult();
}

static SmallVector<Value> unpackBits(OpBuilder &builder, Location loc,
                                     Value vector, Type element) {
  auto from = cast<VectorType>(vector.getType());
  int64_t bits = from.getNumElements() * from.getElementTypeBitWidth();
  auto type = VectorType::get(bits / element.getIntOrFloatBitWidth(), element);
  if (type != from)
    vector = LLVM::BitcastOp::create(builder, loc, type, vector);
  auto elements = vector::ToElementsOp::create(builder, loc, vector);
  return SmallVector<Value>(elements.getResults());
}

SmallVector<Value> IntelLowering::matrixMultiply(
    OpBuilder &builder, Location loc, const MatrixInstruction &instruction,
    ArrayRef<Value> lhs, ArrayRef<Value> rhs, ArrayRef<Value> acc) {
  // acc + lhs * rhs; 16-bit operands travel as short8 and int8 (pairs of rows).
  StringRef name =
      instruction.operand == MatrixType::BF16
          ? "_Z40intel_sub_group_bf16_bf16_matrix_mad_k16Dv8_sDv8_iDv8_f"
          : "_Z38intel_sub_group_f16_f16_matrix_mad_k16Dv8_sDv8_iDv8_f";
  auto sums = VectorType::get(8, builder.getF32Type());
  Value result = call(
      builder, loc, name, sums,
      {packBits(builder, loc, lhs, VectorType::get(8, builder.getI16Type())),
       packBits(builder, loc, rhs, VectorType::get(8, builder.getI32Type())),
       packBits(builder, loc, acc, sums)});
  return unpackBits(builder, loc, result, builder.getF32Type());
}

std::optional<SmallVector<Value>>
IntelLowering::loadSharedFragment(OpBuilder &, Location,
                                  const MatrixInstruction &, bool,
                                  const SharedTile &, Value, Value) {
  return std::nullopt;
}

/// What the hardware asks of a surface: cl_intel_subgroup_2d_block_io,
/// "restrictions". Sizes unknown while compiling do not qualify.
static bool fitsBlockLoads(const VendorLowering::GlobalMatrix &matrix) {
  constexpr int64_t kMinBytes = 64, kMaxBytes = int64_t(1) << 24;
  constexpr unsigned kBaseAlignBytes = 64, kPitchAlignBytes = 16;
  std::optional<int64_t> columns = getConstantIntValue(matrix.columns);
  std::optional<int64_t> stride = getConstantIntValue(matrix.strideElements);
  if (!columns || !stride)
    return false;
  int64_t bytes = matrix.elementType.getIntOrFloatBitWidth() / 8;
  int64_t width = *columns * bytes, pitch = *stride * bytes;
  return bytes == 2 && matrix.alignBytes >= kBaseAlignBytes &&
         width >= kMinBytes && width < kMaxBytes && width % 4 == 0 &&
         pitch >= width && pitch < kMaxBytes && pitch % kPitchAlignBytes == 0;
}

namespace {
/// One of the block read functions.
struct BlockRead {
  StringRef name;
  unsigned elements;     // that one lane gets
  unsigned elementBits;  // 16: ushort, 32: uint
  unsigned columnsShift; // x is in elements of 2 << shift bytes
};
} // namespace

/// `read`'s vector for the block whose first element is (row, column) of the
/// stored matrix.
static Value readBlock(OpBuilder &builder, Location loc, const BlockRead &read,
                       const VendorLowering::GlobalMatrix &matrix, Value row,
                       Value column) {
  Type i32 = builder.getI32Type();
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantIntOp::create(builder, loc, value, 32);
  };
  Value width = number(*getConstantIntValue(matrix.columns) * 2);
  Value pitch = number(*getConstantIntValue(matrix.strideElements) * 2);
  if (read.columnsShift)
    column =
        arith::ShRUIOp::create(builder, loc, column, number(read.columnsShift));
  Value corner = vector::FromElementsOp::create(
      builder, loc, VectorType::get(2, i32), ValueRange{column, row});
  Type element = builder.getIntegerType(read.elementBits);
  auto vector = VectorType::get(read.elements, element);
  // The function writes to private memory; the slot belongs to the function's
  // entry, or a loop would grow the stack.
  Value slot;
  {
    OpBuilder::InsertionGuard guard(builder);
    auto kernel = builder.getInsertionBlock()
                      ->getParentOp()
                      ->getParentOfType<LLVM::LLVMFuncOp>();
    if (!kernel)
      kernel =
          cast<LLVM::LLVMFuncOp>(builder.getInsertionBlock()->getParentOp());
    builder.setInsertionPointToStart(&kernel.getBody().front());
    Value one = LLVM::ConstantOp::create(builder, loc, i32,
                                         builder.getI32IntegerAttr(1));
    slot = LLVM::AllocaOp::create(
        builder, loc, LLVM::LLVMPointerType::get(builder.getContext()), vector,
        one, /*alignment=*/read.elements * read.elementBits / 8);
  }
  IntelLowering::call(builder, loc, read.name, {},
                      {matrix.base, width, matrix.rows, pitch, corner, slot});
  return LLVM::LoadOp::create(builder, loc, vector, slot);
}

std::optional<SmallVector<Value>> IntelLowering::loadGlobalFragment(
    OpBuilder &builder, Location loc, const MatrixInstruction &, bool isLhs,
    bool isTransposed, const GlobalMatrix &matrix, Value row, Value column) {
  // 8 rows by 16 columns, as they are.
  static constexpr BlockRead plain = {
      "_Z41intel_sub_group_2d_block_read_16b_8r16x1cPU3AS1viiiDv2_iPt", 8, 16,
      0};
  // 16 rows by 16 columns, two rows to a register.
  static constexpr BlockRead transformed = {
      "_Z52intel_sub_group_2d_block_read_transform_16b_16r16x1cPU3AS1viiiDv2_"
      "iPj",
      8, 32, 0};
  // 16 rows by 8 pairs of columns, a pair a register, a row a lane.
  static constexpr BlockRead transposed = {
      "_Z51intel_sub_group_2d_block_read_transpose_32b_16r8x1cPU3AS1viiiDv2_"
      "iPj",
      8, 32, 1};
  if (!fitsBlockLoads(matrix) || (isLhs && isTransposed))
    return std::nullopt;
  if (isTransposed)
    std::swap(row, column);
  const BlockRead &read = isLhs          ? plain
                          : isTransposed ? transposed
                                         : transformed;
  Value block = readBlock(builder, loc, read, matrix, row, column);
  return unpackBits(builder, loc, block, matrix.elementType);
}

} // namespace xcc::intel
