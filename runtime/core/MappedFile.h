//===- MappedFile.h - A file's bytes, read only, not copied -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_CORE_MAPPEDFILE_H
#define XRT_CORE_MAPPEDFILE_H

#include "runtime/core/Status.h"

#include <memory>

namespace xrt {

/// A whole file mapped into memory. Somebody who cuts the file short while it
/// is mapped takes pages away from under it (SIGBUS): bundles are replaced by
/// rename, never written in place.
class MappedFile {
public:
  static Status open(const std::string &path, std::unique_ptr<MappedFile> &out);
  ~MappedFile();
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;

  const unsigned char *data() const { return bytes; }
  uint64_t size() const { return numBytes; }

private:
  MappedFile(const unsigned char *bytes, uint64_t numBytes)
      : bytes(bytes), numBytes(numBytes) {}

  const unsigned char *bytes;
  uint64_t numBytes;
};

} // namespace xrt

#endif // XRT_CORE_MAPPEDFILE_H
