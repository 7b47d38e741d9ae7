//===- Gemm.cpp - Matrix products of the interpreter ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/interpreter/Gemm.h"

#include "llvm/Support/Parallel.h"

#include <algorithm>

namespace xcc::fx {

// A block of b (kBlock, nBlock) stays in the second-level cache while all rows
// of a pass over it; four rows of c share each load of b.
constexpr int64_t kBlock = 128;
constexpr int64_t nBlock = 256;
constexpr int64_t rowsTogether = 4;

// c (rows, width) += a (rows, depth) b (depth, width) with leading sizes n, k.
template <int64_t rows, typename T>
static void multiplyRows(int64_t width, int64_t depth, int64_t n, int64_t k,
                         const T *a, const T *b, T *c) {
  for (int64_t p = 0; p < depth; ++p) {
    T factors[rows];
    for (int64_t r = 0; r < rows; ++r)
      factors[r] = a[r * k + p];
    const T *bRow = b + p * n;
    for (int64_t j = 0; j < width; ++j)
      for (int64_t r = 0; r < rows; ++r)
        c[r * n + j] += factors[r] * bRow[j];
  }
}

template <typename T>
static void multiplyBlocks(int64_t m, int64_t n, int64_t k, const T *a,
                           const T *b, T *c) {
  for (int64_t j = 0; j < n; j += nBlock)
    for (int64_t p = 0; p < k; p += kBlock) {
      int64_t width = std::min(nBlock, n - j), depth = std::min(kBlock, k - p);
      const T *block = b + p * n + j;
      int64_t i = 0;
      for (; i + rowsTogether <= m; i += rowsTogether)
        multiplyRows<rowsTogether>(width, depth, n, k, a + i * k + p, block,
                                   c + i * n + j);
      for (; i < m; ++i)
        multiplyRows<1>(width, depth, n, k, a + i * k + p, block,
                        c + i * n + j);
    }
}

template <typename T>
static void multiplyInParallel(int64_t m, int64_t n, int64_t k, const T *a,
                               const T *b, T *c) {
  // Rows are independent, so the split does not show in the result. Below
  // some million operations a thread costs more than it saves.
  constexpr int64_t piece = 32;
  if (m * n * k < (int64_t(1) << 22))
    return multiplyBlocks(m, n, k, a, b, c);
  llvm::parallelFor(0, (m + piece - 1) / piece, [&](size_t i) {
    int64_t first = int64_t(i) * piece;
    multiplyBlocks(std::min(piece, m - first), n, k, a + first * k, b,
                   c + first * n);
  });
}

void multiply(int64_t m, int64_t n, int64_t k, const double *a, const double *b,
              double *c) {
  multiplyInParallel(m, n, k, a, b, c);
}

void multiply(int64_t m, int64_t n, int64_t k, const int64_t *a,
              const int64_t *b, int64_t *c) {
  // Unsigned arithmetic wraps; signed overflow is undefined.
  multiplyInParallel(m, n, k, reinterpret_cast<const uint64_t *>(a),
                     reinterpret_cast<const uint64_t *>(b),
                     reinterpret_cast<uint64_t *>(c));
}

std::vector<double> transpose(int64_t rows, int64_t columns,
                              const double *matrix) {
  std::vector<double> result(rows * columns);
  constexpr int64_t tile = 16;
  for (int64_t i = 0; i < rows; i += tile)
    for (int64_t j = 0; j < columns; j += tile)
      for (int64_t y = i; y < std::min(i + tile, rows); ++y)
        for (int64_t x = j; x < std::min(j + tile, columns); ++x)
          result[x * rows + y] = matrix[y * columns + x];
  return result;
}

} // namespace xcc::fx
