// Convolutions: padded, strided, dilated, grouped, depthwise, pointwise, 1-d, 3-d, transposed, in bf16.
module {
  fx.weight @a : tensor<5x3x3x3xf32> {seed = 1 : i64, scale = 0.3 : f64}
  fx.weight @b : tensor<6x1x3x2xf32> {seed = 2 : i64, scale = 0.3 : f64}
  fx.weight @c : tensor<6x3x1x1xf32> {seed = 3 : i64, scale = 0.3 : f64}
  fx.weight @d : tensor<4x3x5xf32> {seed = 4 : i64, scale = 0.3 : f64}
  fx.weight @e : tensor<4x2x3x2x3xf32> {seed = 5 : i64, scale = 0.3 : f64}
  fx.weight @f : tensor<4x3x3x3xf32> {seed = 6 : i64, scale = 0.3 : f64}
  fx.weight @g : tensor<5x3x3x3xbf16> {seed = 7 : i64, scale = 0.3 : f64}
  fx.weight @s : tensor<5xf32> {seed = 8 : i64, scale = 0.3 : f64}
  func.func @main(%x: tensor<?x3x9x11xf32> {fx.dims = affine_map<()[s0] -> (s0, 3, 9, 11)>}, %l: tensor<2x3x401xf32>, %v: tensor<1x2x5x6x7xf32>, %t: tensor<2x4x5x6xf32>, %h: tensor<1x3x9x11xbf16>) -> (tensor<?x5x9x11xf32>, tensor<?x6x5x5xf32>, tensor<?x6x9x11xf32>, tensor<2x4x133xf32>, tensor<1x4x5x3x7xf32>, tensor<2x6x10x12xf32>, tensor<1x5x9x11xbf16>)
      attributes {fx.symbols = [{name = "batch", min = 0, max = 8}]} {
    %a = fx.get_weight @a : tensor<5x3x3x3xf32>
    %s = fx.get_weight @s : tensor<5xf32>
    %r0 = fx.convolution %x, %a, %s {stride = array<i64: 1, 1>, padding = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<?x3x9x11xf32>, tensor<5x3x3x3xf32>, tensor<5xf32>) -> tensor<?x5x9x11xf32>
    %a0 = fx.silu %r0 : (tensor<?x5x9x11xf32>) -> tensor<?x5x9x11xf32>
    %c = fx.get_weight @c : tensor<6x3x1x1xf32>
    %r2 = fx.convolution %x, %c {stride = array<i64: 1, 1>, padding = array<i64: 0, 0>, dilation = array<i64: 1, 1>} : (tensor<?x3x9x11xf32>, tensor<6x3x1x1xf32>) -> tensor<?x6x9x11xf32>
    %b = fx.get_weight @b : tensor<6x1x3x2xf32>
    %r1 = fx.convolution %r2, %b {stride = array<i64: 2, 2>, padding = array<i64: 1, 0>, dilation = array<i64: 1, 2>, groups = 6 : i64} : (tensor<?x6x9x11xf32>, tensor<6x1x3x2xf32>) -> tensor<?x6x5x5xf32>
    %d = fx.get_weight @d : tensor<4x3x5xf32>
    %r3 = fx.convolution %l, %d {stride = array<i64: 3>, padding = array<i64: 2>, dilation = array<i64: 2>} : (tensor<2x3x401xf32>, tensor<4x3x5xf32>) -> tensor<2x4x133xf32>
    %e = fx.get_weight @e : tensor<4x2x3x2x3xf32>
    %r4 = fx.convolution %v, %e {stride = array<i64: 1, 2, 1>, padding = array<i64: 1, 0, 1>, dilation = array<i64: 1, 1, 1>} : (tensor<1x2x5x6x7xf32>, tensor<4x2x3x2x3xf32>) -> tensor<1x4x5x3x7xf32>
    %f = fx.get_weight @f : tensor<4x3x3x3xf32>
    %r5 = fx.convolution %t, %f {stride = array<i64: 2, 2>, padding = array<i64: 1, 1>, dilation = array<i64: 1, 1>, transposed, output_padding = array<i64: 1, 1>, groups = 2 : i64} : (tensor<2x4x5x6xf32>, tensor<4x3x3x3xf32>) -> tensor<2x6x10x12xf32>
    %g = fx.get_weight @g : tensor<5x3x3x3xbf16>
    %r6 = fx.convolution %h, %g {stride = array<i64: 1, 1>, padding = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x3x9x11xbf16>, tensor<5x3x3x3xbf16>) -> tensor<1x5x9x11xbf16>
    return %a0, %r1, %r2, %r3, %r4, %r5, %r6 : tensor<?x5x9x11xf32>, tensor<?x6x5x5xf32>, tensor<?x6x9x11xf32>, tensor<2x4x133xf32>, tensor<1x4x5x3x7xf32>, tensor<2x6x10x12xf32>, tensor<1x5x9x11xbf16>
  }
}
