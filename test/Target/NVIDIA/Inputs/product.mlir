func.func @main(%x: tensor<512x1024xf64>, %w: tensor<1024x256xf64>) -> tensor<512x256xf64> {
  %0 = fx.mm %x, %w : (tensor<512x1024xf64>, tensor<1024x256xf64>) -> tensor<512x256xf64>
  return %0 : tensor<512x256xf64>
}
