//===- Api.h - The entry points of libamdhip64.so that are used -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declared from the HIP runtime API reference. Two layouts of the device's
// properties are in use: since ROCm 6 by the name with R0600.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_HIP_API_H
#define XRT_DRIVERS_HIP_API_H

#include "runtime/core/Status.h"

#include <cstddef>
#include <cstdint>

namespace xrt::hip {

using Result = int;
using ModuleHandle = struct ModuleObject *;
using FunctionHandle = struct FunctionObject *;
using StreamHandle = struct StreamObject *;

enum : Result {
  kSuccess = 0,
  kErrorOutOfMemory = 2,
  kErrorNoDevice = 100,
  kErrorNotFound = 500
};

enum : int {
  kMultiprocessors = 63,
  kFunctionStaticShared = 1,
  kHostToDevice = 1,
  kDeviceToHost = 2,
  kDeviceToDevice = 3
};

/// Marks of hipModuleLaunchKernel's `extra`.
inline void *const kLaunchBuffer = reinterpret_cast<void *>(1);
inline void *const kLaunchBufferSize = reinterpret_cast<void *>(2);
inline void *const kLaunchEnd = reinterpret_cast<void *>(3);

/// Bytes of a device's properties, and where in them its architecture's name
/// ("gfx942:sramecc+:xnack-") begins.
inline constexpr size_t kPropertiesBytes = 4096; // room for layouts to come
inline constexpr size_t kArchitectureOffset = 1160;
inline constexpr size_t kArchitectureOffsetBefore6 = 396;
inline constexpr size_t kArchitectureBytes = 256;

#define XRT_HIP_FUNCTIONS(X)                                                   \
  X(hipInit, (unsigned flags))                                                 \
  X(hipGetDeviceCount, (int *count))                                           \
  X(hipDeviceGetAttribute, (int *value, int attribute, int device))            \
  X(hipSetDevice, (int device))                                                \
  X(hipGetDevice, (int *device))                                               \
  X(hipModuleLoadData, (ModuleHandle * module, const void *image))             \
  X(hipModuleUnload, (ModuleHandle module))                                    \
  X(hipModuleGetFunction,                                                      \
    (FunctionHandle * function, ModuleHandle module, const char *name))        \
  X(hipFuncGetAttribute, (int *value, int attribute, FunctionHandle function)) \
  X(hipModuleLaunchKernel,                                                     \
    (FunctionHandle function, unsigned gridX, unsigned gridY, unsigned gridZ,  \
     unsigned blockX, unsigned blockY, unsigned blockZ, unsigned sharedBytes,  \
     StreamHandle stream, void **parameters, void **extra))                    \
  X(hipMalloc, (void **block, size_t bytes))                                   \
  X(hipFree, (void *block))                                                    \
  X(hipMemcpyAsync,                                                            \
    (void *to, const void *from, size_t bytes, int kind, StreamHandle stream)) \
  X(hipStreamCreateWithFlags, (StreamHandle * stream, unsigned flags))         \
  X(hipStreamDestroy, (StreamHandle stream))                                   \
  X(hipStreamSynchronize, (StreamHandle stream))

/// The loaded library, initialised.
struct Api {
#define XRT_DECLARE(name, parameters) Result(*name) parameters = nullptr;
  XRT_HIP_FUNCTIONS(XRT_DECLARE)
#undef XRT_DECLARE
  const char *(*hipGetErrorName)(Result error) = nullptr;
  const char *(*hipGetErrorString)(Result error) = nullptr;
  /// One of the two layouts.
  Result (*getProperties)(void *properties, int device) = nullptr;
  size_t architectureOffset = 0;

  /// The failure of |call| in the driver's own words.
  Status fail(const char *call, Result result) const;
};

/// The library, opened and initialised at the first call; null, with the
/// reason, when there is none or it has no device.
const Api *getApi(std::string &reason);

#define XRT_HIP_CALL(api, name, ...)                                           \
  if (::xrt::hip::Result result = (api).name(__VA_ARGS__))                     \
  return (api).fail(#name, result)

} // namespace xrt::hip

#endif // XRT_DRIVERS_HIP_API_H
