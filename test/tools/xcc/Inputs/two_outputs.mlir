// A symbolic batch, a weight and two outputs, one of which is an input.
module {
  fx.weight @w : tensor<8x4xf32> {seed = 7 : i64, scale = 0.5 : f64}
  func.func @main(%x: tensor<?x4xf32> {fx.dims = affine_map<()[s0] -> (s0, 4)>}) -> (tensor<?x8xf32>, tensor<?x4xf32>) attributes {fx.symbols = [{name = "batch", min = 0, max = 64}]} {
    %w = fx.get_weight @w : tensor<8x4xf32>
    %y = fx.linear %x, %w : (tensor<?x4xf32>, tensor<8x4xf32>) -> tensor<?x8xf32>
    return %y, %x : tensor<?x8xf32>, tensor<?x4xf32>
  }
}
