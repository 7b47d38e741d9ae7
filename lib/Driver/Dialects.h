//===- Dialects.h - Every dialect that a compile meets --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_DRIVER_DIALECTS_H
#define XCC_LIB_DRIVER_DIALECTS_H

namespace mlir {
class DialectRegistry;
}

namespace xcc {

/// Adds what models are written in and what the stages pass through; all of
/// upstream's would take longer to load than a small model to compile.
void registerDialects(mlir::DialectRegistry &registry);

} // namespace xcc

#endif // XCC_LIB_DRIVER_DIALECTS_H
