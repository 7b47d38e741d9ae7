// RUN: xcc-tile-opt %s --lower-tile-test --split-input-file --verify-diagnostics | FileCheck %s
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Four lanes a warp. Neighbours are in the other register: nothing moves.
#row = #tile.layout<{register = [[1], [2]], lane = [[4], [8]], warp = [[16]]}>

// CHECK-LABEL: llvm.func @registers
// CHECK-NOT: shuffle
// CHECK: %[[FOUR:.*]] = llvm.call @load_4xf32
// CHECK-DAG: %[[A:.*]] = vector.extract %[[FOUR]][0]
// CHECK-DAG: %[[B:.*]] = vector.extract %[[FOUR]][1]
// CHECK-DAG: %[[C:.*]] = vector.extract %[[FOUR]][2]
// CHECK-DAG: %[[D:.*]] = vector.extract %[[FOUR]][3]
// CHECK: vector.from_elements %[[B]], %[[A]], %[[D]], %[[C]]
func.func @registers(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<32xf32, #row>
  %u = tile.exchange %t axis 0 distance 1 : tensor<32xf32, #row>
  tile.store %u, %y affine_map<(d0) -> (d0)> : tensor<32xf32, #row> -> memref<?xf32>
  return
}

// CHECK-LABEL: llvm.func @lanes
// CHECK-COUNT-4: llvm.call @shuffle_xor
// CHECK-NOT: shuffle
// CHECK-NOT: barrier
func.func @lanes(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<32xf32, #row>
  %u = tile.exchange %t axis 0 distance 8 : tensor<32xf32, #row>
  tile.store %u, %y affine_map<(d0) -> (d0)> : tensor<32xf32, #row> -> memref<?xf32>
  return
}

// The same number in two registers moves once.
// CHECK-LABEL: llvm.func @same_registers
// CHECK-COUNT-1: llvm.call @shuffle_xor
// CHECK-NOT: shuffle
func.func @same_registers(%y: memref<?xi32>, %n: index) attributes {schedule.threads = 8 : i64} {
  %x = arith.index_cast %n : index to i32
  %t = tile.splat %x : tensor<32xi32, #row>
  %u = tile.exchange %t axis 0 distance 8 : tensor<32xi32, #row>
  tile.store %u, %y affine_map<(d0) -> (d0)> : tensor<32xi32, #row> -> memref<?xi32>
  return
}

// Each thread's four registers at its number, those of the other warp's thread
// read back.
// CHECK-LABEL: llvm.func @warps
// CHECK: %[[THREAD:.*]] = llvm.call @thread_id
// CHECK: %[[OTHER:.*]] = arith.xori %[[THREAD]], %{{.*}} : i32
// CHECK: llvm.call @barrier
// CHECK-COUNT-4: llvm.store
// CHECK: llvm.call @barrier
// CHECK: llvm.getelementptr %{{.*}}[%[[OTHER]]]
// CHECK-COUNT-4: llvm.load
// CHECK-NOT: barrier
func.func @warps(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64, schedule.shared_bytes = 128 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<32xf32, #row>
  %u = tile.exchange %t axis 0 distance 16 {offset = 0 : i64} : tensor<32xf32, #row>
  tile.store %u, %y affine_map<(d0) -> (d0)> : tensor<32xf32, #row> -> memref<?xf32>
  return
}

// -----

#row = #tile.layout<{register = [[1], [2]], lane = [[4], [8]], warp = [[16]]}>
func.func @without_offset(%x: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<32xf32, #row>
  // expected-error @below {{across warps expects an offset, which allocate-shared gives}}
  %u = tile.exchange %t axis 0 distance 16 : tensor<32xf32, #row>
  tile.store %u, %x affine_map<(d0) -> (d0)> : tensor<32xf32, #row> -> memref<?xf32>
  return
}
