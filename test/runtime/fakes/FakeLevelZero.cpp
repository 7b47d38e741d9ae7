//===- FakeLevelZero.cpp - A libze_loader.so.1 whose device is this process
//===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/levelzero/Api.h"
#include "test/runtime/fakes/FakeGpu.h"

#include <cstdlib>
#include <cstring>

using namespace xrt::levelzero;
using namespace xrt::test;

XRT_FAKE FakeState *fakeState() {
  static FakeState state;
  return &state;
}

namespace {
struct FakeKernelObject {
  FakeKernel kernel;
  std::string name;
  uint32_t threads = 0;
  std::vector<uint64_t> arguments;
  bool isLarge; // built for 256 registers
};
struct FakeModule {
  void *image;
  bool isLarge;
};
} // namespace

XRT_FAKE Result zeInit(uint32_t) {
  XRT_FAKE_CALL(Result, zeInit);

  return 0;
}

XRT_FAKE Result zeDriverGet(uint32_t *count, void **drivers) {
  XRT_FAKE_CALL(Result, zeDriverGet);
  if (drivers)
    drivers[0] = &state;
  *count = 1;
  return 0;
}

XRT_FAKE Result zeDeviceGet(void *, uint32_t *count, void **devices) {
  XRT_FAKE_CALL(Result, zeDeviceGet);
  *count = uint32_t(state.numDevices);
  for (uint32_t i = 0; devices && i < *count; ++i)
    devices[i] = &state;
  return 0;
}

XRT_FAKE Result zeDeviceGetProperties(void *, DeviceProperties *properties) {
  XRT_FAKE_CALL(Result, zeDeviceGetProperties);
  if (properties->stype != 3)
    return 0x78000004;
  properties->type = kTypeGpu;
  properties->deviceId = state.deviceId;
  std::strcpy(properties->name, "Fake Three");
  return 0;
}

XRT_FAKE Result zeContextCreate(void *, const void *, void **context) {
  XRT_FAKE_CALL(Result, zeContextCreate);
  *context = &state;
  ++state.numContexts;
  return 0;
}

XRT_FAKE Result zeContextDestroy(void *) {
  XRT_FAKE_CALL(Result, zeContextDestroy);
  --state.numContexts;
  return 0;
}

XRT_FAKE Result zeModuleCreate(void *, void *,
                               const ModuleDescription *description,
                               void **module, const char **log) {
  XRT_FAKE_CALL(Result, zeModuleCreate);
  if (log)
    *log = "line 1\nline 2";
  const char *bytes = static_cast<const char *>(description->input);
  for (const std::string &start : state.refusedImages)
    if (std::strncmp(bytes, start.c_str(), start.size()) == 0)
      return 0x70000004;
  void *image = loadFakeImage(bytes, description->inputBytes);
  if (!image)
    return 0x7800000f;
  state.builds.push_back(description->buildFlags);
  bool isLarge = state.builds.back() == "-ze-opt-large-register-file";
  *module = new FakeModule{image, isLarge};
  ++state.numModules;
  return 0;
}

XRT_FAKE Result zeModuleDestroy(FakeModule *module) {
  XRT_FAKE_CALL(Result, zeModuleDestroy);
  unloadFakeImage(module->image);
  delete module;
  --state.numModules;
  return 0;
}

XRT_FAKE Result zeModuleBuildLogGetString(const char *log, size_t *bytes,
                                          char *text) {
  XRT_FAKE_CALL(Result, zeModuleBuildLogGetString);
  if (text)
    std::memcpy(text, log, *bytes);
  *bytes = std::strlen(log) + 1;
  return 0;
}

XRT_FAKE Result zeModuleBuildLogDestroy(const char *) {
  XRT_FAKE_CALL(Result, zeModuleBuildLogDestroy);

  return 0;
}

XRT_FAKE Result zeKernelCreate(FakeModule *module,
                               const KernelDescription *description,
                               void **kernel) {
  XRT_FAKE_CALL(Result, zeKernelCreate);
  FakeKernel found = findFakeKernel(module->image, description->name);
  if (!found)
    return kErrorInvalidKernelName;
  *kernel =
      new FakeKernelObject{found, description->name, 0, {}, module->isLarge};
  return 0;
}

XRT_FAKE Result zeKernelGetProperties(FakeKernelObject *kernel,
                                      KernelProperties *properties) {
  XRT_FAKE_CALL(Result, zeKernelGetProperties);
  properties->spilledBytes = kernel->isLarge ? 0 : state.spilledBytes;
  return 0;
}

XRT_FAKE Result zeKernelDestroy(FakeKernelObject *kernel) {
  XRT_FAKE_CALL(Result, zeKernelDestroy);
  delete kernel;
  return 0;
}

XRT_FAKE Result zeKernelSetGroupSize(FakeKernelObject *kernel, uint32_t x,
                                     uint32_t, uint32_t) {
  XRT_FAKE_CALL(Result, zeKernelSetGroupSize);
  kernel->threads = x;
  return 0;
}

XRT_FAKE Result zeKernelSetArgumentValue(FakeKernelObject *kernel,
                                         uint32_t index, size_t bytes,
                                         const void *value) {
  XRT_FAKE_CALL(Result, zeKernelSetArgumentValue);
  if (bytes != sizeof(uint64_t))
    return 0x78000009;
  if (kernel->arguments.size() <= index)
    kernel->arguments.resize(index + 1);
  std::memcpy(&kernel->arguments[index], value, bytes);
  return 0;
}

XRT_FAKE Result zeCommandListCreateImmediate(void *, void *, const void *,
                                             void **list) {
  XRT_FAKE_CALL(Result, zeCommandListCreateImmediate);
  *list = &state;
  ++state.numQueues;
  return 0;
}

XRT_FAKE Result zeCommandListDestroy(void *) {
  XRT_FAKE_CALL(Result, zeCommandListDestroy);
  --state.numQueues;
  return 0;
}

XRT_FAKE Result zeCommandListAppendLaunchKernel(void *,
                                                FakeKernelObject *kernel,
                                                const GroupCount *groups,
                                                void *, uint32_t, void *) {
  XRT_FAKE_CALL(Result, zeCommandListAppendLaunchKernel);
  uint32_t grid[] = {groups->x, groups->y, groups->z};
  runFakeKernel(state, kernel->kernel, kernel->name.c_str(), grid,
                kernel->threads, 0, kernel->arguments.data());
  return 0;
}

XRT_FAKE Result zeCommandListAppendMemoryCopy(void *, void *to,
                                              const void *from, size_t bytes,
                                              void *, uint32_t, void *) {
  XRT_FAKE_CALL(Result, zeCommandListAppendMemoryCopy);
  std::memcpy(to, from, bytes);
  return 0;
}

XRT_FAKE Result zeCommandListAppendBarrier(void *, void *, uint32_t, void *) {
  XRT_FAKE_CALL(Result, zeCommandListAppendBarrier);

  return 0;
}

XRT_FAKE Result zeEventPoolCreate(void *, const void *, uint32_t, void *,
                                  void **pool) {
  XRT_FAKE_CALL(Result, zeEventPoolCreate);
  *pool = &state;
  return 0;
}

XRT_FAKE Result zeEventPoolDestroy(void *) {
  XRT_FAKE_CALL(Result, zeEventPoolDestroy);

  return 0;
}

XRT_FAKE Result zeEventCreate(void *, const void *, void **event) {
  XRT_FAKE_CALL(Result, zeEventCreate);
  *event = &state;
  return 0;
}

XRT_FAKE Result zeEventDestroy(void *) {
  XRT_FAKE_CALL(Result, zeEventDestroy);

  return 0;
}

XRT_FAKE Result zeEventHostSynchronize(void *, uint64_t) {
  XRT_FAKE_CALL(Result, zeEventHostSynchronize);

  return 0;
}

XRT_FAKE Result zeEventHostReset(void *) {
  XRT_FAKE_CALL(Result, zeEventHostReset);

  return 0;
}

XRT_FAKE Result zeMemAllocDevice(void *, const void *, size_t bytes,
                                 size_t alignment, void *, void **block) {
  XRT_FAKE_CALL(Result, zeMemAllocDevice);
  if (bytes >> 40)
    return kErrorUnsupportedSize;
  bytes += state.misplacedBytes;
  void *memory = std::aligned_alloc(alignment, (bytes + alignment - 1) /
                                                   alignment * alignment);
  *block = static_cast<char *>(memory) + state.misplacedBytes;
  state.blocks.insert(*block);
  return 0;
}

XRT_FAKE Result zeMemFree(void *, void *block) {
  XRT_FAKE_CALL(Result, zeMemFree);
  state.blocks.erase(block);
  std::free(static_cast<char *>(block) - state.misplacedBytes);
  return 0;
}
