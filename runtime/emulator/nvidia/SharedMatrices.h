//===- SharedMatrices.h - Matrices that descriptors name, NVIDIA -*- C++ -*-==//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PTX ISA: "Asynchronous Warpgroup Level Matrix Multiply-Accumulate", "Shared
// Memory Matrix Layout" and "Matrix Descriptor Format". In pieces of 16 bytes
// (p elements), with w pieces in a swizzled line (1: no swizzle):
//
//   k-major   (row r, depth k) -> r % 8 lines, r / 8 strides, k / p pieces (of
//             a line; without swizzle: leading offsets)
//   mn-major  (row r, depth k) -> k % 8 lines, k / 8 strides, r / p % w pieces,
//             r / (p w) leading offsets; without swizzle the two exchanged
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_NVIDIA_SHAREDMATRICES_H
#define XRT_EMULATOR_NVIDIA_SHAREDMATRICES_H

#include "runtime/emulator/TensorBoxes.h"

namespace xrt::emulator::nvidia {

struct MatrixDescriptor {
  uint32_t start = 0, leading = 0, stride = 0; // bytes
  uint32_t lineBytes = 0;                      // of the swizzle: 16 is none
  uint32_t baseOffset = 0;

  static MatrixDescriptor decode(uint64_t bits) {
    constexpr uint32_t kLines[] = {16, 128, 64, 32};
    auto field = [&](unsigned at) {
      return uint32_t(bits >> at & 0x3fff) << 4;
    };
    return {field(0), field(16), field(32), kLines[bits >> 62],
            uint32_t(bits >> 49 & 7)};
  }
};

/// Where the piece with element (row, depth) lies, from the matrix's start, and
/// before the swizzle.
inline uint32_t pieceOffset(const MatrixDescriptor &matrix, bool isKMajor,
                            uint32_t perPiece, uint32_t row, uint32_t depth) {
  uint32_t line = matrix.lineBytes, inLine = line / kPieceBytes;
  if (isKMajor) {
    uint32_t piece = depth / perPiece;
    return row % 8 * line + row / 8 * matrix.stride +
           (inLine == 1 ? piece * matrix.leading : piece * kPieceBytes);
  }
  uint32_t piece = row / perPiece;
  if (inLine == 1)
    return depth % 8 * line + depth / 8 * matrix.leading +
           piece * matrix.stride;
  return depth % 8 * line + depth / 8 * matrix.stride +
         piece % inLine * kPieceBytes + piece / inLine * matrix.leading;
}

/// The piece's address in the window of shared memory at |window|.
inline uint64_t pieceAddress(const MatrixDescriptor &matrix, uint64_t window,
                             uint32_t offset) {
  return swizzled(window + matrix.start + offset,
                  matrix.lineBytes == kPieceBytes ? 0 : matrix.lineBytes);
}

} // namespace xrt::emulator::nvidia

#endif // XRT_EMULATOR_NVIDIA_SHAREDMATRICES_H
