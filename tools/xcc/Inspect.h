//===- Inspect.h - What a bundle holds, as values -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TOOLS_XCC_INSPECT_H
#define XCC_TOOLS_XCC_INSPECT_H

#include "xrt/xrt.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

namespace xcc::tool {

/// All of the index: what --json prints, and what the page is made of.
llvm::Expected<llvm::json::Object> describeBundle(const xrt_bundle_t *bundle);

/// The same for people.
void printPage(const llvm::json::Object &description, llvm::raw_ostream &os);

} // namespace xcc::tool

#endif // XCC_TOOLS_XCC_INSPECT_H
