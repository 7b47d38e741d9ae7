//===- Optimize.cpp - LLVM's passes over the kernels ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/AMD/Optimize.h"

#include "lib/Target/AMD/Order.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;

namespace xcc::amd {

// What is written here is straight-line code around a few loops: fold, find
// equal values, take what does not change out of the loops. A loop that tests
// at its end keeps the sums of matrix instructions where they are; one that
// tests at its start moves each of them once a step.
static constexpr StringLiteral simplify =
    "function(sroa<modify-cfg>,early-cse<memssa>,simplifycfg,"
    "instcombine<no-verify-fixpoint>,"
    "loop-mssa(loop-simplifycfg,licm<allowspeculation>,loop-rotate,"
    "licm<allowspeculation>),"
    "gvn<no-pre;no-load-pre>,instcombine<no-verify-fixpoint>,simplifycfg)";

// Two steps in one: which half of shared memory a step reads is then a constant
// (sccp finds that it alternates), and so are the distances of its addresses.
static constexpr StringLiteral unrollMarked =
    "function(loop-unroll<no-runtime;no-peeling;no-partial>,sccp,"
    "instcombine<no-verify-fixpoint>,gvn<no-pre;no-load-pre>,"
    "instcombine<no-verify-fixpoint>,simplifycfg)";

/// Loops longer than this gain nothing from longer ones.
static constexpr size_t kShortLoop = 900;

namespace {
/// Marks the loops of matrix instructions that take an even number of steps.
struct MarkHotLoops : PassInfoMixin<MarkHotLoops> {
  PreservedAnalyses run(Function &function, FunctionAnalysisManager &analyses) {
    auto &loops = analyses.getResult<LoopAnalysis>(function);
    auto &evolution = analyses.getResult<ScalarEvolutionAnalysis>(function);
    for (Loop *loop : loops.getLoopsInPreorder()) {
      BasicBlock *block = loop->getHeader();
      if (isHotLoop(*block) && block->size() < kShortLoop &&
          evolution.getSmallConstantTripMultiple(loop) % 2 == 0)
        addStringMetadataToLoop(loop, "llvm.loop.unroll.count", 2);
    }
    return PreservedAnalyses::all();
  }
};
} // namespace

void optimize(Module &module, TargetMachine &machine) {
  PassBuilder builder(&machine);
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager graphs;
  ModuleAnalysisManager modules;
  TargetLibraryInfoImpl library(module.getTargetTriple());
  library.disableAllFunctions();
  functions.registerPass([&] { return TargetLibraryAnalysis(library); });
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graphs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graphs, modules);
  ModulePassManager passes;
  cantFail(builder.parsePassPipeline(passes, simplify));
  passes.addPass(createModuleToFunctionPassAdaptor(MarkHotLoops()));
  cantFail(builder.parsePassPipeline(passes, unrollMarked));
  passes.run(module, modules);
  for (Function &function : module)
    orderCode(function);
}

} // namespace xcc::amd
