//===- Emit.cpp - The LLVM dialect to x86-64 code -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Base/BackEnd.h"
#include "lib/Target/Host/Host.h"
#include "lib/Target/Host/Optimize.h"
#include "lib/Target/Link.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"

using namespace mlir;

static const xcc::IsaLevel *findLevel(StringRef name) {
  for (const xcc::IsaLevel &level : xcc::host::targets().front().levels)
    if (level.name == name)
      return &level;
  return nullptr;
}

static std::unique_ptr<llvm::TargetMachine>
makeTargetMachine(const xcc::IsaLevel &level) {
  llvm::Triple triple("x86_64-unknown-linux-gnu");
  const llvm::Target &target = xcc::findBackEnd(triple, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
  });
  llvm::TargetOptions options;
  // A named product never changes its rounding behind the model's back.
  options.AllowFPOpFusion = llvm::FPOpFusion::Standard;
  return std::unique_ptr<llvm::TargetMachine>(target.createTargetMachine(
      triple, level.name, "", options, llvm::Reloc::PIC_, std::nullopt,
      llvm::CodeGenOptLevel::Default));
}

/// Function attributes that choose instructions, and forbid library calls.
static void setFunctionAttributes(llvm::Module &module,
                                  const xcc::IsaLevel &level) {
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", level.name);
    function.addFnAttr("prefer-vector-width", std::to_string(level.vectorBits));
    function.addFnAttr("no-builtins");
    function.addFnAttr(llvm::Attribute::NoUnwind);
  }
}

namespace {
/// Leaves loop strength reduction out: half of the back end's time, for
/// addresses that x86 forms for free. LLVM's option for that is the process's,
/// and other images are made at the same time (README.md).
class WithoutStrengthReduction : public llvm::legacy::PassManager {
public:
  void add(llvm::Pass *pass) override {
    if (pass->getPassName() == "Loop Strength Reduction")
      delete pass;
    else
      llvm::legacy::PassManager::add(pass);
  }
};
} // namespace

static std::string generateCode(llvm::Module &module,
                                llvm::TargetMachine &machine,
                                llvm::CodeGenFileType type) {
  SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  WithoutStrengthReduction passes;
  llvm::TargetLibraryInfoImpl library(module.getTargetTriple());
  library.disableAllFunctions();
  passes.add(new llvm::TargetLibraryInfoWrapperPass(library));
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type))
    return {};
  passes.run(module);
  return std::string(bytes.data(), bytes.size());
}

static std::string printModule(const llvm::Module &module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, nullptr);
  return text;
}

FailureOr<std::string> xcc::emitSharedObject(ModuleOp module, StringRef name,
                                             EmitKind kind) {
  const IsaLevel *level = findLevel(name);
  if (!level)
    return module.emitError("expected an ISA level of the host, got '")
           << name << "'";
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code =
      translateModuleToLLVMIR(module, context, "kernels");
  if (!code)
    return failure();
  std::unique_ptr<llvm::TargetMachine> machine = makeTargetMachine(*level);
  assert(machine && "the package's LLVM has the x86 back end");
  code->setTargetTriple(machine->getTargetTriple());
  code->setDataLayout(machine->createDataLayout());
  setFunctionAttributes(*code, *level);
  host::optimize(*code, *machine);

  switch (kind) {
  case EmitKind::Llvm:
    return printModule(*code);
  case EmitKind::Asm:
    return generateCode(*code, *machine, llvm::CodeGenFileType::AssemblyFile);
  case EmitKind::Obj:
    return generateCode(*code, *machine, llvm::CodeGenFileType::ObjectFile);
  case EmitKind::Shared:
    break;
  }
  llvm::Expected<std::string> image = linkSharedObject(
      generateCode(*code, *machine, llvm::CodeGenFileType::ObjectFile));
  if (!image)
    return module.emitError() << llvm::toString(image.takeError());
  return std::move(*image);
}
