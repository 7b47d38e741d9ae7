/* kernels.c - a host image written by hand: what the compiler would emit.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 */
#include "xrt/host_kernel.h"

typedef void *const *buffers_t;

/* out[i] = a[i] + b[i] */
void add_f32(buffers_t buffers, const int64_t *scalars, void *scratch,
             int64_t begin, int64_t end) {
  (void)scalars, (void)scratch;
  const float *a = buffers[0], *b = buffers[1];
  float *out = buffers[2];
  for (int64_t i = begin; i < end; ++i)
    out[i] = a[i] + b[i];
}

/* out[r, c] = in[r, c] * row[c]; one item a row; scalars {columns} */
void mul_row_f32(buffers_t buffers, const int64_t *scalars, void *scratch,
                 int64_t begin, int64_t end) {
  (void)scratch;
  int64_t columns = scalars[0];
  const float *in = buffers[0], *row = buffers[1];
  float *out = buffers[2];
  for (int64_t r = begin; r < end; ++r)
    for (int64_t c = 0; c < columns; ++c)
      out[r * columns + c] = in[r * columns + c] * row[c];
}

/* packed[i] = 2 * weight[i]: easy to tell from the weight itself */
void pack_twice_f32(buffers_t buffers, const int64_t *scalars, void *scratch,
                    int64_t begin, int64_t end) {
  (void)scalars, (void)scratch;
  const float *weight = buffers[0];
  float *packed = buffers[1];
  for (int64_t i = begin; i < end; ++i)
    packed[i] = 2 * weight[i];
}

/* out[0] = sum of x[0..n), by way of a workspace: items [0, parts) each add up
 * a part, 0.5 too much is added where one of them is not done when the item
 * behind them begins; scalars {n, parts} */
void sum_phases_f32(buffers_t buffers, const int64_t *scalars, void *scratch,
                    int64_t begin, int64_t end) {
  (void)scratch;
  int64_t n = scalars[0], parts = scalars[1];
  const float *x = buffers[0];
  float *out = buffers[1];
  volatile float *sums = buffers[2];
  for (int64_t item = begin; item < end; ++item) {
    if (item < parts) {
      float sum = 0;
      for (int64_t i = item * n / parts; i < (item + 1) * n / parts; ++i)
        sum += x[i];
      sums[item] = sum;
      continue;
    }
    float sum = begin < parts ? 0.5f : 0;
    for (int64_t i = 0; i < parts; ++i) {
      sum += sums[i];
      sums[i] = 0.5f;
    }
    out[0] = sum;
  }
}

/* out[i] = sum of 1..(i % 64 + 1), by way of scratch that another thread on the
 * same block would spoil; -1 when the block is not aligned to 64 */
void scratch_sum_i64(buffers_t buffers, const int64_t *scalars, void *scratch,
                     int64_t begin, int64_t end) {
  (void)scalars;
  int64_t *out = buffers[0];
  volatile int64_t *block = scratch;
  for (int64_t i = begin; i < end; ++i) {
    int64_t count = i % 64 + 1;
    for (int64_t j = 0; j < count; ++j)
      block[j] = j + 1;
    int64_t sum = 0;
    for (int64_t j = 0; j < count; ++j)
      sum += block[j];
    out[i] = ((uintptr_t)scratch & 63) ? -1 : sum;
  }
}
