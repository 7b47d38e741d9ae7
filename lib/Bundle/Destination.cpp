//===- Destination.cpp - Where a bundle goes ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Bundle/Destination.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace xcc::bundle;

bool MemoryDestination::resize(uint64_t size, std::string &) {
  bytes.assign(size, 0);
  return true;
}

bool MemoryDestination::write(uint64_t offset, const void *data, size_t size,
                              std::string &) {
  if (size)
    std::memcpy(bytes.data() + offset, data, size);
  return true;
}

FileDestination::~FileDestination() {
  if (file >= 0)
    ::close(file);
  if (!temporary.empty())
    ::unlink(temporary.c_str());
}

bool FileDestination::fail(std::string &error) const {
  error = "cannot write '" + path + "': " + std::strerror(errno);
  return false;
}

bool FileDestination::open(std::string &error) {
  // Renaming over a device or a folder would not do what the user means.
  struct stat status;
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    error = "cannot write '" + path + "': expects a regular file";
    return false;
  }
  // Several processes may write the same bundle: the name is this process's.
  for (int attempt = 0; attempt < 100 && file < 0; ++attempt) {
    temporary = path + ".tmp" + std::to_string(::getpid()) + "-" +
                std::to_string(attempt);
    file = ::open(temporary.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC,
                  0666);
    if (file < 0 && errno != EEXIST)
      break;
  }
  if (file >= 0)
    return true;
  temporary.clear();
  return fail(error);
}

bool FileDestination::resize(uint64_t size, std::string &error) {
  // Reserved now, so that a full disk is found before the work is done; file
  // systems that cannot reserve still get the size.
  int status = size ? ::posix_fallocate(file, 0, off_t(size)) : 0;
  if (status == EINVAL || status == EOPNOTSUPP)
    status = ::ftruncate(file, off_t(size)) == 0 ? 0 : errno;
  if (status == 0)
    return true;
  errno = status;
  return fail(error);
}

bool FileDestination::write(uint64_t offset, const void *data, size_t size,
                            std::string &error) {
  auto *bytes = static_cast<const char *>(data);
  while (size) {
    ssize_t written = ::pwrite(file, bytes, size, off_t(offset));
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return fail(error);
    bytes += written;
    offset += uint64_t(written);
    size -= size_t(written);
  }
  return true;
}

bool FileDestination::commit(std::string &error) {
  int status = ::close(file);
  file = -1;
  if (status != 0 || ::rename(temporary.c_str(), path.c_str()) != 0)
    return fail(error);
  temporary.clear();
  return true;
}
