// Rows of a length that no block of threads divides.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
module attributes {fx.version = 1 : i64} {
  func.func @main(%x: tensor<3x1000xf32>) -> tensor<3x1000xf32> {
    %y = fx.softmax %x {dim = 1 : i64} : (tensor<3x1000xf32>) -> tensor<3x1000xf32>
    return %y : tensor<3x1000xf32>
  }
}
