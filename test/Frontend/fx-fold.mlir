// RUN: xcc-opt %s --fx-fold | FileCheck %s

// CHECK-LABEL: @view_of_view_back
// CHECK-SAME: (%[[X:.*]]: tensor<4x6xf32>
// CHECK-NEXT: return %[[X]]
func.func @view_of_view_back(%x: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %0 = fx.view %x {shape = affine_map<() -> (24)>} : (tensor<4x6xf32>) -> tensor<24xf32>
  %1 = fx.view %0 {shape = affine_map<() -> (4, 6)>} : (tensor<24xf32>) -> tensor<4x6xf32>
  return %1 : tensor<4x6xf32>
}

// CHECK-LABEL: @permute_of_permute
// CHECK: fx.permute %{{.*}} {dims = array<i64: 2, 1, 0>}
// CHECK-NOT: fx.permute
func.func @permute_of_permute(%x: tensor<2x3x4xf32>) -> tensor<4x3x2xf32> {
  %0 = fx.permute %x {dims = array<i64: 1, 0, 2>} : (tensor<2x3x4xf32>) -> tensor<3x2x4xf32>
  %1 = fx.permute %0 {dims = array<i64: 2, 0, 1>} : (tensor<3x2x4xf32>) -> tensor<4x3x2xf32>
  return %1 : tensor<4x3x2xf32>
}

// CHECK-LABEL: @expand_before_broadcast
// CHECK-SAME: (%[[X:.*]]: tensor<4x6xf32>, %[[B:.*]]: tensor<1x6xf32>
// CHECK-NOT: fx.expand
// CHECK: fx.add %[[X]], %[[B]]
func.func @expand_before_broadcast(%x: tensor<4x6xf32>, %b: tensor<1x6xf32>) -> tensor<4x6xf32> {
  %0 = fx.expand %b {shape = affine_map<() -> (4, 6)>} : (tensor<1x6xf32>) -> tensor<4x6xf32>
  %1 = fx.add %x, %0 : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  return %1 : tensor<4x6xf32>
}

// The expand alone has the result's shape.
// CHECK-LABEL: @keeps_expand_that_makes_the_shape
// CHECK: fx.expand
func.func @keeps_expand_that_makes_the_shape(%x: tensor<1x6xf32>, %b: tensor<1x6xf32>) -> tensor<4x6xf32> {
  %0 = fx.expand %b {shape = affine_map<() -> (4, 6)>} : (tensor<1x6xf32>) -> tensor<4x6xf32>
  %1 = fx.add %x, %0 : (tensor<1x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  return %1 : tensor<4x6xf32>
}

// CHECK-LABEL: @cast_there_and_back
// CHECK-SAME: (%[[X:.*]]: tensor<4xbf16>
// CHECK-NEXT: return %[[X]]
func.func @cast_there_and_back(%x: tensor<4xbf16>) -> tensor<4xbf16> {
  %0 = fx.to %x : (tensor<4xbf16>) -> tensor<4xf32>
  %1 = fx.to %0 : (tensor<4xf32>) -> tensor<4xbf16>
  return %1 : tensor<4xbf16>
}

// The first conversion rounds.
// CHECK-LABEL: @keeps_rounding
// CHECK-COUNT-2: fx.to
func.func @keeps_rounding(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = fx.to %x : (tensor<4xf32>) -> tensor<4xbf16>
  %1 = fx.to %0 : (tensor<4xbf16>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// x * 1 is x; -0.0 + 0.0 is 0.0, so x + 0 is not.
// CHECK-LABEL: @identities
// CHECK-NOT: fx.mul
// CHECK: fx.add
func.func @identities(%x: tensor<4xf32>) -> tensor<4xf32> {
  %one = fx.constant dense<1.0> : tensor<f32>
  %zero = fx.constant dense<0.0> : tensor<f32>
  %0 = fx.mul %x, %one : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = fx.add %0, %zero : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// CHECK-LABEL: @dead_code
// CHECK-NEXT: return
func.func @dead_code(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = fx.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = fx.sin %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %x : tensor<4xf32>
}
