//===- TensorMaps.cpp - Descriptions of tensors, by the CUDA driver -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/cuda/Device.h"

#include <cstring>

using namespace xrt;
using namespace xrt::cuda;

/// Types of which only the bytes matter are integers.
static int typeOf(xrt_dtype_t dtype) {
  switch (dtype) {
  case XRT_DTYPE_F16:
    return kTensorFloat16;
  case XRT_DTYPE_BF16:
    return kTensorBfloat16;
  case XRT_DTYPE_F32:
    return kTensorFloat32;
  case XRT_DTYPE_F64:
    return kTensorFloat64;
  case XRT_DTYPE_I64:
    return kTensorInt64;
  case XRT_DTYPE_I32:
    return kTensorInt32;
  default:
    return xrt_dtype_size(dtype) == 2 ? kTensorUint16 : kTensorUint8;
  }
}

static int swizzleOf(uint32_t lineBytes) {
  switch (lineBytes) {
  case 32:
    return kSwizzle32;
  case 64:
    return kSwizzle64;
  case 128:
    return kSwizzle128;
  default:
    return kSwizzleNone;
  }
}

static Status encode(const Api &api, const TensorMap &map,
                     TensorMapBytes &out) {
  constexpr uint32_t kOnes[TensorMap::kMaxRank] = {1, 1, 1, 1, 1};
  XRT_CUDA_CALL(api, cuTensorMapEncodeTiled, &out, typeOf(map.dtype), map.rank,
                map.base, map.sizes, map.strides, map.box, kOnes,
                kInterleaveNone, swizzleOf(map.swizzleBytes),
                kPromoteTo128Bytes, kFillWithZeros);
  return Status();
}

Status cuda::packArguments(const Api &api, const DeviceBlocks &blocks,
                           std::vector<TensorMapBytes> &out, size_t &outBytes) {
  if (blocks.numTensorMaps && !api.cuTensorMapEncodeTiled)
    return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                  "the kernel expects tensor maps, and the driver has no "
                  "cuTensorMapEncodeTiled: it is older than CUDA 12");
  // Parameters of 128 bytes begin at multiples of 64.
  constexpr size_t kAlignBytes = 64;
  size_t words = size_t(blocks.numArguments) * 8;
  size_t first = (words + kAlignBytes - 1) / kAlignBytes * kAlignBytes;
  outBytes = blocks.numTensorMaps
                 ? first + blocks.numTensorMaps * sizeof(TensorMapBytes)
                 : words;
  out.resize((outBytes + sizeof(TensorMapBytes) - 1) / sizeof(TensorMapBytes));
  auto *bytes = reinterpret_cast<unsigned char *>(out.data());
  if (words)
    std::memcpy(bytes, blocks.arguments, words);
  for (uint32_t i = 0; i < blocks.numTensorMaps; ++i) {
    TensorMapBytes map;
    XRT_RETURN_IF_ERROR(encode(api, blocks.tensorMaps[i], map));
    std::memcpy(bytes + first + i * sizeof(map), &map, sizeof(map));
  }
  return Status();
}
