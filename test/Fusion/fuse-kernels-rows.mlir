// RUN: xcc-opt %s --fx-to-linalg --fuse-kernels --split-input-file | FileCheck %s

// Two reductions and what lies between, before and after: one kernel.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: plan.family = "reduce"
// CHECK-SAME: plan.ops = ["mul", "softmax", "neg"]
// CHECK-LABEL: func.func @main
// CHECK-COUNT-1: plan.launch
// CHECK-NOT: plan.launch
func.func @main(%x: tensor<4x16xf32>, %m: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %0 = fx.mul %x, %m : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %1 = fx.softmax %0 {dim = 1 : i64} : (tensor<4x16xf32>) -> tensor<4x16xf32>
  %2 = fx.neg %1 : (tensor<4x16xf32>) -> tensor<4x16xf32>
  return %2 : tensor<4x16xf32>
}

// -----

// The sum is needed elsewhere as well: it is a second result of the kernel.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: plan.ops = ["add", "layer_norm"]
// CHECK-LABEL: func.func @main
// CHECK: %[[R:.*]]:2 = plan.launch @kernel
// CHECK: return %[[R]]#0, %[[R]]#1
func.func @main(%x: tensor<4x16xf32>, %m: tensor<4x16xf32>) -> (tensor<4x16xf32>, tensor<4x16xf32>) {
  %0 = fx.add %x, %m : (tensor<4x16xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  %1 = fx.layer_norm %0 {normalized_rank = 1 : i64} : (tensor<4x16xf32>) -> tensor<4x16xf32>
  return %0, %1 : tensor<4x16xf32>, tensor<4x16xf32>
}

// -----

// Reductions over different rows are kernels of their own.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: plan.ops = ["sum"]
// CHECK-LABEL: func.func private @kernel_0(
// CHECK-SAME: plan.ops = ["sum"]
// CHECK-SAME: plan.refused = ["sum ({{.*}}) with sum ({{.*}}): it does not run over the same rows"]
// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<4x16xf32>) -> tensor<f32> {
  %0 = fx.sum %x {dims = array<i64: 1>} : (tensor<4x16xf32>) -> tensor<4xf32>
  %1 = fx.sum %0 {dims = array<i64: 0>} : (tensor<4xf32>) -> tensor<f32>
  return %1 : tensor<f32>
}

// -----

// A transposing copy stays in front: rows are read several times.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: plan.ops = ["permute"]
// CHECK-LABEL: func.func private @kernel_0(
// CHECK-SAME: plan.ops = ["softmax"]
// CHECK-SAME: plan.refused = ["permute ({{.*}}) with softmax ({{.*}}): rows would be read with a stride, several times"]
// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<16x4xf32>) -> tensor<4x16xf32> {
  %0 = fx.permute %x {dims = array<i64: 1, 0>} : (tensor<16x4xf32>) -> tensor<4x16xf32>
  %1 = fx.softmax %0 {dim = 1 : i64} : (tensor<4x16xf32>) -> tensor<4x16xf32>
  return %1 : tensor<4x16xf32>
}

// -----

// Two reductions of one argument's rows read it together.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: plan.fused = ["amin ({{.*}}) beside amax ({{.*}}): they read the same, once"]
// CHECK-LABEL: func.func @main
// CHECK-COUNT-1: plan.launch
// CHECK-NOT: plan.launch
func.func @main(%x: tensor<4x16xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = fx.amax %x {dims = array<i64: 1>} : (tensor<4x16xf32>) -> tensor<4xf32>
  %1 = fx.amin %x {dims = array<i64: 1>} : (tensor<4x16xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}
