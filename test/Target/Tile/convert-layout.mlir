// RUN: xcc-tile-opt %s --lower-tile-test | FileCheck %s

// Four lanes a warp.
#row = #tile.layout<{register = [[1], [2]], lane = [[4], [8]], warp = [[16]]}>
#swapped = #tile.layout<{register = [[2], [1]], lane = [[4], [8]], warp = [[16]]}>
#exchanged = #tile.layout<{register = [[1], [4]], lane = [[2], [8]], warp = [[16]]}>
#turned = #tile.layout<{register = [[1], [2]], lane = [[8], [4]], warp = [[16]]}>
#far = #tile.layout<{register = [[1], [16]], lane = [[4], [8]], warp = [[2]]}>
#copies = #tile.layout<{register = [[1], [2]], lane = [[0], [0]], warp = [[0]]}>
#parts = #tile.layout<{register = [], lane = [[1], [2]], warp = [[0]]}>

// Other names for the same registers: in memory they are in order again.
// CHECK-LABEL: llvm.func @renames
// CHECK: %[[FOUR:.*]] = llvm.call @load_4xf32
// CHECK-NOT: shuffle
// CHECK-NOT: arith.select
// CHECK: llvm.call @store_4xf32(%[[FOUR]],
func.func @renames(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<32xf32, #row>
  %u = tile.convert_layout %t : tensor<32xf32, #row> -> tensor<32xf32, #swapped>
  tile.store %u, %y affine_map<(d0) -> (d0)> : tensor<32xf32, #swapped> -> memref<?xf32>
  return
}

// Of what everybody has, each lane keeps its own: a choice among four.
// CHECK-LABEL: llvm.func @chooses
// CHECK-NOT: shuffle
// CHECK-COUNT-3: arith.select
// CHECK-NOT: arith.select
func.func @chooses(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<4xf32, #copies>
  %u = tile.convert_layout %t : tensor<4xf32, #copies> -> tensor<4xf32, #parts>
  tile.store %u, %y affine_map<(d0) -> (d0)> : tensor<4xf32, #parts> -> memref<?xf32>
  return
}

// Lanes 1 and 2 change places.
// CHECK-LABEL: llvm.func @from_other_lanes
// CHECK-COUNT-4: llvm.call @shuffle_index
// CHECK-NOT: arith.select
func.func @from_other_lanes(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<32xf32, #row>
  %u = tile.convert_layout %t : tensor<32xf32, #row> -> tensor<32xf32, #turned>
  tile.store %u, %y affine_map<(d0) -> (d0)> : tensor<32xf32, #turned> -> memref<?xf32>
  return
}

// Each register from one of two lanes; both registers that they want of it.
// CHECK-LABEL: llvm.func @exchanges
// CHECK-COUNT-4: arith.select
// CHECK-NOT: llvm.call @barrier
func.func @exchanges(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<32xf32, #row>
  %u = tile.convert_layout %t : tensor<32xf32, #row> -> tensor<32xf32, #exchanged>
  tile.store %u, %y affine_map<(d0) -> (d0)> : tensor<32xf32, #exchanged> -> memref<?xf32>
  return
}

// Everybody collects: lane l's element to all, without leaving the warp.
// CHECK-LABEL: llvm.func @collects
// CHECK-COUNT-4: llvm.call @shuffle_index
// CHECK-NOT: llvm.call @barrier
func.func @collects(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<4xf32, #parts>
  %u = tile.convert_layout %t : tensor<4xf32, #parts> -> tensor<4xf32, #copies>
  tile.store %u, %y affine_map<(d0) -> (d0)> : tensor<4xf32, #copies> -> memref<?xf32>
  return
}

// Through shared memory, pairs that stay pairs as one access; nobody writes
// before all have read what was there, or reads before all have written.
// CHECK-LABEL: llvm.func @between_warps
// CHECK: llvm.call @barrier
// CHECK-COUNT-2: llvm.store %{{.*}} : vector<2xf32>, !llvm.ptr<3>
// CHECK: llvm.call @barrier
// CHECK-COUNT-2: llvm.load %{{.*}} : !llvm.ptr<3> -> vector<2xf32>
func.func @between_warps(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64, schedule.shared_bytes = 128 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<32xf32, #row>
  %u = tile.convert_layout %t {offset = 0} : tensor<32xf32, #row> -> tensor<32xf32, #far>
  tile.store %u, %y affine_map<(d0) -> (d0)> : tensor<32xf32, #far> -> memref<?xf32>
  return
}
