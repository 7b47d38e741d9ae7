//===- RewriteKernel.cpp - A kernel's new signature and shared memory -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Execution.h"
#include "runtime/emulator/Loading.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/ReplaceConstant.h"

using namespace llvm;
using namespace xrt;
using namespace xrt::emulator;

// An address space of memory that only the thread itself sees.
static constexpr unsigned kPrivateSpace = 5;
static constexpr unsigned kSharedSpace = 3;

/// Allocas on the host lie in address space 0.
static void moveAllocas(Function &function) {
  SmallVector<AllocaInst *> allocas;
  for (Instruction &instruction : function.getEntryBlock())
    if (auto *alloca = dyn_cast<AllocaInst>(&instruction))
      if (alloca->getAddressSpace() == kPrivateSpace)
        allocas.push_back(alloca);
  for (AllocaInst *old : allocas) {
    IRBuilder<> builder(old);
    AllocaInst *moved =
        builder.CreateAlloca(old->getAllocatedType(), 0, old->getArraySize());
    moved->setAlignment(old->getAlign());
    old->replaceAllUsesWith(builder.CreateAddrSpaceCast(moved, old->getType()));
    old->eraseFromParent();
  }
}

static uint64_t loadArguments(Function &kernel, Function &rewritten,
                              IRBuilder<> &builder) {
  const DataLayout &layout = kernel.getParent()->getDataLayout();
  uint64_t offset = 0;
  for (Argument &argument : kernel.args()) {
    Type *type = argument.getType();
    Align align = layout.getABITypeAlign(type);
    offset = alignTo(offset, align);
    Value *address = builder.CreateConstInBoundsGEP1_64(
        builder.getInt8Ty(), rewritten.getArg(1), offset);
    argument.replaceAllUsesWith(
        builder.CreateAlignedLoad(type, address, align, argument.getName()));
    offset += layout.getTypeAllocSize(type);
  }
  return offset;
}

/// Places the shared variables that this kernel uses one after the other, each
/// at its own alignment and no better.
static Error placeShared(KernelRewrite &rewrite, IRBuilder<> &builder) {
  llvm::Module &module = *rewrite.function->getParent();
  const DataLayout &layout = module.getDataLayout();
  uint64_t offset = 0;
  SmallVector<GlobalVariable *> fixed, dynamic;
  for (GlobalVariable &variable : module.globals()) {
    if (variable.getAddressSpace() != kSharedSpace)
      continue;
    convertUsersOfConstantsToInstructions({&variable});
    bool isUsed = any_of(variable.users(), [&](User *user) {
      auto *instruction = dyn_cast<Instruction>(user);
      return instruction && instruction->getFunction() == rewrite.function;
    });
    if (isUsed)
      (layout.getTypeAllocSize(variable.getValueType()) ? fixed : dynamic)
          .push_back(&variable);
  }
  // What the launch sizes lies behind what the module sizes.
  append_range(fixed, dynamic);
  for (GlobalVariable *variable : fixed) {
    Align align = layout.getValueOrABITypeAlignment(variable->getAlign(),
                                                    variable->getValueType());
    offset = alignTo(offset, align);
    Value *address = builder.CreateIntToPtr(
        builder.CreateAdd(rewrite.sharedBase, builder.getInt64(offset)),
        variable->getType());
    variable->replaceUsesWithIf(address, [&](Use &use) {
      auto *user = dyn_cast<Instruction>(use.getUser());
      return user && user->getFunction() == rewrite.function;
    });
    offset += layout.getTypeAllocSize(variable->getValueType());
  }
  if (offset > SharedWindow::kBytes)
    return makeError("kernel '{0}' expects {1} bytes of shared memory, a block "
                     "has at most {2}",
                     rewrite.function->getName(), offset, SharedWindow::kBytes);
  rewrite.facts.staticSharedBytes = offset;
  return Error::success();
}

Expected<KernelRewrite> emulator::beginRewrite(Function &kernel,
                                               Program &program,
                                               const Vendor &vendor,
                                               uint32_t lanesPerWarp) {
  LLVMContext &context = kernel.getContext();
  Type *pointer = PointerType::get(context, 0);
  auto *type =
      FunctionType::get(Type::getVoidTy(context), {pointer, pointer}, false);
  Function *rewritten = Function::Create(type, GlobalValue::ExternalLinkage, "",
                                         kernel.getParent());
  rewritten->takeName(&kernel);
  rewritten->addFnAttr(Attribute::NoUnwind);
  rewritten->splice(rewritten->begin(), &kernel);
  rewritten->setSubprogram(kernel.getSubprogram());
  kernel.setSubprogram(nullptr);

  moveAllocas(*rewritten);
  BasicBlock &body = rewritten->getEntryBlock();
  IRBuilder<> builder(&body, body.getFirstInsertionPt());
  KernelRewrite rewrite{rewritten, rewritten->getArg(0), nullptr, {}, program,
                        vendor};
  rewrite.facts.lanesPerWarp = lanesPerWarp;
  rewrite.facts.argumentBytes = loadArguments(kernel, *rewritten, builder);
  rewrite.sharedBase = builder.CreateAlignedLoad(
      builder.getInt64Ty(),
      builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), rewrite.thread,
                                         offsetof(Registers, sharedBase)),
      Align(8), "shared");
  kernel.eraseFromParent();
  if (Error error = placeShared(rewrite, builder))
    return std::move(error);
  return rewrite;
}

CallInst *emulator::callEmulator(IRBuilder<> &builder, StringRef name,
                                 ArrayRef<Value *> arguments) {
  SmallVector<Type *> types;
  for (Value *argument : arguments)
    types.push_back(argument->getType());
  llvm::Module &module = *builder.GetInsertBlock()->getModule();
  FunctionCallee callee = module.getOrInsertFunction(
      name, FunctionType::get(builder.getVoidTy(), types, false));
  CallInst *call = builder.CreateCall(callee, arguments);
  call->setDoesNotThrow();
  return call;
}

/// Whatever calls the emulator is counted there.
static bool isCounted(const Loop &loop) {
  for (BasicBlock *block : loop.blocks())
    for (Instruction &instruction : *block)
      if (auto *call = dyn_cast<CallInst>(&instruction))
        if (Function *callee = call->getCalledFunction())
          if (callee->getName().starts_with("xemu."))
            return true;
  return false;
}

void emulator::countLoops(KernelRewrite &rewrite) {
  DominatorTree dominators(*rewrite.function);
  LoopInfo loops(dominators);
  for (Loop *loop : loops.getLoopsInPreorder()) {
    if (isCounted(*loop))
      continue;
    BasicBlock *header = loop->getHeader();
    IRBuilder<> builder(header, header->getFirstInsertionPt());
    callEmulator(builder, "xemu.step", {rewrite.thread});
  }
}
