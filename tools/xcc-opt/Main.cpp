//===- Main.cpp - xcc-opt: run passes on a file ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Driver/Backends.h"
#include "lib/Driver/Dialects.h"
#include "lib/Frontend/Frontend.h"
#include "lib/Fusion/Fusion.h"
#include "lib/Schedule/Schedule.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  xcc::registerDialects(registry);
  xcc::frontend::registerFrontendPasses();
  xcc::fusion::registerFusionPasses();
  xcc::schedule::registerSchedulePasses();
  xcc::registerBackendPasses();
  // Passes that take a device's name find it by this.
  xcc::registerDevices();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "xcc optimizer driver\n", registry));
}
