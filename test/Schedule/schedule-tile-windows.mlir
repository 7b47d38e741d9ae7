// RUN: xcc-opt %s --expand-windows --schedule-tile=device=sm_80 --canonicalize --cse | FileCheck %s
// RUN: xcc-opt %s --expand-windows --schedule-tile=device=gfx942 --canonicalize --cse | FileCheck %s --check-prefix=REGISTER
// RUN: xcc-opt %s --expand-windows --schedule-tile=device=pvc --canonicalize --cse | FileCheck %s --check-prefix=DIRECT
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The weights are copied as they lie. Pixels are loaded on their way to shared
// memory; what is beyond the edges is masked by the bounds, not selected. The
// bias is added to the sums, which are rounded once.
// CHECK-DAG: #[[$PIXELS:.*]] = affine_map<(d0, d1)[s0, s1, s2] -> ((((d0 + s1 * 32) floordiv 3) floordiv 3) * 1024 + s0 * 16384 + s2 * 64 + (((d0 + s1 * 32) floordiv 3) mod 3) * 32 + d1 + (d0 + s1 * 32) mod 3 - 33)>
// CHECK-LABEL: func.func private @window
// CHECK: scf.for
// CHECK: tile.async_copy %arg1[
// CHECK: %[[PIXELS:.*]] = tile.load %arg0[{{.*}}] #[[$PIXELS]] bounds
// CHECK-NOT: arith.select {{.*}}tensor
// CHECK: tile.dot {{.*}} instruction "mma.m16n8k16.f32.f16"
// CHECK: tile.shared_store %[[PIXELS]]
// CHECK: }
// CHECK: tile.load %arg2[
// CHECK: arith.addf
// CHECK: arith.truncf
// CHECK: tile.store
// REGISTER-LABEL: func.func private @window
// REGISTER: scf.for
// REGISTER: tile.load %arg0
// REGISTER: tile.dot {{.*}} instruction "mfma
// DIRECT-LABEL: func.func private @window
// DIRECT: scf.for
// DIRECT: tile.load %arg0
// DIRECT-NOT: tile.alloc_shared
// DIRECT: tile.dot {{.*}} instruction "dpas
func.func private @window(%x: tensor<2x16x32x32xf16> {fx.dims = affine_map<() -> (2, 16, 32, 32)>}, %w: tensor<64x16x3x3xf16> {fx.dims = affine_map<() -> (64, 16, 3, 3)>}, %b: tensor<64xf16> {fx.dims = affine_map<() -> (64)>}) -> tensor<2x64x32x32xf16> attributes {plan.kernel, plan.family = "convolution"} {
  %0 = fx.convolution %x, %w, %b {stride = array<i64: 1, 1>, padding = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<2x16x32x32xf16>, tensor<64x16x3x3xf16>, tensor<64xf16>) -> tensor<2x64x32x32xf16>
  return %0 : tensor<2x64x32x32xf16>
}

// Without a window an image is a matrix: both operands are copied.
// CHECK-LABEL: func.func private @pointwise
// CHECK: tile.async_copy %arg1[
// CHECK: tile.async_copy %arg0[
// CHECK-NOT: tile.load
// CHECK: tile.dot
// CHECK: tile.store
func.func private @pointwise(%x: tensor<2x64x32x32xf16> {fx.dims = affine_map<() -> (2, 64, 32, 32)>}, %w: tensor<64x64x1x1xf16> {fx.dims = affine_map<() -> (64, 64, 1, 1)>}) -> tensor<2x64x32x32xf16> attributes {plan.kernel, plan.family = "convolution"} {
  %0 = fx.convolution %x, %w {stride = array<i64: 1, 1>, padding = array<i64: 0, 0>, dilation = array<i64: 1, 1>} : (tensor<2x64x32x32xf16>, tensor<64x64x1x1xf16>) -> tensor<2x64x32x32xf16>
  return %0 : tensor<2x64x32x32xf16>
}

// A channel alone is no work for a matrix unit.
// CHECK-LABEL: func.func private @depthwise
// CHECK: scf.for {{.*}} to %c9
// CHECK: %[[X:.*]] = tile.load %arg0[{{.*}}] {{.*}} bounds
// CHECK-NOT: arith.select
// CHECK: arith.mulf %{{.*}}, %[[X]]
// CHECK-NOT: tile.dot
// CHECK: tile.store
func.func private @depthwise(%x: tensor<2x64x32x32xf32> {fx.dims = affine_map<() -> (2, 64, 32, 32)>}, %w: tensor<64x1x3x3xf32> {fx.dims = affine_map<() -> (64, 1, 3, 3)>}) -> tensor<2x64x32x32xf32> attributes {plan.kernel, plan.family = "convolution"} {
  %0 = fx.convolution %x, %w {stride = array<i64: 1, 1>, padding = array<i64: 1, 1>, dilation = array<i64: 1, 1>, groups = 64 : i64} : (tensor<2x64x32x32xf32>, tensor<64x1x3x3xf32>) -> tensor<2x64x32x32xf32>
  return %0 : tensor<2x64x32x32xf32>
}

// Minus infinity is around the image.
// CHECK-LABEL: func.func private @pool
// CHECK: scf.for
// CHECK: %[[X:.*]] = tile.load %arg0[{{.*}}] {{.*}} bounds
// CHECK: arith.select %{{.*}}, %[[X]]
// CHECK: arith.maximumf
// CHECK: tile.store
func.func private @pool(%x: tensor<2x64x32x32xf32> {fx.dims = affine_map<() -> (2, 64, 32, 32)>}) -> tensor<2x64x16x16xf32> attributes {plan.kernel, plan.family = "pool"} {
  %0 = fx.max_pool %x {kernel_size = array<i64: 3, 3>, stride = array<i64: 2, 2>, padding = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<2x64x32x32xf32>) -> tensor<2x64x16x16xf32>
  return %0 : tensor<2x64x16x16xf32>
}

// The window of all is a row that threads share out.
// CHECK-LABEL: func.func private @global
// CHECK: tile.load %arg0
// CHECK: tile.reduce
// CHECK: tile.store
func.func private @global(%x: tensor<2x64x32x32xf32> {fx.dims = affine_map<() -> (2, 64, 32, 32)>}) -> tensor<2x64x1x1xf32> attributes {plan.kernel, plan.family = "pool"} {
  %0 = fx.adaptive_avg_pool %x {output_size = array<i64: 1, 1>} : (tensor<2x64x32x32xf32>) -> tensor<2x64x1x1xf32>
  return %0 : tensor<2x64x1x1xf32>
}

