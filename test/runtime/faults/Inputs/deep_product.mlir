// A product whose loop over k has more turns than its pipeline has stages.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
module attributes {fx.version = 1 : i64} {
  func.func @main(%a: tensor<70x1000xf16>, %b: tensor<1000x56xf16>) -> tensor<70x56xf16> {
    %c = fx.mm %a, %b : (tensor<70x1000xf16>, tensor<1000x56xf16>) -> tensor<70x56xf16>
    return %c : tensor<70x56xf16>
  }
}
