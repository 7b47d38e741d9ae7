// RUN: xcc-opt %s --share-kernels | FileCheck %s

fx.weight @w : tensor<4xf32> {seed = 1 : i64}

// Equal bodies, other locations and names: kept once. Its first argument is a
// weight at one launch only, its second at both.
// CHECK: func.func private @add_relu_0(%{{.*}}: tensor<4xf32>, %{{.*}}: tensor<4xf32> {plan.weight}) -> tensor<4xf32>
// CHECK-SAME: plan.sources = ["m.py:1", "m.py:9"]
func.func private @first(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32>
    attributes {plan.kernel, plan.family = "map", plan.ops = ["add", "relu"], plan.sources = ["m.py:1"]} {
  %0 = arith.addf %x, %y : tensor<4xf32> loc("m.py":1:1)
  return %0 : tensor<4xf32>
}
// CHECK-NOT: @second
func.func private @second(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32>
    attributes {plan.kernel, plan.family = "map", plan.ops = ["add", "relu"], plan.sources = ["m.py:9"]} {
  %0 = arith.addf %x, %y : tensor<4xf32> loc("m.py":9:1)
  return %0 : tensor<4xf32>
}
// Operands the other way round: another kernel. What only moves elements does
// not name it.
// CHECK: func.func private @relu_1(
func.func private @third(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32>
    attributes {plan.kernel, plan.family = "map", plan.ops = ["permute", "relu"]} {
  %0 = arith.addf %y, %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: @main
// CHECK: plan.launch @add_relu_0(
// CHECK: plan.launch @add_relu_0(
// CHECK: plan.launch @relu_1(
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %w = fx.get_weight @w : tensor<4xf32>
  %0 = plan.launch @first(%x, %w) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = plan.launch @second(%w, %w) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = plan.launch @third(%0, %1) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}
