//===- TensorBoxes.h - The bytes of a box of a tensor -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_TENSORBOXES_H
#define XRT_EMULATOR_TENSORBOXES_H

#include "runtime/emulator/TensorCopies.h"

namespace xrt::emulator {

// A swizzle moves pieces of this size; a box is made of whole ones.
inline constexpr uint64_t kPieceBytes = 16;

/// Exchanges pieces of a line by the number of the line: bits 4 and up of the
/// address are changed by bits 7 and up, one for 32 bytes, three for 128.
inline uint64_t swizzled(uint64_t address, uint32_t lineBytes) {
  return lineBytes ? address ^ ((address >> 7 & (lineBytes / 16 - 1)) << 4)
                   : address;
}

/// Part of a line of a box in global memory: |inside| of its bytes exist, from
/// the |skipped|-th on.
struct BoxPiece {
  uint64_t address; // of the first that exists
  uint32_t skipped = 0, inside = 0;
};

/// Bytes [at, at + count) of the box, which lie in one line of it.
inline BoxPiece findPiece(const TensorCopy &copy, uint64_t at, uint64_t count) {
  const TensorMap &map = copy.map;
  uint64_t lineBytes = uint64_t(map.box[0]) * map.elementBytes;
  uint64_t line = at / lineBytes;
  uint64_t address = map.base;
  for (uint32_t d = 1; d < map.rank; line /= map.box[d], ++d) {
    int64_t index = copy.first[d] + int64_t(line % map.box[d]);
    if (index < 0 || index >= int64_t(map.sizes[d]))
      return {0};
    address += uint64_t(index) * map.strides[d - 1];
  }
  int64_t begin =
      int64_t(copy.first[0]) * map.elementBytes + int64_t(at % lineBytes);
  int64_t size = int64_t(map.sizes[0]) * map.elementBytes;
  int64_t from = std::max<int64_t>(begin, 0);
  int64_t to = std::min<int64_t>(begin + int64_t(count), size);
  if (from >= to)
    return {0};
  return {address + uint64_t(from), uint32_t(from - begin),
          uint32_t(to - from)};
}

} // namespace xrt::emulator

#endif // XRT_EMULATOR_TENSORBOXES_H
