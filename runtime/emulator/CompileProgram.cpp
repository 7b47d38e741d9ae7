//===- CompileProgram.cpp - Rewritten kernels become the host's code ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Loading.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/Passes/PassBuilder.h"

using namespace llvm;
using namespace llvm::orc;
using namespace xrt;
using namespace xrt::emulator;

namespace {
struct ModuleConstant {
  std::string name;
  uint64_t bytes;
};
} // namespace

static void optimize(llvm::Module &module, TargetMachine &host) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  PassBuilder builder(&host);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(OptimizationLevel::O1)
      .run(module, modules);
}

/// Constants get names to be found by; any other variable is refused.
static Expected<std::vector<ModuleConstant>>
exportConstants(llvm::Module &module) {
  std::vector<ModuleConstant> constants;
  SmallVector<GlobalVariable *> unused;
  for (GlobalVariable &variable : module.globals()) {
    if (variable.use_empty()) {
      unused.push_back(&variable);
      continue;
    }
    if (!variable.isConstant() || variable.isDeclaration())
      return makeError("expects variables of a module to be constants or "
                       "shared memory, got '{0}'",
                       variable.getName());
    std::string name = "xemu.constant." + std::to_string(constants.size());
    variable.setName(name);
    variable.setLinkage(GlobalValue::ExternalLinkage);
    variable.setVisibility(GlobalValue::DefaultVisibility);
    variable.setSection("");
    constants.push_back({name, module.getDataLayout().getTypeAllocSize(
                                   variable.getValueType())});
  }
  for (GlobalVariable *variable : unused)
    variable->eraseFromParent();
  return constants;
}

static Error defineHostFunctions(LLJIT &jit) {
  SymbolMap symbols;
  for (const HostFunction &each : hostFunctions())
    symbols[jit.mangleAndIntern(each.name)] = {
        ExecutorAddr::fromPtr(each.function), JITSymbolFlags::Exported};
  return jit.getMainJITDylib().define(absoluteSymbols(std::move(symbols)));
}

static Expected<std::unique_ptr<LLJIT>> makeJit() {
  auto machine = JITTargetMachineBuilder::detectHost();
  if (!machine)
    return machine.takeError();
  machine->setCodeGenOptLevel(CodeGenOptLevel::Default);
  LLJITBuilder builder;
  builder.setJITTargetMachineBuilder(std::move(*machine));
  // Only what is listed: a forgotten model must not turn into some function
  // of the process.
  builder.setLinkProcessSymbolsByDefault(false);
  // No initialisers, no thread-local variables: nothing to set up.
  builder.setPlatformSetUp(setUpInactivePlatform);
  auto jit = builder.create();
  if (!jit)
    return jit.takeError();
  if (Error error = defineHostFunctions(**jit))
    return std::move(error);
  return jit;
}

Error emulator::compileProgram(std::unique_ptr<LLVMContext> context,
                               std::unique_ptr<llvm::Module> module,
                               TargetMachine &host, Program &program) {
  StripDebugInfo(*module);
  auto constants = exportConstants(*module);
  if (!constants)
    return constants.takeError();
  optimize(*module, host);
  auto jit = makeJit();
  if (!jit)
    return jit.takeError();
  if (Error error = (*jit)->addIRModule(
          ThreadSafeModule(std::move(module), std::move(context))))
    return error;
  for (auto &[name, kernel] : program.kernels) {
    auto address = (*jit)->lookup(name);
    if (!address)
      return address.takeError();
    kernel.code = address->toPtr<KernelCode>();
  }
  for (const ModuleConstant &each : *constants) {
    auto address = (*jit)->lookup(each.name);
    if (!address)
      return address.takeError();
    program.constants.push_back({address->getValue(), each.bytes});
  }
  program.code = std::shared_ptr<LLJIT>(std::move(*jit));
  return Error::success();
}
