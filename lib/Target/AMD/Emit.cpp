//===- Emit.cpp - The LLVM dialect to an image ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Base/BackEnd.h"
#include "lib/Target/AMD/AMD.h"
#include "lib/Target/AMD/Chips.h"
#include "lib/Target/AMD/Link.h"
#include "lib/Target/AMD/Optimize.h"
#include "lib/Target/AMD/Order.h"
#include "lib/Target/Link.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Pass.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace mlir;

namespace xcc::amd {

static std::unique_ptr<llvm::TargetMachine> makeMachine(const Chip &chip) {
  llvm::Triple triple("amdgcn-amd-amdhsa");
  const llvm::Target &target = findBackEnd(triple, [] {
    LLVMInitializeAMDGPUTargetInfo();
    LLVMInitializeAMDGPUTarget();
    LLVMInitializeAMDGPUTargetMC();
    LLVMInitializeAMDGPUAsmPrinter();
  });
  llvm::TargetOptions options;
  // A named product never changes its rounding behind the model's back.
  options.AllowFPOpFusion = llvm::FPOpFusion::Standard;
  return std::unique_ptr<llvm::TargetMachine>(target.createTargetMachine(
      triple, chip.name, chip.features, options, llvm::Reloc::PIC_,
      std::nullopt, llvm::CodeGenOptLevel::Default));
}

static constexpr llvm::StringLiteral accumulatorsAttribute =
    "amdgpu-agpr-alloc";

/// What choice there is in the code of a kernel; the number of threads is
/// there already.
static void setAttributes(llvm::Module &module, const Chip &chip) {
  module.addModuleFlag(llvm::Module::Error, "amdhsa_code_object_version",
                       chip.codeObject * 100);
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", chip.name);
    if (!chip.features.empty())
      function.addFnAttr("target-features", chip.features);
    function.addFnAttr("no-builtins");
    function.addFnAttr(llvm::Attribute::NoUnwind);
    // Kernels take all they need as arguments, nothing behind them.
    function.addFnAttr("amdgpu-implicitarg-num-bytes", "0");
    function.addFnAttr("uniform-work-group-size", "true");
    function.addFnAttr("denormal-fp-math", "ieee,ieee");
    // No signalling NaN is looked for: minima need no canonical operands.
    function.addFnAttr("amdgpu-ieee", "false");
    function.addFnAttr("amdgpu-unsafe-fp-atomics", "false");
    // Sums of matrix instructions in plain registers, where arithmetic reaches
    // them without a copy; given back where they do not fit.
    if (chip.hasUnifiedRegisters)
      function.addFnAttr(accumulatorsAttribute, "0");
  }
}

namespace {
/// All that the back end asks for but two passes.
class KernelPasses : public llvm::legacy::PassManager {
public:
  void add(llvm::Pass *pass) override {
    if (!isLeftOut(pass->getPassName()))
      return llvm::legacy::PassManager::add(pass);
    delete pass;
  }

private:
  static bool isLeftOut(StringRef name) {
    // Its time grows with the square of a kernel's length: half of the compile
    // of a product with GELU, for nothing found (README.md).
    return name == "Straight line strength reduction" ||
           // Moves a step's products behind a branch and leaves what they read
           // in front of it, all at once in registers.
           name == "Code sinking" || name == "Machine code sinking";
  }
};
} // namespace

/// Runs the back end on a copy of the module, which it would change.
static std::string generateCode(const llvm::Module &module,
                                llvm::TargetMachine &machine,
                                llvm::CodeGenFileType type) {
  std::unique_ptr<llvm::Module> copy = llvm::CloneModule(module);
  // Lines are for who reads the text: an image has no table of them.
  if (type == llvm::CodeGenFileType::ObjectFile)
    llvm::StripDebugInfo(*copy);
  SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  KernelPasses manager;
  llvm::TargetLibraryInfoImpl library(copy->getTargetTriple());
  library.disableAllFunctions();
  manager.add(new llvm::TargetLibraryInfoWrapperPass(library));
  if (machine.addPassesToEmitFile(manager, stream, nullptr, type))
    return {};
  manager.run(*copy);
  return std::string(bytes.data(), bytes.size());
}

// A block of more threads leaves each so few registers that plain ones reach
// them all.
static constexpr unsigned kThreadsWithAccumulators = 256;

/// Kernels that spilled may use the other half of the registers; false when
/// there is none that could.
static bool giveAccumulatorsBack(llvm::Module &module,
                                 ArrayRef<KernelResources> kernels) {
  bool isChanged = false;
  for (const KernelResources &kernel : kernels) {
    llvm::Function *function = module.getFunction(kernel.name);
    if (!kernel.vectorSpills || !function ||
        kernel.threadsPerBlock > kThreadsWithAccumulators ||
        !function->hasFnAttribute(accumulatorsAttribute))
      continue;
    function->removeFnAttr(accumulatorsAttribute);
    isChanged = true;
  }
  return isChanged;
}

/// The image, its kernels compiled again where they spilled.
static llvm::Expected<std::string> makeImage(llvm::Module &module,
                                             llvm::TargetMachine &machine) {
  while (true) {
    llvm::Expected<std::string> image = linkSharedObject(
        generateCode(module, machine, llvm::CodeGenFileType::ObjectFile));
    if (!image)
      return image.takeError();
    llvm::Expected<SmallVector<KernelResources>> kernels =
        readResources(*image);
    if (!kernels)
      return kernels.takeError();
    if (!giveAccumulatorsBack(module, *kernels))
      return image;
  }
}

FailureOr<std::string> emit(ModuleOp module, const TargetDescription &target,
                            StringRef format) {
  const Chip *chip = findChip(module, target.name);
  if (!chip)
    return failure();
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code =
      translateModuleToLLVMIR(module, context, "kernels");
  if (!code)
    return failure();
  std::unique_ptr<llvm::TargetMachine> machine = makeMachine(*chip);
  code->setTargetTriple(machine->getTargetTriple());
  code->setDataLayout(machine->createDataLayout());
  setAttributes(*code, *chip);
  optimize(*code, *machine, *chip);

  std::string result;
  llvm::raw_string_ostream stream(result);
  if (format == "llvm") {
    code->print(stream, nullptr);
    return result;
  }
  if (format == "bitcode") {
    llvm::WriteBitcodeToFile(*code, stream);
    return result;
  }
  for (llvm::Function &function : *code)
    guideScheduler(function);
  llvm::Expected<std::string> image = makeImage(*code, *machine);
  if (!image)
    return module.emitError() << llvm::toString(image.takeError());
  if (format == "asm")
    return generateCode(*code, *machine, llvm::CodeGenFileType::AssemblyFile);
  assert(format == "hsaco" && "one of the target's formats");
  return std::move(*image);
}

} // namespace xcc::amd
