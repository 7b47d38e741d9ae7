//===- Status.cpp - Success, or what went wrong ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/Status.h"
#include "runtime/format/DType.h"

#include <cstring>
#include <new>

using namespace xrt;

struct xrt_status_object {
  xrt_status_code_t code;
  const char *message; // behind the object, in the same allocation
};

// What is left to say when there is no memory for saying it.
static xrt_status_object gNoMemory = {XRT_STATUS_OUT_OF_MEMORY,
                                      "out of memory"};

Status::Status(xrt_status_code_t code, const std::string &message) {
  size_t bytes = sizeof(xrt_status_object) + message.size() + 1;
  void *block = ::operator new(bytes, std::nothrow);
  if (!block) {
    object = &gNoMemory;
    return;
  }
  char *text = static_cast<char *>(block) + sizeof(xrt_status_object);
  std::memcpy(text, message.c_str(), message.size() + 1);
  object = new (block) xrt_status_object{code, text};
}

Status Status::outOfMemory(const std::string &what, uint64_t bytes) {
  return Status(XRT_STATUS_OUT_OF_MEMORY, "out of memory: " + what + " needs " +
                                              std::to_string(bytes) + " bytes");
}

xrt_status_code_t xrt_status_code(xrt_status_t status) {
  return status ? status->code : XRT_STATUS_OK;
}

const char *xrt_status_message(xrt_status_t status) {
  return status ? status->message : "";
}

void xrt_status_free(xrt_status_t status) {
  if (status && status != &gNoMemory)
    ::operator delete(status);
}

const char *xrt_dtype_name(xrt_dtype_t dtype) {
  const format::DTypeRow *row = format::findDType(dtype);
  return row ? row->name : "none";
}

size_t xrt_dtype_size(xrt_dtype_t dtype) {
  const format::DTypeRow *row = format::findDType(dtype);
  return row ? row->bytes : 0;
}
