//===- Matrix.cpp - MFMA, WMMA and dot products, AMD ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Register maps from the instruction set manuals: CDNA3 for MFMA, "Wave matrix
// multiply accumulate" of RDNA3 and RDNA4 for WMMA, with A and B alike but for
// rows and columns:
//   MFMA  A (lane l, item v) -> (row l % m, k = perLane (l / m) + v)
//   WMMA  of RDNA3: lanes 16 to 31 hold the same as 0 to 15, all of k each
//         of RDNA4, 16 bits: k = 8 (v / 4) + 4 (l / 16) + v % 4; 8 bits: as
//         MFMA
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/MatrixUnit.h"
#include "runtime/emulator/Numbers.h"
#include "runtime/emulator/amd/Amd.h"

using namespace xrt;
using namespace xrt::emulator;

namespace {
//===-- Who holds what ----------------------------------------------------===//

/// MFMA of one block.
template <unsigned size, unsigned depth> struct Mfma {
  static constexpr unsigned lanes = 64, m = size, k = depth;
  static constexpr unsigned perLane = m * k / lanes;
  static constexpr bool isReplicated = false;
  static unsigned depthOf(unsigned lane, unsigned v) {
    return lane / m * perLane + v;
  }
  static unsigned rowOfD(unsigned lane, unsigned v) {
    return v / 4 * 8 * (m / 32) + lane / m * 4 + v % 4;
  }
};

/// Its sums go round the lanes first.
template <unsigned depth> struct MfmaF64 : Mfma<16, depth> {
  static unsigned rowOfD(unsigned lane, unsigned v) {
    return 4 * v + lane / 16;
  }
};

struct WmmaRdna3 {
  static constexpr unsigned lanes = 32, m = 16, k = 16, perLane = 16;
  static constexpr bool isReplicated = true;
  static unsigned depthOf(unsigned, unsigned v) { return v; }
  static unsigned rowOfD(unsigned lane, unsigned v) {
    return 2 * v + lane / 16;
  }
};

template <unsigned run> struct WmmaRdna4 {
  static constexpr unsigned lanes = 32, m = 16, k = 16, perLane = 8;
  static constexpr bool isReplicated = false;
  static unsigned depthOf(unsigned lane, unsigned v) {
    return v / run * 2 * run + lane / 16 * run + v % run;
  }
  static unsigned rowOfD(unsigned lane, unsigned v) {
    return lane / 16 * 8 + v;
  }
};

//===-- Element types -----------------------------------------------------===//

float same(float x) { return x; }
double same64(double x) { return x; }
int32_t widen(int8_t x) { return x; }
int32_t widenUnsigned(uint8_t x) { return x; }

/// Zero for what is too small to be written with all bits.
float flushed(float x) {
  return std::fabs(x) < 0x1p-126f ? std::copysign(0.0f, x) : x;
}
float flushedHalf(uint16_t half) {
  return floatOfHalf(half & 0x7c00 ? half : half & 0x8000);
}
float flushedBfloat(uint16_t bits) { return flushed(floatOfBfloat(bits)); }

/// Eight bits with one zero, one NaN and no infinity, the exponent's bias being
/// |bias|.
template <int mantissa, int bias> float floatOfFnuz(uint8_t byte) {
  if (byte == 0x80)
    return NAN;
  // The bias of f32 differs by 127 - bias: a product moves it, denormals too.
  uint32_t magnitude = uint32_t(byte & 0x7f) << (23 - mantissa);
  float scale = std::bit_cast<float>(uint32_t(254 - bias) << 23);
  float value = std::bit_cast<float>(magnitude) * scale;
  return byte & 0x80 ? -value : value;
}

//===-- Operations --------------------------------------------------------===//

/// What a lane holds in argument |index|, converted, to rows l % m.
template <typename Shape, auto convert, typename T>
void readOperand(const WarpCall &call, unsigned index,
                 T (&out)[Shape::m][Shape::k]) {
  using Element =
      decltype([]<typename R, typename E>(R (*)(E)) { return E(); }(convert));
  Element mine[Shape::perLane];
  for (unsigned lane = 0; lane < Shape::lanes; ++lane) {
    std::memcpy(mine, call.at(lane).argumentBytes(index), sizeof(mine));
    if (Shape::isReplicated && lane >= 16 &&
        std::memcmp(mine, call.at(lane - 16).argumentBytes(index),
                    sizeof(mine)))
      call.at(lane).refuse("expects lanes 16 to 31 to hold what lanes 0 to 15 "
                           "hold, got another operand in lane " +
                           std::to_string(lane));
    for (unsigned v = 0; v < Shape::perLane; ++v)
      out[lane % Shape::m][Shape::depthOf(lane, v)] = convert(mine[v]);
  }
}

/// Places of A, B and C among the arguments.
struct Places {
  unsigned a, b, c;
};

/// D = A B + C, with sums below 2^-126 as |finish| has them.
template <typename Shape, auto convertA, auto convertB, typename Sum>
void multiply(const WarpCall &call, Places places, Sum (*finish)(Sum)) {
  constexpr unsigned m = Shape::m, k = Shape::k;
  constexpr unsigned perLane = m * m / Shape::lanes;
  Sum a[m][k], bTransposed[m][k], b[k][m], c[m][m], mine[perLane];
  readOperand<Shape, convertA>(call, places.a, a);
  readOperand<Shape, convertB>(call, places.b, bTransposed);
  for (unsigned column = 0; column < m; ++column)
    for (unsigned depth = 0; depth < k; ++depth)
      b[depth][column] = bTransposed[column][depth];
  for (unsigned lane = 0; lane < Shape::lanes; ++lane) {
    std::memcpy(mine, call.at(lane).argumentBytes(places.c), sizeof(mine));
    for (unsigned v = 0; v < perLane; ++v)
      c[Shape::rowOfD(lane, v)][lane % m] = finish ? finish(mine[v]) : mine[v];
  }
  multiplyAdd(a, b, c);
  for (unsigned lane = 0; lane < Shape::lanes; ++lane) {
    for (unsigned v = 0; v < perLane; ++v) {
      Sum sum = c[Shape::rowOfD(lane, v)][lane % m];
      mine[v] = finish ? finish(sum) : sum;
    }
    call.setResult(lane, mine);
  }
}

template <typename Shape, auto convert, typename Sum = float,
          Sum (*finish)(Sum) = nullptr>
void mfma(const WarpCall &call) {
  for (unsigned index : {3, 4, 5})
    if (uint32_t value = call.argument<uint32_t>(0, index))
      call.at(0).refuse("expects cbsz, abid and blgp to be 0, got " +
                        std::to_string(value));
  multiply<Shape, convert, convert, Sum>(call, {0, 1, 2}, finish);
}

template <typename Shape, auto convert> void wmma(const WarpCall &call) {
  multiply<Shape, convert, convert, float>(call, {0, 1, 2}, nullptr);
}

/// Arguments: whether A is signed, A, the same of B, C, whether to saturate.
template <typename Shape> void wmmaInteger(const WarpCall &call) {
  if (call.argument<uint8_t>(0, 5) & 1)
    call.at(0).refuse("expects sums that wrap around, got clamp");
  bool isA = call.argument<uint8_t>(0, 0) & 1;
  bool isB = call.argument<uint8_t>(0, 2) & 1;
  constexpr Places places = {1, 3, 4};
  if (isA && isB)
    return multiply<Shape, widen, widen, int32_t>(call, places, nullptr);
  if (isA)
    return multiply<Shape, widen, widenUnsigned, int32_t>(call, places,
                                                          nullptr);
  if (isB)
    return multiply<Shape, widenUnsigned, widen, int32_t>(call, places,
                                                          nullptr);
  multiply<Shape, widenUnsigned, widenUnsigned, int32_t>(call, places, nullptr);
}

void refuseClamp(const Call &call) {
  if (call.argument<uint8_t>(3) & 1)
    call.refuse("expects a sum as it is, got clamp");
}

/// Two products of f16 and an f32; of f32 the unit knows no denormals.
void dotOfHalves(const Call &call) {
  refuseClamp(call);
  uint32_t a = call.argument<uint32_t>(0), b = call.argument<uint32_t>(1);
  float sum = flushed(call.argument<float>(2));
  for (unsigned shift : {0, 16})
    sum = std::fma(floatOfHalf(uint16_t(a >> shift)),
                   floatOfHalf(uint16_t(b >> shift)), sum);
  call.setResult(flushed(sum));
}

/// Four products of bytes with signs and an i32.
void dotOfBytes(const Call &call) {
  refuseClamp(call);
  uint32_t a = call.argument<uint32_t>(0), b = call.argument<uint32_t>(1);
  uint32_t sum = call.argument<uint32_t>(2);
  for (unsigned shift : {0, 8, 16, 24})
    sum += uint32_t(int8_t(a >> shift) * int8_t(b >> shift));
  call.setResult(sum);
}
} // namespace

//===-- Tables ------------------------------------------------------------===//

#define MFMA "llvm.amdgcn.mfma."
#define WMMA "llvm.amdgcn.wmma."

static constexpr Model matrix(std::string_view name,
                              void (*model)(const WarpCall &)) {
  return collectiveModel(name, Members::All, model);
}

static constexpr Model kModels[] = {
    matrix(MFMA "f32.16x16x16f16", mfma<Mfma<16, 16>, floatOfHalf>),
    matrix(MFMA "f32.32x32x8f16", mfma<Mfma<32, 8>, floatOfHalf>),
    matrix(MFMA "f32.16x16x32.f16", mfma<Mfma<16, 32>, floatOfHalf>),
    matrix(MFMA "f32.32x32x16.f16", mfma<Mfma<32, 16>, floatOfHalf>),
    matrix(MFMA "f32.16x16x8bf16", mfma<Mfma<16, 8>, floatOfBfloat>),
    matrix(MFMA "f32.32x32x4bf16", mfma<Mfma<32, 4>, floatOfBfloat>),
    matrix(MFMA "f32.16x16x16bf16.1k", mfma<Mfma<16, 16>, floatOfBfloat>),
    matrix(MFMA "f32.32x32x8bf16.1k", mfma<Mfma<32, 8>, floatOfBfloat>),
    matrix(MFMA "f32.16x16x32.bf16", mfma<Mfma<16, 32>, floatOfBfloat>),
    matrix(MFMA "f32.32x32x16.bf16", mfma<Mfma<32, 16>, floatOfBfloat>),
    matrix(MFMA "f32.16x16x4f32", mfma<Mfma<16, 4>, same>),
    matrix(MFMA "f32.32x32x2f32", mfma<Mfma<32, 2>, same>),
    matrix(MFMA "f32.16x16x8.xf32", mfma<Mfma<16, 8>, floatOfTf32>),
    matrix(MFMA "f64.16x16x4f64", mfma<MfmaF64<4>, same64, double>),
    matrix(MFMA "i32.16x16x16i8", mfma<Mfma<16, 16>, widen, int32_t>),
    matrix(MFMA "i32.16x16x32.i8", mfma<Mfma<16, 32>, widen, int32_t>),
    matrix(MFMA "i32.32x32x16.i8", mfma<Mfma<32, 16>, widen, int32_t>),
    matrix(MFMA "i32.16x16x64.i8", mfma<Mfma<16, 64>, widen, int32_t>),
    matrix(MFMA "f32.16x16x32.fp8.fp8", mfma<Mfma<16, 32>, floatOfE4M3>),
    matrix(MFMA "f32.16x16x32.bf8.bf8", mfma<Mfma<16, 32>, floatOfE5M2>),
    matrix(WMMA "f32.16x16x16.f16.v8f32.v16f16", wmma<WmmaRdna3, floatOfHalf>),
    matrix(WMMA "f32.16x16x16.bf16.v8f32.v16i16",
           wmma<WmmaRdna3, floatOfBfloat>),
    matrix(WMMA "i32.16x16x16.iu8.v8i32.v4i32", wmmaInteger<WmmaRdna3>),
    matrix(WMMA "f32.16x16x16.f16.v8f32.v8f16",
           wmma<WmmaRdna4<4>, floatOfHalf>),
    matrix(WMMA "f32.16x16x16.bf16.v8f32.v8i16",
           wmma<WmmaRdna4<4>, floatOfBfloat>),
    matrix(WMMA "i32.16x16x16.iu8.v8i32.v2i32", wmmaInteger<WmmaRdna4<8>>),
    matrix(WMMA "f32.16x16x16.fp8.fp8.v8f32.v2i32",
           wmma<WmmaRdna4<8>, floatOfE4M3>),
    matrix(WMMA "f32.16x16x16.bf8.bf8.v8f32.v2i32",
           wmma<WmmaRdna4<8>, floatOfE5M2>),
    functionModel("llvm.amdgcn.fdot2", dotOfHalves),
    functionModel("llvm.amdgcn.sdot4", dotOfBytes),
};

std::span<const Model> amd::matrixModels() { return kModels; }

// Floats of 8 bits with one zero.
static constexpr Model kFnuz[] = {
    matrix(MFMA "f32.16x16x32.fp8.fp8", mfma<Mfma<16, 32>, floatOfFnuz<3, 8>>),
    matrix(MFMA "f32.16x16x32.bf8.bf8", mfma<Mfma<16, 32>, floatOfFnuz<2, 16>>),
};

std::span<const Model> amd::fnuzModels() { return kFnuz; }

// Denormals of f16 and bf16, and of their sums, are zeros.
static constexpr Model kFlushing[] = {
    matrix(MFMA "f32.16x16x16f16",
           mfma<Mfma<16, 16>, flushedHalf, float, flushed>),
    matrix(MFMA "f32.32x32x8f16",
           mfma<Mfma<32, 8>, flushedHalf, float, flushed>),
    matrix(MFMA "f32.16x16x16bf16.1k",
           mfma<Mfma<16, 16>, flushedBfloat, float, flushed>),
    matrix(MFMA "f32.32x32x8bf16.1k",
           mfma<Mfma<32, 8>, flushedBfloat, float, flushed>),
};

std::span<const Model> amd::flushingModels() { return kFlushing; }
