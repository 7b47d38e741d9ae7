//===- Container.h - The .xcb file around the index -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_FORMAT_CONTAINER_H
#define XRT_FORMAT_CONTAINER_H

#include <cstdint>

namespace xrt::format {

/// Raised when an older reader would misread the file.
inline constexpr uint32_t kFormatVersion = 1;

// As in PNG: a non-ASCII byte, both line ends and an end-of-file mark, so that
// a transfer which treats the file as text is seen in the first eight bytes.
inline constexpr unsigned char kMagic[8] = {'X',  'C',  'B',  0x8A,
                                            '\r', '\n', 0x1A, '\n'};

inline constexpr uint64_t kSectionAlignment = 64;
// A page, so that a weight can be mapped or shared by itself.
inline constexpr uint64_t kWeightAlignment = 4096;

/// The first 64 bytes, the same in all versions to come. All offsets count from
/// the start of the file.
struct FileHeader {
  unsigned char magic[8];
  uint32_t version;
  uint32_t headerBytes; // 64
  uint64_t indexOffset;
  uint64_t indexBytes;
  uint64_t indexChecksum;
  uint64_t fileBytes;
  uint64_t reserved;       // 0
  uint64_t headerChecksum; // of the 56 bytes before it
};
static_assert(sizeof(FileHeader) == 64);
inline constexpr uint64_t kCheckedHeaderBytes = 56;

} // namespace xrt::format

#endif // XRT_FORMAT_CONTAINER_H
