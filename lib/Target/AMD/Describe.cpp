//===- Describe.cpp - AMD's devices as rows -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts from the instruction set manuals (Matrices.h) and LLVM's AMDGPU usage
// guide.
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/AMD.h"
#include "lib/Target/AMD/Chips.h"
#include "lib/Target/AMD/Matrices.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace xcc::amd {

static constexpr DeviceDescription
makeDevice(unsigned lanes, unsigned processors, unsigned registers,
           ArrayRef<MatrixInstruction> instructions) {
  DeviceDescription device = {};
  device.lanesPerWarp = lanes;
  device.maxThreadsPerBlock = 1024;
  device.sharedBytesPerBlock = 64 * 1024;
  device.sharedBanks = 32;
  // With one wave of 64 lanes, or two of 32, on each of the four SIMDs.
  device.registersPerThread = registers;
  device.maxVectorBytes = 16;
  device.numProcessors = processors;
  device.operandPath = OperandPath::RegisterShared;
  device.pipelineStages = 2;
  device.hasF64 = true;
  // No instruction for it, but LLVM's few integer ones round as they should.
  device.hasBF16Arithmetic = true;
  device.matrixInstructions = instructions;
  return device;
}

static constexpr DeviceDescription makeCdna4() {
  DeviceDescription device = makeDevice(64, 256, 512, matrices::cdna4Rows);
  device.sharedBytesPerBlock = 160 * 1024;
  device.sharedBanks = 64;
  return device;
}

// Last word of a buffer resource: data of 32 bits, which raw accesses do not
// look at but which must be some. From RDNA on, a bit that is always set, and
// offsets compared with the buffer's bytes.
static constexpr uint32_t gcnBuffer = 7 << 12 | 4 << 15;
static constexpr uint32_t rdnaBuffer = 22 << 12 | 1 << 24 | 3 << 28;

// Half of a pair of processors for each block: what its waves write to memory
// they then see without giving up their caches at every barrier.
static constexpr StringRef halfPairs = "+cumode";

// Registers: 256, and from MI100 on as many again, which only matrix
// instructions and copies reach; from MI200 on sums may be in either half.
static constexpr Chip chips[] = {
    {"gfx906", "Radeon VII, Instinct MI50, MI60",
     makeDevice(64, 60, 256, matrices::vegaRows), matrices::vegaMatrices,
     /*codeObject=*/5, gcnBuffer, LaneMoves::Rows,
     /*hasUnifiedRegisters=*/false, /*hasPackedF32=*/false,
     /*hasBF16Conversions=*/false, ""},
    {"gfx908", "Instinct MI100", makeDevice(64, 120, 512, matrices::cdna1Rows),
     matrices::cdna1Matrices, 5, gcnBuffer, LaneMoves::Rows, false, false,
     false, ""},
    {"gfx90a", "Instinct MI210, MI250, MI250X",
     makeDevice(64, 104, 512, matrices::cdna2Rows), matrices::cdna2Matrices, 5,
     gcnBuffer, LaneMoves::Rows, true, true, false, ""},
    {"gfx942", "Instinct MI300X, MI300A, MI325X",
     makeDevice(64, 304, 512, matrices::cdna3Rows), matrices::cdna3Matrices, 5,
     gcnBuffer, LaneMoves::Rows, true, true, false, ""},
    {"gfx950", "Instinct MI350X, MI355X", makeCdna4(), matrices::cdna4Matrices,
     5, gcnBuffer, LaneMoves::Swaps, true, true, true, ""},
    {"gfx1100", "Radeon RX 7900", makeDevice(32, 96, 256, matrices::rdna3Rows),
     matrices::rdna3Matrices, 5, rdnaBuffer, LaneMoves::Masks, false, false,
     false, halfPairs},
    {"gfx1201", "Radeon RX 9070, AI PRO R9700",
     makeDevice(32, 64, 256, matrices::rdna4Rows), matrices::rdna4Matrices, 5,
     rdnaBuffer, LaneMoves::Masks, false, false, false, halfPairs},
    // Families: what all their chips have. Their images need code object 6.
    {"gfx9-4-generic", "any gfx940 to gfx950",
     makeDevice(64, 228, 512, matrices::cdna34Rows), matrices::cdna34Matrices,
     6, gcnBuffer, LaneMoves::Rows, true, true, false, ""},
    {"gfx11-generic", "any gfx1100 to gfx1153 (Radeon RX 7000, Ryzen)",
     makeDevice(32, 32, 256, matrices::rdna3Rows), matrices::rdna3Matrices, 6,
     rdnaBuffer, LaneMoves::Masks, false, false, false, halfPairs},
};

ArrayRef<Chip> allChips() { return chips; }

const Chip *findChip(mlir::ModuleOp module, StringRef name) {
  const auto *chip =
      find_if(chips, [&](const Chip &chip) { return chip.name == name; });
  if (chip != std::end(chips))
    return chip;
  module.emitError("expects a target of this vendor, got '") << name << "'";
  return nullptr;
}

const MatrixForm &formOf(const Chip &chip, StringRef name) {
  const auto *matrix = find_if(chip.matrices, [&](const Matrix &matrix) {
    return matrix.row.name == name;
  });
  assert(matrix != chip.matrices.end() && "an instruction of the chip");
  return matrix->form;
}

static constexpr StringRef formats[] = {"llvm", "bitcode", "asm", "hsaco"};
static constexpr StringRef images[] = {"hsaco"};

static TargetDescription makeTarget(const Chip &chip) {
  TargetDescription target = {};
  target.name = chip.name;
  target.hardware = chip.hardware;
  target.machine = "amdgcn";
  target.formats = formats;
  target.images = images;
  target.device = &chip.device;
  return target;
}

ArrayRef<TargetDescription> targets() {
  static const SmallVector<TargetDescription> rows =
      map_to_vector(chips, makeTarget);
  return rows;
}

bool canEmit(StringRef format) { return is_contained(formats, format); }

} // namespace xcc::amd
