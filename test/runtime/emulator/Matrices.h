//===- Matrices.h - Small matrices and where their elements sit -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_TEST_EMULATOR_MATRICES_H
#define XRT_TEST_EMULATOR_MATRICES_H

#include <vector>

namespace xrt::emulator::test {

/// The lane that holds an element, and the element's number among that lane's.
struct Seat {
  unsigned lane, item;
};
using SeatOf = Seat (*)(unsigned row, unsigned column);

struct Matrix {
  unsigned rows, columns;
  std::vector<float> values;

  float &at(unsigned row, unsigned column) {
    return values[row * columns + column];
  }
  float at(unsigned row, unsigned column) const {
    return values[row * columns + column];
  }
  template <typename Visit> void forEach(Visit visit) const {
    for (unsigned row = 0; row < rows; ++row)
      for (unsigned column = 0; column < columns; ++column)
        visit(row, column, at(row, column));
  }
};

/// Whole numbers from -6 to 6, no two rows or columns alike: exact in every
/// type, as are their products and the sums of 32 of them.
inline Matrix wholeNumbers(unsigned rows, unsigned columns, unsigned seed) {
  Matrix matrix{rows, columns, std::vector<float>(rows * columns)};
  unsigned state = seed;
  for (float &value : matrix.values) {
    state = state * 1664525 + 1013904223;
    value = float(int(state >> 16) % 13 - 6);
  }
  return matrix;
}

inline Matrix product(const Matrix &a, const Matrix &b, const Matrix &c) {
  Matrix sum = c;
  for (unsigned row = 0; row < a.rows; ++row)
    for (unsigned column = 0; column < b.columns; ++column)
      for (unsigned depth = 0; depth < a.columns; ++depth)
        sum.at(row, column) += a.at(row, depth) * b.at(depth, column);
  return sum;
}

} // namespace xrt::emulator::test

#endif // XRT_TEST_EMULATOR_MATRICES_H
