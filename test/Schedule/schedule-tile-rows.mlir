// RUN: xcc-opt %s --schedule-tile=device=sm_80 --canonicalize --cse | FileCheck %s
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Operations along one dimension: scans, sorts, scatters.

// Totals of 1, 2, 4... elements upwards, what lies before each downwards; f16
// is added up in f32. Three long rows are cut into parts: a launch leaves their
// totals, the next one adds up those before its own and goes on from there.
// CHECK-LABEL: func.func private @cumsum(
// CHECK-SAME: schedule.next = @cumsum_sums
// CHECK-NOT: tile.exchange
// CHECK: tile.store %{{.*}} : tensor<1xf32{{.*}} -> memref<24xf32>
// CHECK-LABEL: func.func private @cumsum_sums(
// CHECK: %[[BEFORE:.*]] = scf.for {{.*}} -> (tensor<1xf32
// CHECK: tile.load {{.*}} : memref<24xf32>
// CHECK: scf.for {{.*}} iter_args(%[[TOTAL:.*]] = %{{.*}}) -> (tensor<1xf32
// CHECK: %[[X:.*]] = tile.load {{.*}} -> tensor<4096xf16
// CHECK: %[[WIDE:.*]] = arith.extf
// CHECK: %[[TERMS:.*]] = arith.select %{{.*}}, %[[WIDE]]
// CHECK: tile.exchange %[[TERMS]] axis 0 distance 1
// CHECK: %[[PAIRS:.*]] = tile.reshape %[[TERMS]] {{.*}} -> tensor<2048x2xf32
// CHECK: tile.reduce(%[[PAIRS]]) axis 1
// CHECK: tile.exchange %{{.*}} axis 0 distance 1 : tensor<2xf32
// CHECK: arith.addf %[[TOTAL]], %{{.*}} : tensor<1xf32
// CHECK: arith.truncf %{{.*}} to tensor<4096xf16
// CHECK: tile.store
// CHECK: scf.yield
func.func private @cumsum(%x: tensor<3x40000xf16> {fx.dims = affine_map<() -> (3, 40000)>}) -> tensor<3x40000xf16> attributes {plan.kernel, plan.family = "scan"} {
  %0 = fx.cumsum %x {dim = 1} : (tensor<3x40000xf16>) -> tensor<3x40000xf16>
  return %0 : tensor<3x40000xf16>
}

// One element is its own total.
// CHECK-LABEL: func.func private @cumprod_of_one
// CHECK-NOT: tile.exchange
// CHECK: tile.store
func.func private @cumprod_of_one(%x: tensor<3x1xf32> {fx.dims = affine_map<() -> (3, 1)>}) -> tensor<3x1xf32> attributes {plan.kernel, plan.family = "scan"} {
  %0 = fx.cumprod %x {dim = 1} : (tensor<3x1xf32>) -> tensor<3x1xf32>
  return %0 : tensor<3x1xf32>
}

// Key and place in one number of 64 bits: no two are the same. Runs of 2, 4, 8;
// 3 + 2 + 1 exchanges. The values are fetched from their places.
// CHECK-LABEL: func.func private @sort
// CHECK: arith.bitcast %{{.*}} : tensor<{{.*}}xf32, {{.*}} to tensor<{{.*}}xi32
// CHECK: arith.shli
// CHECK: arith.ori
// CHECK-COUNT-6: tile.exchange {{.*}}xi64
// CHECK-NOT: tile.exchange
// CHECK: %[[PLACES:.*]] = arith.andi
// CHECK: tile.load %{{.*}} indices
// CHECK: tile.store %{{.*}} : {{.*}} -> memref<?xf32>
// CHECK: tile.store %{{.*}} : {{.*}} -> memref<?xi64>
func.func private @sort(%x: tensor<4x7xf32> {fx.dims = affine_map<() -> (4, 7)>}) -> (tensor<4x7xf32>, tensor<4x7xi64>) attributes {plan.kernel, plan.family = "sort"} {
  %0:2 = fx.sort %x {dim = 1} : (tensor<4x7xf32>) -> (tensor<4x7xf32>, tensor<4x7xi64>)
  return %0#0, %0#1 : tensor<4x7xf32>, tensor<4x7xi64>
}

// Four parts of 1024, two passes, each a launch; keys of 64 bits have their
// places beside them.
// CHECK-LABEL: func.func private @topk_of_long_rows(
// CHECK-SAME: schedule.next = @topk_of_long_rows_merge
// CHECK-COUNT-2: tile.store {{.*}} -> memref<8192xi64>
// CHECK-LABEL: func.func private @topk_of_long_rows_merge(
// CHECK: scf.for
// CHECK: tile.store {{.*}} indices
// CHECK-LABEL: func.func private @topk_of_long_rows_merge2(
// CHECK-SAME: schedule.next = @topk_of_long_rows_store
// CHECK-LABEL: func.func private @topk_of_long_rows_store(
func.func private @topk_of_long_rows(%x: tensor<4096xi64> {fx.dims = affine_map<() -> (4096)>}) -> (tensor<5xi64>, tensor<5xi64>) attributes {plan.kernel, plan.family = "sort"} {
  %0:2 = fx.topk %x {k = 5, dim = 0} : (tensor<4096xi64>) -> (tensor<5xi64>, tensor<5xi64>)
  return %0#0, %0#1 : tensor<5xi64>, tensor<5xi64>
}

// Nobody knows how many passes: a block makes those that its row needs.
// CHECK-LABEL: func.func private @sort_of_unknown_rows_merge
// CHECK: scf.for
// CHECK: scf.if
// CHECK: tile.barrier
func.func private @sort_of_unknown_rows(%x: tensor<?xf16> {fx.dims = affine_map<()[s0] -> (s0)>}, %n: index) -> (tensor<?xf16>, tensor<?xi64>) attributes {plan.kernel, plan.family = "sort"} {
  %0:2 = fx.sort %x {dim = 0} : (tensor<?xf16>) -> (tensor<?xf16>, tensor<?xi64>)
  return %0#0, %0#1 : tensor<?xf16>, tensor<?xi64>
}

// Each element goes through all indices in order and takes those that name it;
// sums of f16 round each time, as updates in memory do.
// CHECK-LABEL: func.func private @scatter
// CHECK: %[[OWN:.*]] = tile.load
// CHECK: scf.for {{.*}} iter_args(%[[BEFORE:.*]] = %[[OWN]]
// CHECK: %[[HIT:.*]] = arith.cmpi eq
// CHECK: %[[NEXT:.*]] = arith.addf %[[BEFORE]], %{{.*}} : tensor<{{.*}}xf16
// CHECK: arith.select %[[HIT]], %[[NEXT]], %[[BEFORE]]
// CHECK: tile.store
func.func private @scatter(%x: tensor<8x16xf16> {fx.dims = affine_map<() -> (8, 16)>}, %i: tensor<5x16xi64> {fx.dims = affine_map<() -> (5, 16)>}, %s: tensor<5x16xf16> {fx.dims = affine_map<() -> (5, 16)>}) -> tensor<8x16xf16> attributes {plan.kernel, plan.family = "scatter"} {
  %0 = fx.scatter %x, %i, %s {dim = 0, reduce = "sum"} : (tensor<8x16xf16>, tensor<5x16xi64>, tensor<5x16xf16>) -> tensor<8x16xf16>
  return %0 : tensor<8x16xf16>
}

// CHECK-LABEL: func.func private @index_put
// CHECK: scf.for
// CHECK-COUNT-2: arith.cmpi eq
// CHECK: arith.andi
func.func private @index_put(%x: tensor<4x5x6xf32> {fx.dims = affine_map<() -> (4, 5, 6)>}, %v: tensor<3x6xf32> {fx.dims = affine_map<() -> (3, 6)>}, %i: tensor<3xi64> {fx.dims = affine_map<() -> (3)>}, %j: tensor<3xi64> {fx.dims = affine_map<() -> (3)>}) -> tensor<4x5x6xf32> attributes {plan.kernel, plan.family = "scatter"} {
  %0 = fx.index_put %x, %v, %i, %j {dims = array<i64: 0, 1>} : (tensor<4x5x6xf32>, tensor<3x6xf32>, tensor<3xi64>, tensor<3xi64>) -> tensor<4x5x6xf32>
  return %0 : tensor<4x5x6xf32>
}
