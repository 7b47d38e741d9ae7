// A product with ragged edges: 70 rows, 56 columns, sums over 100.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
module attributes {fx.version = 1 : i64} {
  func.func @main(%a: tensor<70x100xf16>, %b: tensor<100x56xf16>) -> tensor<70x56xf16> {
    %c = fx.mm %a, %b : (tensor<70x100xf16>, tensor<100x56xf16>) -> tensor<70x56xf16>
    return %c : tensor<70x56xf16>
  }
}
