// RUN: xcc-opt %s --schedule-host --split-input-file --verify-diagnostics
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

func.func private @result_at_a_sum(%x: tensor<2x3xf32> {fx.dims = affine_map<() -> (2, 3)>}) -> tensor<4xf32> attributes {plan.kernel, plan.family = "map"} {
  %e = tensor.empty() : tensor<4xf32>
  // expected-error @+1 {{expects a projected permutation as its result's indexing map, got affine_map<(d0, d1) -> (d0 + d1)>}}
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i + j)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<2x3xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// The packed weight can no longer be read where the product is asked for at a second place.
// expected-error @+1 {{expected an operand that is read element by element to be kept unpacked}}
func.func private @packed_and_transposed(%x: tensor<16x8xf32> {fx.dims = affine_map<() -> (16, 8)>}, %w: tensor<8x16xf32> {fx.dims = affine_map<() -> (8, 16)>, plan.weight}) -> tensor<16x16xf32> attributes {plan.kernel, plan.family = "contract"} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<16x16xf32>
  %fill = linalg.fill ins(%zero : f32) outs(%e : tensor<16x16xf32>) -> tensor<16x16xf32>
  %product = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<16x8xf32>, tensor<8x16xf32>) outs(%fill : tensor<16x16xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<16x16xf32>
  %both = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n, m)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%product, %product : tensor<16x16xf32>, tensor<16x16xf32>) outs(%e : tensor<16x16xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<16x16xf32>
  return %both : tensor<16x16xf32>
}

// -----

// expected-error @+1 {{expected a kernel of ranked tensors and sizes, got an argument of type 'f32'}}
func.func private @scalar_argument(%x: tensor<4xf32> {fx.dims = affine_map<() -> (4)>}, %s: f32) -> tensor<4xf32> attributes {plan.kernel, plan.family = "map"} {
  return %x : tensor<4xf32>
}

// -----

func.func private @unknown_weight(%x: tensor<2x4x9xf32> {fx.dims = affine_map<() -> (2, 4, 9)>}, %w: tensor<?x4x3xf32> {fx.dims = affine_map<()[s0] -> (s0, 4, 3)>}, %n: index) -> tensor<2x?x7xf32> attributes {plan.kernel, plan.family = "convolution"} {
  // expected-error @+1 {{'fx.convolution' op expects a weight whose sizes are known, got 'tensor<?x4x3xf32>'}}
  %0 = fx.convolution %x, %w {stride = array<i64: 1>, padding = array<i64: 0>, dilation = array<i64: 1>} : (tensor<2x4x9xf32>, tensor<?x4x3xf32>) -> tensor<2x?x7xf32>
  return %0 : tensor<2x?x7xf32>
}
