// RUN: xcc-opt %s --fx-to-linalg | FileCheck %s

// Leading dimensions are joined, so that the product has two.
// CHECK-LABEL: @linear_of_three_dimensions
// CHECK: %[[ROWS:.*]] = tensor.collapse_shape %{{.*}} {{\[}}[0, 1], [2]]
// CHECK: %[[PRODUCT:.*]] = linalg.generic
// CHECK-SAME: iterator_types = ["parallel", "parallel", "reduction"]
// CHECK-SAME: ins(%[[ROWS]], %{{.*}} : tensor<8x16xf32>, tensor<32x16xf32>)
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[PRODUCT]], %{{.*}} : tensor<8x32xf32>, tensor<32xf32>)
// CHECK: arith.addf
// CHECK: tensor.expand_shape
func.func @linear_of_three_dimensions(%x: tensor<2x4x16xf32>, %w: tensor<32x16xf32>, %b: tensor<32xf32>) -> tensor<2x4x32xf32> {
  %0 = fx.linear %x, %w, %b : (tensor<2x4x16xf32>, tensor<32x16xf32>, tensor<32xf32>) -> tensor<2x4x32xf32>
  return %0 : tensor<2x4x32xf32>
}

// Element-wise work between two linear layers stays on their shape.
// CHECK-LABEL: @no_view_between_layers
// CHECK: tensor.collapse_shape
// CHECK-NOT: tensor.expand_shape
// CHECK: math.erf
// CHECK: arith.mulf
// CHECK-NOT: tensor.collapse_shape
// CHECK: "parallel", "parallel", "reduction"
// CHECK: tensor.expand_shape
func.func @no_view_between_layers(%x: tensor<2x4x16xf32>, %w: tensor<16x16xf32>) -> tensor<2x4x16xf32> {
  %0 = fx.linear %x, %w : (tensor<2x4x16xf32>, tensor<16x16xf32>) -> tensor<2x4x16xf32>
  %1 = fx.gelu %0 : (tensor<2x4x16xf32>) -> tensor<2x4x16xf32>
  %2 = fx.linear %1, %w : (tensor<2x4x16xf32>, tensor<16x16xf32>) -> tensor<2x4x16xf32>
  return %2 : tensor<2x4x16xf32>
}

// 16-bit products accumulate in f32 and round once, after the bias.
// CHECK-LABEL: @rounds_once
// CHECK: arith.extf %{{.*}} fastmath<contract> : bf16 to f32
// CHECK: arith.extf %{{.*}} fastmath<contract> : bf16 to f32
// CHECK-NOT: arith.truncf
// CHECK: linalg.yield %{{.*}} : f32
// CHECK: arith.addf
// CHECK: arith.truncf %{{.*}} fastmath<contract> : f32 to bf16
func.func @rounds_once(%x: tensor<4x16xbf16>, %w: tensor<32x16xbf16>, %b: tensor<32xbf16>) -> tensor<4x32xbf16> {
  %0 = fx.linear %x, %w, %b : (tensor<4x16xbf16>, tensor<32x16xbf16>, tensor<32xbf16>) -> tensor<4x32xbf16>
  return %0 : tensor<4x32xbf16>
}

// Symbolic sizes are computed from the symbols at the function's start.
// CHECK-LABEL: @symbolic_rows
// CHECK: %[[S:.*]] = fx.sym 0 : index
// CHECK: %[[ROWS:.*]] = affine.apply #{{.*}}()[%[[S]]]
// CHECK: tensor.empty(%[[ROWS]]) : tensor<?x32xf32>
// CHECK: tensor.expand_shape %{{.*}} {{\[}}[0, 1], [2]] output_shape [%[[S]], 4, 32]
func.func @symbolic_rows(%x: tensor<?x4x16xf32> {fx.dims = affine_map<()[s0] -> (s0, 4, 16)>}, %w: tensor<32x16xf32>) -> tensor<?x4x32xf32>
    attributes {fx.symbols = [{name = "batch"}]} {
  %0 = fx.linear %x, %w : (tensor<?x4x16xf32>, tensor<32x16xf32>) -> tensor<?x4x32xf32>
  return %0 : tensor<?x4x32xf32>
}

// A transposed operand is read transposed.
// CHECK-LABEL: @product_reads_through_permute
// CHECK-SAME: (%[[A:.*]]: tensor<4x16xf32>, %[[B:.*]]: tensor<32x16xf32>
// CHECK: ins(%[[A]], %[[B]]
func.func @product_reads_through_permute(%a: tensor<4x16xf32>, %b: tensor<32x16xf32>) -> tensor<4x32xf32> {
  %t = fx.permute %b {dims = array<i64: 1, 0>} : (tensor<32x16xf32>) -> tensor<16x32xf32>
  %0 = fx.mm %a, %t : (tensor<4x16xf32>, tensor<16x32xf32>) -> tensor<4x32xf32>
  return %0 : tensor<4x32xf32>
}

// Narrow factors are widened where they are multiplied.
// CHECK-LABEL: @int_mm
// CHECK: linalg.generic
// CHECK-SAME: "parallel", "parallel", "reduction"
// CHECK-SAME: tensor<4x16xi8>, tensor<16x8xi8>
// CHECK: arith.extsi %{{.*}} : i8 to i32
// CHECK: arith.extsi %{{.*}} : i8 to i32
// CHECK: arith.muli
// CHECK: arith.addi
// CHECK-NOT: linalg.generic
func.func @int_mm(%x: tensor<4x16xi8>, %w: tensor<16x8xi8>) -> tensor<4x8xi32> {
  %0 = fx.int_mm %x, %w : (tensor<4x16xi8>, tensor<16x8xi8>) -> tensor<4x8xi32>
  return %0 : tensor<4x8xi32>
}

// Scales and bias are a map behind the product, which rounds once.
// CHECK-LABEL: @scaled_mm
// CHECK: arith.extf %{{.*}} : f8E4M3FN to f32
// CHECK: arith.extf %{{.*}} : f8E5M2 to f32
// CHECK-NOT: arith.truncf
// CHECK: linalg.yield %{{.*}} : f32
// CHECK: linalg.generic
// CHECK-SAME: tensor<4x8xf32>
// CHECK: arith.truncf %{{.*}} : f32 to bf16
func.func @scaled_mm(%x: tensor<4x16xf8E4M3FN>, %w: tensor<16x8xf8E5M2>, %s: tensor<4x1xf32>, %t: tensor<1xf32>, %b: tensor<8xbf16>) -> tensor<4x8xbf16> {
  %0 = fx.scaled_mm %x, %w, %s, %t, %b : (tensor<4x16xf8E4M3FN>, tensor<16x8xf8E5M2>, tensor<4x1xf32>, tensor<1xf32>, tensor<8xbf16>) -> tensor<4x8xbf16>
  return %0 : tensor<4x8xbf16>
}
