//===- ByteSource.cpp - Bytes at hand as a stream -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Bundle/Program.h"

#include <memory>

using namespace xcc::bundle;

ByteSource ByteSource::view(const void *data, uint64_t size) {
  return {size, [=](const ByteSink &sink, std::string &) {
            return sink(data, size);
          }};
}

template <typename T> static ByteSource ownBytes(T bytes) {
  // Shared, so that copies of the program do not copy the bytes.
  auto owned = std::make_shared<const T>(std::move(bytes));
  return {owned->size(), [owned](const ByteSink &sink, std::string &) {
            return sink(owned->data(), owned->size());
          }};
}

ByteSource ByteSource::own(std::vector<uint8_t> bytes) {
  return ownBytes(std::move(bytes));
}

ByteSource ByteSource::own(std::string bytes) {
  return ownBytes(std::move(bytes));
}
