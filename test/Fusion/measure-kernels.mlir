// RUN: xcc-opt %s --measure-kernels | FileCheck %s

// A multiply and an add for each of n * 64 * 16.
// CHECK-DAG: #[[PRODUCT:.*]] = affine_map<()[s0] -> (s0 * 2048)>
// CHECK-DAG: #[[ATTENTION:.*]] = affine_map<() -> (32768)>
// CHECK-DAG: #[[CONVOLUTION:.*]] = affine_map<() -> (6912)>
// CHECK-LABEL: @product
// CHECK-SAME: plan.flops = #[[PRODUCT]]
func.func private @product(%x: tensor<?x16xf32> {fx.dims = affine_map<()[s0] -> (s0, 16)>}, %w: tensor<64x16xf32>, %n: index) -> tensor<?x64xf32> attributes {plan.kernel} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?x64xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<?x16xf32>, tensor<64x16xf32>) outs(%z : tensor<?x64xf32>) {
  ^bb0(%l: f32, %r: f32, %o: f32):
    %0 = arith.mulf %l, %r : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<?x64xf32>
  return %p : tensor<?x64xf32>
}

// 2 * (2 * 4 * 8 * 16 queries + as many results) * 8 keys
// CHECK-LABEL: @attention
// CHECK-SAME: plan.flops = #[[ATTENTION]]
func.func private @attention(%q: tensor<2x4x8x16xf32>) -> tensor<2x4x8x16xf32> attributes {plan.kernel} {
  %a = fx.scaled_dot_product_attention %q, %q, %q : (tensor<2x4x8x16xf32>, tensor<2x4x8x16xf32>, tensor<2x4x8x16xf32>) -> tensor<2x4x8x16xf32>
  return %a : tensor<2x4x8x16xf32>
}

// 2 * (8 * 4 * 4 results) * (3 * 3 * 3 window)
// CHECK-LABEL: @convolution
// CHECK-SAME: plan.flops = #[[CONVOLUTION]]
func.func private @convolution(%x: tensor<1x3x4x4xf32>, %w: tensor<8x3x3x3xf32>) -> tensor<1x8x4x4xf32> attributes {plan.kernel} {
  %a = fx.convolution %x, %w {stride = array<i64: 1, 1>, padding = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x3x4x4xf32>, tensor<8x3x3x3xf32>) -> tensor<1x8x4x4xf32>
  return %a : tensor<1x8x4x4xf32>
}

// CHECK-LABEL: @no_kernel
// CHECK-NOT: plan.flops
func.func @no_kernel(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
