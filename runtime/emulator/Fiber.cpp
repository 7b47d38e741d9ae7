//===- Fiber.cpp - Stacks to switch between -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Fiber.h"

#include <sys/mman.h>

using namespace xrt;
using namespace xrt::emulator;

#ifndef __x86_64__
#error "the emulator's fibers are written for x86-64"
#endif

// Callee-saved registers go on the stack that is left. The first return into a
// fiber lands in xemuFiberStart, with its function in r12 and argument in r13.
asm(R"(
.text
.hidden xemuFiberSwitch
.globl xemuFiberSwitch
.type xemuFiberSwitch, @function
xemuFiberSwitch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq (%rsi), %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size xemuFiberSwitch, .-xemuFiberSwitch

.hidden xemuFiberStart
.globl xemuFiberStart
.type xemuFiberStart, @function
xemuFiberStart:
  movq %r13, %rdi
  callq *%r12
  ud2
.size xemuFiberStart, .-xemuFiberStart
)");

extern "C" {
void xemuFiberSwitch(void **from, void **to);
void xemuFiberStart();
}

void emulator::prepareFiber(FiberContext &context, std::byte *stackEnd,
                            FiberFunction function, void *argument) {
  // r15 r14 r13 r12 rbx rbp, the return address, and two slots that leave the
  // stack 16-byte aligned at xemuFiberStart's call.
  void **slot = reinterpret_cast<void **>(stackEnd) - 9;
  slot[0] = slot[1] = slot[4] = slot[5] = nullptr;
  slot[2] = argument;
  slot[3] = reinterpret_cast<void *>(function);
  slot[6] = reinterpret_cast<void *>(&xemuFiberStart);
  slot[7] = slot[8] = nullptr;
  context.stackPointer = slot;
}

void emulator::switchFiber(FiberContext &from, FiberContext &to) {
  xemuFiberSwitch(&from.stackPointer, &to.stackPointer);
}

FiberStacks::~FiberStacks() {
  if (base)
    munmap(base, count * kBytes);
}

bool FiberStacks::reserve(uint32_t wanted) {
  if (wanted <= count)
    return true;
  if (base)
    munmap(base, count * kBytes);
  base = nullptr;
  count = 0;
  void *block = mmap(nullptr, wanted * kBytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (block == MAP_FAILED)
    return false;
  base = static_cast<std::byte *>(block);
  count = wanted;
  for (uint64_t i = 0; i < count; ++i)
    mprotect(base + i * kBytes, 4096, PROT_NONE);
  return true;
}
