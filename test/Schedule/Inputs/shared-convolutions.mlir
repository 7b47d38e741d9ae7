// Convolutions large enough for pixels packed once for all blocks of output
// channels: with padding and steps of two, pointwise, pointwise with steps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
module {
  func.func @main(%x: tensor<1x32x40x41xf32>, %w: tensor<256x32x3x3xf32>, %y: tensor<1x70x37x37xf32>, %v: tensor<200x70x1x1xf32>, %z: tensor<1x160x30x30xf32>, %u: tensor<520x160x1x1xf32>) -> (tensor<1x256x20x21xf32>, tensor<1x200x37x37xf32>, tensor<1x520x15x15xf32>) {
    %r0 = fx.convolution %x, %w {stride = array<i64: 2, 2>, padding = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x32x40x41xf32>, tensor<256x32x3x3xf32>) -> tensor<1x256x20x21xf32>
    %r1 = fx.convolution %y, %v {stride = array<i64: 1, 1>, padding = array<i64: 0, 0>, dilation = array<i64: 1, 1>} : (tensor<1x70x37x37xf32>, tensor<200x70x1x1xf32>) -> tensor<1x200x37x37xf32>
    %r2 = fx.convolution %z, %u {stride = array<i64: 2, 2>, padding = array<i64: 0, 0>, dilation = array<i64: 1, 1>} : (tensor<1x160x30x30xf32>, tensor<520x160x1x1xf32>) -> tensor<1x520x15x15xf32>
    return %r0, %r1, %r2 : tensor<1x256x20x21xf32>, tensor<1x200x37x37xf32>, tensor<1x520x15x15xf32>
  }
}
