//===- Matrix.cpp - mma.sync and ldmatrix ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/NVIDIA/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace xcc;
using namespace xcc::nvidia;

static Value constant(OpBuilder &builder, Location loc, int32_t value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getI32IntegerAttr(value));
}

//===-- Products
//-----------------------------------------------------------===//

/// Elements as the registers of mma.sync: f64 as they are, f32 rounded to tf32,
/// f16 in vectors, others as bits, as many as 32 of them hold.
static SmallVector<Value> pack(OpBuilder &builder, Location loc,
                               ArrayRef<Value> elements) {
  Type element = elements.front().getType();
  Type i32 = builder.getI32Type();
  if (element.isF64())
    return SmallVector<Value>(elements);
  if (element.isF32())
    return llvm::map_to_vector(elements, [&](Value value) -> Value {
      return NVVM::ConvertFloatToTF32Op::create(builder, loc, i32, value,
                                                NVVM::FPRoundingMode::RNA);
    });
  unsigned count = 32 / element.getIntOrFloatBitWidth();
  Type stored = element.getIntOrFloatBitWidth() == 8 ? Type(builder.getI8Type())
                                                     : element;
  auto word = VectorType::get(count, stored);
  SmallVector<Value> packed;
  for (size_t first = 0; first < elements.size(); first += count) {
    Value vector = LLVM::PoisonOp::create(builder, loc, word);
    for (unsigned i = 0; i < count; ++i) {
      Value value = elements[first + i];
      if (value.getType() != stored)
        value = arith::BitcastOp::create(builder, loc, stored, value);
      vector = LLVM::InsertElementOp::create(builder, loc, vector, value,
                                             constant(builder, loc, i));
    }
    if (!element.isF16())
      vector = LLVM::BitcastOp::create(builder, loc, i32, vector);
    packed.push_back(vector);
  }
  return packed;
}

namespace {
/// The elements of a fragment that one intrinsic takes, and which they are.
struct Piece {
  FragmentBasis origin;
  size_t first;
};
} // namespace

/// The pieces of a fragment, `size` elements of a lane each.
static SmallVector<Piece> piecesOf(const Fragment &fragment, unsigned size) {
  SmallVector<Piece> pieces = {{{0, 0}, 0}};
  size_t first = size;
  for (FragmentBasis basis :
       fragment.registers.drop_front(llvm::Log2_32(size))) {
    for (Piece piece : SmallVector<Piece>(pieces))
      pieces.push_back(
          {{piece.origin.row ^ basis.row, piece.origin.column ^ basis.column},
           piece.first + first});
    first *= 2;
  }
  return pieces;
}

/// One intrinsic: sums of a piece of lhs and rhs added to those in `acc`.
static void multiplyPiece(OpBuilder &builder, Location loc,
                          const MatrixForm &form, ArrayRef<Value> lhs,
                          ArrayRef<Value> rhs, MutableArrayRef<Value> acc) {
  SmallVector<Type> types(acc.size(), acc.front().getType());
  auto result = LLVM::LLVMStructType::getLiteral(builder.getContext(), types);
  SmallVector<Value> operands = pack(builder, loc, lhs);
  llvm::append_range(operands, pack(builder, loc, rhs));
  llvm::append_range(operands, acc);
  Value product =
      LLVM::CallIntrinsicOp::create(
          builder, loc, result, builder.getStringAttr(form.intrinsic), operands)
          .getResults();
  for (auto [i, sum] : llvm::enumerate(acc))
    sum = LLVM::ExtractValueOp::create(builder, loc, product, i);
}

SmallVector<Value> Lowering::matrixMultiply(
    OpBuilder &builder, Location loc, const MatrixInstruction &instruction,
    ArrayRef<Value> lhs, ArrayRef<Value> rhs, ArrayRef<Value> acc) {
  const MatrixForm &form = findForm(instruction);
  SmallVector<Value> sums(acc);
  for (Piece a : piecesOf(instruction.lhs, form.lhsElements))
    for (Piece b : piecesOf(instruction.rhs, form.rhsElements)) {
      if (a.origin.column != b.origin.row)
        continue;
      for (Piece c : piecesOf(instruction.accumulators, form.sums))
        if (c.origin.row == a.origin.row && c.origin.column == b.origin.column)
          multiplyPiece(builder, loc, form,
                        lhs.slice(a.first, form.lhsElements),
                        rhs.slice(b.first, form.rhsElements),
                        MutableArrayRef<Value>(sums).slice(c.first, form.sums));
    }
  return sums;
}

//===-- Fragments from shared memory
//---------------------------------------===//

namespace {
/// How fragments lie in the matrices of eight lines of 16 bytes that ldmatrix
/// loads: what each bit of a matrix's number adds.
struct MatrixSplit {
  bool pairsAlongColumns; // a register's elements are (r, c), (r, c + 1), ...
  SmallVector<FragmentBasis, 2> matrices;
};
} // namespace

static bool isBasis(FragmentBasis basis, int32_t row, int32_t column) {
  return basis.row == row && basis.column == column;
}

/// Whether each such part of the fragment is held as ldmatrix gives it: lane
/// 4g + t holds the t-th word of 32 bits, `perWord` elements, of line g. Matrix
/// bits are then the register bits above a word's.
static std::optional<MatrixSplit> splitFragment(const Fragment &fragment,
                                                unsigned perWord) {
  unsigned wordBits = llvm::Log2_32(perWord);
  if (fragment.registers.size() < wordBits || fragment.lanes.size() != 5)
    return std::nullopt;
  auto matches = [&](bool alongColumns) {
    auto along = [&](FragmentBasis basis, int32_t step) {
      return alongColumns ? isBasis(basis, 0, step) : isBasis(basis, step, 0);
    };
    auto across = [&](FragmentBasis basis, int32_t step) {
      return alongColumns ? isBasis(basis, step, 0) : isBasis(basis, 0, step);
    };
    for (unsigned bit = 0; bit < wordBits; ++bit)
      if (!along(fragment.registers[bit], 1 << bit))
        return false;
    ArrayRef<FragmentBasis> lanes = fragment.lanes;
    return along(lanes[0], perWord) && along(lanes[1], 2 * perWord) &&
           across(lanes[2], 1) && across(lanes[3], 2) && across(lanes[4], 4);
  };
  auto matrices = llvm::to_vector<2>(fragment.registers.drop_front(wordBits));
  if (matches(/*alongColumns=*/true))
    return MatrixSplit{true, matrices};
  if (matches(/*alongColumns=*/false))
    return MatrixSplit{false, matrices};
  return std::nullopt;
}

namespace {
struct Position {
  Value row, column;
};
} // namespace

/// Which line this lane gives the address of: line (lane mod 8) of matrix (lane
/// / 8), from its first element.
static Position lineOfLane(OpBuilder &builder, Location loc, Value lane,
                           const MatrixSplit &split, bool linesAreRows,
                           Position origin) {
  auto add = [&](Value to, Value what) -> Value {
    return arith::AddIOp::create(builder, loc, to, what);
  };
  Value line =
      arith::AndIOp::create(builder, loc, lane, constant(builder, loc, 7));
  Position position = origin;
  Value &across = linesAreRows ? position.row : position.column;
  across = add(across, line);
  for (auto [bit, basis] : llvm::enumerate(split.matrices)) {
    // ((lane >> (3 + bit)) & 1) * step, as a shift and a mask.
    auto step = [&](int32_t size) -> Value {
      int32_t shift = int32_t(llvm::Log2_32(size)) - int32_t(3 + bit);
      Value moved = lane;
      if (shift < 0)
        moved = arith::ShRUIOp::create(builder, loc, lane,
                                       constant(builder, loc, -shift));
      if (shift > 0)
        moved = arith::ShLIOp::create(builder, loc, lane,
                                      constant(builder, loc, shift));
      return arith::AndIOp::create(builder, loc, moved,
                                   constant(builder, loc, size));
    };
    if (basis.row)
      position.row = add(position.row, step(basis.row));
    if (basis.column)
      position.column = add(position.column, step(basis.column));
  }
  return position;
}

/// The registers of ldmatrix as the fragment's elements.
static SmallVector<Value> unpack(OpBuilder &builder, Location loc, Value loaded,
                                 unsigned matrices, Type element) {
  SmallVector<Value> elements;
  unsigned bits = element.getIntOrFloatBitWidth(), count = 32 / bits;
  Type stored = bits == 8 ? Type(builder.getI8Type()) : element;
  for (unsigned i = 0; i < matrices; ++i) {
    Value word =
        matrices == 1
            ? loaded
            : Value(LLVM::ExtractValueOp::create(builder, loc, loaded, i));
    if (count == 1) {
      elements.push_back(LLVM::BitcastOp::create(builder, loc, element, word));
      continue;
    }
    Value vector = LLVM::BitcastOp::create(
        builder, loc, VectorType::get(count, stored), word);
    for (unsigned part = 0; part < count; ++part) {
      Value value = LLVM::ExtractElementOp::create(
          builder, loc, vector, constant(builder, loc, part));
      if (element != stored)
        value = arith::BitcastOp::create(builder, loc, element, value);
      elements.push_back(value);
    }
  }
  return elements;
}

std::optional<SmallVector<Value>>
Lowering::loadMatrices(OpBuilder &builder, Location loc,
                       const Fragment &fragment,
                       std::optional<FragmentBasis> next,
                       const SharedTile &tile, Value row, Value column) {
  unsigned bits = tile.elementType.getIntOrFloatBitWidth();
  if (!chip.device.hasFragmentLoads || bits < 8 || bits > 32 ||
      tile.contiguousElements * bits < 128)
    return std::nullopt;
  std::optional<MatrixSplit> split = splitFragment(fragment, 32 / bits);
  if (!split)
    return std::nullopt;
  if (next)
    split->matrices.push_back(*next);
  if (split->matrices.size() > 2)
    return std::nullopt;
  // A line is what lies together in memory. When registers pair up elements
  // across lines, the 8x8 matrices are transposed on the way.
  bool linesAreRows = tile.isRowContiguous;
  bool isTransposed = split->pairsAlongColumns != linesAreRows;
  if (isTransposed && bits != 16)
    return std::nullopt;
  Position line = lineOfLane(builder, loc, laneId(builder, loc), *split,
                             linesAreRows, {row, column});
  Value address = LLVM::GEPOp::create(
      builder, loc, tile.base.getType(), builder.getI8Type(), tile.base,
      ArrayRef<LLVM::GEPArg>{tile.byteOffset(line.row, line.column)});
  unsigned matrices = 1u << split->matrices.size();
  Type i32 = builder.getI32Type();
  Type result = i32;
  if (matrices > 1)
    result = LLVM::LLVMStructType::getLiteral(builder.getContext(),
                                              SmallVector<Type>(matrices, i32));
  auto shape =
      NVVM::LdStMatrixShapeAttr::get(builder.getContext(), /*m=*/8, /*n=*/8);
  Value loaded = NVVM::LdMatrixOp::create(
      builder, loc, result, address, matrices,
      isTransposed ? NVVM::MMALayout::col : NVVM::MMALayout::row, shape,
      NVVM::LdStMatrixEltType::B16);
  return unpack(builder, loc, loaded, matrices, tile.elementType);
}

std::optional<SmallVector<Value>>
Lowering::loadSharedFragment(OpBuilder &builder, Location loc,
                             const MatrixInstruction &instruction, bool isLhs,
                             const SharedTile &tile, Value row, Value column) {
  return loadMatrices(builder, loc, isLhs ? instruction.lhs : instruction.rhs,
                      std::nullopt, tile, row, column);
}

std::optional<SmallVector<Value>>
Lowering::loadSharedFragmentPair(OpBuilder &builder, Location loc,
                                 const MatrixInstruction &instruction,
                                 bool isLhs, const SharedTile &tile, Value row,
                                 Value column, FragmentBasis next) {
  return loadMatrices(builder, loc, isLhs ? instruction.lhs : instruction.rhs,
                      next, tile, row, column);
}
