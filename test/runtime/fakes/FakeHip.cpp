//===- FakeHip.cpp - A libamdhip64.so.6 whose device is this process ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/runtime/fakes/FakeGpu.h"

#include <cstdlib>
#include <cstring>

using namespace xrt::test;

XRT_FAKE FakeState *fakeState() {
  static FakeState state;
  return &state;
}

namespace {
struct FakeFunction {
  FakeKernel kernel;
  std::string name;
};
struct FakeModule {
  void *image;
  std::map<std::string, FakeFunction> functions;
};
} // namespace

XRT_FAKE int hipInit(unsigned) {
  XRT_FAKE_CALL(int, hipInit);

  return 0;
}

XRT_FAKE const char *hipGetErrorName(int error) {
  return error == 2 ? "hipErrorOutOfMemory" : "hipErrorOfTheTest";
}
XRT_FAKE const char *hipGetErrorString(int) { return "as asked"; }

XRT_FAKE int hipGetDeviceCount(int *count) {
  XRT_FAKE_CALL(int, hipGetDeviceCount);
  *count = state.numDevices;
  return 0;
}

XRT_FAKE int hipGetDevicePropertiesR0600(char *properties, int) {
  XRT_FAKE_CALL(int, hipGetDevicePropertiesR0600);
  std::strcpy(properties + 1160, state.architecture.c_str());
  return 0;
}

XRT_FAKE int hipDeviceGetAttribute(int *value, int, int) {
  XRT_FAKE_CALL(int, hipDeviceGetAttribute);
  *value = 304;
  return 0;
}

XRT_FAKE int hipSetDevice(int) {
  XRT_FAKE_CALL(int, hipSetDevice);

  return 0;
}

XRT_FAKE int hipGetDevice(int *device) {
  XRT_FAKE_CALL(int, hipGetDevice);
  *device = 0;
  return 0;
}

XRT_FAKE int hipModuleLoadData(void **module, const void *bytes) {
  XRT_FAKE_CALL(int, hipModuleLoadData);
  for (const std::string &start : state.refusedImages)
    if (std::strncmp(static_cast<const char *>(bytes), start.c_str(),
                     start.size()) == 0)
      return 209;
  void *image = loadFakeImage(bytes, 0);
  if (!image)
    return 200;
  *module = new FakeModule{image, {}};
  ++state.numModules;
  return 0;
}

XRT_FAKE int hipModuleUnload(FakeModule *module) {
  XRT_FAKE_CALL(int, hipModuleUnload);
  unloadFakeImage(module->image);
  delete module;
  --state.numModules;
  return 0;
}

XRT_FAKE int hipModuleGetFunction(void **function, FakeModule *module,
                                  const char *name) {
  XRT_FAKE_CALL(int, hipModuleGetFunction);
  FakeKernel kernel = findFakeKernel(module->image, name);
  if (!kernel)
    return 500;
  *function = &(module->functions[name] = {kernel, name});
  return 0;
}

XRT_FAKE int hipFuncGetAttribute(int *value, int, void *) {
  XRT_FAKE_CALL(int, hipFuncGetAttribute);
  *value = int(state.staticSharedBytes);
  return 0;
}

XRT_FAKE int hipModuleLaunchKernel(FakeFunction *function, unsigned x,
                                   unsigned y, unsigned z, unsigned threads,
                                   unsigned, unsigned, unsigned sharedBytes,
                                   void *, void **, void **extra) {
  XRT_FAKE_CALL(int, hipModuleLaunchKernel);
  uint32_t grid[] = {x, y, z};
  runFakeKernel(state, function->kernel, function->name.c_str(), grid, threads,
                sharedBytes, static_cast<const uint64_t *>(extra[1]));
  return 0;
}

XRT_FAKE int hipMalloc(void **block, size_t bytes) {
  XRT_FAKE_CALL(int, hipMalloc);
  if (bytes >> 40)
    return 2;
  *block = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
  state.blocks.insert(*block);
  return 0;
}

XRT_FAKE int hipFree(void *block) {
  XRT_FAKE_CALL(int, hipFree);
  state.blocks.erase(block);
  std::free(block);
  return 0;
}

XRT_FAKE int hipMemcpyAsync(void *to, const void *from, size_t bytes, int,
                            void *) {
  XRT_FAKE_CALL(int, hipMemcpyAsync);
  std::memcpy(to, from, bytes);
  return 0;
}

XRT_FAKE int hipStreamCreateWithFlags(void **stream, unsigned) {
  XRT_FAKE_CALL(int, hipStreamCreateWithFlags);
  *stream = &state;
  ++state.numQueues;
  return 0;
}

XRT_FAKE int hipStreamDestroy(void *) {
  XRT_FAKE_CALL(int, hipStreamDestroy);
  --state.numQueues;
  return 0;
}

XRT_FAKE int hipStreamSynchronize(void *) {
  XRT_FAKE_CALL(int, hipStreamSynchronize);

  return 0;
}
