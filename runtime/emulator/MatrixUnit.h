//===- MatrixUnit.h - The arithmetic of matrix instructions -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_MATRIXUNIT_H
#define XRT_EMULATOR_MATRIXUNIT_H

namespace xrt::emulator {

/// c += a b, each element summed in the order of k.
template <typename T, typename Accumulator, unsigned m, unsigned n, unsigned k>
void multiplyAdd(const T (&a)[m][k], const T (&b)[k][n],
                 Accumulator (&c)[m][n]) {
  for (unsigned row = 0; row < m; ++row)
    for (unsigned depth = 0; depth < k; ++depth)
      for (unsigned column = 0; column < n; ++column)
        c[row][column] += Accumulator(a[row][depth]) * b[depth][column];
}

} // namespace xrt::emulator

#endif // XRT_EMULATOR_MATRIXUNIT_H
