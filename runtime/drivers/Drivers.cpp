//===- Drivers.cpp - The table of drivers ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/Driver.h"

#define XRT_DECLARE_DRIVER(folder)                                             \
  namespace xrt::folder {                                                      \
  const Driver &getDriver();                                                   \
  }
XRT_DECLARE_DRIVER(cuda)
XRT_DECLARE_DRIVER(hip)
XRT_DECLARE_DRIVER(levelzero)
XRT_DECLARE_DRIVER(host)
XRT_DECLARE_DRIVER(null)
XRT_DECLARE_DRIVER(emulated)

// One row a driver, in order of preference.
std::vector<const xrt::Driver *> xrt::allDrivers() {
  return {&cuda::getDriver(), &hip::getDriver(),  &levelzero::getDriver(),
          &host::getDriver(), &null::getDriver(), &emulated::getDriver()};
}
