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

TEST(Fragment, EachWorkItemHoldsAColumn) {
  for (const MatrixInstruction &op :
       intel::targets().front().device->matrixInstructions) {
    ASSERT_EQ(op.m, 8u);
    ASSERT_EQ(op.n, 16u);
    ASSERT_EQ(op.k, 16u);
    for (int lane = 0; lane < 16; ++lane) {
      // a: "M rows"; work-item i has column i; component r is row r.
      // The result and acc likewise.
      for (int r = 0; r < 8; ++r) {
        EXPECT_EQ(apply(op.lhs, r, lane), (Element{r, lane}));
        EXPECT_EQ(apply(op.accumulators, r, lane), (Element{r, lane}));
      }
      // b: component j holds rows 2j (low half) and 2j + 1 of column i.
      for (int j = 0; j < 8; ++j)
        for (int half = 0; half < 2; ++half)
          EXPECT_EQ(apply(op.rhs, 2 * j + half, lane),
                    (Element{2 * j + half, lane}));
    }
  }
}

} // namespace
