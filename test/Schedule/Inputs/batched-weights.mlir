// Batches of weights, one of them transposed; a result seen in another order.
module {
  fx.weight @w : tensor<3x33x40xf32> {seed = 1 : i64, scale = 0.2 : f64}
  fx.weight @v : tensor<3x40x33xf32> {seed = 2 : i64, scale = 0.2 : f64}
  func.func @main(%x: tensor<3x9x33xf32>) -> (tensor<3x9x40xf32>, tensor<3x9x40xf32>, tensor<9x3x40xf32>) {
    %w = fx.get_weight @w : tensor<3x33x40xf32>
    %v = fx.get_weight @v : tensor<3x40x33xf32>
    %0 = fx.bmm %x, %w : (tensor<3x9x33xf32>, tensor<3x33x40xf32>) -> tensor<3x9x40xf32>
    %t = fx.permute %v {dims = array<i64: 0, 2, 1>} : (tensor<3x40x33xf32>) -> tensor<3x33x40xf32>
    %1 = fx.bmm %x, %t : (tensor<3x9x33xf32>, tensor<3x33x40xf32>) -> tensor<3x9x40xf32>
    %2 = fx.permute %1 {dims = array<i64: 1, 0, 2>} : (tensor<3x9x40xf32>) -> tensor<9x3x40xf32>
    %3 = fx.relu %2 : (tensor<9x3x40xf32>) -> tensor<9x3x40xf32>
    return %0, %1, %3 : tensor<3x9x40xf32>, tensor<3x9x40xf32>, tensor<9x3x40xf32>
  }
}
