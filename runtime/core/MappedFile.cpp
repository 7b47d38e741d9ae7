//===- MappedFile.cpp - A file's bytes, read only, not copied -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/core/MappedFile.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace xrt;

static Status cannotOpen(const std::string &path, const std::string &why) {
  return Status(errno == ENOENT ? XRT_STATUS_NOT_FOUND : XRT_STATUS_IO_ERROR,
                "cannot open '" + path + "': " + why);
}

Status MappedFile::open(const std::string &path,
                        std::unique_ptr<MappedFile> &out) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return cannotOpen(path, std::strerror(errno));
  struct stat status;
  if (::fstat(file, &status) != 0) {
    Status error = cannotOpen(path, std::strerror(errno));
    ::close(file);
    return error;
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(file);
    errno = 0;
    return cannotOpen(path, "expects a regular file");
  }
  uint64_t size = uint64_t(status.st_size);
  // mmap refuses to map nothing.
  void *bytes = nullptr;
  if (size)
    bytes = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  int mapError = errno;
  ::close(file);
  errno = mapError;
  if (bytes == MAP_FAILED)
    return cannotOpen(path, std::strerror(mapError));
  out.reset(new MappedFile(static_cast<unsigned char *>(bytes), size));
  return Status();
}

MappedFile::~MappedFile() {
  if (numBytes)
    ::munmap(const_cast<unsigned char *>(bytes), numBytes);
}
