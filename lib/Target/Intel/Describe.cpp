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

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace xcc::intel {

// Sums, 8 rows: a row a register, a column a lane.
static constexpr FragmentBasis rowRegisters[] = {{1, 0}, {2, 0}, {4, 0}};
static constexpr FragmentBasis lanes16[] = {{0, 1}, {0, 2}, {0, 4}, {0, 8}};
static constexpr FragmentBasis lanes8[] = {{0, 1}, {0, 2}, {0, 4}};
// Of an rhs, rows that fill 32 bits share a register, the first one lowest.
static constexpr FragmentBasis deep16Registers[] = {
    {1, 0}, {2, 0}, {4, 0}, {8, 0}};
static constexpr FragmentBasis deep32Registers[] = {
    {1, 0}, {2, 0}, {4, 0}, {8, 0}, {16, 0}};
// A lane's part of a row of the lhs is 16 bits of 16 lanes, 32 bits of 8: so
// many neighbours.
static constexpr FragmentBasis pairRegisters[] = {
    {0, 1}, {1, 0}, {2, 0}, {4, 0}};
static constexpr FragmentBasis pairLanes16[] = {
    {0, 2}, {0, 4}, {0, 8}, {0, 16}};
static constexpr FragmentBasis pairLanes8[] = {{0, 2}, {0, 4}, {0, 8}};
static constexpr FragmentBasis quadRegisters[] = {
    {0, 1}, {0, 2}, {1, 0}, {2, 0}, {4, 0}};
static constexpr FragmentBasis quadLanes8[] = {{0, 4}, {0, 8}, {0, 16}};

static constexpr Fragment sums16 = {rowRegisters, lanes16};
static constexpr Fragment sums8 = {rowRegisters, lanes8};

/// Systolic depth 8, 8 rows; k elements are 256 bits.
static constexpr MatrixInstruction dpas(StringLiteral name, MatrixType operand,
                                        MatrixType accumulator, unsigned n,
                                        unsigned k, Fragment lhs, Fragment rhs,
                                        Fragment sums) {
  return {name, operand, accumulator, /*m=*/8, n, k, lhs, rhs, sums};
}

/// Of 16-bit floats.
static constexpr MatrixInstruction wide(StringLiteral name,
                                        MatrixType operand) {
  return dpas(name, operand, MatrixType::F32, 16, 16, sums16,
              {deep16Registers, lanes16}, sums16);
}
static constexpr MatrixInstruction narrow(StringLiteral name,
                                          MatrixType operand) {
  return dpas(name, operand, MatrixType::F32, 8, 16,
              {pairRegisters, pairLanes8}, {deep16Registers, lanes8}, sums8);
}

// Of subgroups of 16 lanes.
static constexpr MatrixInstruction wideMatrixInstructions[] = {
    wide("dpas.m8n16k16.f16.f32", MatrixType::F16),
    wide("dpas.m8n16k16.bf16.f32", MatrixType::BF16),
    dpas("dpas.m8n16k32.i8.i32", MatrixType::I8, MatrixType::I32, 16, 32,
         {pairRegisters, pairLanes16}, {deep32Registers, lanes16}, sums16),
};

// Of subgroups of 8 lanes.
static constexpr MatrixInstruction narrowMatrixInstructions[] = {
    narrow("dpas.m8n8k16.f16.f32", MatrixType::F16),
    narrow("dpas.m8n8k16.bf16.f32", MatrixType::BF16),
    dpas("dpas.m8n8k32.i8.i32", MatrixType::I8, MatrixType::I32, 8, 32,
         {quadRegisters, quadLanes8}, {deep32Registers, lanes8}, sums8),
};

namespace {
struct MatrixForm {
  StringLiteral instruction, function;
};
} // namespace

// Parameters a, b, acc, as clang mangles them: a type that was there before is
// named by its place.
static constexpr MatrixForm matrixForms[] = {
    {"dpas.m8n16k16.f16.f32",
     "_Z38intel_sub_group_f16_f16_matrix_mad_k16Dv8_sDv8_iDv8_f"},
    {"dpas.m8n16k16.bf16.f32",
     "_Z40intel_sub_group_bf16_bf16_matrix_mad_k16Dv8_sDv8_iDv8_f"},
    {"dpas.m8n16k32.i8.i32",
     "_Z36intel_sub_group_i8_i8_matrix_mad_k32Dv8_sDv8_iS0_"},
    {"dpas.m8n8k16.f16.f32",
     "_Z38intel_sub_group_f16_f16_matrix_mad_k16Dv8_iS_Dv8_f"},
    {"dpas.m8n8k16.bf16.f32",
     "_Z40intel_sub_group_bf16_bf16_matrix_mad_k16Dv8_iS_Dv8_f"},
    {"dpas.m8n8k32.i8.i32",
     "_Z36intel_sub_group_i8_i8_matrix_mad_k32Dv8_iS_S_"},
};

StringRef matrixFunction(const MatrixInstruction &instruction) {
  const auto *form = find_if(matrixForms, [&](const MatrixForm &form) {
    return form.instruction == instruction.name;
  });
  assert(form != std::end(matrixForms) && "every instruction has a function");
  return form->function;
}

static const Chip chips[] = {
    {.name = "pvc",
     .hardware = "Intel Data Center GPU Max",
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
    {.name = "bmg",
     .hardware = "Intel Arc B580, B570, Pro B60, B50",
     .device = {.lanesPerWarp = 16,
                .maxThreadsPerBlock = 512,
                .sharedBytesPerBlock = 128 * 1024,
                .sharedBanks = 32,
                .registersPerThread = 256,
                .maxVectorBytes = 16,
                .numProcessors = 20, // Xe-cores of a B580
                .operandPath = OperandPath::Direct,
                .pipelineStages = 3,
                .hasF64 = true,
                .hasBF16Arithmetic = false,
                .matrixInstructions = wideMatrixInstructions},
     .hasBlockLoads = true},
    {.name = "dg2",
     .hardware = "Intel Arc A770, A750, A580, A380, Pro A60, Flex 170",
     .device = {.lanesPerWarp = 8,
                // 128 hardware threads an Xe-core, half of them with the large
                // register file, of 8 lanes.
                .maxThreadsPerBlock = 512,
                .sharedBytesPerBlock = 64 * 1024,
                .sharedBanks = 32,
                // Of 256 of 32 bytes, one word a lane; schedules that count on
                // more than these spill.
                .registersPerThread = 192,
                .maxVectorBytes = 16,
                .numProcessors = 32, // Xe-cores of an A770
                // No block loads, no copies in the background.
                .operandPath = OperandPath::RegisterShared,
                .pipelineStages = 2,
                .hasF64 = false,
                .hasBF16Arithmetic = false,
                .matrixInstructions = narrowMatrixInstructions},
     .hasBlockLoads = false},
};

static constexpr StringRef formats[] = {"llvm", "bitcode", "spirv",
                                        "spirv-text"};
static constexpr StringRef images[] = {"spirv"};

ArrayRef<TargetDescription> targets() {
  static const auto rows = map_to_vector(chips, [](const Chip &chip) {
    return TargetDescription{.name = chip.name,
                             .hardware = chip.hardware,
                             .machine = "spirv64",
                             .formats = formats,
                             .images = images,
                             .device = &chip.device};
  });
  return rows;
}

const Chip *findChip(mlir::ModuleOp module, StringRef name) {
  const auto *chip =
      find_if(chips, [&](const Chip &chip) { return chip.name == name; });
  if (chip != std::end(chips))
    return chip;
  module.emitError("expects a chip of this vendor, got '") << name << "'";
  return nullptr;
}

bool canEmit(StringRef format) { return is_contained(formats, format); }

} // namespace xcc::intel
