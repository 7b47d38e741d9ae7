//===- CountedDriver.h - Drivers whose devices have numbers -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_COUNTEDDRIVER_H
#define XRT_DRIVERS_COUNTEDDRIVER_H

#include "runtime/drivers/Driver.h"

#include <optional>

namespace xrt {

/// Devices "x:0", "x:1"... of a driver "x", as a vendor's library counts them.
class CountedDriver : public Driver {
public:
  void list(const Bundle *bundle,
            std::vector<DeviceEntry> &entries) const final;
  Status open(const std::string &name,
              std::shared_ptr<Device> &out) const final;

protected:
  /// What is said of one device, seen for a bundle or for none.
  struct Found {
    std::string description;
    std::string problem;           // why it cannot be used; empty: it can
    std::optional<uint32_t> image; // of the bundle, the one to be taken
  };

  /// True for images in a format that the library takes.
  virtual bool takesFormat(const std::string &format) const = 0;
  /// What a bundle without any lacks: "no HSACO".
  virtual const char *lackOfImages() const = 0;
  /// Opens the library, if it is there, and counts its devices.
  virtual Status count(int &out) const = 0;
  virtual Status describe(int ordinal, const Bundle *bundle,
                          Found &out) const = 0;
  virtual Status openOrdinal(int ordinal,
                             std::shared_ptr<Device> &out) const = 0;

private:
  bool hasImages(const Bundle &bundle) const;
  DeviceEntry makeEntry(int ordinal, const Bundle *bundle) const;
};

} // namespace xrt

#endif // XRT_DRIVERS_COUNTEDDRIVER_H
