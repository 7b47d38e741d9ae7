//===- DeviceRegistry.h - All drivers, and the choice among devices *- C++ -*-//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_CORE_DEVICEREGISTRY_H
#define XRT_CORE_DEVICEREGISTRY_H

#include "runtime/drivers/Driver.h"

#include <memory>
#include <string>
#include <vector>

namespace xrt {

/// An open device and why it is this one.
struct DeviceChoice {
  std::shared_ptr<Device> device;
  std::string reason;
};

/// Devices of all drivers in order of preference.
std::vector<DeviceEntry> listDevices(const Bundle *bundle);

/// The device called |name|, or, when that is empty, the first automatic one
/// that is usable for |bundle|. |wish| says in the reason who named it.
Status openDevice(const std::string &name, const std::string &wish,
                  const Bundle *bundle, DeviceChoice &out);

/// Up to three of |names| that |name| may have meant, nearest first.
std::vector<std::string> findNearest(const std::string &name,
                                     const std::vector<std::string> &names);

} // namespace xrt

/// What the C API hands out.
struct xrt_device {
  std::shared_ptr<xrt::Device> object;
  std::string name, description, reason;
};

#endif // XRT_CORE_DEVICEREGISTRY_H
