//===- Main.cpp - xcc-opt: run passes on a file ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/Fx.h"
#ifdef HAVE_XccPlan
#include "dialects/plan/Plan.h"
#endif
#ifdef HAVE_XccFrontend
#include "lib/Frontend/Frontend.h"
#endif
#ifdef HAVE_XccFusion
#include "lib/Fusion/Fusion.h"
#endif
#ifdef HAVE_XccSchedule
#include "lib/Schedule/Schedule.h"
#endif
#ifdef HAVE_XccTargetHost
#include "lib/Target/Host/Host.h"
#endif

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  registry.insert<xcc::fx::FxDialect>();
#ifdef HAVE_XccPlan
  registry.insert<xcc::plan::PlanDialect>();
#endif
#ifdef HAVE_XccFrontend
  xcc::frontend::registerFrontendPasses();
#endif
#ifdef HAVE_XccFusion
  xcc::fusion::registerFusionPasses();
#endif
#ifdef HAVE_XccSchedule
  xcc::schedule::registerSchedulePasses();
#endif
#ifdef HAVE_XccTargetHost
  xcc::registerTargetHostPasses();
#endif
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "xcc optimizer driver\n", registry));
}
