//===- Backends.cpp - How each target's images are made -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Driver/Backends.h"

#include "lib/Schedule/Schedule.h"
#include "lib/Target/Host/Host.h"

using namespace mlir;

namespace xcc {

static void scheduleHost(OpPassManager &pm, const IsaLevel &level) {
  schedule::HostScheduleOptions options;
  options.vectorBits = level.vectorBits;
  schedule::buildHostSchedulePipeline(pm, options);
}

static EmitKind hostKind(EmitFormat format) {
  switch (format) {
  case EmitFormat::Bundle:
    return EmitKind::Shared;
  case EmitFormat::Llvm:
    return EmitKind::Llvm;
  case EmitFormat::Asm:
    return EmitKind::Asm;
  case EmitFormat::Object:
    return EmitKind::Obj;
  }
  llvm_unreachable("unknown format");
}

static FailureOr<std::string> emitHost(ModuleOp module, const IsaLevel &level,
                                       EmitFormat format) {
  return emitSharedObject(module, level.name, hostKind(format));
}

static constexpr Backend backends[] = {
    {"host", scheduleHost, buildLowerPipeline, emitHost},
};

const Backend &backendFor(const TargetDescription &target) {
  const auto *row = llvm::find_if(
      backends, [&](const Backend &b) { return b.target == target.name; });
  assert(row != std::end(backends) && "every target has a back end");
  return *row;
}

} // namespace xcc
