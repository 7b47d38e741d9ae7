// RUN: xcc-opt %s --sink-views --split-input-file | FileCheck %s

#id2 = affine_map<(d0, d1) -> (d0, d1)>
#id1 = affine_map<(d0) -> (d0)>

// The reader works on the shape that its producer makes; the view comes after.
// CHECK-LABEL: @sinks
// CHECK: %[[MADE:.*]] = linalg.generic
// CHECK-NOT: tensor.collapse_shape
// CHECK: %[[READ:.*]] = linalg.generic
// CHECK-SAME: ins(%[[MADE]] : tensor<4x8xf32>)
// CHECK: tensor.collapse_shape %[[READ]]
func.func @sinks(%x: tensor<4x8xf32>) -> tensor<32xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %a = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%i: f32, %o: f32):
    %0 = math.exp %i : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %v = tensor.collapse_shape %a [[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
  %f = tensor.empty() : tensor<32xf32>
  %b = linalg.generic {indexing_maps = [#id1, #id1], iterator_types = ["parallel"]}
      ins(%v : tensor<32xf32>) outs(%f : tensor<32xf32>) {
  ^bb0(%i: f32, %o: f32):
    %0 = arith.negf %i : f32
    linalg.yield %0 : f32
  } -> tensor<32xf32>
  return %b : tensor<32xf32>
}

// -----

#id2 = affine_map<(d0, d1) -> (d0, d1)>
#id1 = affine_map<(d0) -> (d0)>

// The other operand needs all of the tensor: they cannot be one kernel.
// CHECK-LABEL: @other_operand_depends
// CHECK: %[[VIEW:.*]] = tensor.collapse_shape
// CHECK: linalg.generic
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[VIEW]],
func.func @other_operand_depends(%x: tensor<4x8xf32>) -> tensor<32xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %a = linalg.generic {indexing_maps = [#id2, #id2], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
  ^bb0(%i: f32, %o: f32):
    %0 = math.exp %i : f32
    linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  %v = tensor.collapse_shape %a [[0, 1]] : tensor<4x8xf32> into tensor<32xf32>
  %z = arith.constant 0.0 : f32
  %se = tensor.empty() : tensor<f32>
  %si = linalg.fill ins(%z : f32) outs(%se : tensor<f32>) -> tensor<f32>
  %s = linalg.generic {indexing_maps = [#id2, affine_map<(d0, d1) -> ()>], iterator_types = ["reduction", "reduction"]}
      ins(%a : tensor<4x8xf32>) outs(%si : tensor<f32>) {
  ^bb0(%i: f32, %o: f32):
    %0 = arith.addf %i, %o : f32
    linalg.yield %0 : f32
  } -> tensor<f32>
  %f = tensor.empty() : tensor<32xf32>
  %b = linalg.generic {indexing_maps = [#id1, affine_map<(d0) -> ()>, #id1], iterator_types = ["parallel"]}
      ins(%v, %s : tensor<32xf32>, tensor<f32>) outs(%f : tensor<32xf32>) {
  ^bb0(%i: f32, %j: f32, %o: f32):
    %0 = arith.divf %i, %j : f32
    linalg.yield %0 : f32
  } -> tensor<32xf32>
  return %b : tensor<32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#t = affine_map<(d0, d1) -> (d1, d0)>

// expand(permute(x)) -> permute(expand(x))
// CHECK-LABEL: @copy_comes_after_the_view
// CHECK: %[[VIEW:.*]] = tensor.expand_shape %arg0 {{\[\[}}0, 1], [2]] output_shape [4, 2, 3]
// CHECK: %[[COPY:.*]] = linalg.generic
// CHECK-SAME: ins(%[[VIEW]] :
// CHECK: return %[[COPY]]
func.func @copy_comes_after_the_view(%x: tensor<8x3xf32>) -> tensor<3x4x2xf32> {
  %e = tensor.empty() : tensor<3x8xf32>
  %a = linalg.generic {indexing_maps = [#t, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<8x3xf32>) outs(%e : tensor<3x8xf32>) {
  ^bb0(%i: f32, %o: f32):
    linalg.yield %i : f32
  } -> tensor<3x8xf32>
  %v = tensor.expand_shape %a [[0], [1, 2]] output_shape [3, 4, 2] : tensor<3x8xf32> into tensor<3x4x2xf32>
  return %v : tensor<3x4x2xf32>
}

// -----

#id3 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d0)>

// Sizes stay expressions of the symbols; no op asks a tensor for its size.
// CHECK-LABEL: @sizes_are_expressions
// CHECK-NOT: tensor.dim
// CHECK: return
func.func @sizes_are_expressions(
    %x: tensor<?x?x4xf32> {fx.dims = affine_map<()[s0, s1] -> (s0, s1, 4)>},
    %y: tensor<?xf32> {fx.dims = affine_map<()[s0, s1] -> (s0)>}) -> tensor<?x?xf32>
    attributes {fx.symbols = [{name = "m", min = 1}, {name = "n", min = 1}]} {
  %m = fx.sym 0 : index
  %n = fx.sym 1 : index
  %n4 = affine.apply affine_map<()[s0] -> (s0 * 4)>()[%n]
  %e = tensor.empty(%m, %n) : tensor<?x?x4xf32>
  %a = linalg.generic {indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<?x?x4xf32>) outs(%e : tensor<?x?x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %0 = math.exp %i : f32
    linalg.yield %0 : f32
  } -> tensor<?x?x4xf32>
  %v = tensor.collapse_shape %a [[0], [1, 2]] : tensor<?x?x4xf32> into tensor<?x?xf32>
  %f = tensor.empty(%m, %n4) : tensor<?x?xf32>
  %b = linalg.generic {indexing_maps = [#row, #column, #row], iterator_types = ["parallel", "parallel"]}
      ins(%v, %y : tensor<?x?xf32>, tensor<?xf32>) outs(%f : tensor<?x?xf32>) {
  ^bb0(%i: f32, %j: f32, %o: f32):
    %0 = arith.divf %i, %j : f32
    linalg.yield %0 : f32
  } -> tensor<?x?xf32>
  return %b : tensor<?x?xf32>
}
