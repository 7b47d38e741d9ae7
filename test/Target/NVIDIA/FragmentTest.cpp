//===- FragmentTest.cpp - Fragments as the PTX ISA writes them ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The formulas of the PTX ISA's section on mma.m16n8k16, typed from its text:
// groupID and threadID_in_group are its names.
//
//===----------------------------------------------------------------------===//
#include "lib/Target/NVIDIA/NVIDIA.h"

#include "gtest/gtest.h"

#include <set>

using namespace xcc;

namespace {

using Position = std::pair<int, int>;

Position positionOf(const Fragment &fragment, unsigned reg, unsigned lane) {
  Position position{0, 0};
  auto add = [&](llvm::ArrayRef<FragmentBasis> bases, unsigned number) {
    for (unsigned bit = 0; bit < bases.size(); ++bit)
      if (number >> bit & 1) {
        position.first ^= bases[bit].row;
        position.second ^= bases[bit].column;
      }
  };
  add(fragment.registers, reg);
  add(fragment.lanes, lane);
  return position;
}

Position lhsOfManual(unsigned lane, unsigned i) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  bool isUpper = i < 2 || (4 <= i && i < 6);
  int row = isUpper ? groupID : groupID + 8;
  int column = threadID_in_group * 2 + (i & 1);
  return {row, i < 4 ? column : column + 8};
}

Position rhsOfManual(unsigned lane, unsigned i) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  int row = threadID_in_group * 2 + (i & 1);
  return {i < 2 ? row : row + 8, groupID};
}

Position accumulatorOfManual(unsigned lane, unsigned i) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  return {i < 2 ? groupID : groupID + 8, threadID_in_group * 2 + (i & 1)};
}

template <Position (*manual)(unsigned, unsigned)>
void expectAsInManual(const Fragment &fragment, unsigned registers,
                      unsigned rows, unsigned columns) {
  ASSERT_EQ(1u << fragment.registers.size(), registers);
  ASSERT_EQ(fragment.lanes.size(), 5u);
  std::set<Position> held;
  for (unsigned lane = 0; lane < 32; ++lane)
    for (unsigned i = 0; i < registers; ++i) {
      EXPECT_EQ(positionOf(fragment, i, lane), manual(lane, i))
          << "lane " << lane << ", register " << i;
      held.insert(manual(lane, i));
    }
  EXPECT_EQ(held.size(), rows * columns) << "each element is held once";
}

const MatrixInstruction *find(llvm::StringRef target, MatrixType operand) {
  for (const TargetDescription &row : nvidia::targets())
    if (row.name == target)
      for (const MatrixInstruction &one : row.device->matrixInstructions)
        if (one.operand == operand)
          return &one;
  return nullptr;
}

class Fragments : public testing::TestWithParam<MatrixType> {};

TEST_P(Fragments, OfM16N8K16AreThoseOfTheManual) {
  const MatrixInstruction *instruction = find("sm_80", GetParam());
  ASSERT_NE(instruction, nullptr);
  EXPECT_EQ(instruction->m, 16u);
  EXPECT_EQ(instruction->n, 8u);
  EXPECT_EQ(instruction->k, 16u);
  EXPECT_EQ(instruction->accumulator, MatrixType::F32);
  expectAsInManual<lhsOfManual>(instruction->lhs, 8, 16, 16);
  expectAsInManual<rhsOfManual>(instruction->rhs, 4, 16, 8);
  expectAsInManual<accumulatorOfManual>(instruction->accumulators, 4, 16, 8);
}

INSTANTIATE_TEST_SUITE_P(Types, Fragments,
                         testing::Values(MatrixType::F16, MatrixType::BF16));

} // namespace
