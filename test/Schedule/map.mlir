// RUN: xcc-opt %s --schedule-host | FileCheck %s
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// CHECK-DAG: #[[$ZERO:.*]] = affine_map<() -> (0)>
// CHECK-DAG: #[[$EIGHT:.*]] = affine_map<() -> (8)>
// CHECK-DAG: #[[$FOUR:.*]] = affine_map<() -> (4)>

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

// A transpose goes in blocks of 64 lines, each turned in registers before its
// elements are computed.
// CHECK-LABEL: func.func private @transpose
// CHECK-SAME: schedule.work_items = #[[$FOUR]]
// CHECK: vector.load {{.*}} vector<8xf32>
// CHECK: vector.shuffle
// CHECK: vector.store {{.*}} memref<4608xf32>, vector<8xf32>
// CHECK: memref.load {{.*}} memref<4608xf32>
// CHECK: memref.store
func.func private @transpose(%a: tensor<512x256xf32> {fx.dims = affine_map<() -> (512, 256)>}) -> tensor<256x512xf32> attributes {plan.kernel, plan.family = "map"} {
  %e = tensor.empty() : tensor<256x512xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<512x256xf32>) outs(%e : tensor<256x512xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<256x512xf32>
  return %0 : tensor<256x512xf32>
}

// A large result is stored past the caches where it begins at a line of memory.
// CHECK-LABEL: func.func private @streams
// CHECK: memref.extract_aligned_pointer_as_index
// CHECK: scf.if
// CHECK: memref.store {{.*}} {nontemporal = true}
// CHECK: else
// CHECK-NOT: nontemporal
func.func private @streams(%a: tensor<2097152xf32> {fx.dims = affine_map<() -> (2097152)>}) -> tensor<2097152xf32> attributes {plan.kernel, plan.family = "map"} {
  %e = tensor.empty() : tensor<2097152xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]} ins(%a : tensor<2097152xf32>) outs(%e : tensor<2097152xf32>) {
  ^bb0(%x: f32, %o: f32):
    %s = arith.addf %x, %x : f32
    linalg.yield %s : f32
  } -> tensor<2097152xf32>
  return %0 : tensor<2097152xf32>
}

// Lines that do not begin at one are stored as usual.
// CHECK-LABEL: func.func private @does_not_stream
// CHECK-NOT: nontemporal
// CHECK: return
func.func private @does_not_stream(%a: tensor<1x4095xf32> {fx.dims = affine_map<() -> (1, 4095)>}) -> tensor<1024x4095xf32> attributes {plan.kernel, plan.family = "map"} {
  %e = tensor.empty() : tensor<1024x4095xf32>
  %0 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (0, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<1x4095xf32>) outs(%e : tensor<1024x4095xf32>) {
  ^bb0(%x: f32, %o: f32):
    linalg.yield %x : f32
  } -> tensor<1024x4095xf32>
  return %0 : tensor<1024x4095xf32>
}
