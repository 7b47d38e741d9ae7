//===- Explain.h - What was fused, and why --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TOOLS_XCC_EXPLAIN_H
#define XCC_TOOLS_XCC_EXPLAIN_H

#include "lib/Base/Targets.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace xcc::tool {

/// The plan of a model (.mlir) or a bundle (.xcb), as plan::describePlan has
/// it; with a target, for models only, also what its kernels multiply by. Fails
/// when the file cannot be read or compiled.
llvm::Expected<llvm::json::Object>
explainFile(const std::string &path, const TargetDescription *target = nullptr);

/// The same as a table for each kernel.
void printExplanation(const llvm::json::Object &plan, llvm::raw_ostream &os);

/// One line: "12 operations in 6 kernels, 9 launches, arena 2.2 MiB".
std::string summarise(const llvm::json::Object &plan);

} // namespace xcc::tool

#endif // XCC_TOOLS_XCC_EXPLAIN_H
