//===- FakeStub.cpp - A libcuda.so.1 that is only linked against ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The toolkit's stub has all entry points and answers 34 to each.
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/cuda/Api.h"

#define XRT_STUB(name, parameters)                                             \
  extern "C" __attribute__((visibility("default"))) int name() {               \
    return xrt::cuda::kErrorStubLibrary;                                       \
  }
XRT_CUDA_FUNCTIONS(XRT_STUB)
