// RUN: xcc-opt %s --schedule-host --canonicalize --cse --split-input-file | FileCheck %s

// The weights are the rows, as they lie; the input's rows are copied with their
// padding, and from there panels of 32 pixels.

// CHECK-LABEL: func.func private @padded(
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<1x8x20x20xf32>
// CHECK-SAME: %[[W:[a-z0-9]+]]: memref<64x8x3x3xf32>
// CHECK-NOT: schedule.prepare
// CHECK: %[[WEIGHTS:.*]] = memref.reinterpret_cast %[[W]]
// CHECK: vector.load %{{.*}} : memref<{{[0-9]+}}xf32>, vector<8xf32>
// CHECK: vector.store
// CHECK: memref.cast %[[WEIGHTS]]
// CHECK: call @micro_f32_f32
func.func private @padded(%x: tensor<1x8x20x20xf32> {fx.dims = affine_map<() -> (1, 8, 20, 20)>}, %w: tensor<64x8x3x3xf32> {plan.weight, fx.dims = affine_map<() -> (64, 8, 3, 3)>}) -> tensor<1x64x20x20xf32> attributes {plan.kernel, plan.family = "convolution"} {
  %r = fx.convolution %x, %w {stride = array<i64: 1, 1>, padding = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x8x20x20xf32>, tensor<64x8x3x3xf32>) -> tensor<1x64x20x20xf32>
  return %r : tensor<1x64x20x20xf32>
}

// -----

// A pointwise one is a product of matrices: no padded rows, pixels go from the
// input into panels line by line.

// CHECK-LABEL: func.func private @pointwise(
// CHECK: %[[X:.+]] = memref.reinterpret_cast %arg0
// CHECK-NOT: vector.load
// CHECK: vector.load %[[X]]
// CHECK: memref.prefetch %[[X]]
// CHECK: call @micro_f32_f32
func.func private @pointwise(%x: tensor<1x8x20x20xf32> {fx.dims = affine_map<() -> (1, 8, 20, 20)>}, %w: tensor<64x8x1x1xf32> {plan.weight, fx.dims = affine_map<() -> (64, 8, 1, 1)>}) -> tensor<1x64x20x20xf32> attributes {plan.kernel, plan.family = "convolution"} {
  %r = fx.convolution %x, %w {stride = array<i64: 1, 1>, padding = array<i64: 0, 0>, dilation = array<i64: 1, 1>} : (tensor<1x8x20x20xf32>, tensor<64x8x1x1xf32>) -> tensor<1x64x20x20xf32>
  return %r : tensor<1x64x20x20xf32>
}
