//===- Matrix.cpp - DPAS, Intel -------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// As cl_intel_subgroup_matrix_multiply_accumulate says, for subgroups of 16: n
// is 16, m the number of C's elements in a lane, and k is in the name.
//
//   A, 16-bit words  (lane, word r) -> row r, k = perWord lane + i
//   A, tf32          (lane, word r) -> row 2 r + lane / 8, k = lane % 8
//   B, 32-bit words  (lane, word j) -> k = perWord j + i, column lane
//   C, D             (lane, word r) -> row r, column lane
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Execution.h"
#include "runtime/emulator/Lanes.h"
#include "runtime/emulator/Numbers.h"
#include "runtime/emulator/intel/Intel.h"

using namespace xrt;
using namespace xrt::emulator;

namespace {
constexpr unsigned kLanes = 16, kMaxRows = 8, kMaxDepth = 32;

template <typename T> struct Operands {
  T a[kMaxRows][kMaxDepth];
  T b[kMaxDepth][kLanes];
};

/// Elements narrower than 32 bits.
template <typename T, typename Element, T (*convert)(Element)>
void readPacked(const WarpCall &call, unsigned rows, Operands<T> &out) {
  constexpr unsigned ofA = 2 / sizeof(Element), ofB = 4 / sizeof(Element);
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    Element a[kMaxRows * ofA], b[8 * ofB];
    std::memcpy(a, call.at(lane).argumentBytes(0), rows * 2);
    std::memcpy(b, call.at(lane).argumentBytes(1), sizeof(b));
    for (unsigned i = 0; i < rows * ofA; ++i)
      out.a[i / ofA][lane * ofA + i % ofA] = convert(a[i]);
    for (unsigned i = 0; i < 8 * ofB; ++i)
      out.b[i][lane] = convert(b[i]);
  }
}

void readTf32(const WarpCall &call, unsigned rows, Operands<float> &out) {
  for (unsigned lane = 0; lane < kLanes; ++lane) {
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

template <typename T, typename Accumulator, unsigned k,
          void (*readOperands)(const WarpCall &, unsigned, Operands<T> &)>
void multiply(const WarpCall &call) {
  if (call.warp.lanes != kLanes)
    call.at(0).refuse("expects a subgroup of 16, got " +
                      std::to_string(call.warp.lanes));
  unsigned rows = call.site.resultBytes / sizeof(Accumulator);
  Operands<T> operands;
  readOperands(call, rows, operands);
  Accumulator c[kMaxRows][kLanes];
  for (unsigned lane = 0; lane < kLanes; ++lane)
    for (unsigned row = 0; row < rows; ++row)
      std::memcpy(&c[row][lane],
                  call.at(lane).argumentBytes(2) + row * sizeof(Accumulator),
                  sizeof(Accumulator));
  for (unsigned row = 0; row < rows; ++row)
    for (unsigned depth = 0; depth < k; ++depth)
      for (unsigned lane = 0; lane < kLanes; ++lane)
        c[row][lane] += operands.a[row][depth] * operands.b[depth][lane];
  for (unsigned lane = 0; lane < kLanes; ++lane)
    for (unsigned row = 0; row < rows; ++row)
      std::memcpy(call.lanes[lane].results + row * sizeof(Accumulator),
                  &c[row][lane], sizeof(Accumulator));
}

int32_t widen(int8_t x) { return x; }

constexpr auto kHalf =
    multiply<float, float, 16, readPacked<float, uint16_t, floatOfHalf>>;
constexpr auto kBfloat =
    multiply<float, float, 16, readPacked<float, uint16_t, floatOfBfloat>>;
constexpr auto kInt8 =
    multiply<int32_t, int32_t, 32, readPacked<int32_t, int8_t, widen>>;
constexpr auto kTf32 = multiply<float, float, 8, readTf32>;

constexpr Model dpas(std::string_view name, void (*model)(const WarpCall &)) {
  return collectiveModel(name, Members::All, model);
}
} // namespace

// One name for each number of rows.
#define ROWS(element, k, lengths, a, c, model)                                 \
  dpas("_Z" lengths "intel_sub_group_" element "_matrix_mad_k" k "Dv8_" a      \
       "Dv8_iDv8_" c,                                                          \
       model),                                                                 \
      dpas("_Z" lengths "intel_sub_group_" element "_matrix_mad_k" k "Dv4_" a  \
           "Dv8_iDv4_" c,                                                      \
           model),                                                             \
      dpas("_Z" lengths "intel_sub_group_" element "_matrix_mad_k" k "Dv2_" a  \
           "Dv8_iDv2_" c,                                                      \
           model),                                                             \
      dpas("_Z" lengths "intel_sub_group_" element "_matrix_mad_k" k a         \
           "Dv8_i" c,                                                          \
           model)

static constexpr Model kModels[] = {
    ROWS("f16_f16", "16", "38", "s", "f", kHalf),
    ROWS("bf16_bf16", "16", "40", "s", "f", kBfloat),
    ROWS("i8_i8", "32", "36", "s", "i", kInt8),
    dpas("_Z39intel_sub_group_tf32_tf32_matrix_mad_k8Dv4_fDv8_fDv8_f", kTf32),
};

std::span<const Model> intel::matrixModels() { return kModels; }
