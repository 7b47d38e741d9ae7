// RUN: xcc-opt %s --schedule-host --cse --canonicalize | FileCheck %s
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// One nest an input, no branch.
// CHECK-LABEL: func.func private @cat
// CHECK-NOT: scf.if
// CHECK: memref.load
// CHECK: memref.store
// CHECK: memref.load
// CHECK: memref.store
func.func private @cat(%x: tensor<4x8xf32> {fx.dims = affine_map<() -> (4, 8)>}, %y: tensor<4x8xf32> {fx.dims = affine_map<() -> (4, 8)>}) -> tensor<4x16xf32> attributes {plan.kernel, plan.family = "copy"} {
  %0 = fx.cat %x, %y {dim = 1} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x16xf32>
  return %0 : tensor<4x16xf32>
}

// Padding is guarded, on the padded sides only.
// CHECK-LABEL: func.func private @pad
// CHECK: arith.cmpi sge
// CHECK-NOT: arith.cmpi
// CHECK: scf.if
func.func private @pad(%x: tensor<4x8xf32> {fx.dims = affine_map<() -> (4, 8)>}) -> tensor<4x10xf32> attributes {plan.kernel, plan.family = "copy"} {
  %0 = fx.pad %x {low = array<i64: 0, 2>, high = array<i64: 0, 0>} : (tensor<4x8xf32>) -> tensor<4x10xf32>
  return %0 : tensor<4x10xf32>
}

// Neighbouring results are accumulated side by side, with no test of bounds.
// CHECK-LABEL: func.func private @max_pool
// CHECK-NOT: scf.if
// CHECK: arith.maximumf
// CHECK-NEXT: memref.store
func.func private @max_pool(%x: tensor<1x2x8x8xf32> {fx.dims = affine_map<() -> (1, 2, 8, 8)>}) -> tensor<1x2x4x4xf32> attributes {plan.kernel, plan.family = "pool"} {
  %0 = fx.max_pool %x {kernel_size = array<i64: 3, 3>, stride = array<i64: 2, 2>, padding = array<i64: 1, 1>, dilation = array<i64: 1, 1>} : (tensor<1x2x8x8xf32>) -> tensor<1x2x4x4xf32>
  return %0 : tensor<1x2x4x4xf32>
}

// f32 runs in f64, along four rows at a time.
// CHECK-LABEL: func.func private @cumsum
// CHECK: iter_args({{.*}}) -> (f64, f64, f64, f64)
// CHECK: arith.addf %{{.*}} : f64
func.func private @cumsum(%x: tensor<4x8xf32> {fx.dims = affine_map<() -> (4, 8)>}) -> tensor<4x8xf32> attributes {plan.kernel, plan.family = "scan"} {
  %0 = fx.cumsum %x {dim = 1} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// Along an outer dimension the columns carry their totals in private memory.
// CHECK-LABEL: func.func private @cumsum_of_columns
// CHECK: memref.view
// CHECK-NOT: iter_args
func.func private @cumsum_of_columns(%x: tensor<4x8xf32> {fx.dims = affine_map<() -> (4, 8)>}) -> tensor<4x8xf32> attributes {plan.kernel, plan.family = "scan"} {
  %0 = fx.cumsum %x {dim = 0} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// Keys of 64 bits are merged: the right one is taken only if it is strictly before.
// CHECK-LABEL: func.func private @sort_of_wide_keys
// CHECK: scf.while
// CHECK: arith.cmpi slt, %[[RIGHT:.*]], %[[LEFT:.*]] : i64
func.func private @sort_of_wide_keys(%x: tensor<4x8xi64> {fx.dims = affine_map<() -> (4, 8)>}) -> (tensor<4x8xi64>, tensor<4x8xi64>) attributes {plan.kernel, plan.family = "sort"} {
  %0:2 = fx.sort %x {dim = 1} : (tensor<4x8xi64>) -> (tensor<4x8xi64>, tensor<4x8xi64>)
  return %0#0, %0#1 : tensor<4x8xi64>, tensor<4x8xi64>
}

// Few words of key and index are put into a list, each behind what precedes it.
// CHECK-LABEL: func.func private @sort_of_short_rows
// CHECK: arith.shli %{{.*}}, %{{.*}} : i64
// CHECK: scf.while
// CHECK: arith.cmpi ult, %{{.*}}, %{{.*}} : i64
func.func private @sort_of_short_rows(%x: tensor<4x8xi32> {fx.dims = affine_map<() -> (4, 8)>}) -> (tensor<4x8xi32>, tensor<4x8xi64>) attributes {plan.kernel, plan.family = "sort"} {
  %0:2 = fx.sort %x {dim = 1} : (tensor<4x8xi32>) -> (tensor<4x8xi32>, tensor<4x8xi64>)
  return %0#0, %0#1 : tensor<4x8xi32>, tensor<4x8xi64>
}

// Many go byte by byte; keys of bf16 differ in two of four.
// CHECK-LABEL: func.func private @sort_of_long_rows
// CHECK-NOT: scf.while
// CHECK: memref.view {{.*}} to memref<512xi32>
// CHECK-NOT: scf.while
func.func private @sort_of_long_rows(%x: tensor<4x800xbf16> {fx.dims = affine_map<() -> (4, 800)>}) -> (tensor<4x800xbf16>, tensor<4x800xi64>) attributes {plan.kernel, plan.family = "sort"} {
  %0:2 = fx.sort %x {dim = 1} : (tensor<4x800xbf16>) -> (tensor<4x800xbf16>, tensor<4x800xi64>)
  return %0#0, %0#1 : tensor<4x800xbf16>, tensor<4x800xi64>
}

// topk asks of each block whether anything in it comes before the last it has.
// CHECK-LABEL: func.func private @topk_of_few
// CHECK: arith.minui
// CHECK: arith.cmpi ule
// CHECK: scf.if
// CHECK: scf.while
func.func private @topk_of_few(%x: tensor<4x800xf32> {fx.dims = affine_map<() -> (4, 800)>}) -> (tensor<4x5xf32>, tensor<4x5xi64>) attributes {plan.kernel, plan.family = "sort"} {
  %0:2 = fx.topk %x {k = 5, dim = 1} : (tensor<4x800xf32>) -> (tensor<4x5xf32>, tensor<4x5xi64>)
  return %0#0, %0#1 : tensor<4x5xf32>, tensor<4x5xi64>
}

// Work items are the lines that no update crosses.
// CHECK-LABEL: func.func private @scatter_add
// CHECK: memref.store
// CHECK: arith.addf
// CHECK-NEXT: memref.store
func.func private @scatter_add(%x: tensor<4x8xf32> {fx.dims = affine_map<() -> (4, 8)>}, %i: tensor<4x8xi64> {fx.dims = affine_map<() -> (4, 8)>}, %s: tensor<4x8xf32> {fx.dims = affine_map<() -> (4, 8)>}) -> tensor<4x8xf32> attributes {plan.kernel, plan.family = "scatter"} {
  %0 = fx.scatter %x, %i, %s {dim = 0, reduce = "sum"} : (tensor<4x8xf32>, tensor<4x8xi64>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// The largest first, then the first place that holds it.
// CHECK-LABEL: func.func private @argmax
// CHECK: arith.maxsi
// CHECK: arith.cmpi eq
// CHECK: arith.select
// CHECK: arith.minsi
// CHECK: arith.index_cast %{{.*}} : index to i64
func.func private @argmax(%x: tensor<4x8xi32> {fx.dims = affine_map<() -> (4, 8)>}) -> tensor<4xi64> attributes {plan.kernel, plan.family = "reduce"} {
  %0 = fx.argmax %x {dim = 1} : (tensor<4x8xi32>) -> tensor<4xi64>
  return %0 : tensor<4xi64>
}
