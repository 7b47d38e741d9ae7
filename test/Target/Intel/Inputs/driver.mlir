func.func @main(%x: tensor<64x36xf16>, %w: tensor<192x36xf16>, %b: tensor<192xf16>) -> tensor<64x192xf16> {
  %0 = fx.linear %x, %w, %b : (tensor<64x36xf16>, tensor<192x36xf16>, tensor<192xf16>) -> tensor<64x192xf16>
  return %0 : tensor<64x192xf16>
}
