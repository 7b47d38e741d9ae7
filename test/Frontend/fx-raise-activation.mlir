// RUN: xcc-opt %s --fx-raise-activation | FileCheck %s

// CHECK-LABEL: @silu
// CHECK-NEXT: fx.silu
// CHECK-NEXT: return
func.func @silu(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = fx.sigmoid %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = fx.mul %0, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// CHECK-LABEL: @silu_by_division
// CHECK: fx.silu
// CHECK-NOT: fx.div
func.func @silu_by_division(%x: tensor<4xf32>) -> tensor<4xf32> {
  %one = fx.constant dense<1.0> : tensor<f32>
  %0 = fx.neg %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = fx.exp %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = fx.add %one, %1 : (tensor<f32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = fx.div %x, %2 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}

// The sigmoid is a result, too.
// CHECK-LABEL: @keeps_used_sigmoid
// CHECK: fx.sigmoid
// CHECK: fx.mul
func.func @keeps_used_sigmoid(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = fx.sigmoid %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = fx.mul %0, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @gelu_erf
// CHECK-NOT: fx.erf
// CHECK: fx.gelu %{{.*}} : (tensor<4xf32>)
func.func @gelu_erf(%x: tensor<4xf32>) -> tensor<4xf32> {
  %half = fx.constant dense<0.5> : tensor<f32>
  %root = fx.constant dense<1.41421356> : tensor<f32>
  %one = fx.constant dense<1.0> : tensor<f32>
  %0 = fx.div %x, %root : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = fx.erf %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = fx.add %1, %one : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = fx.mul %x, %2 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = fx.mul %3, %half : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %4 : tensor<4xf32>
}

// As transformers' NewGELUActivation.
// CHECK-LABEL: @gelu_tanh
// CHECK-NOT: fx.tanh
// CHECK: fx.gelu %{{.*}} {approximate = "tanh"}
func.func @gelu_tanh(%x: tensor<4xf32>) -> tensor<4xf32> {
  %half = fx.constant dense<0.5> : tensor<f32>
  %three = fx.constant dense<3.0> : tensor<f32>
  %c = fx.constant dense<0.044715> : tensor<f32>
  %s = fx.constant dense<0.7978845608> : tensor<f32>
  %one = fx.constant dense<1.0> : tensor<f32>
  %0 = fx.mul %x, %half : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = fx.pow %x, %three : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %2 = fx.mul %1, %c : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = fx.add %x, %2 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = fx.mul %3, %s : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %5 = fx.tanh %4 : (tensor<4xf32>) -> tensor<4xf32>
  %6 = fx.add %5, %one : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %7 = fx.mul %0, %6 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %7 : tensor<4xf32>
}

// Another constant makes another function.
// CHECK-LABEL: @keeps_other_constant
// CHECK: fx.erf
func.func @keeps_other_constant(%x: tensor<4xf32>) -> tensor<4xf32> {
  %half = fx.constant dense<0.5> : tensor<f32>
  %one = fx.constant dense<1.0> : tensor<f32>
  %0 = fx.mul %x, %half : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = fx.erf %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = fx.add %1, %one : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = fx.mul %0, %2 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}
