//===- Device.cpp - A device that the CPU plays ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/emulated/Device.h"

#include <algorithm>
#include <thread>

using namespace xrt;
using namespace xrt::emulated;

static DeviceReport toReport(const emulator::Report &report) {
  DeviceReport result;
  result.kind = emulator::kindName(report.kind);
  result.kernel = report.kernel;
  if (!report.file.empty())
    result.source = report.file + ":" + std::to_string(report.line) + ":" +
                    std::to_string(report.column);
  std::copy_n(report.block, 3, result.block);
  result.thread = report.thread;
  result.address = report.address;
  result.text = report.text();
  return result;
}

static emulator::TensorMap toMap(const TensorMap &map) {
  emulator::TensorMap result;
  result.rank = map.rank;
  result.base = reinterpret_cast<uint64_t>(map.base);
  std::copy(std::begin(map.sizes), std::end(map.sizes), result.sizes);
  std::copy(std::begin(map.strides), std::end(map.strides), result.strides);
  std::copy(std::begin(map.box), std::end(map.box), result.box);
  result.elementBytes = uint32_t(xrt_dtype_size(map.dtype));
  result.swizzleBytes = map.swizzleBytes;
  return result;
}

namespace {
/// Kernels run before launch returns. A fault that a kernel survives does not
/// end a run: all of its steps are looked at, and synchronize says what came
/// of them.
class EmulatedQueue : public Queue {
public:
  EmulatedQueue(std::shared_ptr<EmulatedDevice> device,
                const QueueOptions &options);

  Status launch(const LaunchParameters &parameters) override;
  Status copy(void *destination, const void *source, uint64_t bytes,
              CopyDirection direction) override;
  void discard(void *block, uint64_t bytes) override {
    if (bytes)
      device->emulated().forget(block, bytes);
  }
  Status synchronize() override;

private:
  void noteFaults(std::vector<DeviceReport> reports);
  void checkWritten(const void *source, uint64_t bytes);

  std::shared_ptr<EmulatedDevice> device;
  emulator::RunOptions options;
  uint64_t numFaults = 0;
  std::string firstFault;
};
} // namespace

// Seeds 0 and 1 are the two extremes without chance; xrt.h says so.
EmulatedQueue::EmulatedQueue(std::shared_ptr<EmulatedDevice> device,
                             const QueueOptions &queueOptions)
    : device(std::move(device)) {
  uint64_t seed = queueOptions.emulationSeed;
  options.seed = seed;
  options.workers = uint32_t(this->device->numThreads(queueOptions));
  if (seed == 1)
    options.delivery = emulator::Delivery::Eager;
  if (seed > 1) {
    options.order = emulator::ThreadOrder::Random;
    options.delivery = emulator::Delivery::Random;
  }
}

void EmulatedQueue::noteFaults(std::vector<DeviceReport> reports) {
  if (reports.empty())
    return;
  if (firstFault.empty())
    firstFault = reports.front().text;
  numFaults += reports.size();
  device->keep(std::move(reports));
}

Status EmulatedQueue::launch(const LaunchParameters &parameters) {
  auto &kernel = *static_cast<EmulatedKernel *>(parameters.kernel);
  const DeviceBlocks &blocks = parameters.blocks;
  emulator::Launch launch;
  launch.kernel = kernel.name;
  std::copy_n(blocks.grid, 3, launch.grid);
  launch.threads = blocks.threads;
  // The plan counts all that a block needs, static or not.
  launch.dynamicSharedBytes =
      blocks.sharedBytes -
      std::min(blocks.sharedBytes, kernel.staticSharedBytes);
  launch.arguments = blocks.arguments;
  launch.argumentBytes = uint64_t(blocks.numArguments) * 8;
  std::vector<emulator::TensorMap> maps;
  for (uint32_t i = 0; i < blocks.numTensorMaps; ++i)
    maps.push_back(toMap(blocks.tensorMaps[i]));
  launch.tensorMaps = maps.data();
  launch.numTensorMaps = blocks.numTensorMaps;
  std::vector<emulator::Report> found;
  std::string error;
  bool hasEnded = kernel.module->launch(launch, options, found, error);
  std::vector<DeviceReport> reports;
  for (const emulator::Report &report : found)
    reports.push_back(toReport(report));
  noteFaults(std::move(reports));
  if (hasEnded)
    return Status();
  // The run ends here, so what was found in it is told now and not again.
  XRT_RETURN_IF_ERROR(synchronize());
  return Status(XRT_STATUS_INTERNAL, "kernel '" + kernel.name + "' on " +
                                         device->name() + ": " + error);
}

/// An output that was not wholly written is a kernel's fault as well.
void EmulatedQueue::checkWritten(const void *source, uint64_t bytes) {
  uint64_t written = device->emulated().writtenBytes(source, bytes);
  if (written >= bytes)
    return;
  DeviceReport report;
  report.kind = "unwritten output";
  report.address = reinterpret_cast<uint64_t>(source) + written;
  report.text = "unwritten output: of " + std::to_string(bytes) +
                " bytes that are read back nobody wrote byte " +
                std::to_string(written);
  noteFaults({report});
}

Status EmulatedQueue::copy(void *destination, const void *source,
                           uint64_t bytes, CopyDirection direction) {
  if (!bytes)
    return Status();
  switch (direction) {
  case CopyDirection::ToDevice:
    device->emulated().copyToDevice(destination, source, bytes);
    return Status();
  case CopyDirection::FromDevice:
    checkWritten(source, bytes);
    device->emulated().copyFromDevice(destination, source, bytes);
    return Status();
  case CopyDirection::OnDevice:
    device->emulated().copyOnDevice(destination, source, bytes);
    return Status();
  }
  return Status(XRT_STATUS_INTERNAL, "expects a direction of a copy");
}

Status EmulatedQueue::synchronize() {
  if (!numFaults)
    return Status();
  Status status(XRT_STATUS_INTERNAL,
                device->name() + " saw " + std::to_string(numFaults) +
                    (numFaults == 1 ? " fault: " : " faults, the first: ") +
                    firstFault);
  numFaults = 0;
  firstFault.clear();
  return status;
}

std::string EmulatedDevice::description() const {
  return "emulated, " + std::to_string(numThreads({})) + " threads";
}

int32_t EmulatedDevice::numThreads(const QueueOptions &options) const {
  if (options.numThreads > 0)
    return options.numThreads;
  return int32_t(std::max(1u, std::thread::hardware_concurrency()));
}

Status EmulatedDevice::allocate(uint64_t bytes, void *&out) {
  out = nullptr;
  if (!bytes)
    return Status();
  out = device->allocate(bytes);
  if (out)
    return Status();
  return Status::outOfMemory("a block of device '" + name() + "'", bytes);
}

void EmulatedDevice::release(void *block) {
  if (block)
    device->release(block);
}

Status EmulatedDevice::createQueue(const QueueOptions &options,
                                   std::unique_ptr<Queue> &out) {
  out = std::make_unique<EmulatedQueue>(shared_from_this(), options);
  return Status();
}

void EmulatedDevice::keep(std::vector<DeviceReport> reports) {
  // A loop that runs a faulty program for ever must not fill the memory.
  constexpr size_t kMaxKept = 10'000;
  std::lock_guard lock(mutex);
  for (DeviceReport &report : reports)
    if (kept.size() < kMaxKept)
      kept.push_back(std::move(report));
}

std::vector<DeviceReport> EmulatedDevice::takeReports() {
  std::lock_guard lock(mutex);
  return std::exchange(kept, {});
}
