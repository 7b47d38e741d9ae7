// RUN: xcc-opt %s --verify-normalized --split-input-file --verify-diagnostics

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'fx.exp' expects a form in linalg, fx or tosa that xcc lowers, got none; write it with those operations or keep it out of the compiled part}}
  %0 = fx.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  // expected-error @below {{'tensor.dim' expects a form in linalg}}
  %n = tensor.dim %x, %c0 : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = fx.cumsum %x {dim = 0 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @main(%x: tensor<4xui8>) -> tensor<i64> {
  // expected-error @below {{'fx.cumsum' expects signless elements after normalisation, got}}
  %0 = fx.cumsum %x {dim = 0 : i64} : (tensor<4xui8>) -> tensor<4xui8>
  %1 = fx.argmax %0 : (tensor<4xui8>) -> tensor<i64>
  return %1 : tensor<i64>
}

// -----

func.func @main(%x: tensor<4xf32>) -> tensor<*xf32> {
  // expected-error @below {{'tensor.cast' has an unranked result 'tensor<*xf32>'; give it a rank}}
  %0 = tensor.cast %x : tensor<4xf32> to tensor<*xf32>
  return %0 : tensor<*xf32>
}

// -----

// expected-error @below {{expects argument 0 to be a ranked tensor, got 'tensor<*xf32>'}}
func.func @main(%x: tensor<*xf32>) -> tensor<*xf32> {
  return %x : tensor<*xf32>
}
