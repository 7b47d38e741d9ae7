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

static NVVM::MMATypes operandType(MatrixType type) {
  switch (type) {
  case MatrixType::F16:
    return NVVM::MMATypes::f16;
  case MatrixType::BF16:
    return NVVM::MMATypes::bf16;
  case MatrixType::TF32:
    return NVVM::MMATypes::tf32;
  case MatrixType::F64:
    return NVVM::MMATypes::f64;
  case MatrixType::I8:
    return NVVM::MMATypes::s8;
  case MatrixType::F8E4M3:
    return NVVM::MMATypes::e4m3;
  case MatrixType::F8E5M2:
    return NVVM::MMATypes::e5m2;
  case MatrixType::F32:
  case MatrixType::I32:
  case MatrixType::F8E4M3FNUZ:
  case MatrixType::F8E5M2FNUZ:
    break;
  }
  llvm_unreachable("no row has these as operands");
}

/// Elements, two to a register, as mma.sync takes them: f16 as vectors, bf16 as
/// bits.
static SmallVector<Value> packPairs(OpBuilder &builder, Location loc,
                                    ArrayRef<Value> elements) {
  Type element = elements.front().getType();
  auto pair = VectorType::get(2, element);
  SmallVector<Value> packed;
  for (size_t i = 0; i < elements.size(); i += 2) {
    Value vector = LLVM::PoisonOp::create(builder, loc, pair);
    for (int64_t half : {0, 1})
      vector = LLVM::InsertElementOp::create(builder, loc, vector,
                                             elements[i + half],
                                             constant(builder, loc, half));
    if (element.isBF16())
      vector =
          LLVM::BitcastOp::create(builder, loc, builder.getI32Type(), vector);
    packed.push_back(vector);
  }
  return packed;
}

SmallVector<Value> Lowering::matrixMultiply(
    OpBuilder &builder, Location loc, const MatrixInstruction &instruction,
    ArrayRef<Value> lhs, ArrayRef<Value> rhs, ArrayRef<Value> acc) {
  SmallVector<Type> types(acc.size(), acc.front().getType());
  auto result = LLVM::LLVMStructType::getLiteral(builder.getContext(), types);
  NVVM::MMATypes operand = operandType(instruction.operand);
  std::array<int64_t, 3> shape = {instruction.m, instruction.n, instruction.k};
  Value product = NVVM::MmaOp::create(
      builder, loc, result, packPairs(builder, loc, lhs),
      packPairs(builder, loc, rhs), acc, shape, /*b1Op=*/std::nullopt,
      /*intOverflow=*/std::nullopt, std::array{operand, operand},
      std::array{NVVM::MMALayout::row, NVVM::MMALayout::col});
  SmallVector<Value> sums;
  for (size_t i = 0; i < acc.size(); ++i)
    sums.push_back(LLVM::ExtractValueOp::create(builder, loc, product, i));
  return sums;
}

namespace {
/// How fragments lie in the 8x8 matrices that ldmatrix loads: what each bit of
/// a matrix's number adds.
struct MatrixSplit {
  bool pairsAlongColumns; // a register's two elements are (r, c) and (r, c + 1)
  SmallVector<FragmentBasis, 2> matrices;
};
} // namespace

static bool isBasis(FragmentBasis basis, int32_t row, int32_t column) {
  return basis.row == row && basis.column == column;
}

/// Whether each 8x8 part of the fragment is held as ldmatrix gives it: lane
/// 4g + t holds elements 2t and 2t + 1 of line g. Matrix bit i is then register
/// bit i + 1.
static std::optional<MatrixSplit> splitFragment(const Fragment &fragment) {
  if (fragment.registers.empty() || fragment.lanes.size() != 5)
    return std::nullopt;
  auto matches = [&](bool alongColumns) {
    auto along = [&](FragmentBasis basis, int32_t step) {
      return alongColumns ? isBasis(basis, 0, step) : isBasis(basis, step, 0);
    };
    auto across = [&](FragmentBasis basis, int32_t step) {
      return alongColumns ? isBasis(basis, step, 0) : isBasis(basis, 0, step);
    };
    ArrayRef<FragmentBasis> lanes = fragment.lanes;
    return along(fragment.registers[0], 1) && along(lanes[0], 2) &&
           along(lanes[1], 4) && across(lanes[2], 1) && across(lanes[3], 2) &&
           across(lanes[4], 4);
  };
  auto matrices = llvm::to_vector<2>(fragment.registers.drop_front());
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
static SmallVector<Value> unpackPairs(OpBuilder &builder, Location loc,
                                      Value loaded, unsigned matrices,
                                      Type element) {
  SmallVector<Value> elements;
  auto pair = VectorType::get(2, element);
  for (unsigned i = 0; i < matrices; ++i) {
    Value bits =
        matrices == 1
            ? loaded
            : Value(LLVM::ExtractValueOp::create(builder, loc, loaded, i));
    Value vector = LLVM::BitcastOp::create(builder, loc, pair, bits);
    for (int32_t half : {0, 1})
      elements.push_back(LLVM::ExtractElementOp::create(
          builder, loc, vector, constant(builder, loc, half)));
  }
  return elements;
}

std::optional<SmallVector<Value>>
Lowering::loadMatrices(OpBuilder &builder, Location loc,
                       const Fragment &fragment,
                       std::optional<FragmentBasis> next,
                       const SharedTile &tile, Value row, Value column) {
  if (!chip.hasLdmatrix || tile.elementType.getIntOrFloatBitWidth() != 16 ||
      tile.contiguousElements < 8)
    return std::nullopt;
  std::optional<MatrixSplit> split = splitFragment(fragment);
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
  return unpackPairs(builder, loc, loaded, matrices, tile.elementType);
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
