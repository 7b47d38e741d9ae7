//===- Model.cpp - Finds models and serves them ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Model.h"

#include "runtime/emulator/Execution.h"

#include <algorithm>

using namespace xrt;
using namespace xrt::emulator;

const Registers &Call::registers() const { return lane.thread->registers; }

uint32_t Call::siteNumber() const {
  return &site - lane.thread->block->grid->program->sites.data();
}

void Call::refuse(const std::string &what) const {
  reportAt(*lane.thread, ReportKind::InvalidOperation, siteNumber(), 0, what);
  lane.thread->block->abandon(*lane.thread);
}

static void trap(const Call &call) { call.refuse("the kernel gave up"); }

// What every target has.
static constexpr Model kPlain[] = {
    functionModel("llvm.trap", trap),
    functionModel("llvm.debugtrap", trap),
};

/// A '*' in front skips any length in a mangled name, one at the end the rest.
static bool matches(std::string_view pattern, std::string_view name) {
  if (pattern.starts_with("*")) {
    pattern.remove_prefix(1);
    if (!name.starts_with("_Z"))
      return false;
    name.remove_prefix(
        std::min(name.find_first_not_of("0123456789", 2), name.size()));
  }
  if (pattern.ends_with("*"))
    return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return name == pattern;
}

static const Model *findIn(std::span<const Model> table, std::string_view name,
                           std::vector<int32_t> &immediates) {
  for (const Model &model : table)
    if (model.parse ? model.parse(name, immediates) : matches(model.name, name))
      return &model;
  return nullptr;
}

const Model *emulator::findModel(const Vendor &vendor, std::string_view name,
                                 std::vector<int32_t> &immediates) {
  for (std::span<const Model> table : vendor.tables)
    if (const Model *model = findIn(table, name, immediates))
      return model;
  return findIn(kPlain, name, immediates);
}
