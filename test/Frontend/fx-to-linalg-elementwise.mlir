// RUN: xcc-opt %s --fx-to-linalg | FileCheck %s

// Constants are written into the body; 16-bit values are widened and rounded once.
// CHECK-LABEL: @half_precision
// CHECK: linalg.generic
// CHECK-SAME: ins(%{{.*}} : tensor<4xf16>)
// CHECK: arith.extf %{{.*}} fastmath<contract> : f16 to f32
// CHECK: arith.constant 2.000000e+00 : f32
// CHECK: arith.mulf %{{.*}} : f32
// CHECK: arith.truncf %{{.*}} fastmath<contract> : f32 to f16
func.func @half_precision(%x: tensor<4xf16>) -> tensor<4xf16> {
  %two = fx.constant dense<2.0> : tensor<f16>
  %0 = fx.mul %x, %two : (tensor<4xf16>, tensor<f16>) -> tensor<4xf16>
  return %0 : tensor<4xf16>
}

// A conversion that the model asks for is never dropped: no flag.
// CHECK-LABEL: @explicit_rounding
// CHECK: arith.truncf %{{[a-z0-9_]+}} : f32 to bf16
func.func @explicit_rounding(%x: tensor<4xf32>) -> tensor<4xbf16> {
  %0 = fx.to %x : (tensor<4xf32>) -> tensor<4xbf16>
  return %0 : tensor<4xbf16>
}

// Sizes of 1 broadcast by leaving the loop out of the map.
// CHECK-LABEL: @broadcasts
// CHECK: %[[B:.*]] = tensor.collapse_shape %{{.*}} {{\[}}[0, 1]]
// CHECK: ins(%{{.*}}, %[[B]] : tensor<4x6xf32>, tensor<6xf32>)
func.func @broadcasts(%x: tensor<4x6xf32>, %b: tensor<1x6xf32>) -> tensor<4x6xf32> {
  %0 = fx.add %x, %b : (tensor<4x6xf32>, tensor<1x6xf32>) -> tensor<4x6xf32>
  return %0 : tensor<4x6xf32>
}

// CHECK-LABEL: @unsigned
// CHECK-SAME: tensor<4xi8> {fx.dtype = "u8"}
// CHECK-SAME: -> (tensor<4xi8> {fx.dtype = "u8"}, tensor<4xf32>)
// CHECK: arith.maxui
// CHECK: arith.uitofp
func.func @unsigned(%x: tensor<4xui8>, %y: tensor<4xui8>) -> (tensor<4xui8>, tensor<4xf32>) {
  %0 = fx.maximum %x, %y : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  %1 = fx.to %0 : (tensor<4xui8>) -> tensor<4xf32>
  return %0, %1 : tensor<4xui8>, tensor<4xf32>
}

// An operation that stays says that its bytes are unsigned.
// CHECK-LABEL: @unsigned_structural
// CHECK: fx.cumsum %{{.*}} {dim = 0 : i64, fx.dtype = "u8"} : (tensor<4xi8>) -> tensor<4xi8>
func.func @unsigned_structural(%x: tensor<4xui8>) -> tensor<4xui8> {
  %0 = fx.cumsum %x {dim = 0 : i64} : (tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// NaN and what is out of range do not reach the instruction.
// CHECK-LABEL: @saturates
// CHECK: %[[SAFE:.*]] = arith.select
// CHECK: arith.fptosi %[[SAFE]] : f32 to i8
// CHECK: arith.select
// CHECK: arith.select
func.func @saturates(%x: tensor<4xf32>) -> tensor<4xi8> {
  %0 = fx.to %x : (tensor<4xf32>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// A zero divisor does not trap.
// CHECK-LABEL: @divides_integers
// CHECK: %[[SAFE:.*]] = arith.select
// CHECK: arith.divsi %{{.*}}, %[[SAFE]]
func.func @divides_integers(%x: tensor<4xi32>, %y: tensor<4xi32>) -> tensor<4xi32> {
  %0 = fx.div_floor %x, %y : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// CHECK-LABEL: @nan_wins
// CHECK: arith.maximumf
// CHECK: arith.maxnumf
func.func @nan_wins(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = fx.maximum %x, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = fx.fmax %x, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
