//===- Optimize.cpp - LLVM's passes over the kernels ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Host/Optimize.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
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

void xcc::host::optimize(Module &module, TargetMachine &machine) {
  PipelineTuningOptions tuning;
  tuning.LoopVectorization = true;
  // Micro-kernels are vectors already and loops have their own vectoriser;
  // SLP found nothing and took three quarters of the time.
  tuning.SLPVectorization = false;
  PassBuilder builder(&machine, tuning);
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager graphs;
  ModuleAnalysisManager modules;
  // Not even sqrtf or memset may be assumed: the image has no library.
  TargetLibraryInfoImpl library(module.getTargetTriple());
  library.disableAllFunctions();
  functions.registerPass([&] { return TargetLibraryAnalysis(library); });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graphs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graphs, modules);
  expandMemoryIntrinsics(module, machine);
  builder.buildPerModuleDefaultPipeline(OptimizationLevel::O3)
      .run(module, modules);
  expandMemoryIntrinsics(module, machine);
}
