//===- Describe.cpp - NVIDIA's chips as rows ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fragments are the figures of the PTX ISA, "Matrix Fragments for
// mma.m16n8k16", as bases: what each bit of the register and of the lane number
// adds to (row, column).
//
//===----------------------------------------------------------------------===//
#include "lib/Target/NVIDIA/Chips.h"
#include "lib/Target/NVIDIA/NVIDIA.h"

#include "llvm/ADT/STLExtras.h"

using namespace xcc;
using namespace xcc::nvidia;

// mma.m16n8k16 of 16-bit operands. A lane's number is 4 * group + position.
// lhs (m, k): register 4q + 2p + e of lane 4g + t -> (g + 8p, 2t + e + 8q).
static constexpr FragmentBasis lhsRegisters[] = {{0, 1}, {8, 0}, {0, 8}};
static constexpr FragmentBasis lhsLanes[] = {
    {0, 2}, {0, 4}, {1, 0}, {2, 0}, {4, 0}};
// rhs (k, n): register 2p + e of lane 4g + t -> (2t + e + 8p, g).
static constexpr FragmentBasis rhsRegisters[] = {{1, 0}, {8, 0}};
static constexpr FragmentBasis rhsLanes[] = {
    {2, 0}, {4, 0}, {0, 1}, {0, 2}, {0, 4}};
// accumulators (m, n): register 2p + e of lane 4g + t -> (g + 8p, 2t + e).
static constexpr FragmentBasis accRegisters[] = {{0, 1}, {8, 0}};
static constexpr FragmentBasis accLanes[] = {
    {0, 2}, {0, 4}, {1, 0}, {2, 0}, {4, 0}};

static constexpr MatrixInstruction m16n8k16(llvm::StringRef name,
                                            MatrixType operand) {
  return {name,
          operand,
          MatrixType::F32,
          /*m=*/16,
          /*n=*/8,
          /*k=*/16,
          {lhsRegisters, lhsLanes},
          {rhsRegisters, rhsLanes},
          {accRegisters, accLanes}};
}

static const MatrixInstruction ampereInstructions[] = {
    m16n8k16("mma.m16n8k16.f32.f16", MatrixType::F16),
    m16n8k16("mma.m16n8k16.f32.bf16", MatrixType::BF16),
};

// Shared memory: of the CUDA C++ Programming Guide's table of compute
// capabilities, less the 1 KiB a block that the system keeps.
static const Chip chips[] = {
    {.name = "sm_80",
     .device = {.lanesPerWarp = 32,
                .maxThreadsPerBlock = 1024,
                .sharedBytesPerBlock = 163 * 1024,
                .sharedBanks = 32,
                .registersPerThread = 255,
                .maxVectorBytes = 16,
                .numProcessors = 108,
                .operandPath = OperandPath::AsyncShared,
                .pipelineStages = 3,
                .hasF64 = true,
                .hasBF16Arithmetic = true,
                .matrixInstructions = ampereInstructions},
     .ptxFeature = "+ptx70",
     .hasLdmatrix = true},
};

static constexpr llvm::StringRef formats[] = {"llvm", "bitcode", "ptx",
                                              "cubin"};
// A cubin spares the driver's compiler; PTX runs on what came later, too.
static constexpr llvm::StringRef images[] = {"ptx", "cubin"};

static const TargetDescription rows[] = {
    {.name = "sm_80",
     .hardware = "A100 (Ampere)",
     .machine = "nvptx64",
     .formats = formats,
     .images = images,
     .device = &chips[0].device},
};

llvm::ArrayRef<TargetDescription> xcc::nvidia::targets() { return rows; }

const Chip *xcc::nvidia::findChip(llvm::StringRef name) {
  const Chip *chip = llvm::find_if(
      chips, [&](const Chip &candidate) { return candidate.name == name; });
  return chip == std::end(chips) ? nullptr : chip;
}
