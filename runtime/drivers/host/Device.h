//===- Device.h - The processor that the program runs on --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_HOST_DEVICE_H
#define XRT_DRIVERS_HOST_DEVICE_H

#include "runtime/core/Memory.h"
#include "runtime/drivers/Driver.h"

#include <map>
#include <mutex>

namespace xrt::host {

const Driver &getDriver();

/// The image of |bundle| to run here: the highest rank of those whose needs are
/// met, or the one of level |isa| unless that is empty. Fails with the reason
/// for each image passed over.
Status chooseImage(const Bundle &bundle, const std::string &isa,
                   uint32_t &outImage);

class HostDevice : public Device {
public:
  std::string name() const override { return "host"; }
  std::string description() const override;
  bool sharesHostMemory() const override { return true; }
  Status allocate(uint64_t bytes, void *&out) override;
  void release(void *block) override;
  Status load(const Bundle &bundle, const std::string &isa,
              std::unique_ptr<Module> &out) override;
  Status createQueue(const QueueOptions &options,
                     std::unique_ptr<Queue> &out) override;
  int32_t numThreads(const QueueOptions &options) const override;

private:
  std::mutex mutex;
  std::map<void *, HostBlock> blocks;
};

} // namespace xrt::host

#endif // XRT_DRIVERS_HOST_DEVICE_H
