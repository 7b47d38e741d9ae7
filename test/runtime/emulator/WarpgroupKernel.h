//===- WarpgroupKernel.h - One product of a warpgroup as LLVM IR -*- C++ -*-==//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layouts by rows and chunks, as the figures of "Shared Memory Matrix Layout"
// of the PTX ISA draw them, not by bits of addresses.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_TEST_EMULATOR_WARPGROUPKERNEL_H
#define XRT_TEST_EMULATOR_WARPGROUPKERNEL_H

#include "test/runtime/emulator/TestKernel.h"

namespace xrt::emulator::test {

inline constexpr unsigned kThreads = 128, kImageBytes = 32768,
                          kStartOfB = 16384;

struct Type {
  const char *name;
  unsigned bytes, exponentBits, mantissaBits; // 0 bits: an integer
  unsigned k;
};
inline constexpr Type kF16 = {"f16", 2, 5, 10, 16},
                      kBf16 = {"bf16", 2, 8, 7, 16},
                      kTf32 = {"tf32", 4, 8, 23, 8},
                      kE4m3 = {"e4m3", 1, 4, 3, 32},
                      kE5m2 = {"e5m2", 1, 5, 2, 32}, kS8 = {"s8", 1, 0, 0, 32},
                      kU8 = {"u8", 1, 0, 0, 32};

/// The value's bits; it is one of the type's.
uint32_t encode(const Type &type, float value);

/// An operand in shared memory.
struct Layout {
  unsigned lineBytes; // 16: no swizzle
  bool isKMajor = true;
  unsigned leading = 0, stride = 0; // bytes
  unsigned firstChunk = 0;          // where k begins in the line

  /// Which chunk of a line chunk |c| is in: lines of an atom exchange them.
  unsigned chunkOf(unsigned line, unsigned c) const {
    switch (lineBytes) {
    case 128:
      return c ^ line % 8;
    case 64:
      return c ^ line / 2 % 4;
    case 32:
      return c ^ line / 4 % 2;
    }
    return c;
  }
  unsigned offset(unsigned bytes, unsigned row, unsigned k) const {
    unsigned perChunk = 16 / bytes;
    if (isKMajor) {
      unsigned c = k / perChunk + firstChunk, in = k % perChunk * bytes;
      if (lineBytes == 16)
        return row / 8 * stride + row % 8 * 16 + c * leading + in;
      return row / 8 * stride + row % 8 * lineBytes + chunkOf(row, c) * 16 + in;
    }
    unsigned perLine = lineBytes / bytes, in = row % perChunk * bytes;
    if (lineBytes == 16)
      return row / perChunk * stride + k % 8 * 16 + k / 8 * leading + in;
    return row / perLine * leading + k / 8 * stride + k % 8 * lineBytes +
           chunkOf(k, row % perLine / perChunk) * 16 + in;
  }
  uint64_t baseOffset = 0;

  uint64_t descriptor(unsigned start) const {
    uint64_t kind = lineBytes == 128  ? 1
                    : lineBytes == 64 ? 2
                    : lineBytes == 32 ? 3
                                      : 0;
    uint64_t from =
        start + (lineBytes == 16 ? firstChunk * leading : firstChunk * 16);
    return from >> 4 | uint64_t(leading >> 4) << 16 |
           uint64_t(stride >> 4) << 32 | baseOffset << 49 | kind << 62;
  }
};

struct Product {
  Type a, b;
  unsigned n = 16;
  Layout layoutOfA = {128, true, 0, 1024}, layoutOfB = {128, true, 0, 1024};
  bool aInRegisters = false, accumulates = false, isHalf = false;
  bool negatesA = false, negatesB = false;
  // What a kernel may get wrong.
  bool hasProxyFence = true, hasFence = true, hasCommit = true, hasWait = true;
  bool scalesEarly = false;
  bool waitsWithout = false; // the wait does not have the accumulators

  bool isInteger() const { return !a.exponentBits; }
  unsigned registers() const { return isHalf ? n / 4 : n / 2; }
  const char *registerType() const {
    return isInteger() || isHalf ? "i32" : "float";
  }
};

/// A kernel 'k' (image of shared memory, c, a in registers, out, descriptors).
std::string kernelOf(const Product &product);

} // namespace xrt::emulator::test

#endif // XRT_TEST_EMULATOR_WARPGROUPKERNEL_H
