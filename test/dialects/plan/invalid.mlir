// RUN: xcc-opt %s --split-input-file --verify-diagnostics

func.func private @not_a_kernel(%x: tensor<4xf32>) -> tensor<4xf32>
func.func @launches_a_function(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{expects a kernel function, got @not_a_kernel}}
  %y = plan.launch @not_a_kernel(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func private @k(%x: tensor<4xf32>) -> tensor<4xf32> attributes {plan.kernel}
func.func @other_type(%x: tensor<5xf32>) -> tensor<5xf32> {
  // expected-error @below {{expects the type of kernel @k, '(tensor<4xf32>) -> tensor<4xf32>', got '(tensor<5xf32>) -> tensor<5xf32>'}}
  %y = plan.launch @k(%x) : (tensor<5xf32>) -> tensor<5xf32>
  return %y : tensor<5xf32>
}

// -----

func.func @too_many_places(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{expects one place a result, got 2 for 1 results}}
  %y = plan.copy %x {places = [#plan.output<0>, #plan.output<1>]} : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @no_place(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{expects #plan.arena or #plan.output as a place, got 3}}
  %y = plan.copy %x {places = [3]} : tensor<4xf32>
  return %y : tensor<4xf32>
}
