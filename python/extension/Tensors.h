//===- Tensors.h - Python's tensors as the runtime's ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_PYTHON_EXTENSION_TENSORS_H
#define XCC_PYTHON_EXTENSION_TENSORS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "python/extension/DLPack.h"
#include "xrt/xrt.h"

#include <vector>

namespace xcc::python {

/// A tensor's memory for the time of one run.
class TensorView {
public:
  TensorView() = default;
  TensorView(const TensorView &) = delete;
  TensorView &operator=(const TensorView &) = delete;
  TensorView(TensorView &&other) noexcept { *this = std::move(other); }
  TensorView &operator=(TensorView &&other) noexcept;
  ~TensorView() { release(); }

  /// Looks at |object|, a tensor of PyTorch, an array of NumPy or anything
  /// with `__dlpack__`; copies it when it is not dense row-major. |name| is for
  /// errors. Returns false with a Python error set when it is none of these, is
  /// not in host memory or has a dtype that the runtime lacks.
  bool open(PyObject *object, const char *name);

  /// Valid until this view moves or dies.
  xrt_tensor_t tensor() const;

  /// The exchange API of the object's type, or null.
  const dlpack::ExchangeApi *api = nullptr;

private:
  bool read(PyObject *object, const char *name);
  bool readExchange(PyObject *object, const char *name);
  bool readBuffer(PyObject *object, const char *name);
  bool readCapsule(PyObject *object, const char *name);
  bool take(const dlpack::Tensor &tensor, const char *name);
  bool isDense() const;
  void release();

  PyObject *owner = nullptr; // a copy made dense, or the capsule
  Py_buffer buffer = {};
  bool hasBuffer = false;
  void *data = nullptr;
  xrt_dtype_t dtype = XRT_DTYPE_NONE;
  int32_t rank = 0;
  int64_t dims[XRT_MAX_RANK] = {};
  int64_t strides[XRT_MAX_RANK] = {}; // in elements
};

/// The exchange API of |object|'s type, or null without an error when it has
/// none.
const dlpack::ExchangeApi *findExchangeApi(PyObject *object);

/// A new tensor of |api|'s framework. Null with a Python error set when that
/// fails.
PyObject *allocateTensor(const dlpack::ExchangeApi *api, xrt_dtype_t dtype,
                         const xrt_shape_t &shape);
/// A new NumPy array. Null with a Python error set when that fails.
PyObject *allocateArray(xrt_dtype_t dtype, const xrt_shape_t &shape);

} // namespace xcc::python

#endif // XCC_PYTHON_EXTENSION_TENSORS_H
