// A product large enough for groups of warps, with more turns than slots.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
module attributes {fx.version = 1 : i64} {
  func.func @main(%a: tensor<256x1024xf16>, %b: tensor<1024x64xf16>) -> tensor<256x64xf16> {
    %c = fx.mm %a, %b : (tensor<256x1024xf16>, tensor<1024x64xf16>) -> tensor<256x64xf16>
    return %c : tensor<256x64xf16>
  }
}
