//===- Hash.h - The bundle's 64-bit checksum --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// XXH64 with seed 0, as published with test vectors by its author; written
// anew here because it is 80 lines and the runtime depends on nothing.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_FORMAT_HASH_H
#define XRT_FORMAT_HASH_H

#include <cstddef>
#include <cstdint>

namespace xrt::format {

/// The hash of bytes that come in pieces; the split does not matter.
class Hasher {
public:
  void update(const void *data, size_t size);
  uint64_t finish() const;

private:
  void consumeBlock(const unsigned char *block);

  static constexpr size_t kBlock = 32;
  uint64_t lanes[4] = {0x60EA27EEADC0B5D6, 0xC2B2AE3D27D4EB4F, 0,
                       0x61C8864E7A143579};
  uint64_t total = 0;
  unsigned char pending[kBlock] = {};
  size_t numPending = 0;
};

uint64_t hash(const void *data, size_t size);

} // namespace xrt::format

#endif // XRT_FORMAT_HASH_H
