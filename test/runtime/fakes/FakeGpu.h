//===- FakeGpu.h - What the fake vendors' libraries share -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// They take the place of the real ones on the test's library path, so that the
// drivers' own code is what runs. An image is a shared object of plain C
// functions, one call a block.
//
//===----------------------------------------------------------------------===//
#ifndef XRT_TEST_FAKES_FAKEGPU_H
#define XRT_TEST_FAKES_FAKEGPU_H

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace xrt::test {

/// A kernel of a fake image: one block of |threads| threads.
using FakeKernel = void (*)(const uint64_t *arguments, const uint32_t *block,
                            uint32_t threads);

/// What tests set and look at; one a library.
struct FakeState {
  int numDevices = 1;
  int version = 80; // compute capability times ten
  std::string architecture = "gfx942:sramecc+:xnack-";
  uint32_t deviceId = 0x0bd5;
  uint32_t staticSharedBytes = 0;      // of every kernel
  uint32_t spilledBytes = 0;           // of every kernel, unless built for less
  std::vector<std::string> builds;     // flags of modules
  size_t misplacedBytes = 0;           // that memory is off its alignment
  std::map<std::string, int> failures; // result by entry point
  std::set<std::string> refusedImages; // that begin so

  std::vector<std::string> launches; // "kernel grid x,y,z threads shared"
  std::set<void *> blocks;           // allocated
  int numModules = 0, numQueues = 0, numContexts = 0;
  uint32_t maxDynamicShared = 0;
  std::vector<std::string> tensorMaps; // each as it was asked for
  std::vector<size_t> argumentBytes;   // of each launch, where they are told

  /// The result that a test wants of this call; 0 is success.
  int resultOf(const char *call) {
    auto found = failures.find(call);
    return found == failures.end() ? 0 : found->second;
  }
};

/// Loads an image; null when it is none.
void *loadFakeImage(const void *bytes, size_t size);
void unloadFakeImage(void *image);
FakeKernel findFakeKernel(void *image, const char *name);

/// Calls every block of the grid and writes the launch down.
void runFakeKernel(FakeState &state, FakeKernel kernel, const char *name,
                   const uint32_t *grid, uint32_t threads, uint32_t sharedBytes,
                   const uint64_t *arguments);

} // namespace xrt::test

#if defined(__GNUC__)
#define XRT_FAKE extern "C" __attribute__((visibility("default")))
#endif

/// Each fake library's own.
XRT_FAKE xrt::test::FakeState *fakeState();

/// Begins an entry point: it fails where the test wants it to.
#define XRT_FAKE_CALL(Result, name)                                            \
  [[maybe_unused]] xrt::test::FakeState &state = *fakeState();                 \
  if (int result = state.resultOf(#name))                                      \
  return Result(result)

#endif // XRT_TEST_FAKES_FAKEGPU_H
