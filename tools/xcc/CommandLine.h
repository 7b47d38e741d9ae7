//===- CommandLine.h - Options of xcc and its subcommands -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LLVM's own option parser registers every option of every library in the
// process: a user of xcc should see xcc's.
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TOOLS_XCC_COMMANDLINE_H
#define XCC_TOOLS_XCC_COMMANDLINE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <functional>
#include <string>
#include <vector>

namespace xcc::tool {

/// One row of a command's table of options.
struct Option {
  llvm::StringRef name;  // without dashes; one or two are taken
  llvm::StringRef value; // the value's name in the help; empty: a flag
  llvm::StringRef help;
  /// Takes the value (empty for a flag); returns an error or "".
  std::function<std::string(llvm::StringRef)> take;
};

/// Reads `args` by the table, appending what is no option to `positional`.
/// Returns an error text, or "". An unknown option's names the nearest.
std::string parseOptions(llvm::ArrayRef<const char *> args,
                         llvm::ArrayRef<Option> options,
                         std::vector<std::string> &positional);

/// The table as help text, two columns.
std::string formatOptions(llvm::ArrayRef<Option> options);

/// Prints "xcc: error: message" and gives the exit code of a wrong call.
int usageError(llvm::StringRef message);

/// Exit codes: of a compile or run that failed, and of a wrong command line.
inline constexpr int exitFailure = 1;
inline constexpr int exitUsage = 2;

} // namespace xcc::tool

#endif // XCC_TOOLS_XCC_COMMANDLINE_H
