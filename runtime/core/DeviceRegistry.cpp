//===- DeviceRegistry.cpp - All drivers, and the choice among devices -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/DeviceRegistry.h"

#include <algorithm>
#include <numeric>

namespace xrt::host {
const Driver &getDriver();
}
namespace xrt::null {
const Driver &getDriver();
}

using namespace xrt;

// One row a driver, in order of preference.
static const Driver &(*const kDrivers[])() = {host::getDriver, null::getDriver};

std::vector<DeviceEntry> xrt::listDevices(const Bundle *bundle) {
  std::vector<DeviceEntry> entries;
  for (auto getDriver : kDrivers)
    getDriver().list(bundle, entries);
  return entries;
}

/// Single-letter edits that turn one into the other.
static size_t countEdits(const std::string &from, const std::string &to) {
  std::vector<size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 0; i < from.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < to.size(); ++j) {
      size_t replaced = diagonal + (from[i] != to[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

std::vector<std::string>
xrt::findNearest(const std::string &name,
                 const std::vector<std::string> &names) {
  using Scored = std::pair<size_t, std::string>;
  std::vector<Scored> scored;
  for (const std::string &candidate : names) {
    size_t edits = countEdits(name, candidate);
    // More than half of it changed is another word.
    if (edits <= std::max<size_t>(1, candidate.size() / 2))
      scored.emplace_back(edits, candidate);
  }
  std::sort(scored.begin(), scored.end());
  std::vector<std::string> nearest;
  for (size_t i = 0; i < scored.size() && i < 3; ++i)
    nearest.push_back(scored[i].second);
  return nearest;
}

static std::string join(const std::vector<std::string> &words,
                        const char *between) {
  std::string text;
  for (const std::string &word : words)
    text += (text.empty() ? "" : between) + word;
  return text;
}

/// Opens entry |index| of the list, which its driver made.
static Status openEntry(size_t index, const std::string &name,
                        std::shared_ptr<Device> &out) {
  size_t end = 0;
  std::vector<DeviceEntry> entries;
  for (auto getDriver : kDrivers) {
    getDriver().list(nullptr, entries);
    end = entries.size();
    if (index < end)
      return getDriver().open(name, out);
  }
  return Status(XRT_STATUS_NOT_FOUND, "device '" + name + "' has gone");
}

static Status openNamed(const std::string &name, const std::string &wish,
                        const std::vector<DeviceEntry> &entries,
                        DeviceChoice &out) {
  std::vector<std::string> names;
  for (size_t i = 0; i < entries.size(); ++i) {
    names.push_back(entries[i].name);
    if (entries[i].name != name)
      continue;
    if (!entries[i].isUsable)
      return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                    "device '" + name + "': " + entries[i].reason);
    out.reason = wish;
    return openEntry(i, name, out.device);
  }
  std::string message =
      "expects a device of " + join(names, ", ") + ", got '" + name + "'";
  std::vector<std::string> nearest = findNearest(name, names);
  if (!nearest.empty())
    message += "; did you mean " + join(nearest, " or ") + "?";
  return Status(XRT_STATUS_NOT_FOUND, message);
}

Status xrt::openDevice(const std::string &name, const std::string &wish,
                       const Bundle *bundle, DeviceChoice &out) {
  std::vector<DeviceEntry> entries = listDevices(bundle);
  if (!name.empty())
    return openNamed(name, wish, entries, out);
  std::vector<std::string> passedOver;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!entries[i].isAutomatic)
      continue;
    if (entries[i].isUsable) {
      out.reason = "first usable device: " + entries[i].reason;
      if (!passedOver.empty())
        out.reason += "; passed over: " + join(passedOver, "; ");
      return openEntry(i, entries[i].name, out.device);
    }
    passedOver.push_back(entries[i].name + ": " + entries[i].reason);
  }
  return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                "no device can run the bundle: " + join(passedOver, "; "));
}
