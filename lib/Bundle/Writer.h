//===- Writer.h - Program -> .xcb -------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_BUNDLE_WRITER_H
#define XCC_LIB_BUNDLE_WRITER_H

#include "lib/Bundle/Program.h"

#include <string>
#include <vector>

namespace xcc::bundle {

/// Writes the bundle to |path|: the whole file appears there at once, or the
/// old one stays. Fails with a message in |error| when the file cannot be
/// written, a source of bytes fails, or the program is not a sound one.
[[nodiscard]] bool writeBundle(const Program &program, const std::string &path,
                               std::string &error);

/// The same into memory. Equal programs give equal bytes.
[[nodiscard]] bool writeBundle(const Program &program,
                               std::vector<uint8_t> &bytes, std::string &error);

} // namespace xcc::bundle

#endif // XCC_LIB_BUNDLE_WRITER_H
