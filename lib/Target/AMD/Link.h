//===- Link.h - What the kernels of an image use --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_AMD_LINK_H
#define XCC_LIB_TARGET_AMD_LINK_H

#include "mlir/Support/LLVM.h"
#include "llvm/Support/Error.h"

#include <string>

namespace xcc::amd {

/// What one kernel of an image uses, as its metadata says.
struct KernelResources {
  std::string name;
  unsigned vectorRegisters;      // of both kinds, 32 bits a lane
  unsigned accumulatorRegisters; // those only matrix instructions reach
  unsigned scalarRegisters;
  unsigned vectorSpills, scalarSpills; // registers
  unsigned sharedBytes;                // LDS a block
  unsigned scratchBytes;               // a lane
  unsigned argumentBytes;
  unsigned threadsPerBlock;
};

/// The kernels of a "hsaco" image, by name. Fails when its metadata cannot be
/// read.
llvm::Expected<llvm::SmallVector<KernelResources>>
readResources(llvm::StringRef image);

} // namespace xcc::amd

#endif // XCC_LIB_TARGET_AMD_LINK_H
