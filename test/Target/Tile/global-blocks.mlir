// RUN: xcc-tile-opt %s --lower-tile-test=fragments | FileCheck %s

// "mma4" of the test's device: 4x4x2, four lanes. It loads two fragments of lhs
// below each other at once, and one of rhs.
#lhs = #tile.layout<{register = [[0, 1], [4, 0], [0, 2]], lane = [[1, 0], [2, 0]], warp = [[0, 0]]}>
#rhs = #tile.layout<{register = [[1, 0], [2, 0]], lane = [[0, 1], [0, 2]], warp = [[0, 4]]}>
#acc = #tile.layout<{register = [[1, 0], [2, 0], [4, 0]], lane = [[0, 1], [0, 2]], warp = [[0, 4]]}>
#bands = #tile.layout<{register = [[0, 1], [0, 2]], lane = [[1, 0], [2, 0]], warp = [[4, 0]]}>

// Lines are 64 apart. The loop moves the box's column, the block its row; the
// matrix stays. Prefetches are of each warp's part.
// CHECK-LABEL: llvm.func @moves_the_box
// CHECK: scf.for
// CHECK: llvm.call @prefetch_4x4(%arg0,
// CHECK: llvm.call @block_lhs_2x1_of_64_by_64(%arg0,
// CHECK: llvm.call @block_lhs_2x1_of_64_by_64(%arg0,
// CHECK: llvm.call @block_rhs_1x1_transposed_of_64_by_64(%arg1,
// CHECK: llvm.call @block_rhs_1x1_transposed_of_64_by_64(%arg1,
// CHECK-COUNT-4: llvm.call @mma4
func.func @moves_the_box(%x: memref<?xf16>, %w: memref<?xf16>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c4 = arith.constant 4 : index
  %id = tile.block_id x
  %block = arith.remui %id, %c4 : index
  %zero = arith.constant dense<0.0> : tensor<8x8xf32, #acc>
  %sums = scf.for %step = %c0 to %c16 step %c1 iter_args(%sum = %zero) -> (tensor<8x8xf32, #acc>) {
    %ahead = arith.addi %step, %c1 : index
    tile.prefetch %x[%block, %ahead] affine_map<(d0, d1)[s0, s1] -> (d0 * 64 + s0 * 512 + s1 * 4 + d1)> bounds affine_set<(d0, d1)[s0, s1] : (-d1 - s1 * 4 + 63 >= 0)> : memref<?xf16> as #bands
    %a = tile.load %x[%block, %step] affine_map<(d0, d1)[s0, s1] -> (d0 * 64 + s0 * 512 + s1 * 4 + d1)> : memref<?xf16> -> tensor<8x4xf16, #lhs>
    %b = tile.load %w[%step] affine_map<(d0, d1)[s0] -> (d1 * 64 + s0 * 4 + d0)> : memref<?xf16> -> tensor<4x8xf16, #rhs>
    %next = tile.dot %a, %b, %sum instruction "mma4" : tensor<8x4xf16, #lhs>, tensor<4x8xf16, #rhs> -> tensor<8x8xf32, #acc>
    scf.yield %next : tensor<8x8xf32, #acc>
  }
  tile.store %sums, %y affine_map<(d0, d1) -> (d0 * 8 + d1)> : tensor<8x8xf32, #acc> -> memref<?xf32>
  return
}

// Zeros outside of three columns, and of as many rows as there are.
// CHECK-LABEL: llvm.func @bounds_are_the_matrix
// CHECK-DAG: %[[ROWS:.*]] = arith.trunci %arg3
// CHECK: llvm.call @block_lhs_2x1_of_3_by_64(%arg0, %[[ROWS]],
// CHECK: llvm.call @block_rhs_1x1_of_64_by_64(%arg1,
func.func @bounds_are_the_matrix(%x: memref<?xf16>, %w: memref<?xf16>, %y: memref<?xf32>, %n: index) attributes {schedule.threads = 8 : i64} {
  %a = tile.load %x[%n] affine_map<(d0, d1)[s0] -> (d0 * 64 + d1)> bounds affine_set<(d0, d1)[s0] : (-d0 + s0 - 1 >= 0, -d1 + 2 >= 0)> : memref<?xf16> -> tensor<8x4xf16, #lhs>
  %b = tile.load %w affine_map<(d0, d1) -> (d0 * 64 + d1)> : memref<?xf16> -> tensor<4x8xf16, #rhs>
  %zero = arith.constant dense<0.0> : tensor<8x8xf32, #acc>
  %sum = tile.dot %a, %b, %zero instruction "mma4" : tensor<8x4xf16, #lhs>, tensor<4x8xf16, #rhs> -> tensor<8x8xf32, #acc>
  tile.store %sum, %y affine_map<(d0, d1) -> (d0 * 8 + d1)> : tensor<8x8xf32, #acc> -> memref<?xf32>
  return
}

// A condition that is of no dimension, and lines that overlap, are not a matrix.
// CHECK-LABEL: llvm.func @not_a_matrix
// CHECK-NOT: llvm.call @block_
// CHECK: llvm.call @mma4
func.func @not_a_matrix(%x: memref<?xf16>, %w: memref<?xf16>, %y: memref<?xf32>, %n: index) attributes {schedule.threads = 8 : i64} {
  %a = tile.load %x[%n] affine_map<(d0, d1)[s0] -> (d0 * 64 + d1)> bounds affine_set<(d0, d1)[s0] : (s0 - 5 >= 0)> : memref<?xf16> -> tensor<8x4xf16, #lhs>
  %b = tile.load %w affine_map<(d0, d1) -> (d0 + d1)> : memref<?xf16> -> tensor<4x8xf16, #rhs>
  %zero = arith.constant dense<0.0> : tensor<8x8xf32, #acc>
  %sum = tile.dot %a, %b, %zero instruction "mma4" : tensor<8x4xf16, #lhs>, tensor<4x8xf16, #rhs> -> tensor<8x8xf32, #acc>
  tile.store %sum, %y affine_map<(d0, d1) -> (d0 * 8 + d1)> : tensor<8x8xf32, #acc> -> memref<?xf32>
  return
}
