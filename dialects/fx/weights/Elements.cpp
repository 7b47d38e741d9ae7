//===- Elements.cpp - Tensor elements as bytes and as numbers -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/weights/Elements.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/Endian.h"

#include <cmath>
#include <cstring>

using namespace mlir;
namespace endian = llvm::support::endian;

namespace xcc::fx {

namespace {
struct ElementRow {
  llvm::StringLiteral safetensors;
  int64_t bytes;
  Type (*type)(Builder &);
};
} // namespace

static const ElementRow elementRows[] = {
    {"F64", 8, [](Builder &b) -> Type { return b.getF64Type(); }},
    {"F32", 4, [](Builder &b) -> Type { return b.getF32Type(); }},
    {"F16", 2, [](Builder &b) -> Type { return b.getF16Type(); }},
    {"BF16", 2, [](Builder &b) -> Type { return b.getBF16Type(); }},
    {"I64", 8, [](Builder &b) -> Type { return b.getI64Type(); }},
    {"I32", 4, [](Builder &b) -> Type { return b.getI32Type(); }},
    {"I16", 2, [](Builder &b) -> Type { return b.getI16Type(); }},
    {"I8", 1, [](Builder &b) -> Type { return b.getI8Type(); }},
    {"U8", 1, [](Builder &b) -> Type { return b.getIntegerType(8, false); }},
    {"BOOL", 1, [](Builder &b) -> Type { return b.getI1Type(); }},
    {"F8_E4M3", 1,
     [](Builder &b) -> Type { return b.getType<Float8E4M3FNType>(); }},
    {"F8_E5M2", 1,
     [](Builder &b) -> Type { return b.getType<Float8E5M2Type>(); }},
    {"F8_E4M3FNUZ", 1,
     [](Builder &b) -> Type { return b.getType<Float8E4M3FNUZType>(); }},
    {"F8_E5M2FNUZ", 1,
     [](Builder &b) -> Type { return b.getType<Float8E5M2FNUZType>(); }},
};

static const ElementRow *rowOf(Type type) {
  Builder builder(type.getContext());
  for (const ElementRow &row : elementRows)
    if (row.type(builder) == type)
      return &row;
  return nullptr;
}

int64_t elementBytes(Type type) {
  const ElementRow *row = rowOf(type);
  return row ? row->bytes : 0;
}

llvm::StringRef safetensorsName(Type type) {
  const ElementRow *row = rowOf(type);
  return row ? llvm::StringRef(row->safetensors) : llvm::StringRef();
}

Type typeOfSafetensorsName(llvm::StringRef name, MLIRContext *context) {
  Builder builder(context);
  for (const ElementRow &row : elementRows)
    if (row.safetensors == name)
      return row.type(builder);
  return {};
}

//===-- Rounding ----------------------------------------------------------===//

static llvm::APFloat toAPFloat(double value, FloatType type) {
  llvm::APFloat result(value);
  bool losesPrecision;
  result.convert(type.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven,
                 &losesPrecision);
  // As PyTorch 2.13: without infinities the largest number stands for them.
  if (isa<Float8E4M3FNType>(type) && result.isNaN() && !std::isnan(value))
    return llvm::APFloat::getLargest(type.getFloatSemantics(),
                                     std::signbit(value));
  return result;
}

// Rounds to `mantissaBits` fraction bits with `minExponent` as the exponent of
// the smallest normal number; exact powers of two make the two scalings exact.
static double roundBinary(double value, int mantissaBits, int minExponent,
                          double largest) {
  if (!std::isfinite(value) || value == 0)
    return value;
  int exponent = std::max(std::ilogb(value), minExponent);
  double ulp = std::ldexp(1.0, exponent - mantissaBits);
  double rounded = std::nearbyint(value / ulp) * ulp;
  if (std::fabs(rounded) > largest)
    return std::copysign(INFINITY, value);
  return std::copysign(rounded, value);
}

double roundToType(double value, Type floatType) {
  if (floatType.isF64())
    return value;
  if (floatType.isF32())
    return static_cast<float>(value);
  if (floatType.isF16())
    return roundBinary(value, 10, -14, 65504.0);
  if (floatType.isBF16())
    return roundBinary(value, 7, -126, 0x1.fep127);
  return toAPFloat(value, cast<FloatType>(floatType)).convertToDouble();
}

int64_t wrapToType(int64_t value, Type integerType) {
  if (integerType.isInteger(1))
    return value != 0;
  unsigned width = integerType.getIntOrFloatBitWidth();
  if (width == 64)
    return value;
  uint64_t low =
      static_cast<uint64_t>(value) & llvm::maskTrailingOnes<uint64_t>(width);
  if (integerType.isUnsignedInteger())
    return static_cast<int64_t>(low);
  return llvm::SignExtend64(low, width);
}

//===-- Bytes to numbers --------------------------------------------------===//

// Narrow types have few values: all of them, decoded once a call.
static std::vector<double> decodeTable(FloatType type) {
  unsigned width = type.getWidth();
  std::vector<double> table(size_t(1) << width);
  for (size_t bits = 0; bits < table.size(); ++bits)
    table[bits] =
        llvm::APFloat(type.getFloatSemantics(), llvm::APInt(width, bits))
            .convertToDouble();
  return table;
}

template <typename From, typename To>
static std::vector<To> decodeAs(llvm::ArrayRef<char> bytes) {
  std::vector<To> values(bytes.size() / sizeof(From));
  for (size_t i = 0; i < values.size(); ++i) {
    From value;
    std::memcpy(&value, bytes.data() + i * sizeof(From), sizeof(From));
    values[i] = static_cast<To>(value);
  }
  return values;
}

template <typename Bits>
static std::vector<double> decodeByTable(llvm::ArrayRef<char> bytes,
                                         FloatType type) {
  std::vector<double> values(bytes.size() / sizeof(Bits));
  // The table costs more than it saves for a handful of elements.
  bool isSmall = values.size() < (size_t(1) << type.getWidth());
  std::vector<double> table =
      isSmall ? std::vector<double>() : decodeTable(type);
  for (size_t i = 0; i < values.size(); ++i) {
    Bits bits;
    std::memcpy(&bits, bytes.data() + i * sizeof(Bits), sizeof(Bits));
    values[i] = isSmall ? llvm::APFloat(type.getFloatSemantics(),
                                        llvm::APInt(type.getWidth(), bits))
                              .convertToDouble()
                        : table[bits];
  }
  return values;
}

std::vector<double> decodeFloats(llvm::ArrayRef<char> bytes, Type type) {
  if (type.isF64())
    return decodeAs<double, double>(bytes);
  if (type.isF32())
    return decodeAs<float, double>(bytes);
  auto narrow = cast<FloatType>(type);
  if (narrow.getWidth() == 16)
    return decodeByTable<uint16_t>(bytes, narrow);
  return decodeByTable<uint8_t>(bytes, narrow);
}

std::vector<int64_t> decodeInts(llvm::ArrayRef<char> bytes, Type type) {
  if (type.isUnsignedInteger(8))
    return decodeAs<uint8_t, int64_t>(bytes);
  switch (type.getIntOrFloatBitWidth()) {
  case 64:
    return decodeAs<int64_t, int64_t>(bytes);
  case 32:
    return decodeAs<int32_t, int64_t>(bytes);
  case 16:
    return decodeAs<int16_t, int64_t>(bytes);
  case 8:
    return decodeAs<int8_t, int64_t>(bytes);
  }
  std::vector<int64_t> values = decodeAs<uint8_t, int64_t>(bytes);
  for (int64_t &value : values)
    value = value != 0;
  return values;
}

//===-- Numbers to bytes --------------------------------------------------===//

// The bits of `value`, which is a number of the type already.
static uint16_t bfloatBits(double value) {
  return llvm::bit_cast<uint32_t>(static_cast<float>(value)) >> 16;
}

static uint16_t halfBits(double value) {
  uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  double magnitude = std::fabs(value);
  if (std::isnan(value))
    return sign | 0x7e00;
  if (std::isinf(value))
    return sign | 0x7c00;
  // Subnormal halves are multiples of 2^-24, and 2^-14 continues the count.
  if (magnitude < 0x1p-14)
    return sign | static_cast<uint16_t>(magnitude * 0x1p24);
  uint64_t bits = llvm::bit_cast<uint64_t>(magnitude);
  return sign |
         static_cast<uint16_t>((bits >> 42) - (uint64_t(1023 - 15) << 10));
}

template <typename To, typename From, typename Convert>
static std::vector<char> encodeAs(llvm::ArrayRef<From> values,
                                  Convert convert) {
  std::vector<char> bytes(values.size() * sizeof(To));
  for (size_t i = 0; i < values.size(); ++i) {
    To value = convert(values[i]);
    std::memcpy(bytes.data() + i * sizeof(To), &value, sizeof(To));
  }
  return bytes;
}

std::vector<char> encodeFloats(llvm::ArrayRef<double> values, Type type) {
  if (type.isF64())
    return encodeAs<double>(values, [](double x) { return x; });
  if (type.isF32())
    return encodeAs<float>(values, [](double x) { return float(x); });
  if (type.isF16())
    return encodeAs<uint16_t>(
        values, [&](double x) { return halfBits(roundToType(x, type)); });
  if (type.isBF16())
    return encodeAs<uint16_t>(
        values, [&](double x) { return bfloatBits(roundToType(x, type)); });
  return encodeAs<uint8_t>(values, [&](double x) {
    return toAPFloat(x, cast<FloatType>(type)).bitcastToAPInt().getZExtValue();
  });
}

std::vector<char> encodeInts(llvm::ArrayRef<int64_t> values, Type type) {
  switch (type.getIntOrFloatBitWidth()) {
  case 64:
    return encodeAs<int64_t>(values, [](int64_t x) { return x; });
  case 32:
    return encodeAs<int32_t>(values, [](int64_t x) { return x; });
  case 16:
    return encodeAs<int16_t>(values, [](int64_t x) { return x; });
  case 8:
    return encodeAs<int8_t>(values, [](int64_t x) { return x; });
  }
  return encodeAs<uint8_t>(values, [](int64_t x) { return x != 0; });
}

} // namespace xcc::fx
