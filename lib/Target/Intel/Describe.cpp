//===- Describe.cpp - Intel's chips as rows -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sources: OpenCL extensions cl_intel_subgroup_matrix_multiply_accumulate and
// cl_intel_subgroup_2d_block_io (fragments), Intel's "oneAPI GPU Optimization
// Guide" (registers, shared local memory, Xe-cores).
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Intel/Chips.h"
#include "lib/Target/Intel/Intel.h"

using namespace llvm;

namespace xcc::intel {

// 8 rows of 16 columns: a row a register, a column a lane.
static constexpr FragmentBasis rowRegisters[] = {{1, 0}, {2, 0}, {4, 0}};
static constexpr FragmentBasis columnLanes[] = {{0, 1}, {0, 2}, {0, 4}, {0, 8}};
// 16 rows: two 16-bit rows share a 32-bit register (VNNI), the even one low.
static constexpr FragmentBasis pairRegisters[] = {
    {1, 0}, {2, 0}, {4, 0}, {8, 0}};

static constexpr MatrixInstruction dpas(llvm::StringLiteral name,
                                        MatrixType operand) {
  return {name,
          operand,
          MatrixType::F32,
          /*m=*/8,
          /*n=*/16,
          /*k=*/16,
          {rowRegisters, columnLanes},
          {pairRegisters, columnLanes},
          {rowRegisters, columnLanes}};
}

// Subgroup 16 (Ponte Vecchio, Battlemage): systolic depth 8, 8 rows.
static constexpr MatrixInstruction wideMatrixInstructions[] = {
    dpas("dpas.m8n16k16.f16.f32", MatrixType::F16),
    dpas("dpas.m8n16k16.bf16.f32", MatrixType::BF16),
};

static const Chip chips[] = {
    {.name = "pvc",
     .device = {.lanesPerWarp = 16,
                // Of an Xe-core's 64 hardware threads of 16 lanes half are
                // left when each has the large register file.
                .maxThreadsPerBlock = 512,
                .sharedBytesPerBlock = 128 * 1024,
                .sharedBanks = 32,
                // Of 64 bytes, one word a lane. The driver's compiler gives
                // 128 to a kernel for which they are enough.
                .registersPerThread = 256,
                .maxVectorBytes = 16,
                .numProcessors = 128, // Xe-cores of a Max 1550, both stacks
                .operandPath = OperandPath::Direct,
                .pipelineStages = 3, // prefetched ahead
                .hasF64 = true,
                .hasBF16Arithmetic = false,
                .matrixInstructions = wideMatrixInstructions},
     .hasBlockLoads = true},
};

static constexpr llvm::StringRef formats[] = {"llvm", "bitcode", "spirv",
                                              "spirv-text"};
static constexpr llvm::StringRef images[] = {"spirv"};

static const TargetDescription rows[] = {
    {.name = "pvc",
     .hardware = "Intel Data Center GPU Max",
     .machine = "spirv64",
     .formats = formats,
     .images = images,
     .device = &chips[0].device},
};

llvm::ArrayRef<TargetDescription> targets() { return rows; }

const Chip *findChip(llvm::StringRef name) {
  const Chip *chip = llvm::find_if(
      chips, [&](const Chip &candidate) { return candidate.name == name; });
  return chip == std::end(chips) ? nullptr : chip;
}

bool canEmit(llvm::StringRef format) { return is_contained(formats, format); }

} // namespace xcc::intel
