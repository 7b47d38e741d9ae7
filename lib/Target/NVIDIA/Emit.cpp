//===- Emit.cpp - The LLVM dialect to PTX ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Base/BackEnd.h"
#include "lib/Base/GlobalOptions.h"
#include "lib/Target/NVIDIA/Chips.h"
#include "lib/Target/NVIDIA/Link.h"
#include "lib/Target/NVIDIA/NVIDIA.h"
#include "lib/Target/NVIDIA/Optimize.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Pass.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"

#include <mutex>

using namespace mlir;

namespace xcc::nvidia {

/// The lowest version of PTX that has all that the kernels use.
static unsigned ptxVersionOf(const llvm::Module &module, const Chip &chip) {
  unsigned version = chip.ptxVersion;
  for (const MatrixForm &form : matrixForms())
    if (module.getFunction(form.intrinsic))
      version = std::max(version, form.ptxVersion);
  return version;
}

static std::unique_ptr<llvm::TargetMachine>
makeTargetMachine(const Chip &chip, unsigned ptxVersion) {
  llvm::Triple triple("nvptx64-nvidia-cuda");
  const llvm::Target &target = findBackEnd(triple, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
  llvm::TargetOptions options;
  // A named product never changes its rounding behind the model's back: only
  // what is marked `contract` becomes a multiply-add, the rest says .rn.
  options.AllowFPOpFusion = llvm::FPOpFusion::Standard;
  return std::unique_ptr<llvm::TargetMachine>(target.createTargetMachine(
      triple, chip.architecture, ("+ptx" + llvm::Twine(ptxVersion)).str(),
      options, llvm::Reloc::PIC_, std::nullopt,
      llvm::CodeGenOptLevel::Default));
}

namespace {
/// All that the back end asks for but straight-line strength reduction, whose
/// time grows with the square of a kernel's length: 2.4 s of 2.5 s for 8000
/// instructions, in which it found nothing (README.md).
class CodePasses : public llvm::legacy::PassManager {
public:
  void add(llvm::Pass *pass) override {
    if (pass->getPassName() != "Straight line strength reduction")
      return llvm::legacy::PassManager::add(pass);
    delete pass;
  }
};
} // namespace

static std::string generateCode(llvm::Module &module,
                                llvm::TargetMachine &machine) {
  SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  CodePasses passes;
  {
    // Options are read here, and a link of another image sets them back.
    std::lock_guard<std::mutex> lock(globalOptionsMutex());
    bool isRefused = machine.addPassesToEmitFile(
        passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile);
    assert(!isRefused && "the back end writes text");
    (void)isRefused;
  }
  passes.run(module);
  return std::string(bytes.data(), bytes.size());
}

static void prepare(llvm::Module &module, llvm::TargetMachine &machine,
                    const Chip &chip) {
  module.setTargetTriple(machine.getTargetTriple());
  module.setDataLayout(machine.createDataLayout());
  for (llvm::Function &function : module) {
    if (!function.isDeclaration())
      function.addFnAttr(llvm::Attribute::NoUnwind);
    // Inline PTX here is what all threads of a warp run together.
    for (llvm::Instruction &instruction : llvm::instructions(function))
      if (auto *call = llvm::dyn_cast<llvm::CallInst>(&instruction))
        if (call->isInlineAsm())
          call->setConvergent();
  }
  optimize(module, machine, !chip.device.groupInstructions.empty());
}

bool canEmit(StringRef format) {
  if (format != "cubin")
    return true;
  llvm::Expected<std::string> assembler = findAssembler();
  if (assembler)
    return true;
  llvm::consumeError(assembler.takeError());
  return false;
}

/// At the line of the kernel that the assembler's text names.
static void warnOfKernel(ModuleOp module, StringRef text) {
  StringRef name = text.rsplit("function '").second.split('\'').first;
  Operation *kernel = module.lookupSymbol(name);
  mlir::emitWarning(kernel ? kernel->getLoc() : module.getLoc())
      << "ptxas changed the order of matrix instructions: numbers are right, "
         "the kernel is slower than it should be: "
      << text;
}

FailureOr<std::string> emit(ModuleOp module, const TargetDescription &target,
                            StringRef format) {
  const Chip *chip = findChip(module, target.name);
  assert(chip && "one of this folder's targets");
  if (!llvm::is_contained(target.formats, format))
    return module.emitError("expected a format of ")
           << target.name << ": " << llvm::join(target.formats, ", ")
           << "; got '" << format << "'";
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code =
      translateModuleToLLVMIR(module, context, "kernels");
  if (!code)
    return failure();
  std::unique_ptr<llvm::TargetMachine> machine =
      makeTargetMachine(*chip, ptxVersionOf(*code, *chip));
  prepare(*code, *machine, *chip);
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
  result = generateCode(*code, *machine);
  if (format == "ptx")
    return result;
  llvm::Expected<std::string> assembler = findAssembler();
  if (!assembler)
    return module.emitError() << llvm::toString(assembler.takeError());
  llvm::Expected<Cubin> cubin =
      assemble(*assembler, result, chip->architecture);
  if (!cubin)
    return module.emitError() << llvm::toString(cubin.takeError());
  for (const std::string &warning : cubin->warnings)
    warnOfKernel(module, warning);
  return std::move(cubin->bytes);
}

} // namespace xcc::nvidia
