//===- FakeGpu.cpp - What the fake vendors' libraries share ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/runtime/fakes/FakeGpu.h"

#include <atomic>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <sys/mman.h>
#include <unistd.h>

namespace xrt::test {

/// The bytes of an object, whose length drivers are not told.
static size_t sizeOfObject(const unsigned char *bytes) {
  Elf64_Ehdr header;
  std::memcpy(&header, bytes, sizeof(header));
  return header.e_shoff + size_t(header.e_shnum) * header.e_shentsize;
}

void *loadFakeImage(const void *bytes, size_t size) {
  if (std::memcmp(bytes, ELFMAG, SELFMAG) != 0)
    return nullptr;
  if (!size)
    size = sizeOfObject(static_cast<const unsigned char *>(bytes));
  // The loader takes a path that it knows for the library that it knows.
  static std::atomic<int> number{0};
  std::string path = "/tmp/xrt-fake-" + std::to_string(::getpid()) + "-" +
                     std::to_string(number++);
  FILE *file = std::fopen(path.c_str(), "wb");
  if (!file)
    return nullptr;
  std::fwrite(bytes, 1, size, file);
  std::fclose(file);
  void *image = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  ::unlink(path.c_str());
  return image;
}

void unloadFakeImage(void *image) { ::dlclose(image); }

FakeKernel findFakeKernel(void *image, const char *name) {
  return reinterpret_cast<FakeKernel>(::dlsym(image, name));
}

void runFakeKernel(FakeState &state, FakeKernel kernel, const char *name,
                   const uint32_t *grid, uint32_t threads, uint32_t sharedBytes,
                   const uint64_t *arguments) {
  state.launches.push_back(
      std::string(name) + " grid " + std::to_string(grid[0]) + "," +
      std::to_string(grid[1]) + "," + std::to_string(grid[2]) + " threads " +
      std::to_string(threads) + " shared " + std::to_string(sharedBytes));
  uint32_t block[3];
  for (block[2] = 0; block[2] < grid[2]; ++block[2])
    for (block[1] = 0; block[1] < grid[1]; ++block[1])
      for (block[0] = 0; block[0] < grid[0]; ++block[0])
        kernel(arguments, block, threads);
}

} // namespace xrt::test
