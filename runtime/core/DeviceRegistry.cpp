//===- DeviceRegistry.cpp - All drivers, and the choice among devices -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/DeviceRegistry.h"

#include <algorithm>
#include <numeric>

using namespace xrt;

std::vector<DeviceEntry> xrt::listDevices(const Bundle *bundle) {
  std::vector<DeviceEntry> entries;
  for (const Driver *driver : allDrivers())
    driver->list(bundle, entries);
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

/// The driver of a device: "x" has "x" and "x:...".
static const Driver *findDriver(const std::string &device) {
  for (const Driver *driver : allDrivers())
    if (device.substr(0, device.find(':')) == driver->name())
      return driver;
  return nullptr;
}

static Status unknownDevice(const std::string &name, const Bundle *bundle) {
  std::vector<std::string> names;
  for (const DeviceEntry &entry : listDevices(bundle))
    names.push_back(entry.name);
  std::string message =
      "expects a device of " + join(names, ", ") + ", got '" + name + "'";
  std::vector<std::string> nearest = findNearest(name, names);
  if (!nearest.empty())
    message += "; did you mean " + join(nearest, " or ") + "?";
  return Status(XRT_STATUS_NOT_FOUND, message);
}

static Status openNamed(const std::string &name, const std::string &wish,
                        const Bundle *bundle, DeviceChoice &out) {
  const Driver *driver = findDriver(name);
  if (!driver)
    return unknownDevice(name, bundle);
  // Only the driver asked for is woken.
  std::vector<DeviceEntry> entries;
  driver->list(bundle, entries);
  const DeviceEntry *found = nullptr;
  for (const DeviceEntry &entry : entries) {
    // A driver's name alone is its first usable device.
    bool isOfDriver = name == driver->name() && (!found || !found->isUsable);
    if (entry.name == name || isOfDriver)
      if (!found || entry.isUsable)
        found = &entry;
  }
  // "x: no driver library" answers for x:0 as well.
  if (!found && entries.size() == 1 && entries[0].name == driver->name() &&
      !entries[0].isUsable)
    found = &entries[0];
  if (!found && driver->takesAnyName() && name != driver->name()) {
    out.reason = wish;
    return driver->open(name, out.device);
  }
  if (!found)
    return unknownDevice(name, bundle);
  if (!found->isUsable)
    return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                  "device '" + name + "': " + found->reason);
  out.reason = wish;
  return driver->open(found->name, out.device);
}

Status xrt::openDevice(const std::string &name, const std::string &wish,
                       const Bundle *bundle, DeviceChoice &out) {
  if (!name.empty())
    return openNamed(name, wish, bundle, out);
  std::vector<std::string> passedOver, notThere, byName;
  for (const Driver *driver : allDrivers()) {
    std::vector<DeviceEntry> entries;
    driver->list(bundle, entries);
    for (const DeviceEntry &entry : entries) {
      if (!entry.isAutomatic) {
        (entry.isUsable ? byName : notThere)
            .push_back(entry.name + ": " +
                       (entry.isUsable ? entry.description : entry.reason));
        continue;
      }
      if (!entry.isUsable) {
        passedOver.push_back(entry.name + ": " + entry.reason);
        continue;
      }
      out.reason = "first usable device: " + entry.reason;
      if (!passedOver.empty())
        out.reason += "; passed over: " + join(passedOver, "; ");
      return driver->open(entry.name, out.device);
    }
  }
  // What nobody counted upon is of interest when all else has failed.
  passedOver.insert(passedOver.end(), notThere.begin(), notThere.end());
  std::string message =
      "no device can run the bundle: " + join(passedOver, "; ");
  if (!byName.empty())
    message += "; only when asked for by name: " + join(byName, "; ");
  return Status(XRT_STATUS_UNSUPPORTED_TARGET, message);
}
