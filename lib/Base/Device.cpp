//===- Device.cpp - Devices by the name of their target -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Base/Device.h"

#include <utility>

using namespace llvm;

namespace xcc {

using DeviceLookup = std::function<const DeviceDescription *(StringRef)>;

/// Set once by a tool before any pass runs, so that passes which take a
/// device's name know no vendor.
static DeviceLookup &deviceLookup() {
  static DeviceLookup lookup;
  return lookup;
}

void setDeviceLookup(DeviceLookup lookup) {
  deviceLookup() = std::move(lookup);
}

const DeviceDescription *findDevice(StringRef name) {
  return deviceLookup() ? deviceLookup()(name) : nullptr;
}

} // namespace xcc
