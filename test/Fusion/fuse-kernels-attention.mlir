// RUN: xcc-opt %s --fx-to-linalg --fuse-kernels | FileCheck %s

// Permutes on both sides are read through; the views stay outside.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: tensor<2x8x4x16xf32> {{.*}}tensor<2x8x4x16xf32> {{.*}}tensor<2x8x4x16xf32> {{.*}} -> (tensor<2x8x4x16xf32>
// CHECK-SAME: plan.family = "attention"
// CHECK-SAME: plan.ops = ["permute", "permute", "permute", "scaled_dot_product_attention", "permute"]
// CHECK-LABEL: func.func @main
// CHECK-COUNT-3: tensor.expand_shape
// CHECK: %[[R:.*]] = plan.launch @kernel
// CHECK: tensor.collapse_shape %[[R]]
// CHECK-NOT: plan.launch
func.func @main(%q: tensor<2x8x64xf32>, %k: tensor<2x8x64xf32>, %v: tensor<2x8x64xf32>) -> tensor<2x8x64xf32> {
  %q0 = fx.view %q {shape = affine_map<() -> (2, 8, 4, 16)>} : (tensor<2x8x64xf32>) -> tensor<2x8x4x16xf32>
  %k0 = fx.view %k {shape = affine_map<() -> (2, 8, 4, 16)>} : (tensor<2x8x64xf32>) -> tensor<2x8x4x16xf32>
  %v0 = fx.view %v {shape = affine_map<() -> (2, 8, 4, 16)>} : (tensor<2x8x64xf32>) -> tensor<2x8x4x16xf32>
  %q1 = fx.permute %q0 {dims = array<i64: 0, 2, 1, 3>} : (tensor<2x8x4x16xf32>) -> tensor<2x4x8x16xf32>
  %k1 = fx.permute %k0 {dims = array<i64: 0, 2, 1, 3>} : (tensor<2x8x4x16xf32>) -> tensor<2x4x8x16xf32>
  %v1 = fx.permute %v0 {dims = array<i64: 0, 2, 1, 3>} : (tensor<2x8x4x16xf32>) -> tensor<2x4x8x16xf32>
  %a = fx.scaled_dot_product_attention %q1, %k1, %v1 : (tensor<2x4x8x16xf32>, tensor<2x4x8x16xf32>, tensor<2x4x8x16xf32>) -> tensor<2x4x8x16xf32>
  %p = fx.permute %a {dims = array<i64: 0, 2, 1, 3>} : (tensor<2x4x8x16xf32>) -> tensor<2x8x4x16xf32>
  %y = fx.view %p {shape = affine_map<() -> (2, 8, 64)>} : (tensor<2x8x4x16xf32>) -> tensor<2x8x64xf32>
  return %y : tensor<2x8x64xf32>
}
