//===- Link.h - PTX to a cubin --------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_NVIDIA_LINK_H
#define XCC_LIB_TARGET_NVIDIA_LINK_H

#include "mlir/Support/LLVM.h"
#include "llvm/Support/Error.h"

#include <chrono>
#include <string>
#include <vector>

namespace xcc::nvidia {

/// What one kernel uses, as ptxas says.
struct KernelUsage {
  std::string kernel;
  unsigned registers = 0;
  unsigned stackBytes = 0;
  unsigned spillStoreBytes = 0;
  unsigned spillLoadBytes = 0;
  unsigned sharedBytes = 0; // declared by the kernel itself
};

struct Cubin {
  std::string bytes;
  std::vector<KernelUsage> kernels;
  /// ptxas changed how matrix instructions run (C75xx): right, but slow.
  std::vector<std::string> warnings;
};

/// Where the toolkit is usually installed.
llvm::ArrayRef<llvm::StringRef> toolkitFolders();

/// The path of ptxas: on PATH, else in one of the folders. Fails when there is
/// none.
llvm::Expected<std::string>
findAssembler(llvm::ArrayRef<llvm::StringRef> folders = toolkitFolders());

/// The usage of each kernel from what `ptxas -v` says.
std::vector<KernelUsage> parseUsage(llvm::StringRef messages);

// A large kernel takes ptxas seconds, and on a machine that does much else a
// minute; one that takes ten is a fault.
inline constexpr std::chrono::seconds kAssemblerLimit{600};

/// The PTX as machine code of `chip`, made by the ptxas at `assembler`. Fails
/// when it refuses the text or takes longer than the limit. May be called from
/// several threads.
llvm::Expected<Cubin> assemble(llvm::StringRef assembler, llvm::StringRef ptx,
                               llvm::StringRef chip,
                               std::chrono::seconds limit = kAssemblerLimit);

} // namespace xcc::nvidia

#endif // XCC_LIB_TARGET_NVIDIA_LINK_H
