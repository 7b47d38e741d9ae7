//===- DescribeTest.cpp - Fragments against the vendor's own tables -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inputs/matrices.txt was printed by AMD's matrix instruction calculator;
// nothing in it comes from Matrices.h.
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/AMD.h"
#include "lib/Target/AMD/Chips.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

#include <map>
#include <set>

using namespace llvm;
using namespace xcc;

namespace {

using Place = std::pair<unsigned, unsigned>; // register, lane
using Element = std::pair<int, int>;         // row, column
using Table = std::multimap<Element, Place>; // where the machine has it

Place readPlace(StringRef text) {
  auto [reg, lane] = text.split(':');
  return {std::stoul(reg.str()), std::stoul(lane.str())};
}

/// The table called "cdna3:v_mfma...:A".
Table readTable(const std::string &name) {
  auto file = MemoryBuffer::getFile(INPUTS "/matrices.txt");
  EXPECT_TRUE(bool(file));
  Table table;
  bool isWanted = false;
  int row = 0;
  for (StringRef line : split((*file)->getBuffer(), '\n')) {
    if (line.starts_with("#") || line.empty())
      continue;
    if (line.contains("v_")) {
      SmallVector<StringRef> names;
      line.split(names, ',');
      isWanted = is_contained(names, name);
      row = 0;
      continue;
    }
    int column = 0;
    for (StringRef cell : split(line, ' ')) {
      for (StringRef place : split(cell, '+'))
        if (isWanted)
          table.insert({{row, column}, readPlace(place)});
      ++column;
    }
    ++row;
  }
  EXPECT_FALSE(table.empty()) << name;
  return table;
}

/// What a fragment says of one register of one lane.
Element apply(const Fragment &fragment, Place place) {
  int row = 0, column = 0;
  auto add = [&](ArrayRef<FragmentBasis> bases, unsigned bits) {
    for (auto [bit, basis] : enumerate(bases))
      if (bits >> bit & 1) {
        row ^= basis.row;
        column ^= basis.column;
      }
  };
  add(fragment.registers, place.first);
  add(fragment.lanes, place.second);
  return {row, column};
}

/// The calculator's name of an operation on a chip.
struct Machine {
  StringRef chips, operation, table;
};
constexpr Machine machines[] = {
    {"gfx9", "rocdl.mfma.f32.16x16x16f16", "cdna1:v_mfma_f32_16x16x16f16"},
    {"gfx9", "rocdl.mfma.f32.32x32x8f16", "cdna1:v_mfma_f32_32x32x8f16"},
    {"gfx9", "rocdl.mfma.f32.16x16x8bf16", "cdna1:v_mfma_f32_16x16x8bf16"},
    {"gfx9", "rocdl.mfma.f32.32x32x4bf16", "cdna1:v_mfma_f32_32x32x4bf16"},
    {"gfx9", "rocdl.mfma.f32.16x16x16bf16.1k",
     "cdna2:v_mfma_f32_16x16x16bf16_1k"},
    {"gfx9", "rocdl.mfma.f32.32x32x8bf16.1k",
     "cdna2:v_mfma_f32_32x32x8bf16_1k"},
    {"gfx9", "rocdl.mfma.f32.16x16x4f32", "cdna1:v_mfma_f32_16x16x4f32"},
    {"gfx9", "rocdl.mfma.f64.16x16x4f64", "cdna2:v_mfma_f64_16x16x4f64"},
    {"gfx9", "rocdl.mfma.f32.16x16x8.xf32", "cdna3:v_mfma_f32_16x16x8_xf32"},
    {"gfx9", "rocdl.mfma.i32.16x16x16i8", "cdna1:v_mfma_i32_16x16x16i8"},
    {"gfx9", "rocdl.mfma.i32.16x16x32.i8", "cdna3:v_mfma_i32_16x16x32_i8"},
    {"gfx9", "rocdl.mfma.f32.16x16x32.fp8.fp8",
     "cdna3:v_mfma_f32_16x16x32_fp8_fp8"},
    {"gfx9", "rocdl.mfma.f32.16x16x32.bf8.bf8",
     "cdna3:v_mfma_f32_16x16x32_bf8_bf8"},
    // The calculator does not know CDNA4. Its manual has 16 bits here as 8 bits
    // are in CDNA3: as many elements a lane, in the same order.
    {"gfx950", "rocdl.mfma.f32.16x16x32.f16", "cdna3:v_mfma_i32_16x16x32_i8"},
    {"gfx950", "rocdl.mfma.f32.16x16x32.bf16", "cdna3:v_mfma_i32_16x16x32_i8"},
    {"gfx950", "rocdl.mfma.f32.32x32x16.f16", "cdna3:v_mfma_i32_32x32x16_i8"},
    {"gfx950", "rocdl.mfma.f32.32x32x16.bf16", "cdna3:v_mfma_i32_32x32x16_i8"},
    {"gfx11", "rocdl.wmma.f32.16x16x16.f16", "rdna3:v_wmma_f32_16x16x16_f16"},
    {"gfx11", "rocdl.wmma.f32.16x16x16.bf16", "rdna3:v_wmma_f32_16x16x16_bf16"},
    {"gfx11", "rocdl.wmma.i32.16x16x16.iu8", "rdna3:v_wmma_i32_16x16x16_iu8"},
    {"gfx12", "rocdl.wmma.f32.16x16x16.f16", "rdna4:v_wmma_f32_16x16x16_f16"},
    {"gfx12", "rocdl.wmma.f32.16x16x16.bf16", "rdna4:v_wmma_f32_16x16x16_bf16"},
    {"gfx12", "rocdl.wmma.i32.16x16x16.iu8", "rdna4:v_wmma_i32_16x16x16_iu8"},
    {"gfx12", "rocdl.wmma.f32.16x16x16.fp8_fp8",
     "rdna4:v_wmma_f32_16x16x16_fp8_fp8"},
    {"gfx12", "rocdl.wmma.f32.16x16x16.bf8_bf8",
     "rdna4:v_wmma_f32_16x16x16_bf8_bf8"},
};

/// Names that the machine's i, j and k have in the fragments: any will do that
/// are the same wherever one of them is meant.
class Meaning {
public:
  void expect(int machine, int ours) {
    EXPECT_EQ(names.try_emplace(machine, ours).first->second, ours);
  }
  int of(int machine) const { return names.at(machine); }
  void expectAll(unsigned count) const {
    std::set<int> different;
    for (auto [machine, ours] : names)
      different.insert(ours);
    EXPECT_EQ(different.size(), count);
    EXPECT_EQ(names.size(), count);
  }

private:
  std::map<int, int> names;
};

/// Of a chip's operation, its A (i, k), B (k, j) and D (i, j).
struct Tables {
  Table a, b, d;
};

/// Operands are exchanged: the machine's A is our rhs, and so i is n.
void expectProduct(const amd::Matrix &matrix, const Tables &tables) {
  const MatrixInstruction &row = matrix.row;
  unsigned pieces = matrix.form.pieces;
  unsigned registers = (1u << row.lhs.registers.size()) / pieces;
  Meaning nOfI, mOfJ, kOfAll;
  for (unsigned piece = 0; piece != pieces; ++piece) {
    Meaning kOfK;
    auto ours = [&](Place place) {
      return Place(piece * registers + place.first, place.second);
    };
    for (auto [element, place] : tables.a) {
      ASSERT_LT(place.first, registers);
      auto [k, n] = apply(row.rhs, ours(place));
      nOfI.expect(element.first, n);
      kOfK.expect(element.second, k);
      kOfAll.expect(piece * row.k + element.second, k);
    }
    for (auto [element, place] : tables.b) {
      auto [m, k] = apply(row.lhs, ours(place));
      mOfJ.expect(element.second, m);
      kOfK.expect(element.first, k);
    }
  }
  nOfI.expectAll(row.n);
  mOfJ.expectAll(row.m);
  kOfAll.expectAll(row.k);
  for (auto [element, place] : tables.d)
    EXPECT_EQ(apply(row.accumulators, place),
              Element(mOfJ.of(element.second), nOfI.of(element.first)));
}

/// Every lane sums on its own: it has the row and the column of its sum.
void expectDot(const MatrixInstruction &row) {
  for (unsigned lane = 0; lane != 64; ++lane) {
    auto [m, n] = apply(row.accumulators, {0, lane});
    for (unsigned k = 0; k != row.k; ++k) {
      EXPECT_EQ(apply(row.lhs, {k, lane}), Element(m, k));
      EXPECT_EQ(apply(row.rhs, {k, lane}), Element(k, n));
    }
  }
  EXPECT_EQ(1u << row.lhs.registers.size(), row.k);
}

/// 16 neighbours of k a lane, in A and B alike: of CDNA4, and in no table.
Tables makeBytes16() {
  Tables tables;
  for (int k = 0; k != 64; ++k)
    for (int i = 0; i != 16; ++i) {
      Place place(k % 16, k / 16 * 16 + i);
      tables.a.insert({{i, k}, place});
      tables.b.insert({{k, i}, place});
    }
  tables.d = readTable("cdna3:v_mfma_i32_16x16x32_i8:D");
  return tables;
}

Tables tablesOf(const amd::Chip &chip, StringRef operation) {
  if (operation == "rocdl.mfma.i32.16x16x64.i8")
    return makeBytes16();
  for (const Machine &machine : machines)
    if (chip.name.starts_with(machine.chips) &&
        operation == machine.operation) {
      std::string name = machine.table.str();
      return {readTable(name + ":A"), readTable(name + ":B"),
              readTable(name + ":D")};
    }
  ADD_FAILURE() << chip.name.str() << ": no table for " << operation.str();
  return {};
}

TEST(Describe, FragmentsAreThoseOfTheMachines) {
  for (const amd::Chip &chip : amd::allChips())
    for (const amd::Matrix &matrix : chip.matrices) {
      SCOPED_TRACE(chip.name.str() + " " + matrix.row.name.str());
      if (matrix.form.kind == amd::MatrixKind::Dot)
        expectDot(matrix.row);
      else
        expectProduct(matrix, tablesOf(chip, matrix.form.operation));
    }
}

TEST(Describe, SchedulesSeeTheInstructionsOfTheChip) {
  ASSERT_EQ(amd::targets().size(), amd::allChips().size());
  for (auto [target, chip] : zip(amd::targets(), amd::allChips())) {
    EXPECT_EQ(target.name, chip.name);
    EXPECT_EQ(target.device, &chip.device);
    ArrayRef<MatrixInstruction> rows = target.device->matrixInstructions;
    ASSERT_EQ(rows.size(), chip.matrices.size());
    for (auto [row, matrix] : zip(rows, chip.matrices)) {
      EXPECT_EQ(row.name, matrix.row.name);
      EXPECT_EQ(amd::formOf(chip, row.name).operation, matrix.form.operation);
    }
  }
}

} // namespace
