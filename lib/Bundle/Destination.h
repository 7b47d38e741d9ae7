//===- Destination.h - Where a bundle goes ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_BUNDLE_DESTINATION_H
#define XCC_LIB_BUNDLE_DESTINATION_H

#include <cstdint>
#include <string>
#include <vector>

namespace xcc::bundle {

/// A file of known size, written in any order; gaps are zero.
class Destination {
public:
  virtual ~Destination() = default;
  virtual bool resize(uint64_t size, std::string &error) = 0;
  virtual bool write(uint64_t offset, const void *data, size_t size,
                     std::string &error) = 0;
};

class MemoryDestination : public Destination {
public:
  explicit MemoryDestination(std::vector<uint8_t> &bytes) : bytes(bytes) {}
  bool resize(uint64_t size, std::string &error) override;
  bool write(uint64_t offset, const void *data, size_t size,
             std::string &error) override;

private:
  std::vector<uint8_t> &bytes;
};

/// A file beside the final one, renamed to it by commit and removed when that
/// never came.
class FileDestination : public Destination {
public:
  explicit FileDestination(std::string path) : path(std::move(path)) {}
  ~FileDestination() override;

  bool open(std::string &error);
  bool resize(uint64_t size, std::string &error) override;
  bool write(uint64_t offset, const void *data, size_t size,
             std::string &error) override;
  bool commit(std::string &error);

private:
  bool fail(std::string &error) const;

  std::string path;
  std::string temporary; // empty: nothing to remove
  int file = -1;
};

} // namespace xcc::bundle

#endif // XCC_LIB_BUNDLE_DESTINATION_H
