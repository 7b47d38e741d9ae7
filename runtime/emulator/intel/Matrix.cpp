//===- Matrix.cpp - DPAS, Intel -------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// As cl_intel_subgroup_matrix_multiply_accumulate says: n is the number of
// lanes, 8 or 16, m the number of C's elements in a lane, and k is in the name.
// A word of A has 256 / n bits.
//
//   A              (lane, word r) -> row r, k = perWord lane + i
//   A, tf32, n 16  (lane, word r) -> row 2 r + lane / 8, k = lane % 8
//   B, 32-bit words (lane, word j) -> k = perWord j + i, column lane
//   C, D           (lane, word r) -> row r, column lane
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Execution.h"
#include "runtime/emulator/Lanes.h"
#include "runtime/emulator/Numbers.h"
#include "runtime/emulator/intel/Intel.h"

using namespace xrt;
using namespace xrt::emulator;

namespace {
constexpr unsigned kMaxLanes = 16, kMaxRows = 8, kMaxDepth = 32;

template <typename T> struct Operands {
  T a[kMaxRows][kMaxDepth];
  T b[kMaxDepth][kMaxLanes];
};

/// Elements of less than 32 bits, for subgroups of |lanes|.
template <typename T, typename Element, T (*convert)(Element), unsigned lanes>
void readPacked(const WarpCall &call, unsigned rows, Operands<T> &out) {
  constexpr unsigned bytesOfA = 32 / lanes;
  constexpr unsigned ofA = bytesOfA / sizeof(Element),
                     ofB = 4 / sizeof(Element);
  for (unsigned lane = 0; lane < lanes; ++lane) {
    Element a[kMaxRows * ofA], b[8 * ofB];
    std::memcpy(a, call.at(lane).argumentBytes(0), rows * bytesOfA);
    std::memcpy(b, call.at(lane).argumentBytes(1), sizeof(b));
    for (unsigned i = 0; i < rows * ofA; ++i)
      out.a[i / ofA][lane * ofA + i % ofA] = convert(a[i]);
    for (unsigned i = 0; i < 8 * ofB; ++i)
      out.b[i][lane] = convert(b[i]);
  }
}

/// Of subgroups of 16.
void readTf32(const WarpCall &call, unsigned rows, Operands<float> &out) {
  for (unsigned lane = 0; lane < 16; ++lane) {
    uint32_t a[kMaxRows / 2], b[8];
    std::memcpy(a, call.at(lane).argumentBytes(0), (rows + 1) / 2 * 4);
    std::memcpy(b, call.at(lane).argumentBytes(1), sizeof(b));
    for (unsigned i = 0; i < (rows + 1) / 2; ++i)
      if (i * 2 + lane / 8 < rows)
        out.a[i * 2 + lane / 8][lane % 8] = floatOfTf32(a[i]);
    for (unsigned i = 0; i < 8; ++i)
      out.b[i][lane] = floatOfTf32(b[i]);
  }
}

template <typename T, typename Accumulator, unsigned k, unsigned lanes,
          void (*readOperands)(const WarpCall &, unsigned, Operands<T> &)>
void multiply(const WarpCall &call) {
  if (call.warp.lanes != lanes)
    call.at(0).refuse("expects a subgroup of " + std::to_string(lanes) +
                      ", got " + std::to_string(call.warp.lanes));
  unsigned rows = call.site.resultBytes / sizeof(Accumulator);
  Operands<T> operands;
  readOperands(call, rows, operands);
  Accumulator c[kMaxRows][lanes];
  for (unsigned lane = 0; lane < lanes; ++lane)
    for (unsigned row = 0; row < rows; ++row)
      std::memcpy(&c[row][lane],
                  call.at(lane).argumentBytes(2) + row * sizeof(Accumulator),
                  sizeof(Accumulator));
  for (unsigned row = 0; row < rows; ++row)
    for (unsigned depth = 0; depth < k; ++depth)
      for (unsigned lane = 0; lane < lanes; ++lane)
        c[row][lane] += operands.a[row][depth] * operands.b[depth][lane];
  for (unsigned lane = 0; lane < lanes; ++lane)
    for (unsigned row = 0; row < rows; ++row)
      std::memcpy(call.lanes[lane].results + row * sizeof(Accumulator),
                  &c[row][lane], sizeof(Accumulator));
}

int32_t widen(int8_t x) { return x; }

template <unsigned lanes>
constexpr auto kHalf =
    multiply<float, float, 16, lanes,
             readPacked<float, uint16_t, floatOfHalf, lanes>>;
template <unsigned lanes>
constexpr auto kBfloat =
    multiply<float, float, 16, lanes,
             readPacked<float, uint16_t, floatOfBfloat, lanes>>;
template <unsigned lanes>
constexpr auto kInt8 = multiply<int32_t, int32_t, 32, lanes,
                                readPacked<int32_t, int8_t, widen, lanes>>;
constexpr auto kTf32 = multiply<float, float, 8, 16, readTf32>;

constexpr Model dpas(std::string_view name, void (*model)(const WarpCall &)) {
  return collectiveModel(name, Members::All, model);
}
} // namespace

// One name for each number of rows, as clang mangles parameters A, B and C: a
// vector that was there before is named by its place.
#define WIDE(start, k, sums8, sums4, sums2, sum1, model)                       \
  dpas("_Z" start "_matrix_mad_k" k "Dv8_sDv8_i" sums8, model),                \
      dpas("_Z" start "_matrix_mad_k" k "Dv4_sDv8_i" sums4, model),            \
      dpas("_Z" start "_matrix_mad_k" k "Dv2_sDv8_i" sums2, model),            \
      dpas("_Z" start "_matrix_mad_k" k "sDv8_i" sum1, model)
#define NARROW(start, k, sums8, sums4, sums2, sum1, model)                     \
  dpas("_Z" start "_matrix_mad_k" k "Dv8_iS_" sums8, model),                   \
      dpas("_Z" start "_matrix_mad_k" k "Dv4_iDv8_i" sums4, model),            \
      dpas("_Z" start "_matrix_mad_k" k "Dv2_iDv8_i" sums2, model),            \
      dpas("_Z" start "_matrix_mad_k" k "iDv8_i" sum1, model)

static constexpr Model kModels[] = {
    WIDE("38intel_sub_group_f16_f16", "16", "Dv8_f", "Dv4_f", "Dv2_f", "f",
         kHalf<16>),
    WIDE("40intel_sub_group_bf16_bf16", "16", "Dv8_f", "Dv4_f", "Dv2_f", "f",
         kBfloat<16>),
    WIDE("36intel_sub_group_i8_i8", "32", "S0_", "Dv4_i", "Dv2_i", "i",
         kInt8<16>),
    NARROW("38intel_sub_group_f16_f16", "16", "Dv8_f", "Dv4_f", "Dv2_f", "f",
           kHalf<8>),
    NARROW("40intel_sub_group_bf16_bf16", "16", "Dv8_f", "Dv4_f", "Dv2_f", "f",
           kBfloat<8>),
    NARROW("36intel_sub_group_i8_i8", "32", "S_", "S_", "S_", "i", kInt8<8>),
    dpas("_Z39intel_sub_group_tf32_tf32_matrix_mad_k8Dv4_fDv8_fS0_", kTf32),
};

std::span<const Model> intel::matrixModels() { return kModels; }
