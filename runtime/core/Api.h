//===- Api.h - What every entry point of the C API checks -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_CORE_API_H
#define XRT_CORE_API_H

#include "runtime/core/Status.h"

namespace xrt {

inline Status expectIndex(const char *what, size_t index, size_t count) {
  if (index < count)
    return Status();
  return Status(XRT_STATUS_INVALID_ARGUMENT,
                std::string("expects ") + what + " below " +
                    std::to_string(count) + ", got " + std::to_string(index));
}

inline Status nullArgument(const char *name) {
  return Status(XRT_STATUS_INVALID_ARGUMENT,
                std::string("expects ") + name + ", got NULL");
}

#define XRT_EXPECT(argument)                                                   \
  if (!(argument))                                                             \
  return ::xrt::nullArgument(#argument).release()

#define XRT_API_RETURN_IF_ERROR(expression)                                    \
  if (::xrt::Status xrtStatus = (expression); !xrtStatus.isOk())               \
  return xrtStatus.release()

} // namespace xrt

#endif // XRT_CORE_API_H
