//===- DeviceApi.cpp - xrt_device_* ---------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/Api.h"
#include "runtime/core/DeviceRegistry.h"

#include <cstdlib>

using namespace xrt;

struct xrt_device_list {
  std::vector<DeviceEntry> entries;
};

struct xrt_report_list {
  std::vector<DeviceReport> reports;
};

xrt_status_t xrt_device_list_create(const xrt_bundle_t *bundle,
                                    xrt_device_list_t **out_list) {
  XRT_EXPECT(out_list);
  *out_list =
      new xrt_device_list{listDevices(bundle ? bundle->object.get() : nullptr)};
  return nullptr;
}

size_t xrt_device_list_size(const xrt_device_list_t *list) {
  return list ? list->entries.size() : 0;
}

xrt_status_t xrt_device_list_get(const xrt_device_list_t *list, size_t index,
                                 xrt_device_entry_t *out_entry) {
  XRT_EXPECT(list);
  XRT_EXPECT(out_entry);
  XRT_API_RETURN_IF_ERROR(expectIndex("a device", index, list->entries.size()));
  const DeviceEntry &entry = list->entries[index];
  *out_entry = {entry.name.c_str(), entry.description.c_str(),
                entry.reason.c_str(), entry.isUsable, entry.isAutomatic};
  return nullptr;
}

void xrt_device_list_free(xrt_device_list_t *list) { delete list; }

xrt_status_t xrt_device_open(const char *name, const xrt_bundle_t *bundle,
                             xrt_device_t **out_device) {
  XRT_EXPECT(out_device);
  std::string wanted = name ? name : "";
  std::string wish = "asked for by the caller";
  if (!name) {
    const char *fromEnvironment = std::getenv("XRT_DEVICE");
    wanted = fromEnvironment ? fromEnvironment : "";
    wish = "asked for by XRT_DEVICE";
  }
  DeviceChoice choice;
  XRT_API_RETURN_IF_ERROR(openDevice(
      wanted, wish, bundle ? bundle->object.get() : nullptr, choice));
  std::string ownName = choice.device->name();
  std::string description = choice.device->description();
  *out_device =
      new xrt_device{std::move(choice.device), std::move(ownName),
                     std::move(description), std::move(choice.reason)};
  return nullptr;
}

void xrt_device_close(xrt_device_t *device) { delete device; }

const char *xrt_device_name(const xrt_device_t *device) {
  return device ? device->name.c_str() : "";
}

const char *xrt_device_description(const xrt_device_t *device) {
  return device ? device->description.c_str() : "";
}

const char *xrt_device_reason(const xrt_device_t *device) {
  return device ? device->reason.c_str() : "";
}

xrt_status_t xrt_device_take_reports(xrt_device_t *device,
                                     xrt_report_list_t **out_list) {
  XRT_EXPECT(device);
  XRT_EXPECT(out_list);
  *out_list = new xrt_report_list{device->object->takeReports()};
  return nullptr;
}

size_t xrt_report_list_size(const xrt_report_list_t *list) {
  return list ? list->reports.size() : 0;
}

xrt_status_t xrt_report_list_get(const xrt_report_list_t *list, size_t index,
                                 xrt_report_t *out_report) {
  XRT_EXPECT(list);
  XRT_EXPECT(out_report);
  XRT_API_RETURN_IF_ERROR(expectIndex("a report", index, list->reports.size()));
  const DeviceReport &report = list->reports[index];
  *out_report = {report.text.c_str(),
                 report.kind.c_str(),
                 report.kernel.c_str(),
                 report.source.c_str(),
                 {report.block[0], report.block[1], report.block[2]},
                 report.thread,
                 report.address};
  return nullptr;
}

void xrt_report_list_free(xrt_report_list_t *list) { delete list; }
