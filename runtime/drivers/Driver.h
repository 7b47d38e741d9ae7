//===- Driver.h - What a kind of device does for the runtime ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A driver is a folder with Driver.cpp, Device.cpp and Module.cpp, and a row in
// core/DeviceRegistry.cpp. `null` is the one to copy.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_DRIVER_H
#define XRT_DRIVERS_DRIVER_H

#include "runtime/core/Bundle.h"
#include "runtime/core/Status.h"

#include <memory>
#include <string>
#include <vector>

namespace xrt {

/// One launch. Pointers are the device's; the arrays stay until launch returns.
struct LaunchParameters {
  void *kernel; // of the module
  void *const *buffers;
  uint32_t numBuffers;
  const int64_t *scalars;
  uint32_t numScalars;
  int64_t workItems; // > 0
  uint64_t scratchBytes;
  int64_t grain; // fewest work items worth a thread of their own
};

/// The code of a bundle, loaded on a device.
class Module {
public:
  virtual ~Module() = default;
  /// The level of the image taken: "x86-64-v3".
  virtual std::string isa() const = 0;
  /// Fails when the image has no such kernel.
  virtual Status findKernel(const char *name, void *&out) = 0;
};

enum class CopyDirection { ToDevice, FromDevice, OnDevice };

/// Work in order. One thread uses it at a time.
class Queue {
public:
  virtual ~Queue() = default;
  virtual Status launch(const LaunchParameters &parameters) = 0;
  virtual Status copy(void *destination, const void *source, uint64_t bytes,
                      CopyDirection direction) = 0;
  /// Returns when all of it is done.
  virtual Status synchronize() = 0;
};

struct QueueOptions {
  int32_t numThreads = 0; // 0: as many as the process may use
};

/// Safe to use from any thread.
class Device {
public:
  virtual ~Device() = default;
  virtual std::string name() const = 0;
  virtual std::string description() const = 0;
  /// True when kernels read and write the caller's memory as it is; otherwise
  /// the program copies inputs, outputs and weights.
  virtual bool sharesHostMemory() const = 0;
  /// At least 64-byte aligned; null only for no bytes.
  virtual Status allocate(uint64_t bytes, void *&out) = 0;
  virtual void release(void *block) = 0;
  /// Picks the bundle's best image for this device, or the one of level |isa|
  /// unless that is empty, checks its checksum and loads it.
  virtual Status load(const Bundle &bundle, const std::string &isa,
                      std::unique_ptr<Module> &out) = 0;
  virtual Status createQueue(const QueueOptions &options,
                             std::unique_ptr<Queue> &out) = 0;
  /// The number of threads that queues of these options use.
  virtual int32_t numThreads(const QueueOptions &options) const = 0;
};

struct DeviceEntry {
  std::string name;
  std::string description;
  std::string reason; // why it can or cannot be used
  bool isUsable = false;
  bool isAutomatic = true; // may be picked when nobody names one
};

class Driver {
public:
  virtual ~Driver() = default;
  /// Appends the devices present, seen for |bundle| (may be null).
  virtual void list(const Bundle *bundle,
                    std::vector<DeviceEntry> &entries) const = 0;
  /// Opens a device that list named.
  virtual Status open(const std::string &name,
                      std::shared_ptr<Device> &out) const = 0;
};

} // namespace xrt

#endif // XRT_DRIVERS_DRIVER_H
