// gelu(x @ weight^T + bias): the model that README.md follows through the pipeline.
module {
  fx.weight @proj.weight : tensor<32x16xf32> {seed = 1 : i64, scale = 0.25 : f64}
  fx.weight @proj.bias : tensor<32xf32> {seed = 2 : i64, scale = 0.1 : f64}
  func.func @main(%x: tensor<8x16xf32>) -> tensor<8x32xf32> {
    %weight = fx.get_weight @proj.weight : tensor<32x16xf32>
    %bias = fx.get_weight @proj.bias : tensor<32xf32>
    %linear = fx.linear %x, %weight, %bias : (tensor<8x16xf32>, tensor<32x16xf32>, tensor<32xf32>) -> tensor<8x32xf32>
    %gelu = fx.gelu %linear : (tensor<8x32xf32>) -> tensor<8x32xf32>
    return %gelu : tensor<8x32xf32>
  }
}
