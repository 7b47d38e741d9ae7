//===- Optimize.cpp - LLVM's passes over the kernels ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Intel/Optimize.h"
#include "lib/Target/RunPasses.h"

using namespace llvm;

// The device's compiler optimises again; these keep what it gets small and
// hoist what a loop repeats.
static constexpr StringLiteral pipeline =
    "function(sroa<modify-cfg>,early-cse<memssa>,simplifycfg,"
    "instcombine<no-verify-fixpoint>,"
    "loop-mssa(loop-simplifycfg,licm<allowspeculation>),"
    "early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg)";

void xcc::intel::optimize(Module &module, TargetMachine &machine) {
  runPasses(module, machine, pipeline);
}
