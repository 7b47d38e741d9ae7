// RUN: xcc-opt %s --measure-kernels | FileCheck %s

// A multiply and an add for each of n * 64 * 16.
// CHECK-DAG: #[[PRODUCT:.*]] = affine_map<()[s0] -> (s0 * 2048)>
// CHECK-DAG: #[[ATTENTION:.*]] = affine_map<() -> (35328)>
// CHECK-DAG: #[[CAUSAL:.*]] = affine_map<()[s0] -> (((s0 * (s0 + 1)) floordiv 2) * 69)>
// CHECK-DAG: #[[LONG:.*]] = affine_map<() -> (828)>
// CHECK-DAG: #[[POOL:.*]] = affine_map<() -> (108)>
// CHECK-DAG: #[[NONE:.*]] = affine_map<() -> (0)>
// CHECK-DAG: #[[NOTHING:.*]] = affine_map<()[s0] -> (0)>
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

// 2 * 4 heads of 8 queries and 8 keys: 2 * (16 + 16), and 5 for the softmax
// CHECK-LABEL: @attention
// CHECK-SAME: plan.flops = #[[ATTENTION]]
func.func private @attention(%q: tensor<2x4x8x16xf32>) -> tensor<2x4x8x16xf32> attributes {plan.kernel} {
  %a = fx.scaled_dot_product_attention %q, %q, %q : (tensor<2x4x8x16xf32>, tensor<2x4x8x16xf32>, tensor<2x4x8x16xf32>) -> tensor<2x4x8x16xf32>
  return %a : tensor<2x4x8x16xf32>
}

// Query i sees keys 0..i.
// CHECK-LABEL: @causal
// CHECK-SAME: plan.flops = #[[CAUSAL]]
func.func private @causal(%q: tensor<1x1x?x16xf32> {fx.dims = affine_map<()[s0] -> (1, 1, s0, 16)>}, %n: index) -> tensor<1x1x?x16xf32> attributes {plan.kernel} {
  %a = fx.scaled_dot_product_attention %q, %q, %q {is_causal} : (tensor<1x1x?x16xf32>, tensor<1x1x?x16xf32>, tensor<1x1x?x16xf32>) -> tensor<1x1x?x16xf32>
  return %a : tensor<1x1x?x16xf32>
}

// Three keys for five queries: 1 + 2 + 3, then all three for two more.
// CHECK-LABEL: @long_causal
// CHECK-SAME: plan.flops = #[[LONG]]
func.func private @long_causal(%q: tensor<1x1x5x16xf32>, %k: tensor<1x1x3x16xf32>) -> tensor<1x1x5x16xf32> attributes {plan.kernel} {
  %a = fx.scaled_dot_product_attention %q, %k, %k {is_causal} : (tensor<1x1x5x16xf32>, tensor<1x1x3x16xf32>, tensor<1x1x3x16xf32>) -> tensor<1x1x5x16xf32>
  return %a : tensor<1x1x5x16xf32>
}

// Every other column from the second on, 10 of them; not more than there are.
// CHECK-LABEL: @part
// CHECK-SAME: plan.reads = affine_map<()[s0] -> (s0 * 128, s0 * 40)>}, %arg1
// CHECK-SAME: plan.flops = #[[NOTHING]]
func.func private @part(%x: tensor<?x32xf32> {fx.dims = affine_map<()[s0] -> (s0, 32)>}, %n: index) -> tensor<?x10xf32> attributes {plan.kernel} {
  %e = tensor.empty(%n) : tensor<?x10xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n * 2 + 1)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x32xf32>) outs(%e : tensor<?x10xf32>) {
  ^bb0(%l: f32, %o: f32):
    linalg.yield %l : f32
  } -> tensor<?x10xf32>
  return %p : tensor<?x10xf32>
}

// What is looked up, never more than the table; places are not arithmetic.
// CHECK-LABEL: @gather
// CHECK-SAME: %arg0: tensor<40x8xf32> {plan.reads = affine_map<()[s0] -> (1280, s0 * 32)>}
// CHECK-NOT: plan.reads
// CHECK-SAME: plan.flops = #[[NOTHING]]
func.func private @gather(%t: tensor<40x8xf32>, %i: tensor<?xi64> {fx.dims = affine_map<()[s0] -> (s0)>}, %n: index) -> tensor<?x8xf32> attributes {plan.kernel} {
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]}
      ins(%i : tensor<?xi64>) outs(%e : tensor<?x8xf32>) {
  ^bb0(%l: i64, %o: f32):
    %row = arith.index_cast %l : i64 to index
    %column = linalg.index 1 : index
    %one = arith.constant 1 : index
    %next = arith.addi %row, %one : index
    %v = tensor.extract %t[%next, %column] : tensor<40x8xf32>
    linalg.yield %v : f32
  } -> tensor<?x8xf32>
  return %p : tensor<?x8xf32>
}

// 3 * 4 windows of 3 * 3
// CHECK-LABEL: @pool
// CHECK-SAME: plan.flops = #[[POOL]]
func.func private @pool(%x: tensor<1x3x4x4xf32>) -> tensor<1x3x2x2xf32> attributes {plan.kernel} {
  %a = fx.max_pool %x {kernel_size = array<i64: 3, 3>, stride = array<i64: 1, 1>, padding = array<i64: 0, 0>, dilation = array<i64: 1, 1>} : (tensor<1x3x4x4xf32>) -> tensor<1x3x2x2xf32>
  return %a : tensor<1x3x2x2xf32>
}

// CHECK-LABEL: @move
// CHECK-SAME: plan.flops = #[[NONE]]
func.func private @move(%x: tensor<4xf32>) -> tensor<8xf32> attributes {plan.kernel} {
  %a = fx.cat %x, %x {dim = 0 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<8xf32>
  return %a : tensor<8xf32>
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
