// RUN: xcc-opt %s --fx-to-linalg --fuse-kernels | FileCheck %s

// silu(x g) * (x u): two products; one reads the other's result where it ends.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: plan.ops = ["linear"]
// CHECK-LABEL: func.func private @kernel_0(
// CHECK-SAME: plan.ops = ["linear", "silu", "mul"]
// CHECK-LABEL: func.func @main
// CHECK: %[[UP:.*]] = plan.launch @kernel(
// CHECK: plan.launch @kernel_0({{.*}}%[[UP]])
// CHECK-NOT: plan.launch
func.func @main(%x: tensor<4x16xf32>, %g: tensor<32x16xf32>, %u: tensor<32x16xf32>) -> tensor<4x32xf32> {
  %0 = fx.linear %x, %g : (tensor<4x16xf32>, tensor<32x16xf32>) -> tensor<4x32xf32>
  %1 = fx.linear %x, %u : (tensor<4x16xf32>, tensor<32x16xf32>) -> tensor<4x32xf32>
  %2 = fx.silu %0 : (tensor<4x32xf32>) -> tensor<4x32xf32>
  %3 = fx.mul %2, %1 : (tensor<4x32xf32>, tensor<4x32xf32>) -> tensor<4x32xf32>
  return %3 : tensor<4x32xf32>
}
