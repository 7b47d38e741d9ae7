//===- CountedDriver.cpp - Drivers whose devices have numbers -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/CountedDriver.h"

using namespace xrt;

bool CountedDriver::hasImages(const Bundle &bundle) const {
  for (const format::Image *image : *bundle.index().images())
    if (takesFormat(image->format()->str()))
      return true;
  return false;
}

DeviceEntry CountedDriver::makeEntry(int ordinal, const Bundle *bundle) const {
  DeviceEntry entry;
  entry.name = std::string(name()) + ":" + std::to_string(ordinal);
  Found found;
  Status status = describe(ordinal, bundle, found);
  entry.description = found.description;
  entry.reason = status.isOk() ? found.problem : status.message();
  entry.isUsable = entry.reason.empty();
  if (!entry.isUsable)
    return entry;
  entry.reason = "present";
  if (found.image) {
    const format::Image &image = *(*bundle->index().images())[*found.image];
    entry.reason =
        "bundle has " + image.format()->str() + " for " + image.target()->str();
  }
  return entry;
}

void CountedDriver::list(const Bundle *bundle,
                         std::vector<DeviceEntry> &entries) const {
  DeviceEntry none;
  none.name = name();
  int devices = 0;
  // Starting the library takes a while, and not for nothing.
  if (bundle && !hasImages(*bundle)) {
    none.reason = std::string("bundle has ") + lackOfImages();
    none.isAutomatic = false;
  } else {
    Status status = count(devices);
    none.reason =
        status.isOk() ? "the driver sees no device" : status.message();
    if (!status.isOk())
      devices = 0;
  }
  if (devices == 0)
    entries.push_back(none);
  for (int ordinal = 0; ordinal < devices; ++ordinal)
    entries.push_back(makeEntry(ordinal, bundle));
}

Status CountedDriver::open(const std::string &device,
                           std::shared_ptr<Device> &out) const {
  int devices = 0;
  XRT_RETURN_IF_ERROR(count(devices));
  for (int ordinal = 0; ordinal < devices; ++ordinal)
    if (device == std::string(name()) + ":" + std::to_string(ordinal))
      return openOrdinal(ordinal, out);
  return Status(XRT_STATUS_NOT_FOUND, "device '" + device + "' has gone");
}
