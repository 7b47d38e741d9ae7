// RUN: xcc-opt %s --verify-plan --split-input-file --verify-diagnostics

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{expects to be in a kernel, not in the plan}}
  %0 = arith.negf %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{expects places for its results}}
  %0 = plan.copy %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// expected-error @below {{expects a kernel to have attribute 'plan.family'}}
func.func private @k(%x: tensor<4xf32>) -> tensor<4xf32> attributes {plan.kernel}

// -----

// expected-error @below {{expects 'fx.dims' on argument 0}}
func.func private @k(%x: tensor<4xf32>) -> tensor<4xf32> attributes {plan.kernel, plan.family = "map", plan.ops = []}

// -----

// expected-error @below {{expects 'fx.dims' on result 0}}
func.func private @k(%x: tensor<4xf32> {fx.dims = affine_map<() -> (4)>}) -> tensor<4xf32> attributes {plan.kernel, plan.family = "map", plan.ops = []}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{expects a place over the function's symbols, got #plan.arena<()[s0] -> (s0, 16)>}}
  %0 = plan.copy %x {places = [#plan.arena<()[s0] -> (s0, 16)>]} : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @main(%x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = plan.copy %x {places = [#plan.arena<() -> (0, 64)>]} : tensor<4xf32>
  // expected-error @below {{expects a place of its own, got bytes that}}
  %1 = plan.copy %y {places = [#plan.arena<() -> (32, 64)>]} : tensor<4xf32>
  %2 = plan.copy %0 {places = [#plan.output<0>]} : tensor<4xf32>
  %3 = plan.copy %1 {places = [#plan.output<1>]} : tensor<4xf32>
  return %2, %3 : tensor<4xf32>, tensor<4xf32>
}
