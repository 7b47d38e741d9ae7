//===- Devices.cpp - xcc devices ------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/CommandLine.h"
#include "tools/xcc/Commands.h"
#include "xrt/xrt.h"

#include "llvm/Support/raw_ostream.h"

#include <cstring>

using namespace llvm;

namespace xcc::tool {

static int report(xrt_status_t status) {
  errs() << "error: " << xrt_status_message(status) << '\n';
  xrt_status_free(status);
  return exitFailure;
}

static int printDevices(const xrt_bundle_t *bundle) {
  xrt_device_list_t *list = nullptr;
  if (xrt_status_t status = xrt_device_list_create(bundle, &list))
    return report(status);
  std::vector<xrt_device_entry_t> entries(xrt_device_list_size(list));
  size_t nameWidth = 0, descriptionWidth = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (xrt_status_t status = xrt_device_list_get(list, i, &entries[i])) {
      xrt_device_list_free(list);
      return report(status);
    }
    nameWidth = std::max(nameWidth, strlen(entries[i].name));
    descriptionWidth =
        std::max(descriptionWidth, strlen(entries[i].description));
  }
  for (const xrt_device_entry_t &entry : entries)
    outs() << (entry.is_usable ? "yes  " : "no   ")
           << left_justify(entry.name, nameWidth + 2)
           << left_justify(entry.description, descriptionWidth + 2)
           << entry.reason << '\n';
  xrt_device_list_free(list);
  return 0;
}

int devicesMain(ArrayRef<const char *> args) {
  bool isHelp = false;
  Option options[] = {{"help", "", "print this", [&](StringRef) {
                         isHelp = true;
                         return std::string();
                       }}};
  std::vector<std::string> bundles;
  if (std::string error = parseOptions(args, options, bundles); !error.empty())
    return usageError(error);
  if (isHelp) {
    outs() << "xcc devices [model.xcb]: devices of this machine, and why each "
              "can be used or not (for the bundle)\n"
           << formatOptions(options);
    return 0;
  }
  if (bundles.size() > 1)
    return usageError("expects at most one bundle, got " +
                      std::to_string(bundles.size()));
  if (bundles.empty())
    return printDevices(nullptr);
  xrt_bundle_t *bundle = nullptr;
  if (xrt_status_t status = xrt_bundle_open_file(bundles[0].c_str(), &bundle))
    return report(status);
  int code = printDevices(bundle);
  xrt_bundle_close(bundle);
  return code;
}

} // namespace xcc::tool
