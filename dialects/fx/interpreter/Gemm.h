//===- Gemm.h - Matrix products of the interpreter ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_FX_INTERPRETER_GEMM_H
#define XCC_DIALECTS_FX_INTERPRETER_GEMM_H

#include <cstdint>
#include <vector>

namespace xcc::fx {

/// c (m, n) += a (m, k) b (k, n), all dense and row-major. The order of each
/// sum is that of k, whatever the number of threads. int64_t wraps.
void multiply(int64_t m, int64_t n, int64_t k, const double *a, const double *b,
              double *c);
void multiply(int64_t m, int64_t n, int64_t k, const int64_t *a,
              const int64_t *b, int64_t *c);

/// The transpose (columns, rows) of a matrix (rows, columns).
std::vector<double> transpose(int64_t rows, int64_t columns,
                              const double *matrix);

} // namespace xcc::fx

#endif // XCC_DIALECTS_FX_INTERPRETER_GEMM_H
