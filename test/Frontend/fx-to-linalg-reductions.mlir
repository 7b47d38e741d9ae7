// RUN: xcc-opt %s --fx-to-linalg | FileCheck %s

// Sums of 16-bit values are f32; kept dimensions are a view.
// CHECK-LABEL: @sum_in_f32
// CHECK: linalg.fill ins(%{{.*}} : f32) outs(%{{.*}} : tensor<4xf32>)
// CHECK: iterator_types = ["parallel", "reduction"]
// CHECK: arith.truncf %{{.*}} fastmath<contract> : f32 to bf16
// CHECK: tensor.expand_shape %{{.*}} {{\[}}[0, 1]] output_shape [4, 1]
func.func @sum_in_f32(%x: tensor<4x8xbf16>) -> tensor<4x1xbf16> {
  %0 = fx.sum %x {dims = array<i64: 1>, keepdim} : (tensor<4x8xbf16>) -> tensor<4x1xbf16>
  return %0 : tensor<4x1xbf16>
}

// The number of elements is not known: it is computed outside of the loops.
// CHECK-LABEL: @mean_over_symbol
// CHECK: %[[S:.*]] = fx.sym 0
// CHECK: arith.index_cast %[[S]] : index to i64
// CHECK: %[[N:.*]] = arith.sitofp
// CHECK: arith.divf %{{.*}}, %[[N]]
func.func @mean_over_symbol(%x: tensor<4x?xf32> {fx.dims = affine_map<()[s0] -> (4, s0)>}) -> tensor<4xf32>
    attributes {fx.symbols = [{name = "length"}]} {
  %0 = fx.mean %x {dims = array<i64: 1>} : (tensor<4x?xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: @softmax
// CHECK: arith.maximumf
// CHECK: math.exp
// CHECK: "parallel", "reduction"
// CHECK: arith.divf
func.func @softmax(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = fx.softmax %x {dim = 1 : i64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// The mean first, then deviations from it.
// CHECK-LABEL: @variance
// CHECK: "parallel", "reduction"
// CHECK: arith.divf
// CHECK: "parallel", "reduction"
// CHECK: arith.subf
// CHECK: arith.mulf
func.func @variance(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %0 = fx.var %x {dims = array<i64: 1>} : (tensor<4x8xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// Groups are a view, statistics are over its last two dimensions.
// CHECK-LABEL: @group_norm
// CHECK: tensor.expand_shape
// CHECK-SAME: output_shape [2, 3, 2, 16]
// CHECK: iterator_types = ["parallel", "parallel", "reduction", "reduction"]
// CHECK: math.rsqrt
func.func @group_norm(%x: tensor<2x6x4x4xf32>, %w: tensor<6xf32>) -> tensor<2x6x4x4xf32> {
  %0 = fx.group_norm %x weight %w {num_groups = 3 : i64} : (tensor<2x6x4x4xf32>, tensor<6xf32>) -> tensor<2x6x4x4xf32>
  return %0 : tensor<2x6x4x4xf32>
}

// A scale and a shift per channel, then one multiply-add per element.
// CHECK-LABEL: @batch_norm
// CHECK: tensor<6xf32>
// CHECK: math.rsqrt
// CHECK: outs(%{{.*}} : tensor<2x6x4x4xf32>)
// CHECK: arith.mulf
// CHECK-NEXT: arith.addf
func.func @batch_norm(%x: tensor<2x6x4x4xf32>, %m: tensor<6xf32>, %v: tensor<6xf32>) -> tensor<2x6x4x4xf32> {
  %0 = fx.batch_norm %x mean %m var %v : (tensor<2x6x4x4xf32>, tensor<6xf32>, tensor<6xf32>) -> tensor<2x6x4x4xf32>
  return %0 : tensor<2x6x4x4xf32>
}
