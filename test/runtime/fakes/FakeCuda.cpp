//===- FakeCuda.cpp - A libcuda.so.1 whose device is this process ---------===//
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

XRT_FAKE int cuInit(unsigned) {
  XRT_FAKE_CALL(int, cuInit);

  return 0;
}

XRT_FAKE int cuDriverGetVersion(int *version) {
  XRT_FAKE_CALL(int, cuDriverGetVersion);
  *version = 12040;
  return 0;
}

XRT_FAKE int cuGetErrorName(int error, const char **name) {
  XRT_FAKE_CALL(int, cuGetErrorName);
  *name = error == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_OF_THE_TEST";
  return 0;
}

XRT_FAKE int cuGetErrorString(int, const char **text) {
  XRT_FAKE_CALL(int, cuGetErrorString);
  *text = "as asked";
  return 0;
}

XRT_FAKE int cuDeviceGetCount(int *count) {
  XRT_FAKE_CALL(int, cuDeviceGetCount);
  *count = state.numDevices;
  return 0;
}

XRT_FAKE int cuDeviceGet(int *device, int ordinal) {
  XRT_FAKE_CALL(int, cuDeviceGet);
  *device = 100 + ordinal;
  return 0;
}

XRT_FAKE int cuDeviceGetName(char *name, int bytes, int) {
  XRT_FAKE_CALL(int, cuDeviceGetName);
  std::strncpy(name, "Fake One", size_t(bytes));
  return 0;
}

XRT_FAKE int cuDeviceGetAttribute(int *value, int attribute, int) {
  XRT_FAKE_CALL(int, cuDeviceGetAttribute);
  *value = attribute == 75   ? state.version / 10
           : attribute == 76 ? state.version % 10
                             : 8;
  return 0;
}

XRT_FAKE int cuDevicePrimaryCtxRetain(void **context, int) {
  XRT_FAKE_CALL(int, cuDevicePrimaryCtxRetain);
  *context = &state;
  ++state.numContexts;
  return 0;
}

XRT_FAKE int cuDevicePrimaryCtxRelease_v2(int) {
  XRT_FAKE_CALL(int, cuDevicePrimaryCtxRelease_v2);
  --state.numContexts;
  return 0;
}

XRT_FAKE int cuCtxPushCurrent_v2(void *) {
  XRT_FAKE_CALL(int, cuCtxPushCurrent_v2);

  return 0;
}

XRT_FAKE int cuCtxPopCurrent_v2(void **context) {
  XRT_FAKE_CALL(int, cuCtxPopCurrent_v2);
  *context = nullptr;
  return 0;
}

XRT_FAKE int cuModuleLoadDataEx(void **module, const void *bytes, unsigned,
                                int *options, void **values) {
  XRT_FAKE_CALL(int, cuModuleLoadDataEx);
  for (const std::string &start : state.refusedImages)
    if (std::strncmp(static_cast<const char *>(bytes), start.c_str(),
                     start.size()) == 0) {
      if (options[0] == 5)
        std::strcpy(static_cast<char *>(values[0]), "line 1\nline 2");
      return 218;
    }
  void *image = loadFakeImage(bytes, 0);
  if (!image)
    return 200;
  *module = new FakeModule{image, {}};
  ++state.numModules;
  return 0;
}

XRT_FAKE int cuModuleUnload(FakeModule *module) {
  XRT_FAKE_CALL(int, cuModuleUnload);
  unloadFakeImage(module->image);
  delete module;
  --state.numModules;
  return 0;
}

XRT_FAKE int cuModuleGetFunction(void **function, FakeModule *module,
                                 const char *name) {
  XRT_FAKE_CALL(int, cuModuleGetFunction);
  FakeKernel kernel = findFakeKernel(module->image, name);
  if (!kernel)
    return 500;
  *function = &(module->functions[name] = {kernel, name});
  return 0;
}

XRT_FAKE int cuFuncGetAttribute(int *value, int, void *) {
  XRT_FAKE_CALL(int, cuFuncGetAttribute);
  *value = int(state.staticSharedBytes);
  return 0;
}

XRT_FAKE int cuFuncSetAttribute(void *, int, int value) {
  XRT_FAKE_CALL(int, cuFuncSetAttribute);
  state.maxDynamicShared = uint32_t(value);
  return 0;
}

XRT_FAKE int cuLaunchKernel(FakeFunction *function, unsigned x, unsigned y,
                            unsigned z, unsigned threads, unsigned, unsigned,
                            unsigned sharedBytes, void *, void **,
                            void **extra) {
  XRT_FAKE_CALL(int, cuLaunchKernel);
  if (sharedBytes > 48 * 1024 && sharedBytes > state.maxDynamicShared)
    return 1;
  uint32_t grid[] = {x, y, z};
  state.argumentBytes.push_back(*static_cast<size_t *>(extra[3]));
  runFakeKernel(state, function->kernel, function->name.c_str(), grid, threads,
                sharedBytes, static_cast<const uint64_t *>(extra[1]));
  return 0;
}

/// By the rules of the driver API's reference; the map is its address.
XRT_FAKE int cuTensorMapEncodeTiled(void *map, int type, uint32_t rank,
                                    void *base, const uint64_t *sizes,
                                    const uint64_t *strides,
                                    const uint32_t *box, const uint32_t *steps,
                                    int interleave, int swizzle, int promotion,
                                    int fill) {
  XRT_FAKE_CALL(int, cuTensorMapEncodeTiled);
  auto isMultiple = [](uint64_t value, uint64_t of) { return value % of == 0; };
  if (!isMultiple(reinterpret_cast<uintptr_t>(map), 64) || rank < 1 ||
      rank > 5 || !isMultiple(reinterpret_cast<uintptr_t>(base), 16) ||
      interleave != 0 || fill != 0)
    return 1;
  std::string text = "type " + std::to_string(type) + " swizzle " +
                     std::to_string(swizzle) + " promotion " +
                     std::to_string(promotion);
  for (uint32_t d = 0; d < rank; ++d) {
    if (!sizes[d] || !box[d] || box[d] > 256 || steps[d] != 1)
      return 1;
    text += " | " + std::to_string(sizes[d]) + " of " + std::to_string(box[d]);
    if (d == 0)
      continue;
    if (!isMultiple(strides[d - 1], 16) || strides[d - 1] >> 40)
      return 1;
    text += " by " + std::to_string(strides[d - 1]);
  }
  state.tensorMaps.push_back(text);
  std::memset(map, 0x5a, 128);
  std::memcpy(map, &base, sizeof(base));
  return 0;
}

XRT_FAKE int cuMemAlloc_v2(unsigned long long *block, size_t bytes) {
  XRT_FAKE_CALL(int, cuMemAlloc_v2);
  if (bytes >> 40)
    return 2;
  void *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
  state.blocks.insert(memory);
  *block = reinterpret_cast<uintptr_t>(memory);
  return 0;
}

XRT_FAKE int cuMemFree_v2(unsigned long long block) {
  XRT_FAKE_CALL(int, cuMemFree_v2);
  state.blocks.erase(reinterpret_cast<void *>(uintptr_t(block)));
  std::free(reinterpret_cast<void *>(uintptr_t(block)));
  return 0;
}

XRT_FAKE int cuMemcpyHtoDAsync_v2(unsigned long long to, const void *from,
                                  size_t bytes, void *) {
  XRT_FAKE_CALL(int, cuMemcpyHtoDAsync_v2);
  std::memcpy(reinterpret_cast<void *>(uintptr_t(to)), from, bytes);
  return 0;
}

XRT_FAKE int cuMemcpyDtoHAsync_v2(void *to, unsigned long long from,
                                  size_t bytes, void *) {
  XRT_FAKE_CALL(int, cuMemcpyDtoHAsync_v2);
  std::memcpy(to, reinterpret_cast<void *>(uintptr_t(from)), bytes);
  return 0;
}

XRT_FAKE int cuMemcpyDtoDAsync_v2(unsigned long long to,
                                  unsigned long long from, size_t bytes,
                                  void *) {
  XRT_FAKE_CALL(int, cuMemcpyDtoDAsync_v2);
  std::memcpy(reinterpret_cast<void *>(uintptr_t(to)),
              reinterpret_cast<void *>(uintptr_t(from)), bytes);
  return 0;
}

XRT_FAKE int cuStreamCreate(void **stream, unsigned) {
  XRT_FAKE_CALL(int, cuStreamCreate);
  *stream = &state;
  ++state.numQueues;
  return 0;
}

XRT_FAKE int cuStreamDestroy_v2(void *) {
  XRT_FAKE_CALL(int, cuStreamDestroy_v2);
  --state.numQueues;
  return 0;
}

XRT_FAKE int cuStreamSynchronize(void *) {
  XRT_FAKE_CALL(int, cuStreamSynchronize);

  return 0;
}
