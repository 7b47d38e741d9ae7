//===- Backends.cpp - The one table that names the vendors' folders -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A folder that was not built is left out; Targets.cpp reads the table.
//
//===----------------------------------------------------------------------===//
#include "lib/Driver/Backends.h"

#include "lib/Schedule/Schedule.h"
#include "lib/Target/Host/Host.h"
#ifdef XCC_HAS_NVIDIA
#include "lib/Target/NVIDIA/NVIDIA.h"
#endif
#ifdef XCC_HAS_AMD
#include "lib/Target/AMD/AMD.h"
#endif
#ifdef XCC_HAS_INTEL
#include "lib/Target/Intel/Intel.h"
#endif

using namespace mlir;

namespace xcc {

static void scheduleHost(OpPassManager &pm, const TargetDescription &,
                         const IsaLevel *level) {
  schedule::HostScheduleOptions options;
  options.vectorBits = level->vectorBits;
  schedule::buildHostSchedulePipeline(pm, options);
}

static void lowerHost(OpPassManager &pm, const TargetDescription &) {
  buildLowerPipeline(pm);
}

static FailureOr<std::string> emitHost(ModuleOp module,
                                       const TargetDescription &,
                                       const IsaLevel *level,
                                       StringRef format) {
  auto kind = llvm::StringSwitch<EmitKind>(format)
                  .Case("llvm", EmitKind::Llvm)
                  .Case("asm", EmitKind::Asm)
                  .Case("obj", EmitKind::Obj)
                  .Default(EmitKind::Shared);
  return emitSharedObject(module, level->name, kind);
}

static bool canEmitHost(StringRef) { return true; }
static void registerNoDialects(DialectRegistry &) {}

#ifdef XCC_HAS_DEVICES
static void scheduleDevice(OpPassManager &pm, const TargetDescription &target,
                           const IsaLevel *) {
  schedule::buildTileSchedulePipeline(pm, *target.device);
}

/// A vendor's emit, for devices, which have no levels.
template <FailureOr<std::string> (*emit)(ModuleOp, const TargetDescription &,
                                         StringRef)>
static FailureOr<std::string> emitDevice(ModuleOp module,
                                         const TargetDescription &target,
                                         const IsaLevel *, StringRef format) {
  return emit(module, target, format);
}

// A vendor's row: its namespace has the same functions as the others'.
#define XCC_DEVICE_BACKEND(vendor)                                             \
  {vendor::targets,          scheduleDevice,  vendor::buildLowerPipeline,      \
   emitDevice<vendor::emit>, vendor::canEmit, vendor::registerDialects,        \
   vendor::registerPasses}
#endif

static constexpr Backend backends[] = {
#ifdef XCC_HAS_NVIDIA
    XCC_DEVICE_BACKEND(nvidia),
#endif
#ifdef XCC_HAS_AMD
    XCC_DEVICE_BACKEND(amd),
#endif
#ifdef XCC_HAS_INTEL
    XCC_DEVICE_BACKEND(intel),
#endif
    {host::targets, scheduleHost, lowerHost, emitHost, canEmitHost,
     registerNoDialects, registerTargetHostPasses},
};

ArrayRef<Backend> allBackends() { return backends; }

} // namespace xcc
