//===- PrepareModule.cpp - One function a kernel, laid out for the host ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Loading.h"

#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/IPO/AlwaysInliner.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/Scalar/ScalarizeMaskedMemIntrin.h"

using namespace llvm;
using namespace xrt;
using namespace xrt::emulator;

bool emulator::isKernel(const Function &function) {
  switch (function.getCallingConv()) {
  case CallingConv::PTX_Kernel:
  case CallingConv::AMDGPU_KERNEL:
  case CallingConv::SPIR_KERNEL:
    return !function.isDeclaration();
  default:
    return false;
  }
}

/// Calls of the module's own functions are inlined: a thread is one function.
static void inlineAll(llvm::Module &module) {
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.removeFnAttr(Attribute::NoInline);
    function.removeFnAttr(Attribute::OptimizeNone);
    if (isKernel(function))
      continue;
    function.setLinkage(GlobalValue::InternalLinkage);
    function.addFnAttr(Attribute::AlwaysInline);
  }
  // In this order: the later are destroyed first and look into the earlier.
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  PassBuilder builder;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  ModulePassManager passes;
  passes.addPass(AlwaysInlinerPass(/*InsertLifetimeIntrinsics=*/false));
  passes.addPass(GlobalDCEPass());
  // Lanes that a mask excludes touch no memory: branches say so to the checks.
  passes.addPass(
      createModuleToFunctionPassAdaptor(ScalarizeMaskedMemIntrinPass()));
  passes.run(module, modules);
}

/// What says nothing to the host, or the wrong thing.
static void dropDeviceAttributes(llvm::Module &module) {
  SmallVector<NamedMDNode *> metadata;
  for (NamedMDNode &node : module.named_metadata())
    if (!node.getName().starts_with("llvm.dbg") &&
        node.getName() != "llvm.module.flags")
      metadata.push_back(&node);
  for (NamedMDNode *node : metadata)
    node->eraseFromParent();
  for (const char *name : {"llvm.used", "llvm.compiler.used"})
    if (GlobalVariable *variable = module.getNamedGlobal(name))
      variable->eraseFromParent();
  for (Function &function : module)
    if (!function.isDeclaration()) {
      function.setAttributes(AttributeList());
      function.setComdat(nullptr);
      function.setSection("");
    }
}

Error emulator::prepareModule(llvm::Module &module, const Vendor &vendor,
                              const TargetMachine &host) {
  StringRef architecture = module.getTargetTriple().getArchName();
  StringRef expected(vendor.architecture.data(), vendor.architecture.size());
  if (!architecture.starts_with(expected))
    return makeError("expects a module for {0}, got '{1}'", expected,
                     module.getTargetTriple().str());
  dropDeviceAttributes(module);
  inlineAll(module);
  module.setTargetTriple(host.getTargetTriple());
  module.setDataLayout(host.createDataLayout());
  for (Function &function : module)
    if (!function.isDeclaration() && !isKernel(function))
      return makeError("expects functions that can be inlined, got '{0}', "
                       "which calls itself or has its address taken",
                       function.getName());
  return Error::success();
}
