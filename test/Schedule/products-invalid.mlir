// RUN: xcc-opt %s --schedule-host --split-input-file --verify-diagnostics

// expected-error @+1 {{expected an attention in a kernel of family 'attention'}}
func.func private @no_attention(%x: tensor<4xf32> {fx.dims = affine_map<() -> (4)>}) -> tensor<4xf32> attributes {plan.kernel, plan.family = "attention"} {
  return %x : tensor<4xf32>
}

// -----

// expected-error @+1 {{expected a convolution in a kernel of family 'convolution'}}
func.func private @no_convolution(%x: tensor<4xf32> {fx.dims = affine_map<() -> (4)>}) -> tensor<4xf32> attributes {plan.kernel, plan.family = "convolution"} {
  return %x : tensor<4xf32>
}
