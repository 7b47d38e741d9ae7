// RUN: xcc-opt %s --expand-windows | FileCheck %s
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Maps are printed before what reads them.
// CHECK-DAG: #[[$IMAGE:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d0, d1 * 2 + d5, d3 * 2 + d6, d4 + d7 * 3)>
// CHECK-DAG: #[[$WEIGHT:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6, d7) -> (d1 * 3 + d2, d5, d6, d7)>
// CHECK-DAG: #[[$PHASE:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 * 3 + d5, d3 + (d4 + 1) floordiv 2 - d6 + 1)>
// CHECK-DAG: #[[$PART:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d1 * 3 + d5, d2, d6 * 2 + (d4 + 1) mod 2)>
// CHECK-DAG: #[[$WINDOW:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2 * 2 + d3)>

// The padding is of zeros, the sum in f32; the bias is added before the only
// rounding.
// CHECK-LABEL: func.func private @groups
// CHECK: %[[PADDED:.*]] = fx.pad %{{.*}} {high = array<i64: 0, 0, 1, 2>, low = array<i64: 0, 0, 1, 2>}
// CHECK: %[[SUMS:.*]] = linalg.generic {indexing_maps = [#[[$WEIGHT]], #[[$IMAGE]], {{.*}}"reduction", "reduction", "reduction"]} ins(%{{.*}}, %[[PADDED]] :
// CHECK: arith.mulf %{{.*}} : f32
// CHECK: tensor<2x2x3x4x5xf32>
// CHECK: tensor.collapse_shape %[[SUMS]] {{\[}}[0], [1, 2], [3], [4]] : tensor<2x2x3x4x5xf32> into tensor<2x6x4x5xf32>
// CHECK: linalg.generic
// CHECK: arith.addf
// CHECK: arith.truncf %{{.*}} fastmath<contract> : f32 to f16
func.func private @groups(%x: tensor<2x4x8x7xf16> {fx.dims = affine_map<() -> (2, 4, 8, 7)>}, %w: tensor<6x2x3x3xf16> {fx.dims = affine_map<() -> (6, 2, 3, 3)>}, %b: tensor<6xf16> {fx.dims = affine_map<() -> (6)>}) -> tensor<2x6x4x5xf16> attributes {plan.kernel, plan.family = "convolution"} {
  %0 = fx.convolution %x, %w, %b {stride = array<i64: 2, 1>, padding = array<i64: 1, 2>, dilation = array<i64: 1, 3>, groups = 2 : i64} : (tensor<2x4x8x7xf16>, tensor<6x2x3x3xf16>, tensor<6xf16>) -> tensor<2x6x4x5xf16>
  return %0 : tensor<2x6x4x5xf16>
}

// Even and odd results have their own part of the kernel; one more is cut off.
// The sizes of loops that no operand has are those of one that nothing reads.
// CHECK-LABEL: func.func private @phases
// CHECK-SAME: %[[N:.*]]: index
// CHECK: %[[X:.*]] = fx.pad %{{.*}} {high = array<i64: 0, 0, 1>, low = array<i64: 0, 0, 1>
// CHECK: %[[W:.*]] = fx.pad %{{.*}} {high = array<i64: 0, 0, 1>, low = array<i64: 0, 0, 0>
// CHECK: %[[LOOPS:.*]] = tensor.empty() : tensor<3x2xf32>
// CHECK: linalg.generic {indexing_maps = [#[[$PART]], #[[$PHASE]], {{.*}} ins(%[[W]], %[[X]], %[[LOOPS]] :
// CHECK: tensor.collapse_shape %{{.*}} {{\[}}[0], [1, 2], [3, 4]]
// CHECK: tensor.extract_slice
func.func private @phases(%x: tensor<1x3x?xf32> {fx.dims = affine_map<()[s0] -> (1, 3, s0)>}, %w: tensor<3x5x3xf32> {fx.dims = affine_map<() -> (3, 5, 3)>}, %n: index) -> tensor<1x5x?xf32> attributes {plan.kernel, plan.family = "convolution"} {
  %0 = fx.convolution %x, %w {stride = array<i64: 2>, padding = array<i64: 1>, dilation = array<i64: 1>, output_padding = array<i64: 0>, transposed} : (tensor<1x3x?xf32>, tensor<3x5x3xf32>) -> tensor<1x5x?xf32>
  return %0 : tensor<1x5x?xf32>
}

// What counts for nothing is around the input: minus infinity.
// CHECK-LABEL: func.func private @maximum
// CHECK: fx.pad %{{.*}} {high = array<i64: 0, 0, 2>, low = array<i64: 0, 0, 1>, value = 0xFFF0000000000000 : f64}
// CHECK: linalg.fill
// CHECK: linalg.generic {indexing_maps = [#[[$WINDOW]],
// CHECK: arith.maximumf
func.func private @maximum(%x: tensor<2x3x8xf32> {fx.dims = affine_map<() -> (2, 3, 8)>}) -> tensor<2x3x5xf32> attributes {plan.kernel, plan.family = "pool"} {
  %0 = fx.max_pool %x {kernel_size = array<i64: 3>, stride = array<i64: 2>, padding = array<i64: 1>, dilation = array<i64: 1>, ceil_mode} : (tensor<2x3x8xf32>) -> tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}

// A mean of elements that are not padding divides by how many those are.
// CHECK-LABEL: func.func private @mean
// CHECK: linalg.generic
// CHECK: arith.addf
// CHECK: linalg.generic
// CHECK: arith.maxsi
// CHECK: arith.minsi
// CHECK: arith.divf
func.func private @mean(%x: tensor<2x3x8xf32> {fx.dims = affine_map<() -> (2, 3, 8)>}) -> tensor<2x3x4xf32> attributes {plan.kernel, plan.family = "pool"} {
  %0 = fx.avg_pool %x {kernel_size = array<i64: 3>, stride = array<i64: 2>, padding = array<i64: 1>, count_include_pad = false} : (tensor<2x3x8xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// Windows that tile the input evenly are those of an ordinary pool.
// CHECK-LABEL: func.func private @even
// CHECK-NOT: tensor.extract
// CHECK: linalg.generic
func.func private @even(%x: tensor<2x3x8xf32> {fx.dims = affine_map<() -> (2, 3, 8)>}) -> tensor<2x3x4xf32> attributes {plan.kernel, plan.family = "pool"} {
  %0 = fx.adaptive_avg_pool %x {output_size = array<i64: 4>} : (tensor<2x3x8xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// Of others, each has as many steps as the largest.
// CHECK-LABEL: func.func private @uneven
// CHECK: %[[STEPS:.*]] = tensor.empty() : tensor<4xf32>
// CHECK: linalg.generic {{.*}} ins(%[[STEPS]] :
// CHECK: scf.if
// CHECK: tensor.extract
func.func private @uneven(%x: tensor<2x3x8xf32> {fx.dims = affine_map<() -> (2, 3, 8)>}) -> tensor<2x3x3xf32> attributes {plan.kernel, plan.family = "pool"} {
  %0 = fx.adaptive_max_pool %x {output_size = array<i64: 3>} : (tensor<2x3x8xf32>) -> tensor<2x3x3xf32>
  return %0 : tensor<2x3x3xf32>
}

// One window of all is a sum of rows.
// CHECK-LABEL: func.func private @whole
// CHECK: linalg.generic {{.*}}"parallel", "parallel", "reduction", "reduction"]} ins(%{{.*}} : tensor<2x3x8x9xf32>)
// CHECK: tensor.expand_shape %{{.*}} {{\[}}[0], [1, 2, 3]]
func.func private @whole(%x: tensor<2x3x8x9xf32> {fx.dims = affine_map<() -> (2, 3, 8, 9)>}) -> tensor<2x3x1x1xf32> attributes {plan.kernel, plan.family = "pool"} {
  %0 = fx.adaptive_avg_pool %x {output_size = array<i64: 1, 1>} : (tensor<2x3x8x9xf32>) -> tensor<2x3x1x1xf32>
  return %0 : tensor<2x3x1x1xf32>
}

// CHECK-LABEL: func.func private @no_kernel
// CHECK: fx.max_pool
func.func private @no_kernel(%x: tensor<2x3x8xf32>) -> tensor<2x3x4xf32> {
  %0 = fx.max_pool %x {kernel_size = array<i64: 2>, stride = array<i64: 2>, padding = array<i64: 0>, dilation = array<i64: 1>} : (tensor<2x3x8xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}
