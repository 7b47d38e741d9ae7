// 12 heads of 64, one query.
module {
  func.func @main(%q: tensor<12x1x64xf32>, %k: tensor<12x512x64xf32>, %v: tensor<12x512x64xf32>) -> tensor<12x1x64xf32> {
    %0 = fx.scaled_dot_product_attention %q, %k, %v : (tensor<12x1x64xf32>, tensor<12x512x64xf32>, tensor<12x512x64xf32>) -> tensor<12x1x64xf32>
    return %0 : tensor<12x1x64xf32>
  }
}
