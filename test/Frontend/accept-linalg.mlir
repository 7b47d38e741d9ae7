// RUN: xcc-opt %s --accept-linalg --split-input-file | FileCheck %s

// The entry is called main, sizes get symbols, named operations are generic.
// CHECK-LABEL: func.func @main(
// CHECK-SAME: tensor<?x16xf32> {fx.dims = affine_map<()[s0] -> (s0, 16)>}
// CHECK-SAME: fx.symbols = [{name = "arg0_0"}]
// CHECK: fx.sym 0 : index
// CHECK-NOT: linalg.matmul
// CHECK: iterator_types = ["parallel", "parallel", "reduction"]
func.func @forward(%x: tensor<?x16xf32>, %w: tensor<16x8xf32>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x16xf32>
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<?x8xf32>) -> tensor<?x8xf32>
  %r = linalg.matmul ins(%x, %w : tensor<?x16xf32>, tensor<16x8xf32>) outs(%f : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}

// -----

// A product onto a bias starts from zero; the bias is added after.
// CHECK-LABEL: func.func @main(
// CHECK: linalg.fill
// CHECK: "reduction"
// CHECK: fx.add
func.func @onto_bias(%x: tensor<4x16xf32>, %w: tensor<16x8xf32>, %b: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %r = linalg.matmul ins(%x, %w : tensor<4x16xf32>, tensor<16x8xf32>) outs(%b : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// -----

// CHECK-LABEL: func.func @main(
// CHECK: fx.convolution
// CHECK-SAME: stride = array<i64: 2, 2>
// CHECK: fx.pad
// CHECK: fx.slice
// CHECK: fx.cat
func.func @like_fx(%x: tensor<1x3x8x8xf32>, %w: tensor<4x3x2x2xf32>) -> tensor<1x4x8x6xf32> {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x4x4x4xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %c = linalg.conv_2d_nchw_fchw {dilations = dense<1> : tensor<2xi64>, strides = dense<2> : tensor<2xi64>}
    ins(%x, %w : tensor<1x3x8x8xf32>, tensor<4x3x2x2xf32>) outs(%f : tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32>
  %p = tensor.pad %c low[0, 0, 0, 1] high[0, 0, 0, 1] {
  ^bb0(%i: index, %j: index, %k: index, %l: index):
    tensor.yield %z : f32
  } : tensor<1x4x4x4xf32> to tensor<1x4x4x6xf32>
  %s = tensor.extract_slice %p[0, 0, 0, 0] [1, 4, 3, 6] [1, 1, 1, 1] : tensor<1x4x4x6xf32> to tensor<1x4x3x6xf32>
  %5 = tensor.extract_slice %p[0, 0, 0, 0] [1, 4, 1, 6] [1, 1, 1, 1] : tensor<1x4x4x6xf32> to tensor<1x4x1x6xf32>
  %r = tensor.concat dim(2) %s, %p, %5 : (tensor<1x4x3x6xf32>, tensor<1x4x4x6xf32>, tensor<1x4x1x6xf32>) -> tensor<1x4x8x6xf32>
  return %r : tensor<1x4x8x6xf32>
}

// -----

// CHECK-LABEL: func.func @main(
// CHECK-NOT: tosa.
// CHECK: arith.minimumf
// CHECK: fx.cat
// CHECK: math.tanh
// CHECK-NOT: tosa.
func.func @tosa(%x: tensor<1x8xf32>) -> tensor<1x16xf32> {
  %r = tosa.clamp %x {min_val = 0.0 : f32, max_val = 6.0 : f32} : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %t = tosa.concat %r, %x {axis = 1 : i32} : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x16xf32>
  %u = tosa.tanh %t : (tensor<1x16xf32>) -> tensor<1x16xf32>
  return %u : tensor<1x16xf32>
}
