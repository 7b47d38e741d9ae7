//===- Runtime.h - The runtime's C API with owners and errors -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TOOLS_XCC_RUNTIME_H
#define XCC_TOOLS_XCC_RUNTIME_H

#include "xrt/xrt.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace xcc::tool {

template <auto free> struct FreeWith {
  template <typename T> void operator()(T *object) const { free(object); }
};
using BundlePtr = std::unique_ptr<xrt_bundle_t, FreeWith<xrt_bundle_close>>;
using DevicePtr = std::unique_ptr<xrt_device_t, FreeWith<xrt_device_close>>;
using ProgramPtr =
    std::unique_ptr<xrt_program_t, FreeWith<xrt_program_destroy>>;

/// The status as an error with its message; frees it.
llvm::Error toError(xrt_status_t status);

llvm::Error makeError(const llvm::Twine &message);

llvm::Expected<BundlePtr> openBundle(const std::string &path);

/// The exit code of a command on the one bundle that |paths| must name: what
/// |use| gives, or that of its failure, which is printed.
int withBundle(
    llvm::ArrayRef<std::string> paths,
    llvm::function_ref<llvm::Expected<int>(const xrt_bundle_t *bundle)> use);

/// The expression as text.
std::string formatExpression(const xrt_bundle_t *bundle, uint32_t expression);

/// "[2, 768]"
std::string formatDims(llvm::ArrayRef<int64_t> dims);

/// Prints "error: ..." and gives the exit code of a failed command.
int reportFailure(llvm::Error error);

} // namespace xcc::tool

#endif // XCC_TOOLS_XCC_RUNTIME_H
