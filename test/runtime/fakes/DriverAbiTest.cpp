//===- DriverAbiTest.cpp - The declarations against the vendors' headers --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checked where a header is on the machine; the compiler does the work.
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/cuda/Api.h"
#include "runtime/drivers/levelzero/Api.h"

#include "gtest/gtest.h"

#include <cstddef>

#if __has_include(<cuda.h>)
#include <cuda.h>

namespace cuda = xrt::cuda;
static_assert(cuda::kErrorOutOfMemory == int(CUDA_ERROR_OUT_OF_MEMORY));
static_assert(cuda::kErrorStubLibrary == int(CUDA_ERROR_STUB_LIBRARY));
static_assert(cuda::kErrorNoDevice == int(CUDA_ERROR_NO_DEVICE));
static_assert(cuda::kErrorNotFound == int(CUDA_ERROR_NOT_FOUND));
static_assert(cuda::kMultiprocessors ==
              int(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT));
static_assert(cuda::kComputeMajor ==
              int(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR));
static_assert(cuda::kComputeMinor ==
              int(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR));
static_assert(cuda::kFunctionStaticShared ==
              int(CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES));
static_assert(cuda::kFunctionMaxDynamicShared ==
              int(CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES));
static_assert(cuda::kJitErrorLog == int(CU_JIT_ERROR_LOG_BUFFER));
static_assert(cuda::kJitErrorLogBytes ==
              int(CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES));
static_assert(sizeof(cuda::Pointer) == sizeof(CUdeviceptr));
#if CUDA_VERSION >= 12000
static_assert(sizeof(cuda::TensorMapBytes) == sizeof(CUtensorMap) &&
              alignof(cuda::TensorMapBytes) >= 64);
static_assert(cuda::kTensorUint8 == int(CU_TENSOR_MAP_DATA_TYPE_UINT8));
static_assert(cuda::kTensorUint16 == int(CU_TENSOR_MAP_DATA_TYPE_UINT16));
static_assert(cuda::kTensorInt32 == int(CU_TENSOR_MAP_DATA_TYPE_INT32));
static_assert(cuda::kTensorInt64 == int(CU_TENSOR_MAP_DATA_TYPE_INT64));
static_assert(cuda::kTensorFloat16 == int(CU_TENSOR_MAP_DATA_TYPE_FLOAT16));
static_assert(cuda::kTensorFloat32 == int(CU_TENSOR_MAP_DATA_TYPE_FLOAT32));
static_assert(cuda::kTensorFloat64 == int(CU_TENSOR_MAP_DATA_TYPE_FLOAT64));
static_assert(cuda::kTensorBfloat16 == int(CU_TENSOR_MAP_DATA_TYPE_BFLOAT16));
static_assert(cuda::kInterleaveNone == int(CU_TENSOR_MAP_INTERLEAVE_NONE));
static_assert(cuda::kPromoteTo128Bytes ==
              int(CU_TENSOR_MAP_L2_PROMOTION_L2_128B));
static_assert(cuda::kFillWithZeros == int(CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE));
static_assert(cuda::kSwizzleNone == int(CU_TENSOR_MAP_SWIZZLE_NONE));
static_assert(cuda::kSwizzle32 == int(CU_TENSOR_MAP_SWIZZLE_32B));
static_assert(cuda::kSwizzle64 == int(CU_TENSOR_MAP_SWIZZLE_64B));
static_assert(cuda::kSwizzle128 == int(CU_TENSOR_MAP_SWIZZLE_128B));
#endif

TEST(DriverAbi, cudaMarksAreTheHeaders) {
  EXPECT_EQ(cuda::kLaunchEnd, CU_LAUNCH_PARAM_END);
  EXPECT_EQ(cuda::kLaunchBuffer, CU_LAUNCH_PARAM_BUFFER_POINTER);
  EXPECT_EQ(cuda::kLaunchBufferSize, CU_LAUNCH_PARAM_BUFFER_SIZE);
}
#else
TEST(DriverAbi, cudaMarksAreTheHeaders) { GTEST_SKIP() << "no cuda.h here"; }
#endif

#if __has_include(<level_zero/ze_api.h>)
#include <level_zero/ze_api.h>

namespace levelzero = xrt::levelzero;

template <typename Ours, typename Theirs> static void expectLike() {
  EXPECT_EQ(sizeof(Ours), sizeof(Theirs));
  EXPECT_EQ(alignof(Ours), alignof(Theirs));
}

TEST(DriverAbi, levelZeroStructsAreTheHeaders) {
  expectLike<levelzero::DeviceProperties, ze_device_properties_t>();
  expectLike<levelzero::ContextDescription, ze_context_desc_t>();
  expectLike<levelzero::QueueDescription, ze_command_queue_desc_t>();
  expectLike<levelzero::PoolDescription, ze_event_pool_desc_t>();
  expectLike<levelzero::EventDescription, ze_event_desc_t>();
  expectLike<levelzero::MemoryDescription, ze_device_mem_alloc_desc_t>();
  expectLike<levelzero::ModuleDescription, ze_module_desc_t>();
  expectLike<levelzero::KernelDescription, ze_kernel_desc_t>();
  expectLike<levelzero::KernelProperties, ze_kernel_properties_t>();
  expectLike<levelzero::GroupCount, ze_group_count_t>();
  EXPECT_EQ(offsetof(levelzero::KernelProperties, spilledBytes),
            offsetof(ze_kernel_properties_t, spillMemSize));
  EXPECT_EQ(offsetof(levelzero::DeviceProperties, deviceId),
            offsetof(ze_device_properties_t, deviceId));
  EXPECT_EQ(offsetof(levelzero::DeviceProperties, name),
            offsetof(ze_device_properties_t, name));
  EXPECT_EQ(offsetof(levelzero::QueueDescription, mode),
            offsetof(ze_command_queue_desc_t, mode));
  EXPECT_EQ(offsetof(levelzero::ModuleDescription, input),
            offsetof(ze_module_desc_t, pInputModule));
  EXPECT_EQ(offsetof(levelzero::KernelDescription, name),
            offsetof(ze_kernel_desc_t, pKernelName));
}

TEST(DriverAbi, levelZeroNumbersAreTheHeaders) {
  EXPECT_EQ(levelzero::DeviceProperties().stype,
            uint32_t(ZE_STRUCTURE_TYPE_DEVICE_PROPERTIES));
  EXPECT_EQ(levelzero::ContextDescription().stype,
            uint32_t(ZE_STRUCTURE_TYPE_CONTEXT_DESC));
  EXPECT_EQ(levelzero::QueueDescription().stype,
            uint32_t(ZE_STRUCTURE_TYPE_COMMAND_QUEUE_DESC));
  EXPECT_EQ(levelzero::PoolDescription().stype,
            uint32_t(ZE_STRUCTURE_TYPE_EVENT_POOL_DESC));
  EXPECT_EQ(levelzero::EventDescription().stype,
            uint32_t(ZE_STRUCTURE_TYPE_EVENT_DESC));
  EXPECT_EQ(levelzero::MemoryDescription().stype,
            uint32_t(ZE_STRUCTURE_TYPE_DEVICE_MEM_ALLOC_DESC));
  EXPECT_EQ(levelzero::KernelProperties().stype,
            uint32_t(ZE_STRUCTURE_TYPE_KERNEL_PROPERTIES));
  EXPECT_EQ(levelzero::ModuleDescription().stype,
            uint32_t(ZE_STRUCTURE_TYPE_MODULE_DESC));
  EXPECT_EQ(levelzero::KernelDescription().stype,
            uint32_t(ZE_STRUCTURE_TYPE_KERNEL_DESC));
  EXPECT_EQ(levelzero::kErrorOutOfDeviceMemory,
            uint32_t(ZE_RESULT_ERROR_OUT_OF_DEVICE_MEMORY));
  EXPECT_EQ(levelzero::kErrorUninitialized,
            uint32_t(ZE_RESULT_ERROR_UNINITIALIZED));
  EXPECT_EQ(levelzero::kErrorUnsupportedSize,
            uint32_t(ZE_RESULT_ERROR_UNSUPPORTED_SIZE));
  EXPECT_EQ(levelzero::kErrorInvalidKernelName,
            uint32_t(ZE_RESULT_ERROR_INVALID_KERNEL_NAME));
  EXPECT_EQ(levelzero::kTypeGpu, uint32_t(ZE_DEVICE_TYPE_GPU));
  EXPECT_EQ(levelzero::kAsynchronous,
            uint32_t(ZE_COMMAND_QUEUE_MODE_ASYNCHRONOUS));
  EXPECT_EQ(levelzero::kHostVisible, uint32_t(ZE_EVENT_POOL_FLAG_HOST_VISIBLE));
  EXPECT_EQ(levelzero::kScopeHost, uint32_t(ZE_EVENT_SCOPE_FLAG_HOST));
}
#else
TEST(DriverAbi, levelZeroStructsAreTheHeaders) {
  GTEST_SKIP() << "no ze_api.h here";
}
#endif
