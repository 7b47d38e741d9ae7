/* DeviceKernels.c - kernels of the fake devices, a call a block.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */
#include <stdint.h>

#define KERNEL __attribute__((visibility("default"))) void

/* y[i] = 2 * x[i]; arguments x, y, n */
KERNEL double_f32(const uint64_t *arguments, const uint32_t *block,
                  uint32_t threads) {
  const float *x = (const float *)arguments[0];
  float *y = (float *)arguments[1];
  for (uint32_t t = 0; t < threads; ++t) {
    uint64_t i = (uint64_t)block[0] * threads + t;
    if (i < arguments[2])
      y[i] = 2 * x[i];
  }
}

/* workspace[block] = the block's part of the sum; arguments x, sum, workspace,
 * n */
KERNEL sum_part_f32(const uint64_t *arguments, const uint32_t *block,
                    uint32_t threads) {
  const float *x = (const float *)arguments[0];
  float part = 0;
  for (uint32_t t = 0; t < threads; ++t) {
    uint64_t i = (uint64_t)block[0] * threads + t;
    if (i < arguments[3])
      part += x[i];
  }
  ((float *)arguments[2])[block[0]] = part;
}

KERNEL sum_all_f32(const uint64_t *arguments, const uint32_t *block,
                   uint32_t threads) {
  const float *parts = (const float *)arguments[2];
  float sum = 0;
  for (uint64_t i = 0; i * 64 < arguments[3]; ++i)
    sum += parts[i];
  *(float *)arguments[1] = sum;
}
