// Integers whose quotient may have no value.
module {
  func.func @main(%x: tensor<4xi64>, %y: tensor<4xi64>) -> tensor<4xi64> {
    %q = fx.div_floor %x, %y : (tensor<4xi64>, tensor<4xi64>) -> tensor<4xi64>
    return %q : tensor<4xi64>
  }
}
