//===- Matrices.h - The matrix instructions of each generation -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Facts from the instruction set manuals (Vega 7nm, MI100, MI200, MI300, CDNA4,
// RDNA3, RDNA4) and AMD's matrix instruction calculator, with whose tables
// test/Target/AMD compares every row.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_AMD_MATRICES_H
#define XCC_LIB_TARGET_AMD_MATRICES_H

#include "lib/Target/AMD/Chips.h"
#include "lib/Target/AMD/Fragments.h"

namespace xcc::amd::matrices {

/// The fragments of one shape.
struct Shape {
  unsigned m, n, k;
  Fragment lhs, rhs, sums;
};

// Named for the rows and what a lane holds of each operand.
inline constexpr Shape rows16x1 = {
    16, 16, 4, {{}, lanes16<1>}, {{}, columns16<1>}, sums16};
inline constexpr Shape rows16x4 = {
    16, 16, 16, {along4, lanes16<4>}, {down4, columns16<4>}, sums16};
inline constexpr Shape rows16x8 = {
    16, 16, 32, {along8, lanes16<8>}, {down8, columns16<8>}, sums16};
inline constexpr Shape rows16x16 = {
    16, 16, 64, {along16, lanes16<16>}, {down16, columns16<16>}, sums16};
inline constexpr Shape rows16Twice4 = {
    16, 16, 32, {twice4, lanes16<4>}, {twice4Down, columns16<4>}, sums16};
inline constexpr Shape rows32x4 = {
    32, 32, 8, {along4, lanes32<4>}, {down4, columns32<4>}, sums32};
inline constexpr Shape rows32x8 = {
    32, 32, 16, {along8, lanes32<8>}, {down8, columns32<8>}, sums32};
inline constexpr Shape rowsF64x1 = {
    16, 16, 4, {{}, lanes16<1>}, {{}, columnsF64<1>}, sums16};
inline constexpr Shape rowsF64x2 = {
    16, 16, 8, {along2, lanes16<2>}, {down2, columnsF64<2>}, sums16};
inline constexpr Shape inPairs = {
    16, 16, 16, {along16, lanesOf32<0>}, {down16, columnsInPairs}, sumsInPairs};
inline constexpr Shape of32x8 = {
    16, 16, 16, {along8, lanesOf32<8>}, {down8, columnsOf32<8>}, sumsOf32};
inline constexpr Shape of32x16 = {
    16, 16, 32, {along16, lanesOf32<16>}, {down16, columnsOf32<16>}, sumsOf32};
inline constexpr Shape dot8 = {
    8, 8, 8, {along8, dotRows}, {down8, dotColumns}, {{}, dotSums}};
inline constexpr Shape dot16 = {
    8, 8, 16, {along16, dotRows}, {down16, dotColumns}, {{}, dotSums}};

using enum MatrixType;
using enum MatrixKind;
using enum Carrier;

constexpr Matrix make(llvm::StringRef name, MatrixType operand,
                      const Shape &shape, MatrixForm form) {
  MatrixType sum = operand == I8 ? I32 : operand == F64 ? F64 : F32;
  return {{name, operand, sum, shape.m, shape.n, shape.k, shape.lhs, shape.rhs,
           shape.sums},
          form};
}

#define MFMA(shape) "rocdl.mfma." shape
#define WMMA(shape) "rocdl.wmma." shape

// 16 rows before 32: as many products a cycle, less power, and so a higher
// clock; smaller tiles too. What fills 16 bytes of a lane first, for its reads.
inline constexpr MatrixForm halves16 = {Mfma, MFMA("f32.16x16x16f16"), Elements,
                                        1};
inline constexpr MatrixForm halves32 = {Mfma, MFMA("f32.32x32x8f16"), Elements,
                                        1};
inline constexpr MatrixForm bfloats16 = {Mfma, MFMA("f32.16x16x16bf16.1k"),
                                         Bits16, 1};
inline constexpr MatrixForm bfloats32 = {Mfma, MFMA("f32.32x32x8bf16.1k"),
                                         Bits16, 1};
inline constexpr MatrixForm bfloats16x2 = {Mfma, MFMA("f32.16x16x8bf16"),
                                           Bits16, 1};
inline constexpr MatrixForm bfloats32x2 = {Mfma, MFMA("f32.32x32x4bf16"),
                                           Bits16, 1};
inline constexpr MatrixForm floats = {Mfma, MFMA("f32.16x16x4f32"), Elements,
                                      1};
inline constexpr MatrixForm doubles = {Mfma, MFMA("f64.16x16x4f64"), Elements,
                                       1};
inline constexpr MatrixForm bytes4 = {Mfma, MFMA("i32.16x16x16i8"), Words, 1};
inline constexpr MatrixForm bytes8 = {Mfma, MFMA("i32.16x16x32.i8"), Long, 1};
inline constexpr MatrixForm fp8 = {Mfma, MFMA("f32.16x16x32.fp8.fp8"), Long, 1};
inline constexpr MatrixForm bf8 = {Mfma, MFMA("f32.16x16x32.bf8.bf8"), Long, 1};

constexpr MatrixForm times(unsigned pieces, MatrixForm form) {
  form.pieces = pieces;
  return form;
}

inline constexpr Matrix
    f16Pair =
        make("mfma_f32_16x16x16_f16_pair", F16, rows16x8, times(2, halves16)),
    f16One = make("mfma_f32_16x16x16_f16", F16, rows16x4, halves16),
    f16Rows32 = make("mfma_f32_32x32x8_f16", F16, rows32x4, halves32),
    bf16Pair = make("mfma_f32_16x16x16_bf16_pair", BF16, rows16x8,
                    times(2, bfloats16)),
    bf16One = make("mfma_f32_16x16x16_bf16", BF16, rows16x4, bfloats16),
    bf16Rows32 = make("mfma_f32_32x32x8_bf16", BF16, rows32x4, bfloats32),
    f32Quad =
        make("mfma_f32_16x16x4_f32_quad", F32, rows16x4, times(4, floats)),
    f32One = make("mfma_f32_16x16x4_f32", F32, rows16x1, floats),
    f64Pair =
        make("mfma_f64_16x16x4_f64_pair", F64, rowsF64x2, times(2, doubles)),
    f64One = make("mfma_f64_16x16x4_f64", F64, rowsF64x1, doubles),
    i8Quad = make("mfma_i32_16x16x16_i8_quad", I8, rows16x16, times(4, bytes4)),
    i8One = make("mfma_i32_16x16x16_i8", I8, rows16x4, bytes4),
    i8LongPair =
        make("mfma_i32_16x16x32_i8_pair", I8, rows16x16, times(2, bytes8)),
    i8Long = make("mfma_i32_16x16x32_i8", I8, rows16x8, bytes8);

inline constexpr Matrix vegaMatrices[] = {
    make("dot2_f32_8x8x8_f16", F16, dot8,
         {Dot, "llvm.amdgcn.fdot2", Elements, 4}),
    make("dot4_i32_8x8x16_i8", I8, dot16, {Dot, "llvm.amdgcn.sdot4", Words, 4}),
};

inline constexpr Matrix cdna1Matrices[] = {
    f16Pair,
    f16One,
    f16Rows32,
    make("mfma_f32_16x16x8_bf16_quad", BF16, rows16x8, times(4, bfloats16x2)),
    make("mfma_f32_16x16x8_bf16_pair", BF16, rows16x4, times(2, bfloats16x2)),
    make("mfma_f32_32x32x4_bf16_pair", BF16, rows32x4, times(2, bfloats32x2)),
    f32Quad,
    f32One,
    i8Quad,
    i8One,
};

inline constexpr Matrix cdna2Matrices[] = {
    f16Pair, f16One, f16Rows32, bf16Pair, bf16One, bf16Rows32,
    f32Quad, f32One, f64Pair,   f64One,   i8Quad,  i8One,
};

inline constexpr Matrix cdna3Matrices[] = {
    f16Pair,
    f16One,
    f16Rows32,
    bf16Pair,
    bf16One,
    bf16Rows32,
    f32Quad,
    f32One,
    f64Pair,
    f64One,
    i8LongPair,
    i8Long,
    make("mfma_f32_16x16x32_fp8_pair", F8E4M3FNUZ, rows16x16, times(2, fp8)),
    make("mfma_f32_16x16x32_fp8", F8E4M3FNUZ, rows16x8, fp8),
    make("mfma_f32_16x16x32_bf8_pair", F8E5M2FNUZ, rows16x16, times(2, bf8)),
    make("mfma_f32_16x16x32_bf8", F8E5M2FNUZ, rows16x8, bf8),
    make("mfma_f32_16x16x8_xf32_pair", TF32, rows16x4,
         {Mfma, MFMA("f32.16x16x8.xf32"), Elements, 2}),
};

// What all of the family have.
inline constexpr Matrix cdna34Matrices[] = {
    f16Pair, f16One, f16Rows32, bf16Pair, bf16One,    bf16Rows32,
    f32Quad, f32One, f64Pair,   f64One,   i8LongPair, i8Long,
};

inline constexpr Matrix cdna4Matrices[] = {
    make("mfma_f32_16x16x32_f16", F16, rows16x8,
         {Mfma, MFMA("f32.16x16x32.f16"), Elements, 1}),
    make("mfma_f32_16x16x32_f16_twice", F16, rows16Twice4,
         {Mfma, MFMA("f32.16x16x32.f16"), Elements, 1}),
    f16One,
    make("mfma_f32_32x32x16_f16", F16, rows32x8,
         {Mfma, MFMA("f32.32x32x16.f16"), Elements, 1}),
    make("mfma_f32_16x16x32_bf16", BF16, rows16x8,
         {Mfma, MFMA("f32.16x16x32.bf16"), Elements, 1}),
    make("mfma_f32_16x16x32_bf16_twice", BF16, rows16Twice4,
         {Mfma, MFMA("f32.16x16x32.bf16"), Elements, 1}),
    bf16One,
    make("mfma_f32_32x32x16_bf16", BF16, rows32x8,
         {Mfma, MFMA("f32.32x32x16.bf16"), Elements, 1}),
    f32Quad,
    f32One,
    f64Pair,
    f64One,
    make("mfma_i32_16x16x64_i8", I8, rows16x16,
         {Mfma, MFMA("i32.16x16x64.i8"), Words, 1}),
    i8Long,
    make("mfma_f32_16x16x32_fp8_pair", F8E4M3, rows16x16, times(2, fp8)),
    make("mfma_f32_16x16x32_fp8", F8E4M3, rows16x8, fp8),
    make("mfma_f32_16x16x32_bf8_pair", F8E5M2, rows16x16, times(2, bf8)),
    make("mfma_f32_16x16x32_bf8", F8E5M2, rows16x8, bf8),
};

inline constexpr Matrix rdna3Matrices[] = {
    make("wmma_f32_16x16x16_f16", F16, inPairs,
         {Wmma, WMMA("f32.16x16x16.f16"), Elements, 1}),
    make("wmma_f32_16x16x16_bf16", BF16, inPairs,
         {Wmma, WMMA("f32.16x16x16.bf16"), Bits16, 1}),
    make("wmma_i32_16x16x16_iu8", I8, inPairs,
         {WmmaInteger, WMMA("i32.16x16x16.iu8"), Words, 1}),
};

inline constexpr MatrixForm wmmaBytes = {WmmaInteger, WMMA("i32.16x16x16.iu8"),
                                         Words, 1},
                            wmmaFp8 = {Wmma, WMMA("f32.16x16x16.fp8_fp8"),
                                       Words, 1},
                            wmmaBf8 = {Wmma, WMMA("f32.16x16x16.bf8_bf8"),
                                       Words, 1};

inline constexpr Matrix rdna4Matrices[] = {
    make("wmma_f32_16x16x16_f16", F16, of32x8,
         {Wmma, WMMA("f32.16x16x16.f16"), Elements, 1}),
    make("wmma_f32_16x16x16_bf16", BF16, of32x8,
         {Wmma, WMMA("f32.16x16x16.bf16"), Bits16, 1}),
    make("wmma_i32_16x16x16_iu8_pair", I8, of32x16, times(2, wmmaBytes)),
    make("wmma_i32_16x16x16_iu8", I8, of32x8, wmmaBytes),
    make("wmma_f32_16x16x16_fp8_pair", F8E4M3, of32x16, times(2, wmmaFp8)),
    make("wmma_f32_16x16x16_fp8", F8E4M3, of32x8, wmmaFp8),
    make("wmma_f32_16x16x16_bf8_pair", F8E5M2, of32x16, times(2, wmmaBf8)),
    make("wmma_f32_16x16x16_bf8", F8E5M2, of32x8, wmmaBf8),
};

#undef MFMA
#undef WMMA

/// What schedules see of the instructions.
template <size_t size>
constexpr std::array<MatrixInstruction, size>
rowsOf(const Matrix (&matrices)[size]) {
  std::array<MatrixInstruction, size> rows = {};
  for (size_t i = 0; i != size; ++i)
    rows[i] = matrices[i].row;
  return rows;
}

inline constexpr auto vegaRows = rowsOf(vegaMatrices);
inline constexpr auto cdna1Rows = rowsOf(cdna1Matrices);
inline constexpr auto cdna2Rows = rowsOf(cdna2Matrices);
inline constexpr auto cdna3Rows = rowsOf(cdna3Matrices);
inline constexpr auto cdna34Rows = rowsOf(cdna34Matrices);
inline constexpr auto cdna4Rows = rowsOf(cdna4Matrices);
inline constexpr auto rdna3Rows = rowsOf(rdna3Matrices);
inline constexpr auto rdna4Rows = rowsOf(rdna4Matrices);

} // namespace xcc::amd::matrices

#endif // XCC_LIB_TARGET_AMD_MATRICES_H
