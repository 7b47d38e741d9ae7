// RUN: xcc-tile-opt %s --lower-tile-test | FileCheck %s
// RUN: xcc-tile-opt %s --lower-tile-test="async fragments" | FileCheck %s --check-prefix=DEVICE

#held = #tile.layout<{register = [[0, 1], [0, 2]], lane = [[0, 4], [1, 0]], warp = [[0, 8]]}>
#rows = #tile.layout<{register = [], lane = [[0], [1]], warp = [[0]]}>
#in_thread = #tile.layout<{register = [[0, 1], [0, 2]], lane = [[1, 0], [2, 0]], warp = [[4, 0]]}>
#in_thread_rows = #tile.layout<{register = [], lane = [[1], [2]], warp = [[4]]}>
#plain = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0]]}>
#swizzled = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 4]]}>

// Registers alone: a tree of three sums, no shuffle, no barrier.
// CHECK-LABEL: llvm.func @within_a_thread
// CHECK-COUNT-3: arith.addf
// CHECK-NOT: arith.addf
// CHECK-NOT: call @shuffle_xor
// CHECK-NOT: call @barrier
func.func @within_a_thread(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0, d1) -> (d0 * 4 + d1)> : memref<?xf32> -> tensor<8x4xf32, #in_thread>
  %s = tile.reduce (%t) axis 1 : (tensor<8x4xf32, #in_thread>) -> tensor<8xf32, #in_thread_rows> {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %a, %b : f32
    tile.yield %c : f32
  }
  tile.store %s, %y affine_map<(d0) -> (d0)> : tensor<8xf32, #in_thread_rows> -> memref<?xf32>
  return
}

// Registers, then lane bit 0, then the warps: one lane of the two writes, one
// number a row and warp; the second warp's lie behind the first's.
// CHECK-LABEL: llvm.func @across_warps
// CHECK-COUNT-3: arith.addf
// CHECK: llvm.call @shuffle_xor(%{{.*}}, %c1
// CHECK: arith.addf
// CHECK-NOT: shuffle_xor
// CHECK: llvm.call @barrier
// CHECK: scf.if
// CHECK-COUNT-1: llvm.store {{.*}} : f32, !llvm.ptr<3>
// CHECK: llvm.call @barrier
// CHECK-COUNT-2: llvm.load {{.*}} : !llvm.ptr<3> -> f32
// CHECK: arith.addf
func.func @across_warps(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64, schedule.shared_bytes = 16 : i64} {
  %t = tile.load %x affine_map<(d0, d1) -> (d0 * 16 + d1)> : memref<?xf32> -> tensor<2x16xf32, #held>
  %s = tile.reduce (%t) axis 1 {offset = 0 : i64} : (tensor<2x16xf32, #held>) -> tensor<2xf32, #rows> {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %a, %b : f32
    tile.yield %c : f32
  }
  tile.store %s, %y affine_map<(d0) -> (d0)> : tensor<2xf32, #rows> -> memref<?xf32>
  return
}

// Two numbers at once; a 64-bit one is shuffled in halves, a narrow one widened.
// CHECK-LABEL: llvm.func @pairs
// CHECK-COUNT-3: llvm.call @shuffle_xor
// CHECK: arith.select
func.func @pairs(%x: memref<?xf16>) attributes {schedule.threads = 8 : i64, schedule.shared_bytes = 64 : i64} {
  %t = tile.load %x affine_map<(d0, d1) -> (d0 * 16 + d1)> : memref<?xf16> -> tensor<2x16xf16, #held>
  %i = tile.index affine_map<(d0, d1) -> (d1)> : tensor<2x16xi64, #held>
  %s:2 = tile.reduce (%t, %i) axis 1 {offset = 0 : i64} : (tensor<2x16xf16, #held>, tensor<2x16xi64, #held>)
      -> (tensor<2xf16, #rows>, tensor<2xi64, #rows>) {
  ^bb0(%a: f16, %ia: i64, %b: f16, %ib: i64):
    %g = arith.cmpf ogt, %a, %b : f16
    %v = arith.select %g, %a, %b : f16
    %j = arith.select %g, %ia, %ib : i64
    tile.yield %v, %j : f16, i64
  }
  return
}

// Stores and loads of 16 bytes, at the slice of the stage; the swizzle is one
// more mask and shift.
// CHECK-LABEL: llvm.func @shared
// CHECK: %[[BASE:.*]] = llvm.call @shared_base(%{{.*}}) : (i32) -> !llvm.ptr<3>
// CHECK: llvm.getelementptr %[[BASE]]
// CHECK: arith.xori
// CHECK: llvm.store %{{.*}} {alignment = 16 : i64} : vector<4xf32>, !llvm.ptr<3>
// CHECK: llvm.call @barrier
// CHECK: llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr<3> -> vector<4xf32>
func.func @shared(%x: memref<?xf32>, %y: memref<?xf32>, %stage: index) attributes {schedule.threads = 8 : i64, schedule.shared_bytes = 256 : i64} {
  %s = tile.alloc_shared {offset = 0 : i64} : !tile.shared<2x2x16xf32, #swizzled>
  %slice = tile.slice %s[%stage] : !tile.shared<2x2x16xf32, #swizzled> -> !tile.shared<2x16xf32, #swizzled>
  %t = tile.load %x affine_map<(d0, d1) -> (d0 * 16 + d1)> : memref<?xf32> -> tensor<2x16xf32, #held>
  tile.shared_store %t, %slice : tensor<2x16xf32, #held> -> !tile.shared<2x16xf32, #swizzled>
  tile.barrier
  %u = tile.shared_load %slice : !tile.shared<2x16xf32, #swizzled> -> tensor<2x16xf32, #held>
  tile.store %u, %y affine_map<(d0, d1) -> (d0 * 16 + d1)> : tensor<2x16xf32, #held> -> memref<?xf32>
  return
}

// In the background where the device can, else at once: the same places.
// CHECK-LABEL: llvm.func @copies
// CHECK-NOT: async
// CHECK: %[[FOUR:.*]] = llvm.call @load_4xf32
// CHECK: llvm.store %[[FOUR]], %{{.*}} {alignment = 16 : i64}
// DEVICE-LABEL: llvm.func @copies
// DEVICE: llvm.call @async_copy(%{{.*}}, %{{.*}}, %c16{{.*}}) : (!llvm.ptr<3>, !llvm.ptr<1>, i32)
// DEVICE: llvm.call @async_commit
// DEVICE: llvm.call @async_wait(%c0
func.func @copies(%x: memref<?xf32>) attributes {schedule.threads = 8 : i64, schedule.shared_bytes = 128 : i64} {
  %s = tile.alloc_shared {offset = 0 : i64} : !tile.shared<2x16xf32, #plain>
  tile.async_copy %x affine_map<(d0, d1) -> (d0 * 16 + d1)> -> %s : memref<?xf32> -> !tile.shared<2x16xf32, #plain> as #held
  tile.async_commit
  tile.async_wait pending 0
  return
}

// A conversion within the thread moves nothing.
// CHECK-LABEL: llvm.func @converts
// CHECK: %[[FOUR:.*]] = llvm.call @load_4xf32
// CHECK-DAG: %[[A:.*]] = vector.extract %[[FOUR]][0]
// CHECK-DAG: %[[B:.*]] = vector.extract %[[FOUR]][1]
// CHECK-DAG: %[[C:.*]] = vector.extract %[[FOUR]][2]
// CHECK-DAG: %[[D:.*]] = vector.extract %[[FOUR]][3]
// CHECK: llvm.call @store_f32(%[[A]],
// CHECK: llvm.call @store_f32(%[[C]],
// CHECK: llvm.call @store_f32(%[[B]],
// CHECK: llvm.call @store_f32(%[[D]],
#swapped = #tile.layout<{register = [[0, 2], [0, 1]], lane = [[0, 4], [1, 0]], warp = [[0, 8]]}>
func.func @converts(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0, d1) -> (d0 * 16 + d1)> : memref<?xf32> -> tensor<2x16xf32, #held>
  %u = tile.convert_layout %t : tensor<2x16xf32, #held> -> tensor<2x16xf32, #swapped>
  tile.store %u, %y affine_map<(d0, d1) -> (d0 * 16 + d1 * 3)> : tensor<2x16xf32, #swapped> -> memref<?xf32>
  return
}
