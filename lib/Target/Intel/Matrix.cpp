//===- Matrix.cpp - DPAS and two-dimensional block loads ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Intel/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xcc::intel {

// SPIR-V's vectors have no more: the parts of each word are handled alone.
static constexpr int64_t kMostElements = 16;

/// The values as one vector of integers, or itself, with the bits of `type`.
static Value packBits(OpBuilder &builder, Location loc, ValueRange values,
                      VectorType type) {
  SmallVector<Value> words;
  if (int64_t(values.size()) > kMostElements) {
    Type word = type.getElementType();
    unsigned each = word.getIntOrFloatBitWidth() /
                    values.front().getType().getIntOrFloatBitWidth();
    for (; !values.empty(); values = values.drop_front(each)) {
      auto part = VectorType::get(each, values.front().getType());
      Value bits = vector::FromElementsOp::create(builder, loc, part,
                                                  values.take_front(each));
      words.push_back(LLVM::BitcastOp::create(builder, loc, word, bits));
    }
    values = words;
  }
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
  int64_t count = bits / element.getIntOrFloatBitWidth();
  if (count > kMostElements) {
    SmallVector<Value> values;
    auto words = vector::ToElementsOp::create(builder, loc, vector);
    auto part = VectorType::get(count / from.getNumElements(), element);
    for (Value word : words.getResults()) {
      Value few = LLVM::BitcastOp::create(builder, loc, part, word);
      llvm::append_range(
          values, vector::ToElementsOp::create(builder, loc, few).getResults());
    }
    return values;
  }
  auto type = VectorType::get(count, element);
  if (type != from)
    vector = LLVM::BitcastOp::create(builder, loc, type, vector);
  auto elements = vector::ToElementsOp::create(builder, loc, vector);
  return SmallVector<Value>(elements.getResults());
}

SmallVector<Value> Lowering::matrixMultiply(
    OpBuilder &builder, Location loc, const MatrixInstruction &instruction,
    ArrayRef<Value> lhs, ArrayRef<Value> rhs, ArrayRef<Value> acc) {
  // acc + lhs * rhs; operands travel as integers, a line of the lhs a number,
  // of the rhs what fills 32 bits.
  Type word = builder.getI32Type();
  Type part = builder.getIntegerType(256 / chip.device.lanesPerWarp);
  Type sum = acc.front().getType();
  auto sums = VectorType::get(8, sum);
  Value result = call(builder, loc, matrixFunction(instruction), sums,
                      {packBits(builder, loc, lhs, VectorType::get(8, part)),
                       packBits(builder, loc, rhs, VectorType::get(8, word)),
                       packBits(builder, loc, acc, sums)});
  return unpackBits(builder, loc, result, sum);
}

std::optional<SmallVector<Value>>
Lowering::loadSharedFragment(OpBuilder &, Location, const MatrixInstruction &,
                             bool, const SharedTile &, Value, Value) {
  return std::nullopt;
}

//===-- Blocks of two dimensions
//-------------------------------------------===//

// cl_intel_subgroup_2d_block_io, "restrictions", and the messages there are for
// 8- and 16-bit elements: blocks of up to 32 rows by two times 32 bytes.
static constexpr int64_t kMinWidthBytes = 64, kMaxPitchBytes = 1 << 24;
static constexpr int64_t kPitchAlignBytes = 16, kBaseAlignBytes = 64;
static constexpr unsigned kBlockBytes = 32, kMostBlocks = 2, kMostRows = 32;

static unsigned elementBytes(const VendorLowering::GlobalMatrix &matrix) {
  return matrix.elementType.getIntOrFloatBitWidth() / 8;
}

static bool fitsBlockLoads(const VendorLowering::GlobalMatrix &matrix) {
  int64_t bytes = elementBytes(matrix);
  int64_t width = matrix.columns * bytes, pitch = matrix.strideColumns * bytes;
  // A pad in front of a line must not make it reach into the next one.
  int64_t most = width;
  if (matrix.offsetAlignBytes % kBaseAlignBytes != 0)
    most += kBaseAlignBytes;
  return (bytes == 1 || bytes == 2) && width >= kMinWidthBytes &&
         width % 4 == 0 && pitch >= most && pitch < kMaxPitchBytes &&
         pitch % kPitchAlignBytes == 0;
}

namespace {
/// The arguments that all block functions begin with.
struct Surface {
  unsigned elementBytes;
  Value base, widthBytes, rows, pitchBytes;
  Value padBytes; // that the base was moved back by; null for none
};

/// One of the functions that read a block.
struct BlockRead {
  std::string shape;     // as the function's name has it
  unsigned columnBits;   // of what x counts
  unsigned elementBits;  // of what a lane gets; 16: ushort, 32: uint
  unsigned lengthOfLane; // in these
};
} // namespace

static Value number(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantIntOp::create(builder, loc, value, 32);
}

/// Lines are addressed from a multiple of 64 bytes on, as buffers begin (the
/// runtime's driver checks it). Where the matrix does not, a line begins with
/// that many bytes of the one before.
static Surface surfaceOf(OpBuilder &builder, Location loc,
                         const VendorLowering::GlobalMatrix &matrix) {
  unsigned bytes = elementBytes(matrix);
  int64_t width = matrix.columns * bytes;
  Surface surface = {bytes,
                     matrix.base,
                     number(builder, loc, width),
                     matrix.rows,
                     number(builder, loc, matrix.strideColumns * bytes),
                     Value()};
  if (matrix.offsetAlignBytes % kBaseAlignBytes == 0)
    return surface;
  Type i64 = builder.getI64Type(), i32 = builder.getI32Type();
  Value address = LLVM::PtrToIntOp::create(builder, loc, i64, matrix.base);
  Value low = LLVM::TruncOp::create(builder, loc, i32, address);
  surface.padBytes = arith::AndIOp::create(
      builder, loc, low, number(builder, loc, kBaseAlignBytes - 1));
  Value back = arith::SubIOp::create(builder, loc, number(builder, loc, 0),
                                     surface.padBytes);
  surface.base = LLVM::GEPOp::create(builder, loc, matrix.base.getType(),
                                     builder.getI8Type(), matrix.base, back);
  surface.widthBytes =
      arith::AddIOp::create(builder, loc, surface.widthBytes, surface.padBytes);
  return surface;
}

/// (x, y) of an element, x in units of `columnBits`.
static Value cornerOf(OpBuilder &builder, Location loc, const Surface &surface,
                      unsigned columnBits, Value row, Value column) {
  unsigned shift = llvm::Log2_32(columnBits / 8);
  unsigned ofElement = llvm::Log2_32(surface.elementBytes);
  if (shift > ofElement)
    column = arith::ShRUIOp::create(builder, loc, column,
                                    number(builder, loc, shift - ofElement));
  if (surface.padBytes) {
    Value pad = arith::ShRUIOp::create(builder, loc, surface.padBytes,
                                       number(builder, loc, shift));
    column = arith::AddIOp::create(builder, loc, column, pad);
  }
  return vector::FromElementsOp::create(
      builder, loc, VectorType::get(2, builder.getI32Type()),
      ValueRange{column, row});
}

/// "_Z41intel_sub_group_2d_block_read_16b_8r16x1cPU3AS1viiiDv2_i" and further
/// parameters.
static std::string mangle(const Twine &function, StringRef further) {
  std::string name = ("intel_sub_group_2d_block_" + function).str();
  return ("_Z" + Twine(name.size()) + name + "PU3AS1viiiDv2_i" + further).str();
}

/// Private memory of the kernel: made in its entry, or a loop would grow the
/// stack.
static Value makeSlot(OpBuilder &builder, Location loc, Type element,
                      unsigned length) {
  OpBuilder::InsertionGuard guard(builder);
  Operation *parent = builder.getInsertionBlock()->getParentOp();
  auto kernel = dyn_cast<LLVM::LLVMFuncOp>(parent);
  if (!kernel)
    kernel = parent->getParentOfType<LLVM::LLVMFuncOp>();
  builder.setInsertionPointToStart(&kernel.getBody().front());
  Value count = LLVM::ConstantOp::create(builder, loc, builder.getI32Type(),
                                         builder.getI32IntegerAttr(length));
  auto pointer = LLVM::LLVMPointerType::get(builder.getContext());
  return LLVM::AllocaOp::create(builder, loc, pointer, element, count,
                                /*alignment=*/64);
}

/// Rows of a fragment: 8 of an lhs; of an rhs those that fill 32 bytes.
static unsigned fragmentRows(const VendorLowering::GlobalOperand &operand) {
  return operand.isLhs ? 8 : kBlockBytes / elementBytes(operand.matrix);
}

/// The function of a block of fragments.
static BlockRead blockRead(const VendorLowering::GlobalOperand &operand,
                           VendorLowering::FragmentBlock block) {
  unsigned length = 8 * block.rows * block.columns;
  // 16 rows by 8 words of columns: a word a register, a row a lane.
  if (operand.isTransposed)
    return {"transpose_32b_16r8x1c", 32, 32, length};
  unsigned bits = 8 * elementBytes(operand.matrix);
  auto shape = [&](unsigned columns) {
    return (Twine(bits) + "b_" + Twine(fragmentRows(operand) * block.rows) +
            "r" + Twine(columns) + "x" + Twine(block.columns) + "c")
        .str();
  };
  // Of each row a lane has 16 bits.
  if (operand.isLhs)
    return {shape(8 * kBlockBytes / bits), bits, 16, length};
  // Rows that fill 32 bits share a register.
  return {"transform_" + shape(16), bits, 32, length};
}

std::optional<VendorLowering::FragmentBlock>
Lowering::largestGlobalBlock(const GlobalOperand &operand) {
  if (!chip.hasBlockLoads || !fitsBlockLoads(operand.matrix) ||
      (operand.isLhs && operand.isTransposed))
    return std::nullopt;
  if (operand.isTransposed)
    return FragmentBlock{1, 1};
  return FragmentBlock{kMostRows / fragmentRows(operand), kMostBlocks};
}

SmallVector<Value> Lowering::loadGlobalBlock(OpBuilder &builder, Location loc,
                                             const GlobalOperand &operand,
                                             FragmentBlock block, Value row,
                                             Value column) {
  if (operand.isTransposed)
    std::swap(row, column);
  BlockRead read = blockRead(operand, block);
  Surface surface = surfaceOf(builder, loc, operand.matrix);
  Type element = builder.getIntegerType(read.elementBits);
  Value slot = makeSlot(builder, loc, element, read.lengthOfLane);
  Value corner = cornerOf(builder, loc, surface, read.columnBits, row, column);
  std::string function =
      mangle("read_" + read.shape, read.elementBits == 16 ? "Pt" : "Pj");
  call(builder, loc, function, {},
       {surface.base, surface.widthBytes, surface.rows, surface.pitchBytes,
        corner, slot});
  // SPIR-V's pointers have types, and the device's compiler finds the function
  // by these.
  auto module =
      builder.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  module.lookupSymbol<LLVM::LLVMFuncOp>(function).setArgAttr(
      5, LLVM::LLVMDialect::getByRefAttrName(), TypeAttr::get(element));
  // A fragment at a time: SPIR-V's vectors have up to 16 elements.
  SmallVector<Value> registers;
  auto vector = VectorType::get(8, element);
  for (unsigned first = 0; first < read.lengthOfLane; first += 8) {
    Value part = slot;
    if (first > 0)
      part = LLVM::GEPOp::create(builder, loc, slot.getType(), element, slot,
                                 ArrayRef<LLVM::GEPArg>{int32_t(first)});
    Value fragment = LLVM::LoadOp::create(builder, loc, vector, part);
    llvm::append_range(registers, unpackBits(builder, loc, fragment,
                                             operand.matrix.elementType));
  }
  return registers;
}

void Lowering::prefetchGlobal(OpBuilder &builder, Location loc,
                              const GlobalMatrix &matrix, unsigned rows,
                              unsigned columns, Value row, Value column) {
  if (!chip.hasBlockLoads || !fitsBlockLoads(matrix))
    return;
  unsigned height = std::min(rows, kMostRows);
  unsigned bits = 8 * elementBytes(matrix), width = 8 * kBlockBytes / bits;
  unsigned blocks = columns > width ? kMostBlocks : 1;
  Surface surface = surfaceOf(builder, loc, matrix);
  std::string name = mangle("prefetch_" + Twine(bits) + "b_" + Twine(height) +
                                "r" + Twine(width) + "x" + Twine(blocks) + "c",
                            "");
  for (unsigned y = 0; y < rows; y += height)
    for (unsigned x = 0; x < columns; x += blocks * width) {
      Value top =
          arith::AddIOp::create(builder, loc, row, number(builder, loc, y));
      Value left =
          arith::AddIOp::create(builder, loc, column, number(builder, loc, x));
      call(builder, loc, name, {},
           {surface.base, surface.widthBytes, surface.rows, surface.pitchBytes,
            cornerOf(builder, loc, surface, bits, top, left)});
    }
}

} // namespace xcc::intel
