//===- Fragments.h - Who holds what of a matrix instruction ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The machine computes D(i, j) += A(i, k) * B(k, j) with i along A's lanes and
// along D's registers. Ours give it rhs as A and lhs as B, so that i stands for
// n: a lane's sums are then neighbours along n (wide stores; the sums along n
// of a softmax cross few lane bits), and where k counts as n does, they are the
// lhs of the next product as they stand. In which order i counts n and the
// registers of both operands count k is free: they are chosen for wide loads
// and stores, and for reads of shared memory that meet no bank twice.
//
// Tables are those of a lhs, (m, k); a rhs has most of them transposed.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_AMD_FRAGMENTS_H
#define XCC_LIB_TARGET_AMD_FRAGMENTS_H

#include "lib/Base/Device.h"

#include <array>

namespace xcc::amd {

template <size_t size> using Bases = std::array<FragmentBasis, size>;

template <size_t size>
constexpr Bases<size> transposed(const Bases<size> &bases) {
  Bases<size> result = {};
  for (size_t i = 0; i != size; ++i)
    result[i] = {bases[i].column, bases[i].row};
  return result;
}

// So many neighbours along k in the registers of a lane.
inline constexpr Bases<1> along2 = {{{0, 1}}};
inline constexpr Bases<2> along4 = {{{0, 1}, {0, 2}}};
inline constexpr Bases<3> along8 = {{{0, 1}, {0, 2}, {0, 4}}};
inline constexpr Bases<4> along16 = {{{0, 1}, {0, 2}, {0, 4}, {0, 8}}};
// Twice four neighbours, 16 apart: sums of two products side by side.
inline constexpr Bases<3> twice4 = {{{0, 1}, {0, 2}, {0, 16}}};
inline constexpr auto down2 = transposed(along2);
inline constexpr auto down4 = transposed(along4);
inline constexpr auto down8 = transposed(along8);
inline constexpr auto down16 = transposed(along16);
inline constexpr auto twice4Down = transposed(twice4);

// 64 lanes, 16 rows, with x registers: (lane l) -> (m l % 16, k x * (l / 16))
template <int x>
inline constexpr Bases<6> lanes16 = {
    {{1, 0}, {2, 0}, {4, 0}, {8, 0}, {0, x}, {0, 2 * x}}};
template <int x> inline constexpr Bases<6> columns16 = transposed(lanes16<x>);
// 64 lanes, 32 rows: (lane l) -> (m l % 32, k x * (l / 32))
template <int x>
inline constexpr Bases<6> lanes32 = {
    {{1, 0}, {2, 0}, {4, 0}, {8, 0}, {16, 0}, {0, x}}};
template <int x> inline constexpr Bases<6> columns32 = transposed(lanes32<x>);
// Rhs of f64, whose D has i = 4 * register + lane / 16; i bit -> n:
// 1 -> 4, 2 -> 8, 4 -> 1, 8 -> 2 makes registers neighbours.
template <int x>
inline constexpr Bases<6> columnsF64 = {
    {{0, 4}, {0, 8}, {0, 1}, {0, 2}, {x, 0}, {2 * x, 0}}};

// 32 lanes, 16 rows: (lane l) -> (m l % 16, k x * (l / 16)); where lanes 16 to
// 31 hold the same as 0 to 15, x is 0.
template <int x>
inline constexpr Bases<5> lanesOf32 = {
    {{1, 0}, {2, 0}, {4, 0}, {8, 0}, {0, x}}};
template <int x>
inline constexpr Bases<5> columnsOf32 = transposed(lanesOf32<x>);
// Rhs of the same whose D has i = 2 * register + lane / 16; i bit -> n:
// 1 -> 4, 2 -> 1, 4 -> 2, 8 -> 8. Eight neighbouring lanes read lines next to
// each other, and four registers are neighbours.
inline constexpr Bases<5> columnsInPairs = {
    {{0, 4}, {0, 1}, {0, 2}, {0, 8}, {0, 0}}};

// 64 lanes with sums of their own: (lane l) -> (m l / 8, n l % 8), each with
// the whole of its row and column.
inline constexpr Bases<6> dotRows = {
    {{0, 0}, {0, 0}, {0, 0}, {1, 0}, {2, 0}, {4, 0}}};
inline constexpr Bases<6> dotColumns = {
    {{0, 1}, {0, 2}, {0, 4}, {0, 0}, {0, 0}, {0, 0}}};
inline constexpr Bases<6> dotSums = {
    {{0, 1}, {0, 2}, {0, 4}, {1, 0}, {2, 0}, {4, 0}}};

// Sums: (lane l, register r) -> (m l % 16, n 4 * (l / 16) + r)
inline constexpr Fragment sums16 = {along4, lanes16<4>};
// -> (m l % 32, n 8 * (r / 4) + 4 * (l / 32) + r % 4)
inline constexpr Bases<4> sums32Registers = {{{0, 1}, {0, 2}, {0, 8}, {0, 16}}};
inline constexpr Fragment sums32 = {sums32Registers, lanes32<4>};
// 32 lanes -> (m l % 16, n 8 * (l / 16) + r)
inline constexpr Fragment sumsOf32 = {along8, lanesOf32<8>};
// 32 lanes, i as in columnsInPairs -> (m l % 16, n of r and l / 16)
inline constexpr Bases<3> pairedRegisters = {{{0, 1}, {0, 2}, {0, 8}}};
inline constexpr Fragment sumsInPairs = {pairedRegisters, lanesOf32<4>};

} // namespace xcc::amd

#endif // XCC_LIB_TARGET_AMD_FRAGMENTS_H
