//===- Checks.h - What every access to memory passes ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_EMULATOR_CHECKS_H
#define XRT_EMULATOR_CHECKS_H

#include <cstdint>

namespace xrt::emulator {

struct Block;
struct Thread;

/// An access that a model makes for a thread.
struct MemoryAccess {
  uint64_t address, bytes;
  uint64_t alignBytes = 1;
  uint64_t flags = 0; // of StampFlags: kAtomic, kWholeWarp
};

/// Report what is wrong with the access; end the block where it cannot be made.
void checkRead(Thread &thread, uint32_t site, const MemoryAccess &access);
void checkWrite(Thread &thread, uint32_t site, const MemoryAccess &access);

/// One step towards the limit of the thread's steps.
void countOperation(Thread &thread);

/// The thread's asynchronous copy writes from now on, or is done writing.
void beginCopyInFlight(Thread &thread, uint32_t site, uint64_t address,
                       uint64_t bytes);
void endCopyInFlight(Thread &thread, uint64_t address, uint64_t bytes);

/// Accesses by an asynchronous unit that the thread started, written down under
/// the unit's stamp. Written bytes are in flight until endAsyncWrite.
void checkAsyncRead(Thread &thread, uint32_t site, const MemoryAccess &access,
                    uint64_t stamp);
void beginAsyncWrite(Thread &thread, uint32_t site, const MemoryAccess &access,
                     uint64_t stamp);
void endAsyncWrite(Block &block, uint64_t address, uint64_t bytes);

/// The functions that compiled code calls, by name.
struct CheckFunction {
  const char *name;
  void *function;
};
struct CheckFunctions {
  const CheckFunction *begin, *end;
};
CheckFunctions checkFunctions();

/// Compiled code passes a site and log2 of the alignment in one number.
inline constexpr unsigned kAlignBits = 5;

} // namespace xrt::emulator

#endif // XRT_EMULATOR_CHECKS_H
