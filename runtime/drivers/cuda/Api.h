//===- Api.h - The entry points of libcuda.so.1 that are used -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declared from the CUDA driver API reference; all exist since CUDA 11, but for
// the optional ones.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_CUDA_API_H
#define XRT_DRIVERS_CUDA_API_H

#include "runtime/core/Status.h"

#include <cstddef>
#include <cstdint>

namespace xrt::cuda {

using Result = int;
using DeviceId = int;
using Pointer = unsigned long long;
using ContextHandle = struct ContextObject *;
using ModuleHandle = struct ModuleObject *;
using FunctionHandle = struct FunctionObject *;
using StreamHandle = struct StreamObject *;

enum : Result {
  kSuccess = 0,
  kErrorOutOfMemory = 2,
  kErrorStubLibrary = 34,
  kErrorNoDevice = 100,
  kErrorNotFound = 500
};

enum : int {
  kMultiprocessors = 16,
  kComputeMajor = 75,
  kComputeMinor = 76,
  kFunctionStaticShared = 1,
  kFunctionMaxDynamicShared = 8,
  kJitErrorLog = 5,
  kJitErrorLogBytes = 6
};

/// CUtensorMap.
struct alignas(64) TensorMapBytes {
  unsigned char bytes[128];
};

/// Of CUtensorMapDataType, -Interleave, -Swizzle, -L2promotion and
/// -FloatOOBfill.
enum : int {
  kTensorUint8 = 0,
  kTensorUint16 = 1,
  kTensorInt32 = 3,
  kTensorInt64 = 5,
  kTensorFloat16 = 6,
  kTensorFloat32 = 7,
  kTensorFloat64 = 8,
  kTensorBfloat16 = 9,
  kInterleaveNone = 0,
  kSwizzleNone = 0,
  kSwizzle32 = 1,
  kSwizzle64 = 2,
  kSwizzle128 = 3,
  kPromoteTo128Bytes = 2,
  kFillWithZeros = 0
};

/// Marks of cuLaunchKernel's `extra`.
inline void *const kLaunchEnd = nullptr;
inline void *const kLaunchBuffer = reinterpret_cast<void *>(1);
inline void *const kLaunchBufferSize = reinterpret_cast<void *>(2);

#define XRT_CUDA_FUNCTIONS(X)                                                  \
  X(cuInit, (unsigned flags))                                                  \
  X(cuDriverGetVersion, (int *version))                                        \
  X(cuGetErrorName, (Result error, const char **name))                         \
  X(cuGetErrorString, (Result error, const char **text))                       \
  X(cuDeviceGetCount, (int *count))                                            \
  X(cuDeviceGet, (DeviceId * device, int ordinal))                             \
  X(cuDeviceGetName, (char *name, int bytes, DeviceId device))                 \
  X(cuDeviceGetAttribute, (int *value, int attribute, DeviceId device))        \
  X(cuDevicePrimaryCtxRetain, (ContextHandle * context, DeviceId device))      \
  X(cuDevicePrimaryCtxRelease_v2, (DeviceId device))                           \
  X(cuCtxPushCurrent_v2, (ContextHandle context))                              \
  X(cuCtxPopCurrent_v2, (ContextHandle * context))                             \
  X(cuModuleLoadDataEx, (ModuleHandle * module, const void *image,             \
                         unsigned numOptions, int *options, void **values))    \
  X(cuModuleUnload, (ModuleHandle module))                                     \
  X(cuModuleGetFunction,                                                       \
    (FunctionHandle * function, ModuleHandle module, const char *name))        \
  X(cuFuncGetAttribute, (int *value, int attribute, FunctionHandle function))  \
  X(cuFuncSetAttribute, (FunctionHandle function, int attribute, int value))   \
  X(cuLaunchKernel,                                                            \
    (FunctionHandle function, unsigned gridX, unsigned gridY, unsigned gridZ,  \
     unsigned blockX, unsigned blockY, unsigned blockZ, unsigned sharedBytes,  \
     StreamHandle stream, void **parameters, void **extra))                    \
  X(cuMemAlloc_v2, (Pointer * block, size_t bytes))                            \
  X(cuMemFree_v2, (Pointer block))                                             \
  X(cuMemcpyHtoDAsync_v2,                                                      \
    (Pointer to, const void *from, size_t bytes, StreamHandle stream))         \
  X(cuMemcpyDtoHAsync_v2,                                                      \
    (void *to, Pointer from, size_t bytes, StreamHandle stream))               \
  X(cuMemcpyDtoDAsync_v2,                                                      \
    (Pointer to, Pointer from, size_t bytes, StreamHandle stream))             \
  X(cuStreamCreate, (StreamHandle * stream, unsigned flags))                   \
  X(cuStreamDestroy_v2, (StreamHandle stream))                                 \
  X(cuStreamSynchronize, (StreamHandle stream))

/// Since CUDA 12.
#define XRT_CUDA_OPTIONAL(X)                                                   \
  X(cuTensorMapEncodeTiled,                                                    \
    (TensorMapBytes * map, int dataType, uint32_t rank, void *base,            \
     const uint64_t *sizes, const uint64_t *strides, const uint32_t *box,      \
     const uint32_t *elementStrides, int interleave, int swizzle,              \
     int l2Promotion, int outOfBoundsFill))

/// The loaded library, initialised.
struct Api {
#define XRT_DECLARE(name, parameters) Result(*name) parameters = nullptr;
  XRT_CUDA_FUNCTIONS(XRT_DECLARE)
  XRT_CUDA_OPTIONAL(XRT_DECLARE) // null where there is none
#undef XRT_DECLARE

  /// "expects .. to succeed" with the driver's own words.
  Status fail(const char *call, Result result) const;
};

/// The library, opened and initialised at the first call; null, with the
/// reason, when there is none or it has no device.
const Api *getApi(std::string &reason);

#define XRT_CUDA_CALL(api, name, ...)                                          \
  if (::xrt::cuda::Result result = (api).name(__VA_ARGS__))                    \
  return (api).fail(#name, result)

} // namespace xrt::cuda

#endif // XRT_DRIVERS_CUDA_API_H
