func.func @main(%x: tensor<512x1024xbf16>, %w: tensor<2048x1024xbf16>, %b: tensor<2048xbf16>) -> tensor<512x2048xbf16> {
  %0 = fx.linear %x, %w, %b : (tensor<512x1024xbf16>, tensor<2048x1024xbf16>, tensor<2048xbf16>) -> tensor<512x2048xbf16>
  %1 = fx.gelu %0 : (tensor<512x2048xbf16>) -> tensor<512x2048xbf16>
  return %1 : tensor<512x2048xbf16>
}
