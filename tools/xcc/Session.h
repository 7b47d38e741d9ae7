//===- Session.h - A bundle on a device, with inputs and outputs ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TOOLS_XCC_SESSION_H
#define XCC_TOOLS_XCC_SESSION_H

#include "tools/xcc/HostTensor.h"
#include "tools/xcc/Runtime.h"

#include <chrono>
#include <string>
#include <vector>

namespace xcc::tool {

/// What the command line says of devices.
struct DeviceWish {
  std::string device, isa; // empty: the runtime's choice
  int numThreads = 0;
  uint64_t emulationSeed = 0;
};

using Clock = std::chrono::steady_clock;
double millisecondsSince(Clock::time_point begin);

/// A program with tensors for it.
class Session {
public:
  /// `bundle` must outlive the session.
  explicit Session(const xrt_bundle_t *bundle) : bundle(bundle) {}

  llvm::Error load(const DeviceWish &wish);
  /// Takes the inputs and makes outputs of the shapes that they give.
  llvm::Error setInputs(std::vector<HostTensor> tensors);
  llvm::Error run();

  /// The faults that the device saw since the last call, a line each.
  llvm::Expected<std::vector<std::string>> takeFaults();

  const xrt_bundle_t *bundle;
  DevicePtr device;
  ProgramPtr program;
  std::vector<HostTensor> inputs, outputs;
};

} // namespace xcc::tool

#endif // XCC_TOOLS_XCC_SESSION_H
