//===- Api.h - The entry points of libze_loader.so.1 that are used --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Declared from the oneAPI Level Zero specification, version 1.3.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_LEVELZERO_API_H
#define XRT_DRIVERS_LEVELZERO_API_H

#include "runtime/core/Status.h"

#include <cstddef>
#include <cstdint>

namespace xrt::levelzero {

using Result = uint32_t;
using DriverHandle = struct DriverObject *;
using DeviceHandle = struct DeviceObject *;
using ContextHandle = struct ContextObject *;
using ModuleHandle = struct ModuleObject *;
using BuildLogHandle = struct BuildLogObject *;
using KernelHandle = struct KernelObject *;
using ListHandle = struct ListObject *;
using PoolHandle = struct PoolObject *;
using EventHandle = struct EventObject *;

enum : Result {
  kSuccess = 0,
  kErrorOutOfHostMemory = 0x70000002,
  kErrorOutOfDeviceMemory = 0x70000003,
  kErrorUninitialized = 0x78000001,
  kErrorUnsupportedSize = 0x78000009,
  kErrorInvalidKernelName = 0x78000011
};

inline constexpr uint32_t kTypeGpu = 1;
inline constexpr uint32_t kAsynchronous = 2;
inline constexpr uint32_t kHostVisible = 1;
inline constexpr uint32_t kScopeHost = 4;

struct DeviceProperties {
  uint32_t stype = 0x3;
  void *next = nullptr;
  uint32_t type, vendorId, deviceId, flags, subdeviceId, coreClockRate;
  uint64_t maxMemAllocSize;
  uint32_t maxHardwareContexts, maxCommandQueuePriority, numThreadsPerEU,
      physicalEUSimdWidth, numEUsPerSubslice, numSubslicesPerSlice, numSlices;
  uint64_t timerResolution;
  uint32_t timestampValidBits, kernelTimestampValidBits;
  uint8_t uuid[16];
  char name[256];
};

struct ContextDescription {
  uint32_t stype = 0xd;
  const void *next = nullptr;
  uint32_t flags = 0;
};

struct QueueDescription {
  uint32_t stype = 0xe;
  const void *next = nullptr;
  uint32_t ordinal = 0, index = 0, flags = 0;
  uint32_t mode = kAsynchronous;
  uint32_t priority = 0;
};

struct PoolDescription {
  uint32_t stype = 0x10;
  const void *next = nullptr;
  uint32_t flags = kHostVisible;
  uint32_t count = 1;
};

struct EventDescription {
  uint32_t stype = 0x11;
  const void *next = nullptr;
  uint32_t index = 0;
  uint32_t signal = kScopeHost, wait = kScopeHost;
};

struct MemoryDescription {
  uint32_t stype = 0x15;
  const void *next = nullptr;
  uint32_t flags = 0, ordinal = 0;
};

struct ModuleDescription {
  uint32_t stype = 0x1b;
  const void *next = nullptr;
  uint32_t format = 0; // SPIR-V
  size_t inputBytes = 0;
  const void *input = nullptr;
  const char *buildFlags = "";
  const void *constants = nullptr;
};

struct KernelProperties {
  uint32_t stype = 0x1e;
  void *next = nullptr;
  uint32_t numArguments, groupSize[3], numSubgroups, subgroupSize;
  uint32_t maxSubgroupSize, maxNumSubgroups;
  uint32_t sharedBytes, privateBytes;
  uint32_t spilledBytes; // to memory, of registers
  uint8_t id[32];
};

struct KernelDescription {
  uint32_t stype = 0x1d;
  const void *next = nullptr;
  uint32_t flags = 0;
  const char *name = nullptr;
};

struct GroupCount {
  uint32_t x, y, z;
};

#define XRT_LEVELZERO_FUNCTIONS(X)                                             \
  X(zeInit, (uint32_t flags))                                                  \
  X(zeDriverGet, (uint32_t *count, DriverHandle *drivers))                     \
  X(zeDeviceGet,                                                               \
    (DriverHandle driver, uint32_t *count, DeviceHandle *devices))             \
  X(zeDeviceGetProperties,                                                     \
    (DeviceHandle device, DeviceProperties * properties))                      \
  X(zeContextCreate,                                                           \
    (DriverHandle driver, const ContextDescription *description,               \
     ContextHandle *context))                                                  \
  X(zeContextDestroy, (ContextHandle context))                                 \
  X(zeModuleCreate, (ContextHandle context, DeviceHandle device,               \
                     const ModuleDescription *description,                     \
                     ModuleHandle *module, BuildLogHandle *log))               \
  X(zeModuleDestroy, (ModuleHandle module))                                    \
  X(zeModuleBuildLogGetString,                                                 \
    (BuildLogHandle log, size_t *bytes, char *text))                           \
  X(zeModuleBuildLogDestroy, (BuildLogHandle log))                             \
  X(zeKernelCreate,                                                            \
    (ModuleHandle module, const KernelDescription *description,                \
     KernelHandle *kernel))                                                    \
  X(zeKernelGetProperties,                                                     \
    (KernelHandle kernel, KernelProperties * properties))                      \
  X(zeKernelDestroy, (KernelHandle kernel))                                    \
  X(zeKernelSetGroupSize,                                                      \
    (KernelHandle kernel, uint32_t x, uint32_t y, uint32_t z))                 \
  X(zeKernelSetArgumentValue,                                                  \
    (KernelHandle kernel, uint32_t index, size_t bytes, const void *value))    \
  X(zeCommandListCreateImmediate,                                              \
    (ContextHandle context, DeviceHandle device,                               \
     const QueueDescription *description, ListHandle *list))                   \
  X(zeCommandListDestroy, (ListHandle list))                                   \
  X(zeCommandListAppendLaunchKernel,                                           \
    (ListHandle list, KernelHandle kernel, const GroupCount *groups,           \
     EventHandle signal, uint32_t numWaits, EventHandle *waits))               \
  X(zeCommandListAppendMemoryCopy,                                             \
    (ListHandle list, void *to, const void *from, size_t bytes,                \
     EventHandle signal, uint32_t numWaits, EventHandle *waits))               \
  X(zeCommandListAppendBarrier, (ListHandle list, EventHandle signal,          \
                                 uint32_t numWaits, EventHandle *waits))       \
  X(zeEventPoolCreate,                                                         \
    (ContextHandle context, const PoolDescription *description,                \
     uint32_t numDevices, DeviceHandle *devices, PoolHandle *pool))            \
  X(zeEventPoolDestroy, (PoolHandle pool))                                     \
  X(zeEventCreate, (PoolHandle pool, const EventDescription *description,      \
                    EventHandle *event))                                       \
  X(zeEventDestroy, (EventHandle event))                                       \
  X(zeEventHostSynchronize, (EventHandle event, uint64_t nanoseconds))         \
  X(zeEventHostReset, (EventHandle event))                                     \
  X(zeMemAllocDevice,                                                          \
    (ContextHandle context, const MemoryDescription *description,              \
     size_t bytes, size_t alignment, DeviceHandle device, void **block))       \
  X(zeMemFree, (ContextHandle context, void *block))

/// The loaded library, initialised.
struct Api {
#define XRT_DECLARE(name, parameters) Result(*name) parameters = nullptr;
  XRT_LEVELZERO_FUNCTIONS(XRT_DECLARE)
#undef XRT_DECLARE

  /// The failure of |call|: the specification's name or number of the result.
  Status fail(const char *call, Result result) const;
};

/// The loader, opened and initialised at the first call; null, with the reason,
/// when there is none or it has no driver.
const Api *getApi(std::string &reason);

#define XRT_LEVELZERO_CALL(api, name, ...)                                     \
  if (::xrt::levelzero::Result result = (api).name(__VA_ARGS__))               \
  return (api).fail(#name, result)

} // namespace xrt::levelzero

#endif // XRT_DRIVERS_LEVELZERO_API_H
