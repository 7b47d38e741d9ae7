//===- FragmentTest.cpp - Fragments as the PTX ISA writes them ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The formulas of the PTX ISA's sections on mma, typed from its text: groupID
// and threadID_in_group are its names, and i numbers the elements that a lane
// holds of one instruction. Where a row of ours is several instructions, the
// formula here says which part of the row each computes.
//
//===----------------------------------------------------------------------===//
#include "lib/Target/NVIDIA/NVIDIA.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <set>
#include <string>

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

// m16n8k16 of f16 and bf16.
Position lhs16(unsigned lane, unsigned i) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  bool isUpper = i < 2 || (4 <= i && i < 6);
  int row = isUpper ? groupID : groupID + 8;
  int column = threadID_in_group * 2 + (i & 1);
  return {row, i < 4 ? column : column + 8};
}
Position rhs16(unsigned lane, unsigned i) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  int row = threadID_in_group * 2 + (i & 1);
  return {i < 2 ? row : row + 8, groupID};
}
// Accumulators of all shapes of 16 rows.
Position accumulator(unsigned lane, unsigned i) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  return {i < 2 ? groupID : groupID + 8, threadID_in_group * 2 + (i & 1)};
}

// m16n8k8 of f16, twice: k from 0 to 7, then from 8 to 15.
Position lhs16Pair(unsigned lane, unsigned reg) {
  int groupID = lane >> 2, threadID_in_group = lane % 4, i = reg % 4;
  int row = i < 2 ? groupID : groupID + 8;
  return {row, threadID_in_group * 2 + (i & 1) + int(reg / 4) * 8};
}
Position rhs16Pair(unsigned lane, unsigned reg) {
  int groupID = lane >> 2, threadID_in_group = lane % 4, i = reg % 2;
  return {threadID_in_group * 2 + i + int(reg / 2) * 8, groupID};
}

// m16n8k32 of 8 bits.
Position lhs8(unsigned lane, unsigned i) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  bool isUpper = i < 4 || (8 <= i && i < 12);
  int row = isUpper ? groupID : groupID + 8;
  int column = threadID_in_group * 4 + (i & 3);
  return {row, i < 8 ? column : column + 16};
}
Position rhs8(unsigned lane, unsigned i) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  int row = threadID_in_group * 4 + (i & 3);
  return {i < 4 ? row : row + 16, groupID};
}

// m8n8k16 of 8 bits, four times: rows from 0 and from 8, then the other 16 k.
Position lhs8Quad(unsigned lane, unsigned reg) {
  int groupID = lane >> 2, threadID_in_group = lane % 4, part = reg / 4;
  return {groupID + part % 2 * 8,
          threadID_in_group * 4 + int(reg % 4) + part / 2 * 16};
}
Position rhs8Quad(unsigned lane, unsigned reg) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  return {threadID_in_group * 4 + int(reg % 4) + int(reg / 4) * 16, groupID};
}
Position accumulatorQuad(unsigned lane, unsigned reg) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  return {groupID + int(reg / 2) * 8, threadID_in_group * 2 + int(reg % 2)};
}

// m16n8k8 of tf32.
Position lhs32(unsigned lane, unsigned i) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  int row = i == 0 || i == 2 ? groupID : groupID + 8;
  return {row, i < 2 ? threadID_in_group : threadID_in_group + 4};
}
Position rhs32(unsigned lane, unsigned i) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  return {i == 0 ? threadID_in_group : threadID_in_group + 4, groupID};
}

// m8n8k4 of f64, twice: even k, then odd k.
Position lhs64(unsigned lane, unsigned reg) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  return {groupID, threadID_in_group * 2 + int(reg)};
}
Position rhs64(unsigned lane, unsigned reg) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  return {threadID_in_group * 2 + int(reg), groupID};
}
Position accumulator64(unsigned lane, unsigned i) {
  int groupID = lane >> 2, threadID_in_group = lane % 4;
  return {groupID, threadID_in_group * 2 + int(i & 1)};
}

// m8n8k4 of f16, A by rows and B by columns, twice. Threads 0-3 and 16-19 are
// the first quad pair, 4-7 and 20-23 the second, and so on: they have rows from
// 0, 8, 0, 8 and columns from 0, 0, 8, 8 of the block.
int quadPair(unsigned lane) { return lane % 16 / 4; }
Position lhsQuads(unsigned lane, unsigned reg) {
  int row = lane < 16 ? lane % 4 : lane % 4 + 4;
  return {row + quadPair(lane) % 2 * 8, int(reg)};
}
Position rhsQuads(unsigned lane, unsigned reg) {
  int column = lane < 16 ? lane % 4 : lane % 4 + 4;
  return {int(reg), column + quadPair(lane) / 2 * 8};
}
Position accumulatorQuads(unsigned lane, unsigned i) {
  int x = (lane & 0b1) + (i & 0b10);
  int row = lane < 16 ? x : x + 4;
  int column = (i & 0b100) + (lane & 0b10) + (i & 0b1);
  return {row + quadPair(lane) % 2 * 8, column + quadPair(lane) / 2 * 8};
}

using Manual = Position (*)(unsigned lane, unsigned reg);

struct Row {
  const char *target, *instruction;
  MatrixType operand, accumulators;
  unsigned m, n, k;
  Manual lhs, rhs, sums;
};

void expectAsInManual(const Fragment &fragment, Manual manual, unsigned rows,
                      unsigned columns) {
  ASSERT_EQ(fragment.lanes.size(), 5u);
  std::set<Position> held;
  for (unsigned lane = 0; lane < 32; ++lane)
    for (unsigned i = 0; i < 1u << fragment.registers.size(); ++i) {
      EXPECT_EQ(positionOf(fragment, i, lane), manual(lane, i))
          << "lane " << lane << ", register " << i;
      held.insert(manual(lane, i));
    }
  EXPECT_EQ(held.size(), rows * columns) << "each element is held";
}

const TargetDescription *findTarget(llvm::StringRef name) {
  for (const TargetDescription &row : nvidia::targets())
    if (row.name == name)
      return &row;
  return nullptr;
}

class Fragments : public testing::TestWithParam<Row> {};

TEST_P(Fragments, AreThoseOfTheManual) {
  const Row &row = GetParam();
  const TargetDescription *target = findTarget(row.target);
  ASSERT_NE(target, nullptr);
  for (const MatrixInstruction &one : target->device->matrixInstructions) {
    if (one.name != row.instruction)
      continue;
    EXPECT_EQ(one.operand, row.operand);
    EXPECT_EQ(one.accumulator, row.accumulators);
    EXPECT_EQ(one.m, row.m);
    EXPECT_EQ(one.n, row.n);
    EXPECT_EQ(one.k, row.k);
    expectAsInManual(one.lhs, row.lhs, row.m, row.k);
    expectAsInManual(one.rhs, row.rhs, row.k, row.n);
    expectAsInManual(one.accumulators, row.sums, row.m, row.n);
    return;
  }
  ADD_FAILURE() << row.target << " has no " << row.instruction;
}

using enum MatrixType;

INSTANTIATE_TEST_SUITE_P(
    Rows, Fragments,
    testing::Values(Row{"sm_70", "mma.m8n8k4.f32.f16.quads", F16, F32, 16, 16,
                        8, lhsQuads, rhsQuads, accumulatorQuads},
                    Row{"sm_75", "mma.m16n8k8.f32.f16.pair", F16, F32, 16, 8,
                        16, lhs16Pair, rhs16Pair, accumulator},
                    Row{"sm_75", "mma.m8n8k16.s32.s8.quad", I8, I32, 16, 8, 32,
                        lhs8Quad, rhs8Quad, accumulatorQuad},
                    Row{"sm_80", "mma.m16n8k16.f32.f16", F16, F32, 16, 8, 16,
                        lhs16, rhs16, accumulator},
                    Row{"sm_80", "mma.m16n8k16.f32.bf16", BF16, F32, 16, 8, 16,
                        lhs16, rhs16, accumulator},
                    Row{"sm_80", "mma.m16n8k8.f32.tf32", TF32, F32, 16, 8, 8,
                        lhs32, rhs32, accumulator},
                    Row{"sm_80", "mma.m8n8k4.f64.pair", F64, F64, 8, 8, 8,
                        lhs64, rhs64, accumulator64},
                    Row{"sm_86", "mma.m16n8k32.s32.s8", I8, I32, 16, 8, 32,
                        lhs8, rhs8, accumulator},
                    Row{"sm_89", "mma.m16n8k32.f32.e4m3", F8E4M3, F32, 16, 8,
                        32, lhs8, rhs8, accumulator},
                    Row{"sm_120", "mma.m16n8k32.f32.e5m2", F8E5M2, F32, 16, 8,
                        32, lhs8, rhs8, accumulator}),
    [](const auto &test) {
      std::string name = test.param.instruction;
      std::replace(name.begin(), name.end(), '.', '_');
      return name;
    });

} // namespace
