// 126 rows: whole tiles of 6 and of 14.
module {
  fx.weight @weight : tensor<96x512xf32> {seed = 1 : i64, scale = 0.1 : f64}
  func.func @main(%x: tensor<126x512xf32>) -> tensor<126x96xf32> {
    %weight = fx.get_weight @weight : tensor<96x512xf32>
    %linear = fx.linear %x, %weight : (tensor<126x512xf32>, tensor<96x512xf32>) -> tensor<126x96xf32>
    return %linear : tensor<126x96xf32>
  }
}
