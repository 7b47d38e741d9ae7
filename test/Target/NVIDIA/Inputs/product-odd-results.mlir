func.func @main(%x: tensor<256x768xf16>, %w: tensor<1001x768xf16>) -> tensor<256x1001xf16> {
  %0 = fx.linear %x, %w : (tensor<256x768xf16>, tensor<1001x768xf16>) -> tensor<256x1001xf16>
  return %0 : tensor<256x1001xf16>
}
