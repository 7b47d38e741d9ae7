/* embed.c - a C program with the compiler and the runtime inside.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Compiles y = gelu(x W^T + b) from text, runs it on the best device and prints
 * the result. A program that ships a .xcb file needs the second half alone.
 */
#include "xcc-c/xcc.h"
#include "xrt/xrt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const model =
    "func.func @main(%x: tensor<2x3xf32> {fx.name = \"x\"})\n"
    "    -> tensor<2x2xf32> {\n"
    "  %w = fx.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]>\n"
    "      : tensor<2x3xf32>\n"
    "  %b = fx.constant dense<[0.5, -0.5]> : tensor<2xf32>\n"
    "  %0 = fx.linear %x, %w, %b : (tensor<2x3xf32>, tensor<2x3xf32>,\n"
    "      tensor<2xf32>) -> tensor<2x2xf32>\n"
    "  %1 = fx.gelu %0 : (tensor<2x2xf32>) -> tensor<2x2xf32>\n"
    "  return %1 : tensor<2x2xf32>\n"
    "}\n";

/* Ends the program with the status's message unless it is a success. */
static void check(xrt_status_t status) {
  if (!status)
    return;
  fprintf(stderr, "embed: %s\n", xrt_status_message(status));
  xrt_status_free(status);
  exit(1);
}

static xcc_blob_t *compile(void) {
  xcc_blob_t *bundle = NULL, *diagnostics = NULL;
  if (xcc_compile(model, strlen(model), NULL, &bundle, &diagnostics) ==
      XCC_STATUS_OK)
    return bundle;
  fprintf(stderr, "embed: %.*s\n", (int)xcc_blob_size(diagnostics),
          (const char *)xcc_blob_data(diagnostics));
  xcc_blob_free(diagnostics);
  exit(1);
}

int main(void) {
  xcc_blob_t *compiled = compile();

  xrt_byte_span_t bytes = {xcc_blob_data(compiled), xcc_blob_size(compiled)};
  xrt_bundle_t *bundle = NULL;
  xrt_device_t *device = NULL;
  xrt_program_t *program = NULL;
  check(xrt_bundle_open_memory(bytes, NULL, &bundle));
  check(xrt_device_open(NULL, bundle, &device));
  check(xrt_program_create(bundle, device, NULL, &program));

  float x[] = {0.1f, -0.2f, 0.3f, 1.0f, 0.0f, -1.0f}, y[4];
  const int64_t xDims[] = {2, 3}, yDims[] = {2, 2};
  xrt_tensor_t input = {x, XRT_DTYPE_F32, 2, xDims, 0};
  xrt_tensor_t output = {y, XRT_DTYPE_F32, 2, yDims, 0};
  check(xrt_program_run(program, &input, 1, &output, 1));
  printf("%s: y = [[%.4f, %.4f], [%.4f, %.4f]]\n", xrt_device_name(device),
         y[0], y[1], y[2], y[3]);

  xrt_program_destroy(program);
  xrt_device_close(device);
  xrt_bundle_close(bundle);
  xcc_blob_free(compiled);
  return 0;
}
