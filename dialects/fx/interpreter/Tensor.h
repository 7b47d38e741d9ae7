//===- Tensor.h - A tensor of the interpreter -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_FX_INTERPRETER_TENSOR_H
#define XCC_DIALECTS_FX_INTERPRETER_TENSOR_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <memory>
#include <type_traits>
#include <vector>

namespace xcc::fx {

/// Row-major elements of one shape: double for every float type, int64_t for
/// every integer type and i1 (0 or 1). Copies share the elements, which are
/// written only while the tensor is being made.
class Tensor {
public:
  Tensor() = default;
  /// Zeros.
  Tensor(mlir::Type elementType, llvm::ArrayRef<int64_t> shape);

  /// The elements of `bytes`, which has as many as the shape.
  static Tensor fromBytes(mlir::Type elementType, llvm::ArrayRef<int64_t> shape,
                          llvm::ArrayRef<char> bytes);
  /// The elements of an attribute of a static tensor type.
  static Tensor fromAttribute(mlir::ElementsAttr attribute);

  /// The elements in memory: rounded to `type`, or to the tensor's own.
  std::vector<char> toBytes(mlir::Type type = {}) const;

  /// The same elements under another shape of equal size.
  Tensor reshaped(llvm::ArrayRef<int64_t> shape) const;

  mlir::Type elementType() const { return type; }
  llvm::ArrayRef<int64_t> shape() const { return sizes; }
  int64_t rank() const { return sizes.size(); }
  int64_t count() const { return elements; }
  bool isFloat() const { return llvm::isa<mlir::FloatType>(type); }

  /// The elements: T is double or int64_t, as the element type says.
  template <typename T> llvm::ArrayRef<T> values() const {
    return const_cast<Tensor *>(this)->mutableValues<T>();
  }
  template <typename T> llvm::MutableArrayRef<T> mutableValues() {
    if constexpr (std::is_same_v<T, double>)
      return *floats;
    else
      return *ints;
  }

private:
  mlir::Type type;
  llvm::SmallVector<int64_t, 4> sizes;
  int64_t elements = 0;
  std::shared_ptr<std::vector<double>> floats;
  std::shared_ptr<std::vector<int64_t>> ints;
};

/// Calls `body` with a double or an int64_t: the kind of `tensor`'s elements.
template <typename Body> auto visitElements(const Tensor &tensor, Body body) {
  return tensor.isFloat() ? body(double()) : body(int64_t());
}

/// Elements to step over per unit of each dimension.
llvm::SmallVector<int64_t> rowMajorStrides(llvm::ArrayRef<int64_t> shape);

/// Strides that read `from` as if broadcast to `to`: 0 where it repeats.
llvm::SmallVector<int64_t> broadcastStrides(llvm::ArrayRef<int64_t> from,
                                            llvm::ArrayRef<int64_t> to);

/// Elements from the first one to the one at `index`.
int64_t offsetOf(llvm::ArrayRef<int64_t> index,
                 llvm::ArrayRef<int64_t> strides);

/// Product of sizes.
int64_t productOf(llvm::ArrayRef<int64_t> sizes);

/// Calls body(offsets, length) for each innermost row of `shape`, in order;
/// offsets[i] is where the row starts for the strides strides[i]. A 0-d shape
/// has one row of one element.
template <typename Body>
void forEachRow(llvm::ArrayRef<int64_t> shape,
                llvm::ArrayRef<llvm::SmallVector<int64_t>> strides, Body body) {
  if (llvm::is_contained(shape, 0))
    return;
  int64_t rank = shape.size();
  llvm::SmallVector<int64_t> index(rank, 0), offsets(strides.size(), 0);
  while (true) {
    body(llvm::ArrayRef<int64_t>(offsets), rank == 0 ? 1 : shape[rank - 1]);
    int64_t dim = rank - 2;
    for (; dim >= 0; --dim) {
      bool wraps = ++index[dim] == shape[dim];
      for (size_t i = 0; i < strides.size(); ++i)
        offsets[i] += strides[i][dim] * (wraps ? 1 - shape[dim] : 1);
      if (!wraps)
        break;
      index[dim] = 0;
    }
    if (dim < 0)
      return;
  }
}

/// Calls body(index, number) for each element of `shape` in row-major order.
template <typename Body>
void forEachIndex(llvm::ArrayRef<int64_t> shape, Body body) {
  int64_t count = productOf(shape);
  llvm::SmallVector<int64_t> index(shape.size(), 0);
  for (int64_t number = 0; number < count; ++number) {
    body(llvm::ArrayRef<int64_t>(index), number);
    for (int64_t dim = shape.size() - 1; dim >= 0; --dim) {
      if (++index[dim] < shape[dim])
        break;
      index[dim] = 0;
    }
  }
}

} // namespace xcc::fx

#endif // XCC_DIALECTS_FX_INTERPRETER_TENSOR_H
