// 3x3 convolutions by tiles of 2x2 results: odd sizes, images that share a
// panel, channels that fill no block, groups, paddings, fused neighbours.
module {
  fx.weight @a : tensor<131x20x3x3xf32> {scale = 1.0e-01 : f64, seed = 1 : i64}
  fx.weight @s : tensor<131xf32> {scale = 1.0e-01 : f64, seed = 2 : i64}
  fx.weight @b : tensor<34x131x3x3xf32> {scale = 1.0e-01 : f64, seed = 3 : i64}
  fx.weight @c : tensor<64x16x3x3xf32> {scale = 1.0e-01 : f64, seed = 4 : i64}
  func.func @main(%x: tensor<?x20x9x11xf32> {fx.dims = affine_map<()[s0] -> (s0, 20, 9, 11)>}, %r: tensor<?x131x9x11xf32> {fx.dims = affine_map<()[s0] -> (s0, 131, 9, 11)>}, %g: tensor<3x32x4x70xf32>) -> (tensor<?x34x7x9xf32>, tensor<?x131x9x11xf32>, tensor<3x64x6x72xf32>)
      attributes {fx.symbols = [{name = "batch", min = 0, max = 8}]} {
    %a = fx.get_weight @a : tensor<131x20x3x3xf32>
    %s = fx.get_weight @s : tensor<131xf32>
    %b = fx.get_weight @b : tensor<34x131x3x3xf32>
    %c = fx.get_weight @c : tensor<64x16x3x3xf32>
    %0 = fx.convolution %x, %a, %s {stride = array<i64: 1, 1>, padding = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<?x20x9x11xf32>, tensor<131x20x3x3xf32>, tensor<131xf32>) -> tensor<?x131x9x11xf32>
    %1 = fx.silu %0 : (tensor<?x131x9x11xf32>) -> tensor<?x131x9x11xf32>
    %2 = fx.add %1, %r : (tensor<?x131x9x11xf32>, tensor<?x131x9x11xf32>) -> tensor<?x131x9x11xf32>
    %3 = fx.convolution %2, %b {stride = array<i64: 1, 1>, padding = array<i64: 0, 0>, dilation = array<i64: 1, 1>} : (tensor<?x131x9x11xf32>, tensor<34x131x3x3xf32>) -> tensor<?x34x7x9xf32>
    %4 = fx.convolution %g, %c {stride = array<i64: 1, 1>, padding = array<i64: 2, 2>, dilation = array<i64: 1, 1>, groups = 2 : i64} : (tensor<3x32x4x70xf32>, tensor<64x16x3x3xf32>) -> tensor<3x64x6x72xf32>
    return %3, %2, %4 : tensor<?x34x7x9xf32>, tensor<?x131x9x11xf32>, tensor<3x64x6x72xf32>
  }
}
