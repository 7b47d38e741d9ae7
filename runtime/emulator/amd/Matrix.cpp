//===- Matrix.cpp - MFMA, AMD ---------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Register maps of one-block instructions in the CDNA3 ISA manual, with m = n:
//   A (lane l, item v) -> (row l % m, k = perLane (l / m) + v)
//   B (lane l, item v) -> (k = perLane (l / m) + v, column l % m)
//   D (lane l, item v), 16x16 -> (row 4 (l / 16) + v, column l % 16)
//   D (lane l, item v), 32x32 -> (row 8 (v / 4) + 4 (l / 32) + v % 4, l % 32)
// where perLane = k m / 64.
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/MatrixUnit.h"
#include "runtime/emulator/Numbers.h"
#include "runtime/emulator/amd/Amd.h"

using namespace xrt;
using namespace xrt::emulator;

namespace {
constexpr unsigned kLanes = 64;

template <unsigned m> constexpr unsigned rowOfD(unsigned lane, unsigned v) {
  return v / 4 * 8 * (m / 32) + lane / m * 4 + v % 4;
}

void checkModifiers(const WarpCall &call) {
  for (unsigned index : {3, 4, 5})
    if (uint32_t value = call.argument<uint32_t>(0, index))
      call.at(0).refuse("expects cbsz, abid and blgp to be 0, got " +
                        std::to_string(value));
}

/// Lane l's |perLane| elements of operand |index|, to rows l % m.
template <unsigned m, unsigned k, typename T, typename Element,
          T (*convert)(Element)>
void readOperand(const WarpCall &call, unsigned index, T (&out)[m][k]) {
  constexpr unsigned perLane = m * k / kLanes;
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    Element mine[perLane];
    std::memcpy(mine, call.at(lane).argumentBytes(index), sizeof(mine));
    for (unsigned v = 0; v < perLane; ++v)
      out[lane % m][lane / m * perLane + v] = convert(mine[v]);
  }
}

template <unsigned m, unsigned k, typename T, typename Accumulator,
          typename Element, T (*convert)(Element)>
void multiply(const WarpCall &call) {
  checkModifiers(call);
  T a[m][k], bTransposed[m][k], b[k][m];
  readOperand<m, k, T, Element, convert>(call, 0, a);
  readOperand<m, k, T, Element, convert>(call, 1, bTransposed);
  for (unsigned column = 0; column < m; ++column)
    for (unsigned depth = 0; depth < k; ++depth)
      b[depth][column] = bTransposed[column][depth];
  constexpr unsigned perLane = m * m / kLanes;
  Accumulator c[m][m];
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    Accumulator mine[perLane];
    std::memcpy(mine, call.at(lane).argumentBytes(2), sizeof(mine));
    for (unsigned v = 0; v < perLane; ++v)
      c[rowOfD<m>(lane, v)][lane % m] = mine[v];
  }
  multiplyAdd(a, b, c);
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    Accumulator mine[perLane];
    for (unsigned v = 0; v < perLane; ++v)
      mine[v] = c[rowOfD<m>(lane, v)][lane % m];
    call.setResult(lane, mine);
  }
}

float same(float x) { return x; }
int32_t widen(int8_t x) { return x; }

template <unsigned m, unsigned k>
constexpr auto kHalf = multiply<m, k, float, float, uint16_t, floatOfHalf>;
template <unsigned m, unsigned k>
constexpr auto kBfloat = multiply<m, k, float, float, uint16_t, floatOfBfloat>;
template <unsigned m, unsigned k>
constexpr auto kFloat = multiply<m, k, float, float, float, same>;
template <unsigned m, unsigned k>
constexpr auto kInt8 = multiply<m, k, int32_t, int32_t, int8_t, widen>;
} // namespace

#define MFMA "llvm.amdgcn.mfma."

static constexpr Model mfma(std::string_view name,
                            void (*model)(const WarpCall &)) {
  return collectiveModel(name, Members::All, model);
}

static constexpr Model kModels[] = {
    mfma(MFMA "f32.16x16x16f16", kHalf<16, 16>),
    mfma(MFMA "f32.32x32x8f16", kHalf<32, 8>),
    mfma(MFMA "f32.16x16x32.f16", kHalf<16, 32>),
    mfma(MFMA "f32.32x32x16.f16", kHalf<32, 16>),
    mfma(MFMA "f32.16x16x16bf16.1k", kBfloat<16, 16>),
    mfma(MFMA "f32.32x32x8bf16.1k", kBfloat<32, 8>),
    mfma(MFMA "f32.16x16x32.bf16", kBfloat<16, 32>),
    mfma(MFMA "f32.32x32x16.bf16", kBfloat<32, 16>),
    mfma(MFMA "f32.16x16x4f32", kFloat<16, 4>),
    mfma(MFMA "f32.32x32x2f32", kFloat<32, 2>),
    mfma(MFMA "i32.16x16x32.i8", kInt8<16, 32>),
    mfma(MFMA "i32.32x32x16.i8", kInt8<32, 16>),
};

std::span<const Model> amd::matrixModels() { return kModels; }
