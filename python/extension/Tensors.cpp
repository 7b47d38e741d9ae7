//===- Tensors.cpp - Python's tensors as the runtime's --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "python/extension/Tensors.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace xcc::python {

namespace {
struct DTypeRow {
  xrt_dtype_t dtype;
  dlpack::ElementType dlpack;
  const char *numpy; // null: NumPy lacks it
};
} // namespace

static constexpr DTypeRow dtypeRows[] = {
    {XRT_DTYPE_F64, {dlpack::kFloat, 64, 1}, "float64"},
    {XRT_DTYPE_F32, {dlpack::kFloat, 32, 1}, "float32"},
    {XRT_DTYPE_F16, {dlpack::kFloat, 16, 1}, "float16"},
    {XRT_DTYPE_BF16, {dlpack::kBfloat, 16, 1}, nullptr},
    {XRT_DTYPE_I64, {dlpack::kInt, 64, 1}, "int64"},
    {XRT_DTYPE_I32, {dlpack::kInt, 32, 1}, "int32"},
    {XRT_DTYPE_I16, {dlpack::kInt, 16, 1}, "int16"},
    {XRT_DTYPE_I8, {dlpack::kInt, 8, 1}, "int8"},
    {XRT_DTYPE_U8, {dlpack::kUInt, 8, 1}, "uint8"},
    {XRT_DTYPE_I1, {dlpack::kBool, 8, 1}, "bool"},
    {XRT_DTYPE_F8E4M3FN, {dlpack::kFloat8E4M3FN, 8, 1}, nullptr},
    {XRT_DTYPE_F8E5M2, {dlpack::kFloat8E5M2, 8, 1}, nullptr},
    {XRT_DTYPE_F8E4M3FNUZ, {dlpack::kFloat8E4M3FNUZ, 8, 1}, nullptr},
    {XRT_DTYPE_F8E5M2FNUZ, {dlpack::kFloat8E5M2FNUZ, 8, 1}, nullptr},
};

static xrt_dtype_t fromDLPack(dlpack::ElementType type) {
  for (const DTypeRow &row : dtypeRows)
    if (row.dlpack.code == type.code && row.dlpack.bits == type.bits &&
        type.lanes == 1)
      return row.dtype;
  return XRT_DTYPE_NONE;
}

/// Native formats of the buffer protocol.
static xrt_dtype_t fromFormat(const char *format, Py_ssize_t size) {
  if (!format)
    return XRT_DTYPE_U8;
  if (*format == '@' || *format == '=' || *format == '<')
    ++format;
  if (std::strlen(format) != 1)
    return XRT_DTYPE_NONE;
  switch (*format) {
  case 'd':
    return XRT_DTYPE_F64;
  case 'f':
    return XRT_DTYPE_F32;
  case 'e':
    return XRT_DTYPE_F16;
  case '?':
    return XRT_DTYPE_I1;
  case 'B':
    return XRT_DTYPE_U8;
  case 'b':
    return XRT_DTYPE_I8;
  case 'h':
    return XRT_DTYPE_I16;
  case 'i':
  case 'l':
  case 'q':
    return size == 8 ? XRT_DTYPE_I64 : XRT_DTYPE_I32;
  default:
    return XRT_DTYPE_NONE;
  }
}

const dlpack::ExchangeApi *findExchangeApi(PyObject *object) {
  // A handful of types in any program: Tensor, Parameter and their like.
  struct Known {
    PyTypeObject *type;
    const dlpack::ExchangeApi *api;
  };
  static std::vector<Known> known;
  PyTypeObject *type = Py_TYPE(object);
  for (const Known &entry : known)
    if (entry.type == type)
      return entry.api;

  const dlpack::ExchangeApi *api = nullptr;
  PyObject *capsule = PyObject_GetAttrString(reinterpret_cast<PyObject *>(type),
                                             "__dlpack_c_exchange_api__");
  if (capsule)
    api = static_cast<const dlpack::ExchangeApi *>(
        PyCapsule_GetPointer(capsule, "dlpack_exchange_api"));
  PyErr_Clear();
  Py_XDECREF(capsule);
  while (api && api->version.major != 1)
    api = api->previous;
  if (api && !api->viewPython)
    api = nullptr;
  Py_INCREF(type); // its address must not come to mean another type
  known.push_back({type, api});
  return api;
}

TensorView &TensorView::operator=(TensorView &&other) noexcept {
  if (this == &other)
    return *this;
  release();
  api = other.api;
  owner = std::exchange(other.owner, nullptr);
  buffer = other.buffer;
  hasBuffer = std::exchange(other.hasBuffer, false);
  data = other.data;
  dtype = other.dtype;
  rank = other.rank;
  std::copy_n(other.dims, XRT_MAX_RANK, dims);
  std::copy_n(other.strides, XRT_MAX_RANK, strides);
  return *this;
}

void TensorView::release() {
  if (hasBuffer)
    PyBuffer_Release(&buffer);
  hasBuffer = false;
  Py_CLEAR(owner);
}

xrt_tensor_t TensorView::tensor() const {
  return {data, dtype, rank, dims, /*version=*/0};
}

bool TensorView::isDense() const {
  int64_t expected = 1;
  for (int32_t i = rank - 1; i >= 0; --i) {
    if (dims[i] == 0)
      return true;
    if (dims[i] != 1 && strides[i] != expected)
      return false;
    expected *= dims[i];
  }
  return true;
}

bool TensorView::open(PyObject *object, const char *name) {
  if (!read(object, name))
    return false;
  if (isDense())
    return true;
  PyObject *copy = api ? PyObject_CallMethod(object, "contiguous", nullptr)
                       : PyObject_CallMethod(object, "copy", "s", "C");
  if (!copy)
    return false;
  release();
  bool isRead = read(copy, name);
  // The capsule of `__dlpack__` owns its tensor; other views need the copy.
  if (isRead && !owner)
    owner = copy;
  else
    Py_DECREF(copy);
  return isRead;
}

bool TensorView::read(PyObject *object, const char *name) {
  api = findExchangeApi(object);
  if (api)
    return readExchange(object, name);
  if (PyObject_CheckBuffer(object))
    return readBuffer(object, name);
  if (PyObject_HasAttrString(object, "__dlpack__"))
    return readCapsule(object, name);
  PyErr_Format(PyExc_TypeError,
               "expected input '%s' to be a tensor or an array, got %s", name,
               Py_TYPE(object)->tp_name);
  return false;
}

/// Raises an error that names the device of a tensor outside host memory.
static bool failDevice(PyObject *object, const char *name) {
  PyErr_Clear();
  PyObject *device = PyObject_GetAttrString(object, "device");
  if (device)
    PyErr_Format(PyExc_ValueError,
                 "expected input '%s' in host memory, got device %S", name,
                 device);
  Py_XDECREF(device);
  return false;
}

bool TensorView::readExchange(PyObject *object, const char *name) {
  dlpack::Tensor tensor;
  bool isRead = api->viewPython(object, &tensor) == 0;
  // DLPack knows no device for some tensors, and says so in its own words.
  if (!isRead || tensor.deviceType != dlpack::kHostMemory)
    return failDevice(object, name);
  return take(tensor, name);
}

bool TensorView::readCapsule(PyObject *object, const char *name) {
  PyObject *capsule = PyObject_CallMethod(object, "__dlpack__", nullptr);
  if (!capsule)
    return false;
  owner = capsule;
  auto *managed = static_cast<dlpack::ManagedTensor *>(
      PyCapsule_GetPointer(capsule, "dltensor"));
  if (!managed)
    return false;
  if (managed->tensor.deviceType != dlpack::kHostMemory) {
    PyErr_Format(PyExc_ValueError,
                 "expected input '%s' in host memory, got device type %d", name,
                 managed->tensor.deviceType);
    return false;
  }
  return take(managed->tensor, name);
}

static bool failRank(const char *name, int rank) {
  PyErr_Format(PyExc_ValueError,
               "expected input '%s' of at most %d dimensions, got %d", name,
               XRT_MAX_RANK, rank);
  return false;
}

bool TensorView::take(const dlpack::Tensor &tensor, const char *name) {
  if (tensor.rank > XRT_MAX_RANK)
    return failRank(name, tensor.rank);
  data = static_cast<char *>(tensor.data) + tensor.byteOffset;
  rank = tensor.rank;
  std::copy_n(tensor.shape, rank, dims);
  if (tensor.strides) {
    std::copy_n(tensor.strides, rank, strides);
  } else {
    int64_t stride = 1;
    for (int32_t i = rank - 1; i >= 0; --i) {
      strides[i] = stride;
      stride *= dims[i];
    }
  }
  dtype = fromDLPack(tensor.dtype);
  if (dtype != XRT_DTYPE_NONE)
    return true;
  PyErr_Format(PyExc_TypeError,
               "input '%s' has a dtype that is not supported (DLPack code %d, "
               "%d bits)",
               name, tensor.dtype.code, tensor.dtype.bits);
  return false;
}

bool TensorView::readBuffer(PyObject *object, const char *name) {
  if (PyObject_GetBuffer(object, &buffer, PyBUF_STRIDES | PyBUF_FORMAT) != 0)
    return false;
  hasBuffer = true;
  if (buffer.ndim > XRT_MAX_RANK)
    return failRank(name, buffer.ndim);
  dtype = fromFormat(buffer.format, buffer.itemsize);
  if (dtype == XRT_DTYPE_NONE) {
    PyErr_Format(PyExc_TypeError,
                 "input '%s' has a dtype that is not supported (format '%s')",
                 name, buffer.format);
    return false;
  }
  data = buffer.buf;
  rank = buffer.ndim;
  for (int32_t i = 0; i < rank; ++i) {
    dims[i] = buffer.shape[i];
    // A stride that splits an element is not dense either way.
    bool isWhole = buffer.strides[i] % buffer.itemsize == 0;
    strides[i] = isWhole ? buffer.strides[i] / buffer.itemsize : 0;
  }
  return true;
}

static const DTypeRow &rowOf(xrt_dtype_t dtype) {
  return *std::find_if(std::begin(dtypeRows), std::end(dtypeRows),
                       [&](const DTypeRow &row) { return row.dtype == dtype; });
}

static void setError(void *, const char *kind, const char *message) {
  PyErr_Format(PyExc_RuntimeError, "%s: %s", kind, message);
}

PyObject *allocateTensor(const dlpack::ExchangeApi *api, xrt_dtype_t dtype,
                         const xrt_shape_t &shape) {
  int64_t dims[XRT_MAX_RANK];
  std::copy_n(shape.dims, shape.rank, dims);
  dlpack::Tensor prototype = {nullptr,
                              dlpack::kHostMemory,
                              0,
                              shape.rank,
                              rowOf(dtype).dlpack,
                              dims,
                              nullptr,
                              0};
  dlpack::ManagedTensorVersioned *managed = nullptr;
  if (api->allocate(&prototype, &managed, nullptr, setError) != 0) {
    if (!PyErr_Occurred())
      PyErr_NoMemory();
    return nullptr;
  }
  void *object = nullptr;
  if (api->toPython(managed, &object) != 0)
    return nullptr;
  return static_cast<PyObject *>(object);
}

PyObject *allocateArray(xrt_dtype_t dtype, const xrt_shape_t &shape) {
  const char *name = rowOf(dtype).numpy;
  if (!name) {
    PyErr_Format(PyExc_TypeError,
                 "NumPy has no dtype for an output of %s; pass PyTorch tensors",
                 xrt_dtype_name(dtype));
    return nullptr;
  }
  PyObject *numpy = PyImport_ImportModule("numpy");
  if (!numpy)
    return nullptr;
  PyObject *dims = PyTuple_New(shape.rank);
  for (int32_t i = 0; dims && i < shape.rank; ++i)
    PyTuple_SET_ITEM(dims, i, PyLong_FromLongLong(shape.dims[i]));
  PyObject *array =
      dims ? PyObject_CallMethod(numpy, "empty", "Os", dims, name) : nullptr;
  Py_XDECREF(dims);
  Py_DECREF(numpy);
  return array;
}

} // namespace xcc::python
