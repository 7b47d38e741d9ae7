func.func @main(%x: tensor<4097x4097xf16>, %w: tensor<4097x4097xf16>) -> tensor<4097x4097xf16> {
  %0 = fx.linear %x, %w : (tensor<4097x4097xf16>, tensor<4097x4097xf16>) -> tensor<4097x4097xf16>
  return %0 : tensor<4097x4097xf16>
}
