//===- RunPasses.cpp - LLVM's passes over a module of kernels -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/RunPasses.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

void xcc::runPasses(
    Module &module, TargetMachine &machine,
    function_ref<void(PassBuilder &, ModulePassManager &)> add) {
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
  add(builder, passes);
  passes.run(module, modules);
}

void xcc::runPasses(Module &module, TargetMachine &machine,
                    StringRef pipeline) {
  runPasses(module, machine,
            [&](PassBuilder &builder, ModulePassManager &passes) {
              cantFail(builder.parsePassPipeline(passes, pipeline));
            });
}
