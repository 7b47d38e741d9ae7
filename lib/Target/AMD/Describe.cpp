//===- Describe.cpp - AMD's devices as rows -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts from the instruction set manuals ("AMD Instinct MI300 Instruction Set
// Architecture") and AMD's matrix instruction calculator; test/Target/AMD
// compares the fragments with the calculator's tables.
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/AMD.h"
#include "lib/Target/AMD/Chips.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace xcc::amd {

// The instruction computes D(i, j) += A(i, k) * B(k, j) with i along A's lanes
// and along D's registers. Ours give it rhs as A and lhs as B, so that i = n:
// a lane's accumulators are then neighbours along n (stores of 16 bytes; the
// sums along n of a softmax cross two lane bits, not four), and where k counts
// as in one piece they are an lhs fragment of the next product as they stand.

// 16 rows: (lane l, register r) -> (m l % 16, k 4 * (l / 16) + r)
static constexpr FragmentBasis lhs16Registers[] = {{0, 1}, {0, 2}};
static constexpr FragmentBasis lhs16Lanes[] = {{1, 0}, {2, 0}, {4, 0},
                                               {8, 0}, {0, 4}, {0, 8}};
static constexpr FragmentBasis rhs16Registers[] = {{1, 0}, {2, 0}};
static constexpr FragmentBasis rhs16Lanes[] = {{0, 1}, {0, 2}, {0, 4},
                                               {0, 8}, {4, 0}, {8, 0}};
// Two pieces: (lane l, register r) -> (m l % 16, k 8 * (l / 16) + r); piece p
// sums over the k of registers 4p to 4p + 3. Any order of k will do that is the
// same in both operands.
static constexpr FragmentBasis lhs16x2Registers[] = {{0, 1}, {0, 2}, {0, 4}};
static constexpr FragmentBasis lhs16x2Lanes[] = {{1, 0}, {2, 0}, {4, 0},
                                                 {8, 0}, {0, 8}, {0, 16}};
static constexpr FragmentBasis rhs16x2Registers[] = {{1, 0}, {2, 0}, {4, 0}};
static constexpr FragmentBasis rhs16x2Lanes[] = {{0, 1}, {0, 2}, {0, 4},
                                                 {0, 8}, {8, 0}, {16, 0}};
// (lane l, register r) -> (m l % 16, n 4 * (l / 16) + r)
static constexpr FragmentBasis acc16Registers[] = {{0, 1}, {0, 2}};
static constexpr FragmentBasis acc16Lanes[] = {{1, 0}, {2, 0}, {4, 0},
                                               {8, 0}, {0, 4}, {0, 8}};

// 32 rows: (lane l, register r) -> (m l % 32, k 4 * (l / 32) + r)
static constexpr FragmentBasis lhs32Registers[] = {{0, 1}, {0, 2}};
static constexpr FragmentBasis lhs32Lanes[] = {{1, 0}, {2, 0},  {4, 0},
                                               {8, 0}, {16, 0}, {0, 4}};
static constexpr FragmentBasis rhs32Registers[] = {{1, 0}, {2, 0}};
static constexpr FragmentBasis rhs32Lanes[] = {{0, 1}, {0, 2},  {0, 4},
                                               {0, 8}, {0, 16}, {4, 0}};
// (lane l, register r) -> (m l % 32, n 8 * (r / 4) + 4 * (l / 32) + r % 4)
static constexpr FragmentBasis acc32Registers[] = {
    {0, 1}, {0, 2}, {0, 8}, {0, 16}};
static constexpr FragmentBasis acc32Lanes[] = {{1, 0}, {2, 0},  {4, 0},
                                               {8, 0}, {16, 0}, {0, 4}};

// f32: (lane l) -> (m l % 16, k l / 16); four pieces:
// (lane l, register r) -> (m l % 16, k 4 * (l / 16) + r), as one of f16.
static constexpr FragmentBasis lhsF32Lanes[] = {{1, 0}, {2, 0}, {4, 0},
                                                {8, 0}, {0, 1}, {0, 2}};
static constexpr FragmentBasis rhsF32Lanes[] = {{0, 1}, {0, 2}, {0, 4},
                                                {0, 8}, {1, 0}, {2, 0}};

static constexpr Fragment acc16 = {acc16Registers, acc16Lanes};
static constexpr Fragment acc32 = {acc32Registers, acc32Lanes};

static constexpr MatrixInstruction make16(StringRef name, MatrixType operand) {
  return {name,
          operand,
          MatrixType::F32,
          16,
          16,
          16,
          {lhs16Registers, lhs16Lanes},
          {rhs16Registers, rhs16Lanes},
          acc16};
}
static constexpr MatrixInstruction make16x2(StringRef name,
                                            MatrixType operand) {
  return {name,
          operand,
          MatrixType::F32,
          16,
          16,
          32,
          {lhs16x2Registers, lhs16x2Lanes},
          {rhs16x2Registers, rhs16x2Lanes},
          acc16};
}
static constexpr MatrixInstruction make32(StringRef name, MatrixType operand) {
  return {name,
          operand,
          MatrixType::F32,
          32,
          32,
          8,
          {lhs32Registers, lhs32Lanes},
          {rhs32Registers, rhs32Lanes},
          acc32};
}

// 16 rows before 32: as many products a cycle, less power, and so a higher
// clock; smaller tiles too. Pairs first, for their 16-byte reads.
static constexpr MatrixInstruction cdna3Instructions[] = {
    make16x2("mfma_f32_16x16x16_f16_pair", MatrixType::F16),
    make16("mfma_f32_16x16x16_f16", MatrixType::F16),
    make32("mfma_f32_32x32x8_f16", MatrixType::F16),
    make16x2("mfma_f32_16x16x16_bf16_pair", MatrixType::BF16),
    make16("mfma_f32_16x16x16_bf16", MatrixType::BF16),
    make32("mfma_f32_32x32x8_bf16", MatrixType::BF16),
    make16("mfma_f32_16x16x4_f32_quad", MatrixType::F32),
    {"mfma_f32_16x16x4_f32",
     MatrixType::F32,
     MatrixType::F32,
     16,
     16,
     4,
     {{}, lhsF32Lanes},
     {{}, rhsF32Lanes},
     acc16},
};

static constexpr MatrixForm forms[] = {
    {"mfma_f32_16x16x16_f16_pair", "rocdl.mfma.f32.16x16x16f16", 2},
    {"mfma_f32_16x16x16_f16", "rocdl.mfma.f32.16x16x16f16", 1},
    {"mfma_f32_32x32x8_f16", "rocdl.mfma.f32.32x32x8f16", 1},
    {"mfma_f32_16x16x16_bf16_pair", "rocdl.mfma.f32.16x16x16bf16.1k", 2},
    {"mfma_f32_16x16x16_bf16", "rocdl.mfma.f32.16x16x16bf16.1k", 1},
    {"mfma_f32_32x32x8_bf16", "rocdl.mfma.f32.32x32x8bf16.1k", 1},
    {"mfma_f32_16x16x4_f32_quad", "rocdl.mfma.f32.16x16x4f32", 4},
    {"mfma_f32_16x16x4_f32", "rocdl.mfma.f32.16x16x4f32", 1},
};

const MatrixForm *findMatrixForm(StringRef instruction) {
  const auto *form = find_if(forms, [&](const MatrixForm &form) {
    return form.instruction == instruction;
  });
  return form == std::end(forms) ? nullptr : form;
}

static constexpr DeviceDescription makeGfx942() {
  DeviceDescription device = {};
  device.lanesPerWarp = 64;
  device.maxThreadsPerBlock = 1024;
  device.sharedBytesPerBlock = 64 * 1024;
  device.sharedBanks = 32;
  // With one wave on each of the four SIMDs; 256 of them are reached by every
  // instruction, the others by matrix instructions and copies.
  device.registersPerThread = 512;
  device.maxVectorBytes = 16;
  device.numProcessors = 304;
  device.operandPath = OperandPath::RegisterShared;
  device.pipelineStages = 2;
  device.hasF64 = true;
  // No instruction for it, but LLVM's few integer ones round as they should.
  device.hasBF16Arithmetic = true;
  device.matrixInstructions = cdna3Instructions;
  return device;
}

static constexpr DeviceDescription gfx942 = makeGfx942();

static constexpr StringRef cdna3Operations[] = {
    "rocdl.mfma.f32.16x16x16f16", "rocdl.mfma.f32.32x32x8f16",
    "rocdl.mfma.f32.16x16x16bf16.1k", "rocdl.mfma.f32.32x32x8bf16.1k",
    "rocdl.mfma.f32.16x16x4f32"};

static constexpr Chip chips[] = {
    {"gfx942", 5, cdna3Operations},
};

const Chip &findChip(StringRef name) {
  const auto *chip =
      find_if(chips, [&](const Chip &chip) { return chip.name == name; });
  assert(chip != std::end(chips) && "every row has a chip");
  return *chip;
}

static constexpr StringRef formats[] = {"llvm", "bitcode", "asm", "hsaco"};
static constexpr StringRef images[] = {"hsaco"};

static TargetDescription makeTarget(StringRef name, StringRef hardware,
                                    const DeviceDescription &device) {
  TargetDescription target = {};
  target.name = name;
  target.hardware = hardware;
  target.machine = "amdgcn";
  target.formats = formats;
  target.images = images;
  target.device = &device;
  return target;
}

ArrayRef<TargetDescription> targets() {
  static const TargetDescription rows[] = {
      makeTarget("gfx942", "Instinct MI300X, MI300A, MI325X", gfx942)};
  return rows;
}

const TargetDescription *findTarget(StringRef name) {
  const auto *row = find_if(
      targets(), [&](const TargetDescription &t) { return t.name == name; });
  return row == targets().end() ? nullptr : row;
}

bool canEmit(StringRef format) { return is_contained(formats, format); }

} // namespace xcc::amd
