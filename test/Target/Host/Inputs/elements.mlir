// Element-wise, row and column loops whose machine code element-loops.test reads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
func.func @main(%x: tensor<2048x1024xf32>, %y: tensor<2048x1024xf32>) -> (tensor<2048x1024xf32>, tensor<1024x2048xf32>, tensor<2048x1024xf32>, tensor<1024xf32>) {
  %0 = fx.tanh %x : (tensor<2048x1024xf32>) -> tensor<2048x1024xf32>
  %1 = fx.permute %y {dims = array<i64: 1, 0>} : (tensor<2048x1024xf32>) -> tensor<1024x2048xf32>
  %2 = fx.exp %1 : (tensor<1024x2048xf32>) -> tensor<1024x2048xf32>
  %3 = fx.softmax %y {dim = 1 : i64} : (tensor<2048x1024xf32>) -> tensor<2048x1024xf32>
  %4 = fx.sum %y {dims = array<i64: 0>} : (tensor<2048x1024xf32>) -> tensor<1024xf32>
  return %0, %2, %3, %4 : tensor<2048x1024xf32>, tensor<1024x2048xf32>, tensor<2048x1024xf32>, tensor<1024xf32>
}
