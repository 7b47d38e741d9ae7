func.func @main(%x: tensor<512x4096xi8>, %w: tensor<2048x4096xi8>, %s: tensor<2048xf32>) -> tensor<512x2048xf32> {
  %0 = fx.permute %w {dims = array<i64: 1, 0>} : (tensor<2048x4096xi8>) -> tensor<4096x2048xi8>
  %1 = fx.int_mm %x, %0 : (tensor<512x4096xi8>, tensor<4096x2048xi8>) -> tensor<512x2048xi32>
  %2 = fx.to %1 : (tensor<512x2048xi32>) -> tensor<512x2048xf32>
  %3 = fx.mul %2, %s : (tensor<512x2048xf32>, tensor<2048xf32>) -> tensor<512x2048xf32>
  return %3 : tensor<512x2048xf32>
}
