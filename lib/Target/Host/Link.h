//===- Link.h - An object file to a loadable image ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_TARGET_HOST_LINK_H
#define XCC_LIB_TARGET_HOST_LINK_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace xcc::host {

/// The object linked into an ELF shared object. Fails when it needs a symbol
/// from outside, when lld refuses it, or when a segment of the result could be
/// both written and executed. May be called from several threads.
llvm::Expected<std::string> linkSharedObject(llvm::StringRef object);

} // namespace xcc::host

#endif // XCC_LIB_TARGET_HOST_LINK_H
