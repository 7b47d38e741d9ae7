// RUN: xcc-opt %s --schedule-host | FileCheck %s
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// CHECK-DAG: #[[$ZERO:.*]] = affine_map<() -> (0)>
// CHECK-DAG: #[[$EIGHT:.*]] = affine_map<() -> (8)>

// All dimensions are contiguous in all operands: one loop, cut into chunks.
// CHECK-LABEL: func.func private @joins_loops
// CHECK-SAME: memref<8x64x64xf32>
// CHECK-SAME: %{{.*}}: memref<?xi8>, %[[BEGIN:.*]]: index, %[[END:.*]]: index)
// CHECK-SAME: schedule.scratch_bytes = #[[$ZERO]]
// CHECK-SAME: schedule.work_items = #[[$EIGHT]]
// CHECK: scf.for %{{.*}} = %[[BEGIN]] to %[[END]]
// CHECK: scf.for
// CHECK-NOT: scf.for
// CHECK: arith.addf
// CHECK: memref.store
func.func private @joins_loops(%a: tensor<8x64x64xf32> {fx.dims = affine_map<() -> (8, 64, 64)>}, %b: tensor<8x64x64xf32> {fx.dims = affine_map<() -> (8, 64, 64)>}) -> tensor<8x64x64xf32> attributes {plan.kernel, plan.family = "map"} {
  %e = tensor.empty() : tensor<8x64x64xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%a, %b : tensor<8x64x64xf32>, tensor<8x64x64xf32>) outs(%e : tensor<8x64x64xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<8x64x64xf32>
  return %0 : tensor<8x64x64xf32>
}

// The bias is read once a row; reshapes leave no division in the inner loop.
// CHECK-LABEL: func.func private @reshape_and_bias
// CHECK: scf.for
// CHECK: scf.for
// CHECK: scf.for
// CHECK-NOT: arith.divui
// CHECK-NOT: arith.remui
// CHECK: memref.store
func.func private @reshape_and_bias(%a: tensor<?x768xf32> {fx.dims = affine_map<()[s0] -> (s0 * 128, 768)>}, %b: tensor<768xf32> {fx.dims = affine_map<()[s0] -> (768)>}, %n: index) -> tensor<?x128x768xf32> attributes {plan.kernel, plan.family = "map"} {
  %v = tensor.expand_shape %a [[0, 1], [2]] output_shape [%n, 128, 768] : tensor<?x768xf32> into tensor<?x128x768xf32>
  %e = tensor.empty(%n) : tensor<?x128x768xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (k)>, affine_map<(i, j, k) -> (i, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v, %b : tensor<?x128x768xf32>, tensor<768xf32>) outs(%e : tensor<?x128x768xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %s = arith.addf %x, %y : f32
    linalg.yield %s : f32
  } -> tensor<?x128x768xf32>
  return %0 : tensor<?x128x768xf32>
}

// A transpose goes in blocks: lines, blocks, and elements within.
// CHECK-LABEL: func.func private @transpose
// CHECK-SAME: schedule.work_items = #[[$EIGHT]]
// CHECK-COUNT-4: scf.for
func.func private @transpose(%a: tensor<512x256xf32> {fx.dims = affine_map<() -> (512, 256)>}) -> tensor<256x512xf32> attributes {plan.kernel, plan.family = "map"} {
  %e = tensor.empty() : tensor<256x512xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<512x256xf32>) outs(%e : tensor<256x512xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<256x512xf32>
  return %0 : tensor<256x512xf32>
}
