//===- FragmentTest.cpp - Who holds which element of a DPAS operand -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table is typed from the text of the OpenCL extension
// cl_intel_subgroup_matrix_multiply_accumulate, not from the rows.
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Intel/Intel.h"

#include "gtest/gtest.h"

using namespace xcc;

namespace {

struct Element {
  int row, column;
  bool operator==(const Element &) const = default;
};

/// Where register `number` of `lane` lies, from the bases.
Element apply(const Fragment &fragment, unsigned number, unsigned lane) {
  Element found = {0, 0};
  auto add = [&](llvm::ArrayRef<FragmentBasis> bases, unsigned bits) {
    for (auto [bit, basis] : llvm::enumerate(bases))
      if (bits >> bit & 1)
        found = {found.row ^ basis.row, found.column ^ basis.column};
  };
  add(fragment.registers, number);
  add(fragment.lanes, lane);
  return found;
}

/// "a: M rows of K columns; a work-item holds, of each row, the K / N elements
/// that fill its number."; b: rows that fill 32 bits, of one column; the result
/// and acc: one column.
void checkFragments(const MatrixInstruction &op) {
  SCOPED_TRACE(op.name.str());
  int lanes = op.n, of32Bits = op.k / 8, ofLane = op.k / lanes;
  ASSERT_EQ(op.m, 8u);
  for (int lane = 0; lane < lanes; ++lane) {
    for (int row = 0; row < 8; ++row) {
      EXPECT_EQ(apply(op.accumulators, row, lane), (Element{row, lane}));
      for (int i = 0; i < ofLane; ++i)
        EXPECT_EQ(apply(op.lhs, row * ofLane + i, lane),
                  (Element{row, lane * ofLane + i}));
    }
    for (int j = 0; j < 8; ++j)
      for (int i = 0; i < of32Bits; ++i)
        EXPECT_EQ(apply(op.rhs, j * of32Bits + i, lane),
                  (Element{j * of32Bits + i, lane}));
  }
}

TEST(Fragment, EachWorkItemHoldsAColumn) {
  for (const TargetDescription &target : intel::targets())
    for (const MatrixInstruction &op : target.device->matrixInstructions) {
      bool isByte = op.operand == MatrixType::I8;
      EXPECT_EQ(op.n, target.device->lanesPerWarp);
      EXPECT_EQ(op.k, isByte ? 32u : 16u);
      EXPECT_EQ(op.accumulator, isByte ? MatrixType::I32 : MatrixType::F32);
      checkFragments(op);
    }
}

} // namespace
