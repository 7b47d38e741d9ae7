//===- Loading.h - From a device's bitcode to the host's code ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The steps of loadProgram, in order; each returns an error that says what was
// expected, what was found and where.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_LOADING_H
#define XRT_EMULATOR_LOADING_H

#include "runtime/emulator/Program.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Target/TargetMachine.h"

namespace xrt::emulator {

/// One function for each kernel, which calls no other of the module; the
/// module's triple and layout are the host's.
llvm::Error prepareModule(llvm::Module &module, const Vendor &vendor,
                          const llvm::TargetMachine &host);

bool isKernel(const llvm::Function &function);

/// A kernel while it is rewritten to `void (Thread *, const void *arguments)`.
struct KernelRewrite {
  llvm::Function *function;
  llvm::Value *thread;
  llvm::Value *sharedBase; // i64
  Kernel facts;
  Program &program;
  const Vendor &vendor;

  /// A new site for |instruction|.
  uint32_t addSite(const llvm::Instruction &instruction, std::string operation);
};

/// Gives the kernel its new signature and its shared memory an address.
llvm::Expected<KernelRewrite> beginRewrite(llvm::Function &kernel,
                                           Program &program,
                                           const Vendor &vendor,
                                           uint32_t lanesPerWarp);
/// Puts a check before every access to memory that other threads see.
llvm::Error checkAccesses(KernelRewrite &rewrite);
/// Turns every call that has a model into a call of that model. Refuses what
/// has none.
llvm::Error callModels(KernelRewrite &rewrite);
/// Counts the turns of loops that nothing else counts.
void countLoops(KernelRewrite &rewrite);

/// A call of the emulator's function |name|.
llvm::CallInst *callEmulator(llvm::IRBuilder<> &builder, llvm::StringRef name,
                             llvm::ArrayRef<llvm::Value *> arguments);

/// Optimises and compiles; fills in the addresses of kernels and constants.
llvm::Error compileProgram(std::unique_ptr<llvm::LLVMContext> context,
                           std::unique_ptr<llvm::Module> module,
                           llvm::TargetMachine &host, Program &program);

/// Functions of the host that compiled code may call: those of the emulator
/// and what LLVM makes of arithmetic that the CPU lacks.
struct HostFunction {
  const char *name;
  void *function;
};
llvm::ArrayRef<HostFunction> hostFunctions();

template <typename... Pieces>
llvm::Error makeError(const char *format, Pieces &&...pieces) {
  return llvm::createStringError(
      llvm::formatv(format, std::forward<Pieces>(pieces)...).str());
}

} // namespace xrt::emulator

#endif // XRT_EMULATOR_LOADING_H
