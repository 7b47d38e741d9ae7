//===- Load.cpp - Bitcode of a device becomes a program of the host -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Loading.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/TargetSelect.h"

using namespace llvm;
using namespace xrt;
using namespace xrt::emulator;

uint32_t KernelRewrite::addSite(const Instruction &instruction,
                                std::string operation) {
  Site site;
  site.operation = std::move(operation);
  if (const DebugLoc &location = instruction.getDebugLoc()) {
    site.source.file = location->getFilename().str();
    site.source.line = location->getLine();
    site.source.column = location->getColumn();
  }
  program.sites.push_back(std::move(site));
  return program.sites.size() - 1;
}

static Expected<std::unique_ptr<TargetMachine>> makeHost() {
  static const bool isInitialised = [] {
    return !InitializeNativeTarget() && !InitializeNativeTargetAsmPrinter();
  }();
  (void)isInitialised;
  auto builder = orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    return builder.takeError();
  builder->setCodeGenOptLevel(CodeGenOptLevel::Default);
  return builder->createTargetMachine();
}

/// Subgroup size that the kernel asks for, else the target's.
static uint32_t lanesOf(const Function &kernel, uint32_t usual) {
  const MDNode *size = kernel.getMetadata("intel_reqd_sub_group_size");
  if (!size || size->getNumOperands() != 1)
    return usual;
  return mdconst::extract<ConstantInt>(size->getOperand(0))->getZExtValue();
}

static Error rewriteKernels(llvm::Module &module, const Vendor &vendor,
                            const std::string &target, Program &program) {
  SmallVector<Function *> kernels;
  for (Function &function : module)
    if (isKernel(function))
      kernels.push_back(&function);
  // None in a model that only moves its inputs to its outputs.
  for (Function *kernel : kernels) {
    std::string name = kernel->getName().str();
    uint32_t lanes = lanesOf(*kernel, vendor.lanesPerWarp(target));
    auto rewrite = beginRewrite(*kernel, program, vendor, lanes);
    if (!rewrite)
      return rewrite.takeError();
    if (Error error = callModels(*rewrite))
      return error;
    if (Error error = checkAccesses(*rewrite))
      return error;
    countLoops(*rewrite);
    program.kernels[name] = rewrite->facts;
  }
  return Error::success();
}

static Error load(const Vendor &vendor, const std::string &target,
                  StringRef bitcode, Program &program) {
  auto context = std::make_unique<LLVMContext>();
  auto module = parseBitcodeFile(MemoryBufferRef(bitcode, "kernels"), *context);
  if (!module)
    return module.takeError();
  auto host = makeHost();
  if (!host)
    return host.takeError();
  std::string broken;
  raw_string_ostream stream(broken);
  if (verifyModule(**module, &stream))
    return makeError("expects a sound module: {0}", broken);
  if (Error error = prepareModule(**module, vendor, **host))
    return error;
  if (Error error = rewriteKernels(**module, vendor, target, program))
    return error;
  assert(!verifyModule(**module) && "rewriting keeps a module sound");
  return compileProgram(std::move(context), std::move(*module), **host,
                        program);
}

std::unique_ptr<const Program>
emulator::loadProgram(const Vendor &vendor, const std::string &target,
                      const void *bitcode, uint64_t bytes, std::string &error) {
  auto program = std::make_unique<Program>();
  StringRef text(static_cast<const char *>(bitcode), bytes);
  if (Error failure = load(vendor, target, text, *program)) {
    error = "emu:" + target + ": " + toString(std::move(failure));
    return nullptr;
  }
  return program;
}
