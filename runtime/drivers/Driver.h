//===- Driver.h - What a kind of device does for the runtime ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A driver is a folder with Driver.cpp, Device.cpp and Module.cpp, and a row in
// Drivers.cpp. `null` is the one to copy.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_DRIVER_H
#define XRT_DRIVERS_DRIVER_H

#include "runtime/core/Bundle.h"
#include "runtime/core/Status.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace xrt {

/// What the host does of a launch.
struct HostWork {
  int64_t workItems = 0; // > 0
  uint64_t scratchBytes = 0;
  int64_t grain = 1;      // fewest work items worth a thread of their own
  int64_t firstPhase = 0; // items [0, this) are done before the others begin
};

/// A tensor in memory, as a kernel's copies of boxes of it see it; the dense
/// dimension comes first. What is outside of it reads as zeros.
struct TensorMap {
  static constexpr uint32_t kMaxRank = 5;

  void *base = nullptr;
  xrt_dtype_t dtype;
  uint32_t rank = 0;
  uint64_t sizes[kMaxRank] = {};       // elements, each > 0
  uint64_t strides[kMaxRank - 1] = {}; // bytes, of all dimensions but the first
  uint32_t box[kMaxRank] = {};         // elements
  uint32_t swizzleBytes = 0;           // of a line: 0, 32, 64 or 128
};

/// What a device does of a launch: blocks of threads.
struct DeviceBlocks {
  uint32_t grid[3] = {0, 0, 0}; // each > 0
  uint32_t threads = 0;         // of a block
  uint32_t sharedBytes = 0;
  /// Addresses of the buffers and of the workspace, if there is one, then the
  /// scalars: 8 bytes each, as drivers take them in one block.
  const uint64_t *arguments = nullptr;
  uint32_t numArguments = 0;
  /// Arguments behind these, as the device writes them.
  const TensorMap *tensorMaps = nullptr;
  uint32_t numTensorMaps = 0;
};

/// Work items of a launch that one thread did.
struct LaunchPart {
  int32_t thread = 0; // 0: the caller's
  int64_t beginItem = 0, endItem = 0;
  std::chrono::steady_clock::time_point begin, end;
};

/// One launch. Pointers are the device's; the arrays stay until launch returns.
struct LaunchParameters {
  void *kernel = nullptr; // of the module
  void *const *buffers = nullptr;
  uint32_t numBuffers = 0;
  const int64_t *scalars = nullptr;
  uint32_t numScalars = 0;
  HostWork work;       // when the module's target is the host
  DeviceBlocks blocks; // otherwise
  /// Where the host notes what its threads did; null when nobody asks.
  std::vector<LaunchPart> *parts = nullptr;
};

/// The code of a bundle, loaded on a device.
class Module {
public:
  virtual ~Module() = default;
  /// The level or format of the image taken: "x86-64-v3".
  virtual std::string isa() const = 0;
  /// The target whose launches the program makes; empty for the host, whose
  /// numbers stand in the steps.
  virtual std::string target() const { return ""; }
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
  /// These bytes are about to be written anew. Devices that watch for reads of
  /// what nobody wrote forget what was in them.
  virtual void discard(void *block, uint64_t bytes) {}
  /// Returns when all of it is done.
  virtual Status synchronize() = 0;
};

struct QueueOptions {
  int32_t numThreads = 0; // 0: as many as the process may use
  uint64_t emulationSeed = 0;
};

/// A fault that an emulated device saw in a kernel.
struct DeviceReport {
  std::string kind; // "out of bounds", "race"...
  std::string kernel;
  std::string source; // "model.mlir:8:3"; empty when not known
  uint32_t block[3] = {0, 0, 0};
  uint32_t thread = 0;
  uint64_t address = 0; // 0: none
  std::string text;     // all of it in one line
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
  /// True when each buffer should have a block of just its size, so that an
  /// access beyond it is seen.
  virtual bool isolatesBuffers() const { return false; }
  /// True when launches may have tensor maps.
  virtual bool takesTensorMaps() const { return false; }
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
  /// What the device's checks found since the last call, oldest first.
  virtual std::vector<DeviceReport> takeReports() { return {}; }
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
  /// What all its devices' names begin with: "host", or "x" for "x:0", "x:1".
  virtual const char *name() const = 0;
  /// True when open takes names of its own that list leaves out.
  virtual bool takesAnyName() const { return false; }
  /// Appends the devices present, seen for |bundle| (may be null); one entry of
  /// the driver's own name when there is none, with the reason.
  virtual void list(const Bundle *bundle,
                    std::vector<DeviceEntry> &entries) const = 0;
  /// Opens a device that list named and called usable, or, by a driver that
  /// takes any name, one that it did not; fails when there is none.
  virtual Status open(const std::string &name,
                      std::shared_ptr<Device> &out) const = 0;
};

/// All drivers, in order of preference.
std::vector<const Driver *> allDrivers();

} // namespace xrt

#endif // XRT_DRIVERS_DRIVER_H
