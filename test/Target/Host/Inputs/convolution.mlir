// A 3x3 convolution by tiles of 2x2 results, and a strided one by padded rows.
module {
  fx.weight @a : tensor<64x64x3x3xf32> {scale = 1.0e-01 : f64, seed = 1 : i64}
  fx.weight @b : tensor<64x64x3x3xf32> {scale = 1.0e-01 : f64, seed = 2 : i64}
  func.func @main(%x: tensor<1x64x28x28xf32>) -> tensor<1x64x14x14xf32> {
    %a = fx.get_weight @a : tensor<64x64x3x3xf32>
    %b = fx.get_weight @b : tensor<64x64x3x3xf32>
    %0 = fx.convolution %x, %a {stride = array<i64: 1, 1>, padding = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x64x28x28xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x28x28xf32>
    %1 = fx.convolution %0, %b {stride = array<i64: 2, 2>, padding = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x64x28x28xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x14x14xf32>
    return %1 : tensor<1x64x14x14xf32>
  }
}
