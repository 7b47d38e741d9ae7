//===- DescribeTest.cpp - Fragments against the vendor's own tables -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inputs/mfma.txt was printed by AMD's matrix instruction calculator; nothing
// in it comes from Describe.cpp.
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/AMD.h"
#include "lib/Target/AMD/Chips.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

#include <map>

using namespace llvm;
using namespace xcc;

namespace {

using Place = std::pair<unsigned, unsigned>; // register, lane

/// (row, column) -> where the instruction has it.
using Table = std::map<std::pair<int, int>, Place>;

/// The table of operand "A", "B" or "D" of an instruction.
Table readTable(StringRef instruction, StringRef operand) {
  auto file = MemoryBuffer::getFile(INPUTS "/mfma.txt");
  EXPECT_TRUE(bool(file));
  Table table;
  bool isWanted = false;
  int row = 0;
  for (StringRef line : split((*file)->getBuffer(), '\n')) {
    SmallVector<StringRef> words;
    line.split(words, ' ', -1, /*KeepEmpty=*/false);
    if (words.empty() || line.starts_with("#"))
      continue;
    if (line.starts_with("v_mfma")) {
      SmallVector<StringRef> names;
      words[0].split(names, ',');
      isWanted = is_contained(names, instruction) && words[1] == operand;
      row = 0;
      continue;
    }
    for (auto [column, word] : enumerate(words)) {
      auto [reg, lane] = word.split(':');
      if (isWanted)
        table[{row, int(column)}] = {std::stoul(reg.str()),
                                     std::stoul(lane.str())};
    }
    ++row;
  }
  EXPECT_FALSE(table.empty()) << instruction.str() << operand.str();
  return table;
}

/// What a fragment says of one register of one lane.
std::pair<int, int> apply(const Fragment &fragment, unsigned reg,
                          unsigned lane) {
  int row = 0, column = 0;
  auto add = [&](ArrayRef<FragmentBasis> bases, unsigned bits) {
    for (auto [bit, basis] : enumerate(bases))
      if (bits >> bit & 1) {
        row ^= basis.row;
        column ^= basis.column;
      }
  };
  add(fragment.registers, reg);
  add(fragment.lanes, lane);
  return {row, column};
}

const MatrixInstruction &find(StringRef name) {
  for (const TargetDescription &target : amd::targets())
    for (const MatrixInstruction &instruction :
         target.device->matrixInstructions)
      if (instruction.name == name)
        return instruction;
  llvm_unreachable("no such instruction");
}

std::pair<int, int> transposed(std::pair<int, int> place) {
  return {place.second, place.first};
}

/// Operands are exchanged: the machine's A is our rhs, and so all is
/// transposed.
void expectTables(StringRef name, StringRef machine) {
  const MatrixInstruction &instruction = find(name);
  SCOPED_TRACE(name.str());
  for (auto [place, where] : readTable(machine, "A"))
    EXPECT_EQ(transposed(apply(instruction.rhs, where.first, where.second)),
              place);
  for (auto [place, where] : readTable(machine, "B"))
    EXPECT_EQ(transposed(apply(instruction.lhs, where.first, where.second)),
              place);
  for (auto [place, where] : readTable(machine, "D"))
    EXPECT_EQ(
        transposed(apply(instruction.accumulators, where.first, where.second)),
        place);
}

TEST(Describe, FragmentsAreThoseOfTheMachine) {
  expectTables("mfma_f32_16x16x16_f16", "v_mfma_f32_16x16x16_f16");
  expectTables("mfma_f32_16x16x16_bf16", "v_mfma_f32_16x16x16_bf16");
  expectTables("mfma_f32_32x32x8_f16", "v_mfma_f32_32x32x8_f16");
  expectTables("mfma_f32_32x32x8_bf16", "v_mfma_f32_32x32x8_bf16");
  expectTables("mfma_f32_16x16x4_f32", "v_mfma_f32_16x16x4_f32");
}

/// In each piece, a register of rhs and the register of lhs that the machine
/// multiplies it with must be about the same k, whichever k that is; rows and
/// columns as in one piece; every k in exactly one piece.
void expectPieces(StringRef name, StringRef machine) {
  const MatrixInstruction &instruction = find(name);
  SCOPED_TRACE(name.str());
  unsigned pieces = amd::findMatrixForm(name)->pieces;
  unsigned registers = (1u << instruction.lhs.registers.size()) / pieces;
  Table a = readTable(machine, "A"), b = readTable(machine, "B");
  std::map<std::pair<int, int>, int> seenLhs, seenRhs;
  for (unsigned piece = 0; piece != pieces; ++piece) {
    std::map<int, int> meaning;     // the machine's k -> ours
    for (auto [place, where] : a) { // (n, k)
      auto [k, n] =
          apply(instruction.rhs, piece * registers + where.first, where.second);
      EXPECT_EQ(n, place.first);
      EXPECT_EQ(meaning.try_emplace(place.second, k).first->second, k);
      ++seenRhs[{k, n}];
    }
    for (auto [place, where] : b) { // (k, m)
      auto [m, k] =
          apply(instruction.lhs, piece * registers + where.first, where.second);
      EXPECT_EQ(m, place.second);
      EXPECT_EQ(meaning.at(place.first), k);
      ++seenLhs[{m, k}];
    }
  }
  EXPECT_EQ(seenLhs.size(), instruction.m * instruction.k);
  EXPECT_EQ(seenRhs.size(), instruction.n * instruction.k);
}

TEST(Describe, PiecesSumOverTheSameK) {
  expectPieces("mfma_f32_16x16x16_f16_pair", "v_mfma_f32_16x16x16_f16");
  expectPieces("mfma_f32_16x16x16_bf16_pair", "v_mfma_f32_16x16x16_bf16");
  expectPieces("mfma_f32_16x16x4_f32_quad", "v_mfma_f32_16x16x4_f32");
}

TEST(Describe, EveryInstructionHasItsForm) {
  for (const TargetDescription &target : amd::targets()) {
    const amd::Chip &chip = amd::findChip(target.name);
    for (const MatrixInstruction &instruction :
         target.device->matrixInstructions) {
      const amd::MatrixForm *form = amd::findMatrixForm(instruction.name);
      ASSERT_TRUE(form) << instruction.name.str();
      EXPECT_TRUE(is_contained(chip.matrixOperations, form->operation))
          << target.name.str() << ": " << form->operation.str();
    }
  }
}

} // namespace
