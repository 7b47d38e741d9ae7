//===- DLPack.h - The DLPack structures that tensors arrive in --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declarations of the parts of DLPack 1.x that are used, laid out as the
// standard has them: https://dmlc.github.io/dlpack/latest/c_api.html
//
//===----------------------------------------------------------------------===//
#ifndef XCC_PYTHON_EXTENSION_DLPACK_H
#define XCC_PYTHON_EXTENSION_DLPACK_H

#include <cstdint>

namespace xcc::python::dlpack {

constexpr int32_t kHostMemory = 1;

enum TypeCode : uint8_t {
  kInt = 0,
  kUInt = 1,
  kFloat = 2,
  kBfloat = 4,
  kBool = 6,
  kFloat8E4M3FN = 10,
  kFloat8E4M3FNUZ = 11,
  kFloat8E5M2 = 12,
  kFloat8E5M2FNUZ = 13
};

struct Version {
  uint32_t major;
  uint32_t minor;
};

struct ElementType {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
};

struct Tensor {
  void *data;
  int32_t deviceType;
  int32_t deviceId;
  int32_t rank;
  ElementType dtype;
  int64_t *shape;
  int64_t *strides; // in elements; null: dense row-major
  uint64_t byteOffset;
};

/// What `__dlpack__()` hands over in a capsule named "dltensor".
struct ManagedTensor {
  Tensor tensor;
  void *context;
  void (*deleter)(ManagedTensor *self);
};

struct ManagedTensorVersioned {
  Version version;
  void *context;
  void (*deleter)(ManagedTensorVersioned *self);
  uint64_t flags;
  Tensor tensor;
};

/// What `type(tensor).__dlpack_c_exchange_api__` points to. All functions
/// return 0 on success and leave a Python error otherwise.
struct ExchangeApi {
  Version version;
  ExchangeApi *previous;
  int (*allocate)(Tensor *prototype, ManagedTensorVersioned **out,
                  void *errorContext,
                  void (*setError)(void *context, const char *kind,
                                   const char *message));
  int (*fromPython)(void *object, ManagedTensorVersioned **out);
  int (*toPython)(ManagedTensorVersioned *tensor, void **outObject);
  int (*viewPython)(void *object, Tensor *out); // may be null
  int (*currentStream)(int32_t deviceType, int32_t deviceId, void **outStream);
};

} // namespace xcc::python::dlpack

#endif // XCC_PYTHON_EXTENSION_DLPACK_H
