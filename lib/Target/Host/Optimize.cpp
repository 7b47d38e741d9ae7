//===- Optimize.cpp - LLVM's passes over the kernels ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Host/Optimize.h"
#include "lib/Target/RunPasses.h"

#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/LowerMemIntrinsics.h"

using namespace llvm;

/// The back end makes a few stores of what is this short, never a call.
static bool isShort(const MemIntrinsic &op) {
  auto *bytes = dyn_cast<ConstantInt>(op.getLength());
  return bytes && bytes->getZExtValue() <= 64;
}

/// memcpy, memmove, memset -> loops, unless short.
static void expandMemoryIntrinsics(Module &module, TargetMachine &machine) {
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    SmallVector<MemIntrinsic *> found;
    for (BasicBlock &block : function)
      for (Instruction &instruction : block)
        if (auto *op = dyn_cast<MemIntrinsic>(&instruction))
          if (!isShort(*op))
            found.push_back(op);
    TargetTransformInfo costs = machine.getTargetTransformInfo(function);
    for (MemIntrinsic *op : found) {
      if (auto *copy = dyn_cast<MemCpyInst>(op))
        expandMemCpyAsLoop(copy, costs);
      else if (auto *move = dyn_cast<MemMoveInst>(op))
        expandMemMoveAsLoop(move, costs);
      else
        expandMemSetAsLoop(cast<MemSetInst>(op));
      op->eraseFromParent();
    }
  }
}

// The passes that matter for loops over flat buffers, in `opt`'s notation; the
// reasons are in README.md beside this file.
static constexpr StringLiteral simplification =
    "deadargelim,function("
    "sroa<modify-cfg>,early-cse<memssa>,simplifycfg,"
    "instcombine<no-verify-fixpoint>,"
    "loop-mssa(loop-instsimplify,loop-simplifycfg,licm<allowspeculation>,"
    "loop-rotate,licm<allowspeculation>,"
    "simple-loop-unswitch<no-nontrivial;trivial>),"
    "simplifycfg,instcombine<no-verify-fixpoint>,"
    // Short windows and the like, so that the loop around them vectorises.
    "loop(loop-deletion),loop-unroll<O3;no-partial;no-runtime;no-upperbound;"
    "no-peeling;full-unroll-max=8>,"
    "sroa<modify-cfg>,early-cse<memssa>,instcombine<no-verify-fixpoint>,"
    "loop-mssa(licm<allowspeculation>),simplifycfg)";
static constexpr StringLiteral vectorization =
    "function("
    "loop-vectorize,instcombine<no-verify-fixpoint>,early-cse,simplifycfg,"
    "vector-combine,instcombine<no-verify-fixpoint>,"
    "loop-mssa(licm<allowspeculation>),early-cse,simplifycfg)";

void xcc::host::optimize(Module &module, TargetMachine &machine) {
  expandMemoryIntrinsics(module, machine);
  runPasses(module, machine,
            [&](PassBuilder &builder, ModulePassManager &passes) {
              for (StringRef part : {simplification, vectorization})
                cantFail(builder.parsePassPipeline(passes, part));
            });
  expandMemoryIntrinsics(module, machine);
}
