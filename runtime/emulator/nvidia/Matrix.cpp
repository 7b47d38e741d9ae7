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

/// C and D (lane, i) -> (m = g + 8 (i / 2), n = 2 t + i % 2)
constexpr unsigned rowOfC(unsigned lane, unsigned i) {
  return lane / 4 + i / 2 * 8;
}
constexpr unsigned columnOfC(unsigned lane, unsigned i) {
  return lane % 4 * 2 + i % 2;
}

/// Arguments: the registers of A, of B, of C; as bytes each operand is one run.
template <typename Layout, unsigned k, typename T,
          T (*convert)(typename Layout::Element)>
void readOperands(const WarpCall &call, T (&a)[16][k], T (&b)[k][8]) {
  using Element = typename Layout::Element;
  constexpr unsigned perRegister = 4 / sizeof(Element);
  constexpr unsigned ofA = 16 * k / 32, ofB = 8 * k / 32;
  for (unsigned lane = 0; lane < 32; ++lane) {
    Element mine[ofA + ofB];
    std::memcpy(mine, call.at(lane).argumentBytes(0), sizeof(mine));
    for (unsigned i = 0; i < ofA; ++i)
      a[Layout::rowOfA(lane, i)][Layout::depthOfA(lane, i)] = convert(mine[i]);
    for (unsigned i = 0; i < ofB; ++i)
      b[Layout::depthOfB(lane, i)][lane / 4] = convert(mine[ofA + i]);
  }
  static_assert(ofB % perRegister == 0);
}

/// The index of C's first register among the arguments.
template <typename Layout, unsigned k> constexpr unsigned firstOfC() {
  return (16 * k / 32 + 8 * k / 32) * sizeof(typename Layout::Element) / 4;
}

template <typename Layout, unsigned k, typename T, typename Accumulator,
          T (*convert)(typename Layout::Element)>
void multiply(const WarpCall &call) {
  T a[16][k], b[k][8];
  readOperands<Layout, k, T, convert>(call, a, b);
  Accumulator c[16][8];
  for (unsigned lane = 0; lane < 32; ++lane) {
    Accumulator mine[4];
    std::memcpy(mine, call.at(lane).argumentBytes(firstOfC<Layout, k>()), 16);
    for (unsigned i = 0; i < 4; ++i)
      c[rowOfC(lane, i)][columnOfC(lane, i)] = mine[i];
  }
  multiplyAdd(a, b, c);
  for (unsigned lane = 0; lane < 32; ++lane) {
    Accumulator mine[4];
    for (unsigned i = 0; i < 4; ++i)
      mine[i] = c[rowOfC(lane, i)][columnOfC(lane, i)];
    call.setResult(lane, mine);
  }
}

/// The same with f16 accumulators, two to a register.
template <unsigned k> void multiplyToHalf(const WarpCall &call) {
  float a[16][k], b[k][8], c[16][8];
  readOperands<Packed16, k, float, floatOfHalf>(call, a, b);
  for (unsigned lane = 0; lane < 32; ++lane) {
    uint16_t mine[4];
    std::memcpy(mine, call.at(lane).argumentBytes(firstOfC<Packed16, k>()), 8);
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
} // namespace

#define MMA "llvm.nvvm.mma."

static constexpr Model mma(std::string_view name,
                           void (*model)(const WarpCall &)) {
  return collectiveModel(name, Members::All, model);
}

static constexpr Model kModels[] = {
    mma(MMA "m16n8k16.row.col.f32.f32",
        multiply<Packed16, 16, float, float, floatOfHalf>),
    mma(MMA "m16n8k8.row.col.f32.f32",
        multiply<Packed16, 8, float, float, floatOfHalf>),
    mma(MMA "m16n8k16.row.col.f16.f16", multiplyToHalf<16>),
    mma(MMA "m16n8k8.row.col.f16.f16", multiplyToHalf<8>),
    mma(MMA "m16n8k16.row.col.bf16",
        multiply<Packed16, 16, float, float, floatOfBfloat>),
    mma(MMA "m16n8k8.row.col.bf16",
        multiply<Packed16, 8, float, float, floatOfBfloat>),
    mma(MMA "m16n8k8.row.col.tf32",
        multiply<Whole32, 8, float, float, floatOfTf32>),
    mma(MMA "m16n8k4.row.col.tf32",
        multiply<Whole32, 4, float, float, floatOfTf32>),
    mma(MMA "m16n8k32.row.col.s8",
        multiply<Packed8, 32, int32_t, int32_t, widen>),
    mma(MMA "m16n8k16.row.col.s8",
        multiply<Packed8, 16, int32_t, int32_t, widen>),
};

std::span<const Model> nvidia::matrixModels() { return kModels; }
