// RUN: xcc-opt %s --lower-tile-nvidia=target=sm_80 --canonicalize --cse | FileCheck %s

#copy = #tile.layout<{register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}>
#rows = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [1, 0], [2, 0], [4, 0], [8, 0]]}>
#lhs = #tile.layout<{register = [[0, 1], [8, 0], [0, 8]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}>
#rhs = #tile.layout<{register = [[1, 0], [8, 0], [0, 8]], lane = [[2, 0], [4, 0], [0, 1], [0, 2], [0, 4]], warp = []}>
#acc = #tile.layout<{register = [[0, 1], [8, 0], [0, 8]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = []}>

// One warp, 16x16x16: 16 bytes a copy, both operands by one ldmatrix of four
// matrices (the right one holds two fragments and lies by rows of k, so it is
// transposed on the way), two products.

// CHECK-LABEL: llvm.func @product
// CHECK-SAME: nvvm.kernel
// CHECK-SAME: nvvm.reqntid = array<i32: 32, 1, 1>
// CHECK-COUNT-2: nvvm.cp.async.shared.global {{.*}} 16, cache = cg
// CHECK: nvvm.cp.async.commit.group
// CHECK: nvvm.cp.async.wait.group 0
// CHECK: nvvm.barrier
// CHECK: nvvm.ldmatrix %{{.*}} {{.*}}layout = #nvvm.mma_layout<row>, num = 4
// CHECK: nvvm.ldmatrix %{{.*}} {{.*}}layout = #nvvm.mma_layout<col>, num = 4
// CHECK-NOT: nvvm.ldmatrix
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.nvvm.mma.m16n8k16.row.col.bf16"
// CHECK-NOT: llvm.nvvm.mma
func.func @product(%a: memref<?xbf16>, %b: memref<?xbf16>, %c: memref<?xf32>) attributes {plan.kernel, schedule.threads = 32 : i64, schedule.shared_bytes = 1024 : i64} {
  %sa = tile.alloc_shared {offset = 0 : i64} : !tile.shared<16x16xbf16, #rows>
  %sb = tile.alloc_shared {offset = 512 : i64} : !tile.shared<16x16xbf16, #rows>
  tile.async_copy %a affine_map<(d0, d1) -> (d0 * 16 + d1)> -> %sa : memref<?xbf16> -> !tile.shared<16x16xbf16, #rows> as #copy
  tile.async_copy %b affine_map<(d0, d1) -> (d0 * 16 + d1)> -> %sb : memref<?xbf16> -> !tile.shared<16x16xbf16, #rows> as #copy
  tile.async_commit
  tile.async_wait pending 0
  tile.barrier
  %l = tile.shared_load %sa : !tile.shared<16x16xbf16, #rows> -> tensor<16x16xbf16, #lhs>
  %r = tile.shared_load %sb : !tile.shared<16x16xbf16, #rows> -> tensor<16x16xbf16, #rhs>
  %zero = arith.constant dense<0.0> : tensor<16x16xf32, #acc>
  %sum = tile.dot %l, %r, %zero instruction "mma.m16n8k16.f32.bf16" : tensor<16x16xbf16, #lhs>, tensor<16x16xbf16, #rhs> -> tensor<16x16xf32, #acc>
  tile.store %sum, %c affine_map<(d0, d1) -> (d0 * 16 + d1)> : tensor<16x16xf32, #acc> -> memref<?xf32>
  return
}
