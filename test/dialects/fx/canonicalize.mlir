// RUN: xcc-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: @to_its_own_type
// CHECK-NEXT: return %arg0
func.func @to_its_own_type(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = fx.to %x : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: @to_another_type
// CHECK: fx.to
func.func @to_another_type(%x: tensor<4xf32>) -> tensor<4xf16> {
  %0 = fx.to %x : (tensor<4xf32>) -> tensor<4xf16>
  return %0 : tensor<4xf16>
}

// CHECK-LABEL: @permute_of_nothing
// CHECK-NEXT: return %arg0
func.func @permute_of_nothing(%x: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %0 = fx.permute %x {dims = array<i64: 0, 1>} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  return %0 : tensor<4x3xf32>
}

// CHECK-LABEL: @permute
// CHECK: fx.permute
func.func @permute(%x: tensor<4x3xf32>) -> tensor<3x4xf32> {
  %0 = fx.permute %x {dims = array<i64: 1, 0>} : (tensor<4x3xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
