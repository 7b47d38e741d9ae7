//===- Emit.cpp - The LLVM dialect to SPIR-V ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Base/BackEnd.h"
#include "lib/Base/GlobalOptions.h"
#include "lib/Target/Intel/Intel.h"
#include "lib/Target/Intel/Link.h"
#include "lib/Target/Intel/Optimize.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Target/TargetOptions.h"

#include <mutex>

using namespace mlir;

namespace xcc::intel {

// 1.2 is what Level Zero 1.0's drivers take.
static constexpr llvm::StringLiteral triple = "spirv64v1.2-unknown-unknown";

// What the drivers of all rows know. "all" makes modules that not even
// spirv-val accepts.
static constexpr llvm::StringLiteral extensions =
    "+SPV_INTEL_subgroups,+SPV_KHR_no_integer_wrap_decoration";

/// The back end reads the list when a machine's subtarget is made, from a
/// global option only; a link of another vendor's image sets all options back.
static void allowExtensions() {
  auto &options = llvm::cl::getRegisteredOptions();
  auto found = options.find("spirv-ext");
  assert(found != options.end() &&
         "the package's LLVM has the SPIR-V back end");
  found->second->reset();
  found->second->addOccurrence(0, "spirv-ext", extensions);
}

static std::unique_ptr<llvm::TargetMachine> makeTargetMachine() {
  llvm::Triple parsed{triple};
  const llvm::Target &target = findBackEnd(parsed, [] {
    LLVMInitializeSPIRVTargetInfo();
    LLVMInitializeSPIRVTarget();
    LLVMInitializeSPIRVTargetMC();
    LLVMInitializeSPIRVAsmPrinter();
  });
  std::lock_guard<std::mutex> lock(globalOptionsMutex());
  allowExtensions();
  // The IR is optimised already. More would combine instructions to ones whose
  // operands differ in width, which are no SPIR-V (LLVM 22).
  return std::unique_ptr<llvm::TargetMachine>(target.createTargetMachine(
      parsed, "", "", llvm::TargetOptions(), std::nullopt, std::nullopt,
      llvm::CodeGenOptLevel::None));
}

static std::string generateCode(llvm::Module &module,
                                llvm::TargetMachine &machine,
                                llvm::CodeGenFileType type) {
  // The back end keeps what it knows of a module in one place for the whole
  // process (LLVM 22: SPIRVModuleAnalysis::MAI), so modules take turns.
  static std::mutex oneAtATime;
  std::lock_guard<std::mutex> lock(oneAtATime);
  SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager manager;
  if (machine.addPassesToEmitFile(manager, stream, nullptr, type))
    return {};
  manager.run(module);
  return std::string(bytes.data(), bytes.size());
}

FailureOr<std::string> emit(ModuleOp module, const TargetDescription &target,
                            StringRef format) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code =
      translateModuleToLLVMIR(module, context, "kernels");
  if (!code)
    return failure();
  std::unique_ptr<llvm::TargetMachine> machine = makeTargetMachine();
  code->setTargetTriple(machine->getTargetTriple());
  code->setDataLayout(machine->createDataLayout());
  optimize(*code, *machine);
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
  if (format == "spirv-text")
    return generateCode(*code, *machine, llvm::CodeGenFileType::AssemblyFile);
  assert(format == "spirv" && "one of the target's formats");
  result = generateCode(*code, *machine, llvm::CodeGenFileType::ObjectFile);
  if (failed(verifyImage(module, target, result)))
    return failure();
  return result;
}

} // namespace xcc::intel
