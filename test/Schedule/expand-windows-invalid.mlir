// RUN: xcc-opt %s --expand-windows --verify-diagnostics
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

func.func private @unknown_weight(%x: tensor<2x4x9xf32> {fx.dims = affine_map<() -> (2, 4, 9)>}, %w: tensor<?x4x3xf32> {fx.dims = affine_map<()[s0] -> (s0, 4, 3)>}, %n: index) -> tensor<2x?x7xf32> attributes {plan.kernel, plan.family = "convolution"} {
  // expected-error @+1 {{'fx.convolution' op expects a weight whose sizes are known, got 'tensor<?x4x3xf32>'}}
  %0 = fx.convolution %x, %w {stride = array<i64: 1>, padding = array<i64: 0>, dilation = array<i64: 1>} : (tensor<2x4x9xf32>, tensor<?x4x3xf32>) -> tensor<2x?x7xf32>
  return %0 : tensor<2x?x7xf32>
}
