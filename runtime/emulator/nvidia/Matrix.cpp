//===- Matrix.cpp - mma.sync, NVIDIA --------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fragments as the PTX ISA gives them for each shape, with g = lane / 4 and
// t = lane % 4. Products are summed in float32 in the order of k: real units
// round otherwise, which a tolerance has to cover.
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/MatrixUnit.h"
#include "runtime/emulator/Numbers.h"
#include "runtime/emulator/nvidia/Nvidia.h"

#include <algorithm>

using namespace xrt;
using namespace xrt::emulator;

namespace {
/// Elements of 16 bits, two to a register.
/// A (lane, i) -> (m = g + 8 (i / 2 % 2), k = 2 t + i % 2 + 8 (i / 4))
/// B (lane, i) -> (k = 2 t + i % 2 + 8 (i / 2), n = g)
struct Packed16 {
  using Element = uint16_t;
  static constexpr unsigned rowOfA(unsigned lane, unsigned i) {
    return lane / 4 + i / 2 % 2 * 8;
  }
  static constexpr unsigned depthOfA(unsigned lane, unsigned i) {
    return lane % 4 * 2 + i % 2 + i / 4 * 8;
  }
  static constexpr unsigned depthOfB(unsigned lane, unsigned i) {
    return lane % 4 * 2 + i % 2 + i / 2 * 8;
  }
};

/// Elements of 32 bits.
/// A (lane, i) -> (m = g + 8 (i % 2), k = t + 4 (i / 2))
/// B (lane, i) -> (k = t + 4 i, n = g)
struct Whole32 {
  using Element = uint32_t;
  static constexpr unsigned rowOfA(unsigned lane, unsigned i) {
    return lane / 4 + i % 2 * 8;
  }
  static constexpr unsigned depthOfA(unsigned lane, unsigned i) {
    return lane % 4 + i / 2 * 4;
  }
  static constexpr unsigned depthOfB(unsigned lane, unsigned i) {
    return lane % 4 + i * 4;
  }
};

/// Elements of 8 bits, four to a register.
/// A (lane, i) -> (m = g + 8 (i / 4 % 2), k = 4 t + i % 4 + 16 (i / 8))
/// B (lane, i) -> (k = 4 t + i % 4 + 16 (i / 4), n = g)
struct Packed8 {
  using Element = int8_t;
  static constexpr unsigned rowOfA(unsigned lane, unsigned i) {
    return lane / 4 + i / 4 % 2 * 8;
  }
  static constexpr unsigned depthOfA(unsigned lane, unsigned i) {
    return lane % 4 * 4 + i % 4 + i / 8 * 16;
  }
  static constexpr unsigned depthOfB(unsigned lane, unsigned i) {
    return lane % 4 * 4 + i % 4 + i / 4 * 16;
  }
};

/// Elements of 64 bits, of products of 8 rows.
/// A (lane) -> (m = g, k = t), B (lane) -> (k = t, n = g)
struct Whole64 {
  using Element = double;
  static constexpr unsigned rowOfA(unsigned lane, unsigned) { return lane / 4; }
  static constexpr unsigned depthOfA(unsigned lane, unsigned) {
    return lane % 4;
  }
  static constexpr unsigned depthOfB(unsigned lane, unsigned) {
    return lane % 4;
  }
};

/// C and D (lane, i) -> (m = g + 8 (i / 2), n = 2 t + i % 2)
constexpr unsigned rowOfC(unsigned lane, unsigned i) {
  return lane / 4 + i / 2 * 8;
}
constexpr unsigned columnOfC(unsigned lane, unsigned i) {
  return lane % 4 * 2 + i % 2;
}

/// Arguments: the registers of A, of B, of C; as bytes each operand is one run.
template <typename Layout, unsigned m, unsigned k, typename T,
          T (*convert)(typename Layout::Element)>
void readOperands(const WarpCall &call, T (&a)[m][k], T (&b)[k][8]) {
  using Element = typename Layout::Element;
  constexpr unsigned ofA = m * k / 32, ofB = 8 * k / 32;
  for (unsigned lane = 0; lane < 32; ++lane) {
    Element mine[ofA + ofB];
    std::memcpy(mine, call.at(lane).argumentBytes(0), sizeof(mine));
    for (unsigned i = 0; i < ofA; ++i)
      a[Layout::rowOfA(lane, i)][Layout::depthOfA(lane, i)] = convert(mine[i]);
    for (unsigned i = 0; i < ofB; ++i)
      b[Layout::depthOfB(lane, i)][lane / 4] = convert(mine[ofA + i]);
  }
}

/// The index of C's first register among the arguments.
template <typename Layout, unsigned m, unsigned k>
constexpr unsigned firstOfC() {
  constexpr unsigned bytes = sizeof(typename Layout::Element);
  return (m * k / 32 + 8 * k / 32) * bytes / std::max(bytes, 4u);
}

template <typename Layout, unsigned m, unsigned k, typename T,
          typename Accumulator, T (*convert)(typename Layout::Element)>
void multiply(const WarpCall &call) {
  constexpr unsigned ofC = m * 8 / 32;
  T a[m][k], b[k][8];
  readOperands<Layout, m, k, T, convert>(call, a, b);
  Accumulator c[m][8];
  for (unsigned lane = 0; lane < 32; ++lane) {
    Accumulator mine[ofC];
    std::memcpy(mine, call.at(lane).argumentBytes(firstOfC<Layout, m, k>()),
                sizeof(mine));
    for (unsigned i = 0; i < ofC; ++i)
      c[rowOfC(lane, i)][columnOfC(lane, i)] = mine[i];
  }
  multiplyAdd(a, b, c);
  for (unsigned lane = 0; lane < 32; ++lane) {
    Accumulator mine[ofC];
    for (unsigned i = 0; i < ofC; ++i)
      mine[i] = c[rowOfC(lane, i)][columnOfC(lane, i)];
    call.setResult(lane, mine);
  }
}

/// m8n8k4 of f16: four products, each by the lanes l with l / 4 % 4 = pair;
/// s = 1 in the upper half of the warp.
/// A (lane, i) -> (m = lane % 4 + 4 s, k = i)
/// B (lane, i) -> (k = i, n = lane % 4 + 4 s)
/// C (lane, i) -> (m = lane % 2 + i / 2 % 2 * 2 + 4 s,
///                 n = lane / 2 % 2 * 2 + i % 2 + i / 4 * 4)
void multiplyByQuadPairs(const WarpCall &call) {
  constexpr unsigned firstOfC = 4;
  float a[4][8][4], b[4][4][8], c[4][8][8];
  auto forSums = [](unsigned lane, float (&sums)[8][8], auto visit) {
    for (unsigned i = 0; i < 8; ++i)
      visit(i, sums[lane % 2 + i / 2 % 2 * 2 + lane / 16 * 4]
                   [lane / 2 % 2 * 2 + i % 2 + i / 4 * 4]);
  };
  for (unsigned lane = 0; lane < 32; ++lane) {
    unsigned pair = lane / 4 % 4, side = lane % 4 + lane / 16 * 4;
    uint16_t mine[8];
    std::memcpy(mine, call.at(lane).argumentBytes(0), sizeof(mine));
    for (unsigned i = 0; i < 4; ++i) {
      a[pair][side][i] = floatOfHalf(mine[i]);
      b[pair][i][side] = floatOfHalf(mine[4 + i]);
    }
    float sums[8];
    std::memcpy(sums, call.at(lane).argumentBytes(firstOfC), sizeof(sums));
    forSums(lane, c[pair], [&](unsigned i, float &sum) { sum = sums[i]; });
  }
  for (unsigned pair = 0; pair < 4; ++pair)
    multiplyAdd(a[pair], b[pair], c[pair]);
  for (unsigned lane = 0; lane < 32; ++lane) {
    float sums[8];
    forSums(lane, c[lane / 4 % 4],
            [&](unsigned i, float &sum) { sums[i] = sum; });
    call.setResult(lane, sums);
  }
}

/// The same with f16 accumulators, two to a register.
template <unsigned k> void multiplyToHalf(const WarpCall &call) {
  float a[16][k], b[k][8], c[16][8];
  readOperands<Packed16, 16, k, float, floatOfHalf>(call, a, b);
  for (unsigned lane = 0; lane < 32; ++lane) {
    uint16_t mine[4];
    std::memcpy(mine, call.at(lane).argumentBytes(firstOfC<Packed16, 16, k>()),
                8);
    for (unsigned i = 0; i < 4; ++i)
      c[rowOfC(lane, i)][columnOfC(lane, i)] = floatOfHalf(mine[i]);
  }
  multiplyAdd(a, b, c);
  for (unsigned lane = 0; lane < 32; ++lane) {
    uint16_t mine[4];
    for (unsigned i = 0; i < 4; ++i)
      mine[i] = halfBits(c[rowOfC(lane, i)][columnOfC(lane, i)]);
    call.setResult(lane, mine);
  }
}

int32_t widen(int8_t x) { return x; }
double keep(double x) { return x; }
float floatOfByteE4M3(int8_t x) { return floatOfE4M3(uint8_t(x)); }
float floatOfByteE5M2(int8_t x) { return floatOfE5M2(uint8_t(x)); }
} // namespace

#define MMA "llvm.nvvm.mma."

static constexpr Model mma(std::string_view name,
                           void (*model)(const WarpCall &)) {
  return collectiveModel(name, Members::All, model);
}

static constexpr Model kModels[] = {
    mma(MMA "m16n8k16.row.col.f32.f32",
        multiply<Packed16, 16, 16, float, float, floatOfHalf>),
    mma(MMA "m16n8k8.row.col.f32.f32",
        multiply<Packed16, 16, 8, float, float, floatOfHalf>),
    mma(MMA "m16n8k16.row.col.f16.f16", multiplyToHalf<16>),
    mma(MMA "m16n8k8.row.col.f16.f16", multiplyToHalf<8>),
    mma(MMA "m16n8k16.row.col.bf16",
        multiply<Packed16, 16, 16, float, float, floatOfBfloat>),
    mma(MMA "m16n8k8.row.col.bf16",
        multiply<Packed16, 16, 8, float, float, floatOfBfloat>),
    mma(MMA "m16n8k8.row.col.tf32",
        multiply<Whole32, 16, 8, float, float, floatOfTf32>),
    mma(MMA "m16n8k4.row.col.tf32",
        multiply<Whole32, 16, 4, float, float, floatOfTf32>),
    mma(MMA "m16n8k32.row.col.s8",
        multiply<Packed8, 16, 32, int32_t, int32_t, widen>),
    mma(MMA "m16n8k16.row.col.s8",
        multiply<Packed8, 16, 16, int32_t, int32_t, widen>),
    mma(MMA "m8n8k16.row.col.s8",
        multiply<Packed8, 8, 16, int32_t, int32_t, widen>),
    mma(MMA "m16n8k32.row.col.f32.e4m3.e4m3.f32",
        multiply<Packed8, 16, 32, float, float, floatOfByteE4M3>),
    mma(MMA "m16n8k32.row.col.f32.e5m2.e5m2.f32",
        multiply<Packed8, 16, 32, float, float, floatOfByteE5M2>),
    mma(MMA "m8n8k4.row.col.f64",
        multiply<Whole64, 8, 4, double, double, keep>),
    mma(MMA "m8n8k4.row.col.f32.f32", multiplyByQuadPairs),
};

std::span<const Model> nvidia::matrixModels() { return kModels; }
