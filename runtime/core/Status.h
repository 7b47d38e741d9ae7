//===- Status.h - Success, or what went wrong -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_CORE_STATUS_H
#define XRT_CORE_STATUS_H

#include "xrt/xrt.h"

#include <string>
#include <utility>

namespace xrt {

/// Owns an xrt_status_t until it is released to the caller of the C API.
class [[nodiscard]] Status {
public:
  Status() = default;
  /// Never fails: when there is no memory for the message, the status says
  /// just that.
  Status(xrt_status_code_t code, const std::string &message);
  static Status outOfMemory(const std::string &what, uint64_t bytes);

  Status(Status &&other) : object(std::exchange(other.object, nullptr)) {}
  Status &operator=(Status &&other) {
    std::swap(object, other.object);
    return *this;
  }
  ~Status() { xrt_status_free(object); }

  bool isOk() const { return !object; }
  const char *message() const { return xrt_status_message(object); }
  xrt_status_code_t code() const { return xrt_status_code(object); }
  xrt_status_t release() { return std::exchange(object, nullptr); }

private:
  xrt_status_t object = nullptr;
};

#define XRT_RETURN_IF_ERROR(expression)                                        \
  if (::xrt::Status xrtStatus = (expression); !xrtStatus.isOk())               \
  return xrtStatus

} // namespace xrt

#endif // XRT_CORE_STATUS_H
