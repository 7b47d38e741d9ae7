// RUN: xcc-opt %s --canonicalize --cse | FileCheck %s

#layout = #tile.layout<{register = [[0, 1]], lane = [[0, 2], [1, 0]], warp = []}>
#other = #tile.layout<{register = [[1, 0]], lane = [[0, 1], [0, 2]], warp = []}>
#third = #tile.layout<{register = [[0, 2]], lane = [[0, 1], [1, 0]], warp = []}>
#column = #tile.layout<{register = [], lane = [[0, 0], [1, 0]], warp = []}>
#rows = #tile.layout<{register = [], lane = [[0], [1]], warp = []}>
#one = #tile.layout<{register = [], lane = [[], []], warp = []}>

// CHECK-LABEL: @splat_of_constant
func.func @splat_of_constant() -> tensor<2x4xf32, #layout> {
  %x = arith.constant 2.0 : f32
  // CHECK: arith.constant dense<2.000000e+00> : tensor<2x4xf32, #layout>
  // CHECK-NOT: tile
  %t = tile.splat %x : tensor<2x4xf32, #layout>
  return %t : tensor<2x4xf32, #layout>
}

// CHECK-LABEL: @constants_are_renamed
func.func @constants_are_renamed() -> tensor<2x4xf32, #other> {
  // CHECK-NEXT: %[[C:.*]] = arith.constant dense<1.000000e+00> : tensor<2x4xf32, #layout{{[0-9]*}}>
  // CHECK-NEXT: return %[[C]]
  %c = arith.constant dense<1.0> : tensor<2xf32, #rows>
  %e = tile.expand_dims %c axis 1 : tensor<2xf32, #rows> -> tensor<2x1xf32, #column>
  %b = tile.broadcast %e : tensor<2x1xf32, #column> -> tensor<2x4xf32, #layout>
  %o = tile.convert_layout %b : tensor<2x4xf32, #layout> -> tensor<2x4xf32, #other>
  return %o : tensor<2x4xf32, #other>
}

// CHECK-LABEL: @scalar_of_splat
// CHECK-SAME: (%[[X:.*]]: f32)
func.func @scalar_of_splat(%x: f32) -> f32 {
  // CHECK-NEXT: return %[[X]]
  %t = tile.splat %x : tensor<f32, #one>
  %s = tile.to_scalar %t : tensor<f32, #one>
  return %s : f32
}

// CHECK-LABEL: @scalar_of_constant
func.func @scalar_of_constant() -> f32 {
  // CHECK: arith.constant 3.000000e+00 : f32
  %t = arith.constant dense<3.0> : tensor<f32, #one>
  %s = tile.to_scalar %t : tensor<f32, #one>
  return %s : f32
}

// CHECK-LABEL: @nothing_renamed
// CHECK-SAME: (%[[T:.*]]: tensor
func.func @nothing_renamed(%t: tensor<2x4xf32, #layout>) -> tensor<2x4xf32, #layout> {
  // CHECK-NEXT: return %[[T]]
  %0 = tile.transpose %t order [0, 1] : tensor<2x4xf32, #layout> -> tensor<2x4xf32, #layout>
  %1 = tile.reshape %0 : tensor<2x4xf32, #layout> -> tensor<2x4xf32, #layout>
  %2 = tile.broadcast %1 : tensor<2x4xf32, #layout> -> tensor<2x4xf32, #layout>
  %3 = tile.convert_layout %2 : tensor<2x4xf32, #layout> -> tensor<2x4xf32, #layout>
  return %3 : tensor<2x4xf32, #layout>
}

// CHECK-LABEL: @conversions_join
// CHECK-SAME: (%[[T:.*]]: tensor
func.func @conversions_join(%t: tensor<2x4xf32, #layout>) -> tensor<2x4xf32, #third> {
  // CHECK-NEXT: %[[C:.*]] = tile.convert_layout %[[T]]
  // CHECK-NEXT: return %[[C]]
  %0 = tile.convert_layout %t : tensor<2x4xf32, #layout> -> tensor<2x4xf32, #other>
  %1 = tile.convert_layout %0 : tensor<2x4xf32, #other> -> tensor<2x4xf32, #third>
  return %1 : tensor<2x4xf32, #third>
}

// What copies write stays in front of the wait, and loads behind the barrier.
// CHECK-LABEL: @memory_keeps_its_order
func.func @memory_keeps_its_order(%s: !tile.shared<2x4xf32, #tile.layout<{offset = [[0, 1], [0, 2], [1, 0]]}>>) -> (tensor<2x4xf32, #layout>, tensor<2x4xf32, #layout>) {
  // CHECK: tile.shared_load
  // CHECK: tile.barrier
  // CHECK: tile.shared_load
  %0 = tile.shared_load %s : !tile.shared<2x4xf32, #tile.layout<{offset = [[0, 1], [0, 2], [1, 0]]}>> -> tensor<2x4xf32, #layout>
  tile.barrier
  %1 = tile.shared_load %s : !tile.shared<2x4xf32, #tile.layout<{offset = [[0, 1], [0, 2], [1, 0]]}>> -> tensor<2x4xf32, #layout>
  return %0, %1 : tensor<2x4xf32, #layout>, tensor<2x4xf32, #layout>
}
