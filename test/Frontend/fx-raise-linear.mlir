// RUN: xcc-opt %s --fx-raise-linear --fx-fold | FileCheck %s

// CHECK-LABEL: @addmm_between_views
// CHECK-SAME: (%[[X:.*]]: tensor<2x4x16xbf16>, %[[W:.*]]: tensor<32x16xbf16>, %[[B:.*]]: tensor<32xbf16>
// CHECK-NEXT: %[[Y:.*]] = fx.linear %[[X]], %[[W]], %[[B]]
// CHECK-NEXT: return %[[Y]]
func.func @addmm_between_views(%x: tensor<2x4x16xbf16>, %w: tensor<32x16xbf16>, %b: tensor<32xbf16>) -> tensor<2x4x32xbf16> {
  %t = fx.permute %w {dims = array<i64: 1, 0>} : (tensor<32x16xbf16>) -> tensor<16x32xbf16>
  %v = fx.view %x {shape = affine_map<() -> (8, 16)>} : (tensor<2x4x16xbf16>) -> tensor<8x16xbf16>
  %0 = fx.addmm %b, %v, %t : (tensor<32xbf16>, tensor<8x16xbf16>, tensor<16x32xbf16>) -> tensor<8x32xbf16>
  %1 = fx.view %0 {shape = affine_map<() -> (2, 4, 32)>} : (tensor<8x32xbf16>) -> tensor<2x4x32xbf16>
  return %1 : tensor<2x4x32xbf16>
}

// CHECK-LABEL: @mm_then_bias
// CHECK: fx.linear %{{.*}}, %{{.*}}, %{{.*}} : (tensor<?x4x16xf32>
// CHECK-NOT: fx.add
func.func @mm_then_bias(%x: tensor<?x4x16xf32> {fx.dims = affine_map<()[s0] -> (s0, 4, 16)>}, %w: tensor<32x16xf32>, %b: tensor<32xf32>) -> tensor<?x4x32xf32>
    attributes {fx.symbols = [{name = "batch"}]} {
  %t = fx.permute %w {dims = array<i64: 1, 0>} : (tensor<32x16xf32>) -> tensor<16x32xf32>
  %v = fx.view %x {shape = affine_map<()[s0] -> (s0 * 4, 16)>} : (tensor<?x4x16xf32>) -> tensor<?x16xf32>
  %0 = fx.mm %v, %t : (tensor<?x16xf32>, tensor<16x32xf32>) -> tensor<?x32xf32>
  %1 = fx.view %0 {shape = affine_map<()[s0] -> (s0, 4, 32)>} : (tensor<?x32xf32>) -> tensor<?x4x32xf32>
  %2 = fx.add %b, %1 : (tensor<32xf32>, tensor<?x4x32xf32>) -> tensor<?x4x32xf32>
  return %2 : tensor<?x4x32xf32>
}

// The product itself is a result, too: the bias stays apart.
// CHECK-LABEL: @keeps_bias_of_used_product
// CHECK: fx.linear %{{.*}}, %{{.*}} : (tensor<8x16xf32>, tensor<32x16xf32>)
// CHECK: fx.add
func.func @keeps_bias_of_used_product(%x: tensor<8x16xf32>, %w: tensor<32x16xf32>, %b: tensor<32xf32>) -> (tensor<8x32xf32>, tensor<8x32xf32>) {
  %t = fx.permute %w {dims = array<i64: 1, 0>} : (tensor<32x16xf32>) -> tensor<16x32xf32>
  %0 = fx.mm %x, %t : (tensor<8x16xf32>, tensor<16x32xf32>) -> tensor<8x32xf32>
  %1 = fx.add %0, %b : (tensor<8x32xf32>, tensor<32xf32>) -> tensor<8x32xf32>
  return %0, %1 : tensor<8x32xf32>, tensor<8x32xf32>
}

// CHECK-LABEL: @keeps_scaled_addmm
// CHECK: fx.addmm
func.func @keeps_scaled_addmm(%x: tensor<8x16xf32>, %w: tensor<32x16xf32>, %b: tensor<32xf32>) -> tensor<8x32xf32> {
  %t = fx.permute %w {dims = array<i64: 1, 0>} : (tensor<32x16xf32>) -> tensor<16x32xf32>
  %0 = fx.addmm %b, %x, %t {alpha = 2.0 : f64} : (tensor<32xf32>, tensor<8x16xf32>, tensor<16x32xf32>) -> tensor<8x32xf32>
  return %0 : tensor<8x32xf32>
}

// A bias for each row is none for each column.
// CHECK-LABEL: @keeps_column_bias
// CHECK: fx.addmm
func.func @keeps_column_bias(%x: tensor<8x16xf32>, %w: tensor<8x16xf32>, %b: tensor<8x1xf32>) -> tensor<8x8xf32> {
  %t = fx.permute %w {dims = array<i64: 1, 0>} : (tensor<8x16xf32>) -> tensor<16x8xf32>
  %0 = fx.addmm %b, %x, %t : (tensor<8x1xf32>, tensor<8x16xf32>, tensor<16x8xf32>) -> tensor<8x8xf32>
  return %0 : tensor<8x8xf32>
}
