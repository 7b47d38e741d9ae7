func.func @main(%x: tensor<512x1001xbf16>, %w: tensor<512x1001xbf16>, %b: tensor<512xbf16>) -> tensor<512x512xbf16> {
  %0 = fx.linear %x, %w, %b : (tensor<512x1001xbf16>, tensor<512x1001xbf16>, tensor<512xbf16>) -> tensor<512x512xbf16>
  return %0 : tensor<512x512xbf16>
}
