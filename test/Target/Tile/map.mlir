// RUN: xcc-tile-opt %s --lower-tile-test | FileCheck %s

#row = #tile.layout<{register = [[1], [2]], lane = [[4], [8]], warp = [[16]]}>

// Four neighbours a thread: one access of 16 bytes, its place a product with a
// constant, its bound one comparison.
// CHECK-LABEL: llvm.func @vectors
// CHECK-SAME: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly}
// CHECK-SAME: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias}
// CHECK: %[[ID:.*]] = llvm.call @thread_id()
// CHECK: %[[FIRST:.*]] = arith.shli %[[ID]], %c2
// CHECK: llvm.call @load_4xf32
// CHECK: arith.addf
// CHECK: vector.from_elements
// CHECK: llvm.call @store_4xf32
func.func @vectors(%x: memref<?xf32>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %b = tile.block_id x
  %c32 = arith.constant 32 : index
  %start = arith.muli %b, %c32 : index
  %t = tile.load %x[%start] affine_map<(d0)[s0] -> (d0 + s0)> : memref<?xf32> -> tensor<32xf32, #row>
  %u = arith.addf %t, %t : tensor<32xf32, #row>
  tile.store %u, %y[%start] affine_map<(d0)[s0] -> (d0 + s0)> : tensor<32xf32, #row> -> memref<?xf32>
  return
}
