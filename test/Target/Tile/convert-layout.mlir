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

// Each register from one of two lanes: one's own, or the neighbour's by a move
// that all lanes make alike. Two move and two stay.
// CHECK-LABEL: llvm.func @exchanges
// CHECK-NOT: shuffle_index
// CHECK-COUNT-4: llvm.call @shuffle_xor
// CHECK-NOT: shuffle
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

// Elements that both halves of a warp want of either: moved once.
#halves = #tile.layout<{register = [[1]], lane = [[4], [2]], warp = [[0]]}>
#both = #tile.layout<{register = [[1], [2]], lane = [[4], [0]], warp = [[0]]}>
// CHECK-LABEL: llvm.func @shares
// CHECK-NOT: shuffle_index
// CHECK-COUNT-2: llvm.call @shuffle_xor
// CHECK-NOT: shuffle
// CHECK-COUNT-3: arith.select
func.func @shares(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<8xf32, #halves>
  %u = tile.convert_layout %t : tensor<8xf32, #halves> -> tensor<8xf32, #both>
  tile.store %u, %y affine_map<(d0) -> (d0)> : tensor<8xf32, #both> -> memref<?xf32>
  return
}

// The same of 16 bits: two at once.
// CHECK-LABEL: llvm.func @shares_pairs
// CHECK-NOT: shuffle_index
// CHECK-COUNT-1: llvm.call @shuffle_xor
// CHECK-NOT: shuffle
// CHECK-COUNT-2: arith.select
// CHECK-NOT: arith.select
func.func @shares_pairs(%x: memref<?xf16>, %y: memref<?xf16>) attributes {schedule.threads = 8 : i64} {
  %t = tile.load %x affine_map<(d0) -> (d0)> : memref<?xf16> -> tensor<8xf16, #halves>
  %u = tile.convert_layout %t : tensor<8xf16, #halves> -> tensor<8xf16, #both>
  tile.store %u, %y affine_map<(d0) -> (d0)> : tensor<8xf16, #both> -> memref<?xf16>
  return
}
