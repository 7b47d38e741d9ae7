// An attention large enough for groups of warps, with more turns than slots.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
module attributes {fx.version = 1 : i64} {
  func.func @main(%q: tensor<1x1x128x64xf16>, %k: tensor<1x1x512x64xf16>, %v: tensor<1x1x512x64xf16>) -> tensor<1x1x128x64xf16> {
    %o = fx.scaled_dot_product_attention %q, %k, %v : (tensor<1x1x128x64xf16>, tensor<1x1x512x64xf16>, tensor<1x1x512x64xf16>) -> tensor<1x1x128x64xf16>
    return %o : tensor<1x1x128x64xf16>
  }
}
