//===- BackEnd.h - LLVM's code generators, from several threads -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_BASE_BACKEND_H
#define XCC_LIB_BASE_BACKEND_H

#include "llvm/TargetParser/Triple.h"

namespace llvm {
class Target;
} // namespace llvm

namespace xcc {

/// The code generator for `triple`, which `initialize` puts into LLVM's
/// registry. May be called from several threads: images are made at the same
/// time, and the registry, a plain list, is not made for that.
const llvm::Target &findBackEnd(const llvm::Triple &triple,
                                void (*initialize)());

} // namespace xcc

#endif // XCC_LIB_BASE_BACKEND_H
