//===- Numbers.h - Small floating-point types as bits -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Conversions that do not depend on what the CPU has, written so that loops of
// them are vectorised.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_NUMBERS_H
#define XRT_EMULATOR_NUMBERS_H

#include <bit>
#include <cmath>
#include <cstdint>

namespace xrt::emulator {

inline float floatOfHalf(uint16_t half) {
  // The exponent's bias differs by 112: a product moves it, denormals too.
  uint32_t magnitude = uint32_t(half & 0x7fff) << 13;
  float scaled = std::bit_cast<float>(magnitude) * 0x1p112f;
  uint32_t bits = std::bit_cast<uint32_t>(scaled);
  if ((half & 0x7c00) == 0x7c00)
    bits = magnitude | 0x7f800000;
  return std::bit_cast<float>(bits | uint32_t(half & 0x8000) << 16);
}

inline float floatOfBfloat(uint16_t bits) {
  return std::bit_cast<float>(uint32_t(bits) << 16);
}

/// OCP's f8 E4M3: no infinities, one NaN.
inline float floatOfE4M3(uint8_t bits) {
  uint32_t magnitude = bits & 0x7f;
  float value = std::bit_cast<float>(magnitude << 20) * 0x1p120f;
  if (magnitude == 0x7f)
    value = std::bit_cast<float>(0x7fc00000);
  return std::bit_cast<float>(std::bit_cast<uint32_t>(value) |
                              uint32_t(bits & 0x80) << 24);
}

/// OCP's f8 E5M2: the upper half of an f16.
inline float floatOfE5M2(uint8_t bits) {
  return floatOfHalf(uint16_t(bits << 8));
}

/// tf32: f32 of which the low 13 bits are not looked at.
inline float floatOfTf32(uint32_t bits) {
  return std::bit_cast<float>(bits & 0xffffe000);
}

/// Rounds to nearest even.
inline uint16_t bfloatBits(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7fffffff) > 0x7f800000)
    return bits >> 16 | 0x40;
  return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

/// Rounds to odd, so that a second rounding comes out as one alone would.
inline float floatToOdd(double value) {
  float near = float(value);
  if (std::isnan(value) || double(near) == value || std::isinf(near))
    return near;
  uint32_t bits = std::bit_cast<uint32_t>(near);
  if (bits & 1)
    return near;
  bool isAway = std::fabs(double(near)) > std::fabs(value);
  return std::bit_cast<float>(isAway ? bits - 1 : bits + 1);
}

inline uint16_t bfloatBitsOfDouble(double value) {
  return bfloatBits(floatToOdd(value));
}

/// Rounds to nearest even.
inline uint16_t halfBits(float value) {
  uint32_t bits = std::bit_cast<uint32_t>(value);
  uint16_t sign = bits >> 16 & 0x8000;
  bits &= 0x7fffffff;
  if (bits > 0x7f800000)
    return sign | 0x7e00 | (bits >> 13 & 0x1ff);
  if (bits >= 0x477ff000) // 65520: rounds to infinity
    return sign | 0x7c00;
  if (bits < 0x38800000) // below 2^-14: the sum's last bit weighs 2^-24
    return sign | (std::bit_cast<uint32_t>(std::bit_cast<float>(bits) + 0.5f) -
                   0x3f000000);
  bits += 0xfff + (bits >> 13 & 1);
  return sign | ((bits - (112u << 23)) >> 13);
}

inline uint16_t halfBitsOfDouble(double value) {
  return halfBits(floatToOdd(value));
}

/// The result of an approximate instruction: off by up to |units| in the last
/// place, always the same for the same result, so that nobody relies on more.
inline float approximate(float exact, uint32_t units = 1) {
  uint32_t bits = std::bit_cast<uint32_t>(exact);
  uint32_t magnitude = bits & 0x7fffffff;
  // Zeros, infinities, NaNs, and powers of two come out exact.
  if (!(bits & 0x7fffff) || magnitude >= 0x7f7fff00 || magnitude < 0x800000)
    return exact;
  uint32_t hash = (bits * 0x9e3779b1u) >> 8;
  uint32_t shift = hash % (2 * units + 1);
  return std::bit_cast<float>(bits + shift - units);
}

} // namespace xrt::emulator

#endif // XRT_EMULATOR_NUMBERS_H
