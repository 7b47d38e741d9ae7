//===- Device.h - What a schedule needs to know about a device ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts as data: schedules and the lowering of tiles read these and know
// nothing else about a target.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_BASE_DEVICE_H
#define XCC_LIB_BASE_DEVICE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <functional>

namespace xcc {

/// Element types a matrix instruction takes or gives. Of the floats of 8 bits,
/// those of the OCP standard, then those with one zero and no infinity.
enum class MatrixType {
  F16,
  BF16,
  F32,
  TF32,
  F64,
  I8,
  I32,
  F8E4M3,
  F8E5M2,
  F8E4M3FNUZ,
  F8E5M2FNUZ
};

/// A basis of a fragment: the (row, column) that one bit of the register or
/// lane number adds.
struct FragmentBasis {
  int32_t row, column;
};

/// Who holds which element of one operand of one matrix instruction:
/// (register bits, lane bits) -> (row, column), linear over GF(2).
struct Fragment {
  llvm::ArrayRef<FragmentBasis> registers;
  llvm::ArrayRef<FragmentBasis> lanes;
};

/// acc(m, n) += lhs(m, k) * rhs(k, n), by all lanes of a warp together.
struct MatrixInstruction {
  llvm::StringRef name; // what `tile.dot` names
  MatrixType operand, accumulator;
  unsigned m, n, k;
  Fragment lhs;          // (m, k)
  Fragment rhs;          // (k, n)
  Fragment accumulators; // (m, n)
  // Of a group instruction: so many warps multiply together, whose rows lie
  // below each other (m and the fragments are those of one warp), up to so many
  // columns at once. The rhs, and the lhs unless it is in registers, comes from
  // shared memory by itself.
  unsigned groupWarps = 1;
  unsigned mostColumns = 0;
};

/// How operands of a product travel from global memory to registers.
enum class OperandPath {
  AsyncShared,    // copied to shared memory in the background
  RegisterShared, // loaded one step ahead, then stored to shared memory
  Direct          // loaded as fragments, no shared memory
};

struct DeviceDescription {
  unsigned lanesPerWarp;
  unsigned maxThreadsPerBlock;
  unsigned sharedBytesPerBlock; // largest a block may ask for
  unsigned sharedBanks;         // 4 bytes each
  unsigned registersPerThread;  // of 32 bits, at full occupancy of one block
  unsigned maxVectorBytes;      // widest load or store of one thread
  unsigned numProcessors;       // that run blocks independently
  OperandPath operandPath;
  unsigned pipelineStages; // tiles in flight that hide a load
  bool hasF64;
  bool hasBF16Arithmetic; // conversions at least; else bf16 is carried as bits
  // Lines of 16 bytes of shared memory become fragments by one instruction of
  // the warp; of 16-bit elements also transposed.
  bool hasFragmentLoads = false;
  llvm::ArrayRef<MatrixInstruction> matrixInstructions; // the preferred first
  // Products of operands in shared memory by groups of warps, and with them:
  // barriers with phases, copies of described tensors, warps with roles. None:
  // the device has nothing of this.
  llvm::ArrayRef<MatrixInstruction> groupInstructions = {};
  unsigned registersPerBlock = 0; // that roles share out
};

/// Says where findDevice looks; tools call it before any pass runs.
void setDeviceLookup(
    std::function<const DeviceDescription *(llvm::StringRef)> lookup);

/// The device of the target called `name`; null when there is none.
const DeviceDescription *findDevice(llvm::StringRef name);

} // namespace xcc

#endif // XCC_LIB_BASE_DEVICE_H
