// RUN: xcc-opt %s --plan-launches | FileCheck %s

fx.weight @w : tensor<4xf32> {seed = 1 : i64}
func.func private @k(%x: tensor<4xf32>) -> tensor<4xf32> attributes {plan.kernel}

// An argument, a weight, and what is returned already are copied; a launch that
// nothing reads is gone.
// CHECK-LABEL: @main
// CHECK: %[[W:.*]] = fx.get_weight
// CHECK: %[[R:.*]] = plan.launch @k(%arg0)
// CHECK-NOT: plan.launch
// CHECK: %[[V:.*]] = tensor.expand_shape %[[R]]
// CHECK: %[[A:.*]] = plan.copy %arg0
// CHECK: %[[B:.*]] = plan.copy %[[W]]
// CHECK: %[[C:.*]] = plan.copy %[[V]]
// CHECK: return %[[R]], %[[A]], %[[B]], %[[C]]
func.func @main(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<2x2xf32>) {
  %w = fx.get_weight @w : tensor<4xf32>
  %r = plan.launch @k(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %dead = plan.launch @k(%r) : (tensor<4xf32>) -> tensor<4xf32>
  %v = tensor.expand_shape %r [[0, 1]] output_shape [2, 2] : tensor<4xf32> into tensor<2x2xf32>
  return %r, %x, %w, %v : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<2x2xf32>
}
