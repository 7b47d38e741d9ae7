//===- Describe.cpp - NVIDIA's chips as rows ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fragments are the figures of the PTX ISA, "Matrix Fragments for mma.m16n8k16"
// and so on, as bases: what each bit of the register and of the lane number
// adds to (row, column). A lane's number is 4 * group + position.
//
//===----------------------------------------------------------------------===//
#include "lib/Target/NVIDIA/Chips.h"
#include "lib/Target/NVIDIA/NVIDIA.h"

#include "llvm/ADT/STLExtras.h"

using namespace xcc;
using namespace xcc::nvidia;

// Lanes of all mma.sync but m8n8k4: lines go over the groups, words of 32 bits
// along a line over the positions.
static constexpr FragmentBasis accLanes[] = {
    {0, 2}, {0, 4}, {1, 0}, {2, 0}, {4, 0}};
// (m, n): register 2p + e of lane 4g + t -> (g + 8p, 2t + e).
static constexpr FragmentBasis accRegisters[] = {{0, 1}, {8, 0}};
static constexpr Fragment acc16x8 = {accRegisters, accLanes};

// 16-bit operands, m16n8k16.
// lhs (m, k): register 4q + 2p + e of lane 4g + t -> (g + 8p, 2t + e + 8q).
static constexpr FragmentBasis lhs16Registers[] = {{0, 1}, {8, 0}, {0, 8}};
static constexpr FragmentBasis lhs16Lanes[] = {
    {0, 2}, {0, 4}, {1, 0}, {2, 0}, {4, 0}};
// rhs (k, n): register 2p + e of lane 4g + t -> (2t + e + 8p, g).
static constexpr FragmentBasis rhs16Registers[] = {{1, 0}, {8, 0}};
static constexpr FragmentBasis rhs16Lanes[] = {
    {2, 0}, {4, 0}, {0, 1}, {0, 2}, {0, 4}};

// 8-bit operands, m16n8k32.
// lhs: register 8q + 4p + e of lane 4g + t -> (g + 8p, 4t + e + 16q).
static constexpr FragmentBasis lhs8Registers[] = {
    {0, 1}, {0, 2}, {8, 0}, {0, 16}};
static constexpr FragmentBasis lhs8Lanes[] = {
    {0, 4}, {0, 8}, {1, 0}, {2, 0}, {4, 0}};
// rhs: register 4p + e of lane 4g + t -> (4t + e + 16p, g).
static constexpr FragmentBasis rhs8Registers[] = {{1, 0}, {2, 0}, {16, 0}};
static constexpr FragmentBasis rhs8Lanes[] = {
    {4, 0}, {8, 0}, {0, 1}, {0, 2}, {0, 4}};

// tf32 operands, m16n8k8.
// lhs: register 2q + p of lane 4g + t -> (g + 8p, t + 4q).
static constexpr FragmentBasis lhs32Registers[] = {{8, 0}, {0, 4}};
static constexpr FragmentBasis lhs32Lanes[] = {
    {0, 1}, {0, 2}, {1, 0}, {2, 0}, {4, 0}};
// rhs: register p of lane 4g + t -> (t + 4p, g).
static constexpr FragmentBasis rhs32Registers[] = {{4, 0}};
static constexpr FragmentBasis rhs32Lanes[] = {
    {1, 0}, {2, 0}, {0, 1}, {0, 2}, {0, 4}};

// f64, m8n8k4, two pieces: lane 4g + t -> (g, t) of the lhs, (t, g) of the rhs.
// The two take even and odd k, so that a lane's elements are neighbours; any
// order of k will do that is the same in both operands.
static constexpr FragmentBasis lhs64Registers[] = {{0, 1}};
static constexpr FragmentBasis lhs64Lanes[] = {
    {0, 2}, {0, 4}, {1, 0}, {2, 0}, {4, 0}};
static constexpr FragmentBasis rhs64Registers[] = {{1, 0}};
static constexpr FragmentBasis rhs64Lanes[] = {
    {2, 0}, {4, 0}, {0, 1}, {0, 2}, {0, 4}};
static constexpr FragmentBasis acc64Registers[] = {{0, 1}};

// f16 on Volta, m8n8k4: four products at once, each by a quad pair, which are
// lanes of equal (lane / 4) % 4. The four share out a block of 16x16: bit 2 of
// the lane chooses its rows, so that pairs which differ in it hold the same
// rhs, and bit 3 its columns. Two pieces of 4 k make a lane's elements 16
// bytes. lhs: register e of a lane -> (lane % 4 + 4 * (lane / 16), e).
static constexpr FragmentBasis lhsQuadRegisters[] = {{0, 1}, {0, 2}, {0, 4}};
static constexpr FragmentBasis lhsQuadLanes[] = {
    {1, 0}, {2, 0}, {8, 0}, {0, 0}, {4, 0}};
static constexpr FragmentBasis rhsQuadRegisters[] = {{1, 0}, {2, 0}, {4, 0}};
static constexpr FragmentBasis rhsQuadLanes[] = {
    {0, 1}, {0, 2}, {0, 0}, {0, 8}, {0, 4}};
// Register 4q + 2p + e -> (lane % 2 + 2p + 4 * (lane / 16),
// lane / 2 % 2 * 2 + 4q + e).
static constexpr FragmentBasis accQuadRegisters[] = {{0, 1}, {2, 0}, {0, 4}};
static constexpr FragmentBasis accQuadLanes[] = {
    {1, 0}, {0, 2}, {8, 0}, {0, 8}, {4, 0}};

static constexpr MatrixInstruction m16n8k16(llvm::StringRef name,
                                            MatrixType operand) {
  return {name,
          operand,
          MatrixType::F32,
          /*m=*/16,
          /*n=*/8,
          /*k=*/16,
          {lhs16Registers, lhs16Lanes},
          {rhs16Registers, rhs16Lanes},
          acc16x8};
}
static constexpr MatrixInstruction
m16n8k32(llvm::StringRef name, MatrixType operand, MatrixType accumulator) {
  return {name,
          operand,
          accumulator,
          /*m=*/16,
          /*n=*/8,
          /*k=*/32,
          {lhs8Registers, lhs8Lanes},
          {rhs8Registers, rhs8Lanes},
          acc16x8};
}

static constexpr MatrixInstruction voltaInstructions[] = {
    {"mma.m8n8k4.f32.f16.quads",
     MatrixType::F16,
     MatrixType::F32,
     /*m=*/16,
     /*n=*/16,
     /*k=*/8,
     {lhsQuadRegisters, lhsQuadLanes},
     {rhsQuadRegisters, rhsQuadLanes},
     {accQuadRegisters, accQuadLanes}},
};

// The halves of Ampere's fragments are Turing's: with them its operands come by
// the same loads, and weights of attention stay in their registers.
static constexpr MatrixInstruction turingInstructions[] = {
    m16n8k16("mma.m16n8k8.f32.f16.pair", MatrixType::F16),
    m16n8k32("mma.m8n8k16.s32.s8.quad", MatrixType::I8, MatrixType::I32),
};

// Ada's are these and the two of 8-bit floats behind them.
static constexpr MatrixInstruction adaInstructions[] = {
    m16n8k16("mma.m16n8k16.f32.f16", MatrixType::F16),
    m16n8k16("mma.m16n8k16.f32.bf16", MatrixType::BF16),
    {"mma.m16n8k8.f32.tf32",
     MatrixType::TF32,
     MatrixType::F32,
     /*m=*/16,
     /*n=*/8,
     /*k=*/8,
     {lhs32Registers, lhs32Lanes},
     {rhs32Registers, rhs32Lanes},
     acc16x8},
    {"mma.m8n8k4.f64.pair",
     MatrixType::F64,
     MatrixType::F64,
     /*m=*/8,
     /*n=*/8,
     /*k=*/8,
     {lhs64Registers, lhs64Lanes},
     {rhs64Registers, rhs64Lanes},
     {acc64Registers, accLanes}},
    m16n8k32("mma.m16n8k32.s32.s8", MatrixType::I8, MatrixType::I32),
    m16n8k32("mma.m16n8k32.f32.e4m3", MatrixType::F8E4M3, MatrixType::F32),
    m16n8k32("mma.m16n8k32.f32.e5m2", MatrixType::F8E5M2, MatrixType::F32),
};
static constexpr llvm::ArrayRef<MatrixInstruction>
    ampereInstructions(adaInstructions, std::size(adaInstructions) - 2);

#define MMA "llvm.nvvm.mma."
static constexpr MatrixForm forms[] = {
    {"mma.m8n8k4.f32.f16.quads", MMA "m8n8k4.row.col.f32.f32", 4, 4, 8, 64},
    {"mma.m16n8k8.f32.f16.pair", MMA "m16n8k8.row.col.f32.f32", 4, 2, 4, 65},
    {"mma.m8n8k16.s32.s8.quad", MMA "m8n8k16.row.col.s8", 4, 4, 2, 65},
    {"mma.m16n8k16.f32.f16", MMA "m16n8k16.row.col.f32.f32", 8, 4, 4, 70},
    {"mma.m16n8k16.f32.bf16", MMA "m16n8k16.row.col.bf16", 8, 4, 4, 70},
    {"mma.m16n8k8.f32.tf32", MMA "m16n8k8.row.col.tf32", 4, 2, 4, 70},
    {"mma.m8n8k4.f64.pair", MMA "m8n8k4.row.col.f64", 1, 1, 2, 70},
    {"mma.m16n8k32.s32.s8", MMA "m16n8k32.row.col.s8", 16, 8, 4, 70},
    {"mma.m16n8k32.f32.e4m3", MMA "m16n8k32.row.col.f32.e4m3.e4m3.f32", 16, 8,
     4, 84},
    {"mma.m16n8k32.f32.e5m2", MMA "m16n8k32.row.col.f32.e5m2.e5m2.f32", 16, 8,
     4, 84},
};
#undef MMA

llvm::ArrayRef<MatrixForm> xcc::nvidia::matrixForms() { return forms; }

const MatrixForm &xcc::nvidia::findForm(const MatrixInstruction &instruction) {
  const MatrixForm *form = llvm::find_if(forms, [&](const MatrixForm &form) {
    return form.instruction == instruction.name;
  });
  assert(form != std::end(forms) && "every instruction has a form");
  return *form;
}

/// What chips of one generation have in common.
static constexpr DeviceDescription
generation(OperandPath path,
           llvm::ArrayRef<MatrixInstruction> matrixInstructions) {
  bool isAsync = path == OperandPath::AsyncShared;
  return {.lanesPerWarp = 32,
          .maxThreadsPerBlock = 1024,
          .sharedBytesPerBlock = 48 * 1024,
          .sharedBanks = 32,
          .registersPerThread = 255,
          .maxVectorBytes = 16,
          .numProcessors = 1,
          .operandPath = path,
          // What is copied in the background may run two steps ahead.
          .pipelineStages = isAsync ? 3u : 2u,
          .hasF64 = true,
          .hasBF16Arithmetic = isAsync, // both came with Ampere
          .hasFragmentLoads = true,
          .matrixInstructions = matrixInstructions};
}

static constexpr DeviceDescription makePascal() {
  DeviceDescription device = generation(OperandPath::RegisterShared, {});
  device.hasFragmentLoads = false;
  return device;
}
static constexpr DeviceDescription makeVolta() {
  DeviceDescription device = makePascal();
  device.matrixInstructions = voltaInstructions;
  return device;
}

// wgmma: a warp of the four has 16 rows, held as by m16n8k16.
static constexpr MatrixInstruction ofGroup(llvm::StringRef name,
                                           MatrixType operand) {
  MatrixInstruction group = m16n8k16(name, operand);
  group.groupWarps = 4;
  group.mostColumns = 256;
  return group;
}
static constexpr MatrixInstruction hopperGroups[] = {
    ofGroup("wgmma.m64k16.f32.f16", MatrixType::F16),
    ofGroup("wgmma.m64k16.f32.bf16", MatrixType::BF16),
};

static constexpr DeviceDescription makeHopper() {
  DeviceDescription device =
      generation(OperandPath::AsyncShared, adaInstructions);
  device.groupInstructions = hopperGroups;
  device.registersPerBlock = 64 * 1024;
  return device;
}

static constexpr DeviceDescription hopper = makeHopper();
static constexpr DeviceDescription pascal = makePascal(), volta = makeVolta();
static constexpr DeviceDescription turing =
    generation(OperandPath::RegisterShared, turingInstructions);
static constexpr DeviceDescription ampere =
    generation(OperandPath::AsyncShared, ampereInstructions);
static constexpr DeviceDescription ada =
    generation(OperandPath::AsyncShared, adaInstructions);

/// A generation's chip: shared memory of the CUDA C++ Programming Guide's table
/// of compute capabilities, less the 1 KiB a block that the system keeps from
/// Ampere on.
static constexpr DeviceDescription
sized(DeviceDescription device, unsigned sharedKiB, unsigned numProcessors) {
  device.sharedBytesPerBlock = sharedKiB * 1024;
  device.numProcessors = numProcessors;
  return device;
}

static constexpr llvm::StringRef formats[] = {"llvm", "bitcode", "ptx",
                                              "cubin"};
// The ptxas of CUDA 13 begins with Turing; drivers take older PTX by
// themselves.
static constexpr llvm::ArrayRef<llvm::StringRef> formatsWithoutCode(formats, 3);
// A cubin spares the driver's compiler; PTX runs on what came later, too.
static constexpr llvm::StringRef images[] = {"ptx", "cubin"};
static constexpr llvm::ArrayRef<llvm::StringRef> imagesWithoutCode(images, 1);

// PTX 6.0 has the shuffles of whole warps. Processors are those of the largest
// common card. 99 KiB is what every card from Ampere on has.
static constexpr Chip chips[] = {
    {"sm_50", "GTX 750 to 980, M40 (Maxwell)", "sm_50", sized(pascal, 48, 16),
     60, formatsWithoutCode, imagesWithoutCode},
    {"sm_61", "GTX 10, P4, P40 (Pascal)", "sm_61", sized(pascal, 48, 28), 60,
     formatsWithoutCode, imagesWithoutCode},
    {"sm_70", "V100 (Volta)", "sm_70", sized(volta, 96, 80), 60,
     formatsWithoutCode, imagesWithoutCode},
    {"sm_75", "T4, RTX 20 (Turing)", "sm_75", sized(turing, 64, 40), 63,
     formats, images},
    {"sm_80", "A100 (Ampere)", "sm_80", sized(ampere, 163, 108), 70, formats,
     images},
    {"sm_86", "RTX 30, A10, A40 (Ampere)", "sm_86", sized(ampere, 99, 84), 71,
     formats, images},
    {"sm_89", "RTX 40, L4, L40 (Ada)", "sm_89", sized(ada, 99, 128), 78,
     formats, images},
    {"sm_90", "H100, H200 (Hopper)", "sm_90a", sized(hopper, 227, 132), 80,
     formats, images},
    {"sm_100", "B200, GB200 (Blackwell)", "sm_100", sized(ada, 227, 148), 86,
     formats, images},
    {"sm_120", "RTX 50, RTX PRO (Blackwell)", "sm_120", sized(ada, 99, 170), 87,
     formats, images},
    {"compute_80", "any card from Ampere on", "sm_80", sized(ampere, 99, 84),
     70, formatsWithoutCode, imagesWithoutCode},
    {"compute_90", "any card from Hopper on", "sm_90", sized(ada, 99, 132), 78,
     formatsWithoutCode, imagesWithoutCode},
};

llvm::ArrayRef<TargetDescription> xcc::nvidia::targets() {
  static const auto rows =
      llvm::map_to_vector<16>(chips, [](const Chip &chip) -> TargetDescription {
        return {.name = chip.name,
                .hardware = chip.hardware,
                .machine = "nvptx64",
                .formats = chip.formats,
                .images = chip.images,
                .isa = chip.isForItselfAlone() ? chip.architecture : chip.name,
                .portable = chip.isForItselfAlone() ? "compute_90" : "",
                .device = &chip.device};
      });
  return rows;
}

const Chip *xcc::nvidia::findChip(mlir::ModuleOp module, llvm::StringRef name) {
  const Chip *chip = llvm::find_if(
      chips, [&](const Chip &candidate) { return candidate.name == name; });
  if (chip != std::end(chips))
    return chip;
  module.emitError("expects a chip of this vendor, got '") << name << "'";
  return nullptr;
}
