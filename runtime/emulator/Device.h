//===- Device.h - A device that a CPU plays ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_DEVICE_H
#define XRT_EMULATOR_DEVICE_H

#include "runtime/emulator/Execution.h"

namespace xrt::emulator {

class EmulatedDevice : public Device {
public:
  EmulatedDevice(const Vendor &vendor, std::string target,
                 std::shared_ptr<ProgramCache> programs)
      : vendor(vendor), name(std::move(target)), programs(std::move(programs)) {
  }
  bool reserve() { return memory.reserve(); }

  const std::string &target() const override { return name; }
  void *allocate(uint64_t bytes) override;
  void release(void *block) override;
  void copyToDevice(void *device, const void *host, uint64_t bytes) override;
  void copyFromDevice(void *host, const void *device, uint64_t bytes) override;
  void copyOnDevice(void *to, const void *from, uint64_t bytes) override;
  void forget(void *device, uint64_t bytes) override;
  uint64_t writtenBytes(const void *device, uint64_t bytes) const override;
  std::unique_ptr<Module> load(const void *bitcode, uint64_t bytes,
                               std::string &error) override;

  /// Runs all blocks of |grid|; one launch at a time.
  bool run(Grid &grid, std::string &error);

  GlobalMemory memory;

private:
  bool prepareWorkers(const Grid &grid, uint32_t count, std::string &error);

  const Vendor &vendor;
  std::string name;
  std::shared_ptr<ProgramCache> programs; // of all devices
  std::mutex launching;
  // Kept from launch to launch: stacks and shadows are large.
  std::vector<std::unique_ptr<Block>> workers;
};

class EmulatedModule : public Module {
public:
  EmulatedModule(EmulatedDevice &device, std::shared_ptr<const Program> program)
      : device(device), program(std::move(program)) {}
  bool hasKernel(const std::string &name) const override {
    return program->kernels.count(name);
  }
  uint32_t staticSharedBytes(const std::string &name) const override {
    auto found = program->kernels.find(name);
    return found == program->kernels.end() ? 0
                                           : found->second.staticSharedBytes;
  }
  bool launch(const Launch &launch, const RunOptions &options,
              std::vector<Report> &reports, std::string &error) override;

private:
  EmulatedDevice &device;
  std::shared_ptr<const Program> program;
};

} // namespace xrt::emulator

#endif // XRT_EMULATOR_DEVICE_H
