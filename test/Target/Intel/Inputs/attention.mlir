func.func @main(%q: tensor<2x12x1024x64xbf16>, %k: tensor<2x12x1024x64xbf16>, %v: tensor<2x12x1024x64xbf16>) -> tensor<2x12x1024x64xbf16> {
  %0 = fx.scaled_dot_product_attention %q, %k, %v : (tensor<2x12x1024x64xbf16>, tensor<2x12x1024x64xbf16>, tensor<2x12x1024x64xbf16>) -> tensor<2x12x1024x64xbf16>
  return %0 : tensor<2x12x1024x64xbf16>
}
