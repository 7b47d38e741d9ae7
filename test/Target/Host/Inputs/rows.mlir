// Norms, scans, sorts, rows taken by index and pools whose machine code
// row-loops.test reads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
func.func @main(%x: tensor<512x1024xf32>, %w: tensor<1024xf32>, %i: tensor<256xi64>, %p: tensor<8x64x64x64xf32>) -> (tensor<512x1024xf32>, tensor<512x1024xf32>, tensor<512x1024xf32>, tensor<512x1024xf32>, tensor<512x1024xi64>, tensor<256x1024xf32>, tensor<8x64x32x32xf32>) {
  %0 = fx.layer_norm %x weight %w {normalized_rank = 1 : i64} : (tensor<512x1024xf32>, tensor<1024xf32>) -> tensor<512x1024xf32>
  %1 = fx.cumsum %x {dim = 1 : i64} : (tensor<512x1024xf32>) -> tensor<512x1024xf32>
  %2 = fx.cumsum %x {dim = 0 : i64} : (tensor<512x1024xf32>) -> tensor<512x1024xf32>
  %3:2 = fx.sort %x {dim = 1 : i64} : (tensor<512x1024xf32>) -> (tensor<512x1024xf32>, tensor<512x1024xi64>)
  %4 = fx.embedding %x, %i : (tensor<512x1024xf32>, tensor<256xi64>) -> tensor<256x1024xf32>
  %5 = fx.max_pool %p {kernel_size = array<i64: 3, 3>, stride = array<i64: 2, 2>, padding = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<8x64x64x64xf32>) -> tensor<8x64x32x32xf32>
  return %0, %1, %2, %3#0, %3#1, %4, %5 : tensor<512x1024xf32>, tensor<512x1024xf32>, tensor<512x1024xf32>, tensor<512x1024xf32>, tensor<512x1024xi64>, tensor<256x1024xf32>, tensor<8x64x32x32xf32>
}
