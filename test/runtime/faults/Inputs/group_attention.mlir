// Attention large enough for groups of warps, over more keys than one slot has.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
module attributes {fx.version = 1 : i64} {
  func.func @main(%q: tensor<1x1x128x64xf16>, %k: tensor<1x1x400x64xf16>, %v: tensor<1x1x400x64xf16>) -> tensor<1x1x128x64xf16> {
    %y = fx.scaled_dot_product_attention %q, %k, %v : (tensor<1x1x128x64xf16>, tensor<1x1x400x64xf16>, tensor<1x1x400x64xf16>) -> tensor<1x1x128x64xf16>
    return %y : tensor<1x1x128x64xf16>
  }
}
