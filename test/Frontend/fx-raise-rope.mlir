// RUN: xcc-opt %s --fx-raise-rope | FileCheck %s

// As transformers' apply_rotary_pos_emb.
// CHECK-LABEL: @half_rotation
// CHECK-SAME: (%[[X:.*]]: tensor<1x4x16x8xf32>, %[[C:.*]]: tensor<1x1x16x8xf32>, %[[S:.*]]: tensor<1x1x16x8xf32>
// CHECK-NEXT: fx.rope %[[X]], %[[C]], %[[S]]
// CHECK-NEXT: return
func.func @half_rotation(%x: tensor<1x4x16x8xf32>, %cos: tensor<1x1x16x8xf32>, %sin: tensor<1x1x16x8xf32>) -> tensor<1x4x16x8xf32> {
  %0 = fx.mul %x, %cos : (tensor<1x4x16x8xf32>, tensor<1x1x16x8xf32>) -> tensor<1x4x16x8xf32>
  %1 = fx.slice %x {dim = 3 : i64, start = affine_map<() -> (0)>, end = affine_map<() -> (4)>} : (tensor<1x4x16x8xf32>) -> tensor<1x4x16x4xf32>
  %2 = fx.slice %x {dim = 3 : i64, start = affine_map<() -> (4)>, end = affine_map<() -> (8)>} : (tensor<1x4x16x8xf32>) -> tensor<1x4x16x4xf32>
  %3 = fx.neg %2 : (tensor<1x4x16x4xf32>) -> tensor<1x4x16x4xf32>
  %4 = fx.cat %3, %1 {dim = 3 : i64} : (tensor<1x4x16x4xf32>, tensor<1x4x16x4xf32>) -> tensor<1x4x16x8xf32>
  %5 = fx.mul %4, %sin : (tensor<1x4x16x8xf32>, tensor<1x1x16x8xf32>) -> tensor<1x4x16x8xf32>
  %6 = fx.add %0, %5 : (tensor<1x4x16x8xf32>, tensor<1x4x16x8xf32>) -> tensor<1x4x16x8xf32>
  return %6 : tensor<1x4x16x8xf32>
}

// Operands the other way round, over a symbolic length.
// CHECK-LABEL: @swapped_operands
// CHECK: fx.rope
// CHECK-NEXT: return
func.func @swapped_operands(%x: tensor<4x?x8xbf16> {fx.dims = affine_map<()[s0] -> (4, s0, 8)>}, %cos: tensor<?x8xbf16> {fx.dims = affine_map<()[s0] -> (s0, 8)>}, %sin: tensor<?x8xbf16> {fx.dims = affine_map<()[s0] -> (s0, 8)>}) -> tensor<4x?x8xbf16>
    attributes {fx.symbols = [{name = "length"}]} {
  %1 = fx.slice %x {dim = 2 : i64, start = affine_map<()[s0] -> (0)>, end = affine_map<()[s0] -> (4)>} : (tensor<4x?x8xbf16>) -> tensor<4x?x4xbf16>
  %2 = fx.slice %x {dim = 2 : i64, start = affine_map<()[s0] -> (4)>, end = affine_map<()[s0] -> (8)>} : (tensor<4x?x8xbf16>) -> tensor<4x?x4xbf16>
  %3 = fx.neg %2 : (tensor<4x?x4xbf16>) -> tensor<4x?x4xbf16>
  %4 = fx.cat %3, %1 {dim = 2 : i64} : (tensor<4x?x4xbf16>, tensor<4x?x4xbf16>) -> tensor<4x?x8xbf16>
  %5 = fx.mul %sin, %4 : (tensor<?x8xbf16>, tensor<4x?x8xbf16>) -> tensor<4x?x8xbf16>
  %0 = fx.mul %cos, %x : (tensor<?x8xbf16>, tensor<4x?x8xbf16>) -> tensor<4x?x8xbf16>
  %6 = fx.add %5, %0 : (tensor<4x?x8xbf16>, tensor<4x?x8xbf16>) -> tensor<4x?x8xbf16>
  return %6 : tensor<4x?x8xbf16>
}

// Split at 2, not in the middle.
// CHECK-LABEL: @keeps_uneven_split
// CHECK-NOT: fx.rope
func.func @keeps_uneven_split(%x: tensor<4x8xf32>, %cos: tensor<4x8xf32>, %sin: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = fx.mul %x, %cos : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = fx.slice %x {dim = 1 : i64, start = affine_map<() -> (0)>, end = affine_map<() -> (2)>} : (tensor<4x8xf32>) -> tensor<4x2xf32>
  %2 = fx.slice %x {dim = 1 : i64, start = affine_map<() -> (2)>, end = affine_map<() -> (8)>} : (tensor<4x8xf32>) -> tensor<4x6xf32>
  %3 = fx.neg %2 : (tensor<4x6xf32>) -> tensor<4x6xf32>
  %4 = fx.cat %3, %1 {dim = 1 : i64} : (tensor<4x6xf32>, tensor<4x2xf32>) -> tensor<4x8xf32>
  %5 = fx.mul %4, %sin : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %6 = fx.add %0, %5 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %6 : tensor<4x8xf32>
}

// The rotated half is a result, too.
// CHECK-LABEL: @keeps_used_rotation
// CHECK-NOT: fx.rope
func.func @keeps_used_rotation(%x: tensor<4x8xf32>, %cos: tensor<4x8xf32>, %sin: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %0 = fx.mul %x, %cos : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = fx.slice %x {dim = 1 : i64, start = affine_map<() -> (0)>, end = affine_map<() -> (4)>} : (tensor<4x8xf32>) -> tensor<4x4xf32>
  %2 = fx.slice %x {dim = 1 : i64, start = affine_map<() -> (4)>, end = affine_map<() -> (8)>} : (tensor<4x8xf32>) -> tensor<4x4xf32>
  %3 = fx.neg %2 : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %4 = fx.cat %3, %1 {dim = 1 : i64} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x8xf32>
  %5 = fx.mul %4, %sin : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %6 = fx.add %0, %5 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %6, %4 : tensor<4x8xf32>, tensor<4x8xf32>
}
