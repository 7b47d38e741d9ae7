//===- Commands.h - xcc's subcommands -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TOOLS_XCC_COMMANDS_H
#define XCC_TOOLS_XCC_COMMANDS_H

#include "llvm/ADT/ArrayRef.h"

#include <string>

namespace xcc::tool {

/// Each takes what follows its name and returns the process's exit code.
int compileMain(llvm::ArrayRef<const char *> args);
int devicesMain(llvm::ArrayRef<const char *> args);
int explainMain(llvm::ArrayRef<const char *> args);
int inspectMain(llvm::ArrayRef<const char *> args);
int interpretMain(llvm::ArrayRef<const char *> args);
int runMain(llvm::ArrayRef<const char *> args);
int verifyMain(llvm::ArrayRef<const char *> args);

/// The options of a compile, for `xcc --help`.
std::string compileHelp();

} // namespace xcc::tool

#endif // XCC_TOOLS_XCC_COMMANDS_H
