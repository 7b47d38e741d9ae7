// Each form of syntax is read and printed as it was read.
// RUN: xcc-opt %s | xcc-opt | FileCheck %s
// RUN: xcc-opt %s --mlir-print-op-generic | xcc-opt | FileCheck %s

// CHECK: fx.weight @seeded : tensor<4x8xf32> {offset = 1.000000e+00 : f64, scale = 5.000000e-01 : f64, seed = 7 : i64}
fx.weight @seeded : tensor<4x8xf32> {seed = 7 : i64, scale = 0.5 : f64, offset = 1.0 : f64}
// CHECK: fx.weight @stored : tensor<8xbf16> {file = "m.safetensors", key = "encoder.w"}
fx.weight @stored : tensor<8xbf16> {file = "m.safetensors", key = "encoder.w"}

// CHECK-LABEL: @symbols
// CHECK-SAME: fx.dims = affine_map<()[s0] -> (s0, 8)>
// CHECK-SAME: fx.symbols = [{max = 64 : i64, min = 2 : i64, name = "batch"}]
func.func @symbols(%x: tensor<?x8xf32> {fx.dims = affine_map<()[s0] -> (s0, 8)>})
    -> tensor<?x4xf32> attributes {fx.symbols = [{name = "batch", min = 2 : i64, max = 64 : i64}]} {
  // CHECK: fx.sym 0 : index
  %s = fx.sym 0 : index
  // CHECK: fx.get_weight @seeded : tensor<4x8xf32>
  %w = fx.get_weight @seeded : tensor<4x8xf32>
  // CHECK: fx.linear %{{.*}}, %{{.*}} : (tensor<?x8xf32>, tensor<4x8xf32>) -> tensor<?x4xf32>
  %0 = fx.linear %x, %w : (tensor<?x8xf32>, tensor<4x8xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: @elementwise
func.func @elementwise(%x: tensor<4x1xf32>, %y: tensor<3xf32>) -> tensor<4x3xi1> {
  // CHECK: fx.constant dense<2.000000e+00> : tensor<f32>
  %two = fx.constant dense<2.0> : tensor<f32>
  // CHECK: fx.mul %{{.*}}, %{{.*}} : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  %0 = fx.mul %x, %two : (tensor<4x1xf32>, tensor<f32>) -> tensor<4x1xf32>
  // CHECK: fx.gelu %{{.*}} {approximate = "tanh"} : (tensor<4x1xf32>) -> tensor<4x1xf32>
  %1 = fx.gelu %0 {approximate = "tanh"} : (tensor<4x1xf32>) -> tensor<4x1xf32>
  // CHECK: fx.gt %{{.*}}, %{{.*}} : (tensor<4x1xf32>, tensor<3xf32>) -> tensor<4x3xi1>
  %2 = fx.gt %1, %y : (tensor<4x1xf32>, tensor<3xf32>) -> tensor<4x3xi1>
  return %2 : tensor<4x3xi1>
}

// CHECK-LABEL: @optional_operands
func.func @optional_operands(%x: tensor<2x4xf32>, %p: tensor<4xf32>) {
  // CHECK: fx.layer_norm %{{.*}} {normalized_rank = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %0 = fx.layer_norm %x {normalized_rank = 1 : i64} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  // CHECK: fx.layer_norm %{{.*}} bias %{{.*}} {normalized_rank = 1 : i64}
  %1 = fx.layer_norm %x bias %p {normalized_rank = 1 : i64} : (tensor<2x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  // CHECK: fx.batch_norm %{{.*}} mean %{{.*}} var %{{.*}} weight %{{.*}} bias
  %2 = fx.batch_norm %x mean %p var %p weight %p bias %p : (tensor<2x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  return
}

// CHECK-LABEL: @several_results
func.func @several_results(%x: tensor<2x4xf32>) -> tensor<2x3xi64> {
  // CHECK: fx.topk %{{.*}} {dim = 1 : i64, k = 3 : i64} : (tensor<2x4xf32>) -> (tensor<2x3xf32>, tensor<2x3xi64>)
  %0:2 = fx.topk %x {k = 3 : i64, dim = 1 : i64} : (tensor<2x4xf32>) -> (tensor<2x3xf32>, tensor<2x3xi64>)
  return %0#1 : tensor<2x3xi64>
}
