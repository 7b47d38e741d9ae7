//===- Optimize.cpp - LLVM's passes over the kernels ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/NVIDIA/Optimize.h"
#include "lib/Target/RunPasses.h"

using namespace llvm;

// One thread's program comes with its loops unrolled as the schedule wants them
// and its loads vectorised: what is left is to fold, to hoist and to clean. The
// last part marks buffers that are only read, which then go through the
// read-only cache.
static constexpr StringLiteral pipeline =
    "function("
    "sroa<modify-cfg>,simplifycfg,"
    "instcombine<no-verify-fixpoint>,"
    "loop-mssa(loop-instsimplify,loop-simplifycfg,licm<allowspeculation>,"
    "loop-rotate,licm<allowspeculation>),loop(indvars),"
    "simplifycfg,early-cse<memssa>,instcombine<no-verify-fixpoint>,adce),"
    "cgscc(function-attrs)";

// What only the end of a kernel reads, such as the places of its results, would
// stay in registers through the loop of a role, which needs them all.
static constexpr StringLiteral sinkPipeline = "function(sink)";

void xcc::nvidia::optimize(Module &module, TargetMachine &machine,
                           bool hasRoles) {
  runPasses(module, machine, pipeline);
  if (hasRoles)
    runPasses(module, machine, sinkPipeline);
}
