func.func @main(%x: tensor<4096xf32>) -> tensor<4096xbf16> {
  %0 = fx.to %x : (tensor<4096xf32>) -> tensor<4096xbf16>
  return %0 : tensor<4096xbf16>
}
