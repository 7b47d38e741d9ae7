// RUN: xcc-opt %s --lower-tile-amd=target=gfx942 --canonicalize --cse | FileCheck %s

#copy = #tile.layout<{register = [[0, 1], [0, 2], [0, 4]], lane = [[0, 8], [0, 16], [1, 0], [2, 0], [4, 0], [8, 0]], warp = []}>
#rows = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [1, 0], [2, 8], [4, 16], [8, 0]]}>
#lhs = #tile.layout<{register = [[0, 1], [0, 2], [0, 4]], lane = [[1, 0], [2, 0], [4, 0], [8, 0], [0, 8], [0, 16]], warp = []}>
#rhs = #tile.layout<{register = [[1, 0], [2, 0], [4, 0]], lane = [[0, 1], [0, 2], [0, 4], [0, 8], [8, 0], [16, 0]], warp = []}>
#acc = #tile.layout<{register = [[0, 1], [0, 2]], lane = [[1, 0], [2, 0], [4, 0], [8, 0], [0, 4], [0, 8]], warp = []}>
#columns = #tile.layout<{offset = [[1, 0], [2, 0], [4, 0], [8, 0], [16, 0], [0, 1], [8, 2], [16, 4], [0, 8]]}>
#down = #tile.layout<{register = [[1, 0], [2, 0], [4, 0]], lane = [[8, 0], [16, 0], [0, 1], [0, 2], [0, 4], [0, 8]], warp = []}>

// One wave, 16x16x32 in two machine instructions: 16 bytes a load, and both
// operands read from shared memory with loads of 16 bytes. rhs goes first, so
// that a lane's sums are neighbours along n, and are stored by one instruction.

// CHECK-LABEL: llvm.func @product
// CHECK-SAME: rocdl.flat_work_group_size = "64,64"
// CHECK-SAME: rocdl.kernel
// CHECK: rocdl.workitem.id.x
// CHECK-COUNT-2: llvm.load {{.*}} {alignment = 16 : i64} : !llvm.ptr<1> -> vector<8xbf16>
// CHECK: llvm.fence syncscope("workgroup") release
// CHECK-NEXT: rocdl.s.barrier
// CHECK-NEXT: llvm.fence syncscope("workgroup") acquire
// CHECK-COUNT-2: llvm.load {{.*}} {alignment = 16 : i64} : !llvm.ptr<3> -> vector<8xbf16>
// CHECK-COUNT-2: rocdl.mfma.f32.16x16x16bf16.1k
// CHECK-NOT: rocdl.mfma
// CHECK: llvm.store {{.*}} : vector<4xf32>, !llvm.ptr<1>
func.func @product(%a: memref<?xbf16>, %b: memref<?xbf16>, %c: memref<?xf32>) attributes {plan.kernel, schedule.threads = 64 : i64, schedule.shared_bytes = 2048 : i64} {
  %sa = tile.alloc_shared {offset = 0 : i64} : !tile.shared<16x32xbf16, #rows>
  %sb = tile.alloc_shared {offset = 1024 : i64} : !tile.shared<32x16xbf16, #columns>
  %ga = tile.load %a affine_map<(d0, d1) -> (d0 * 32 + d1)> : memref<?xbf16> -> tensor<16x32xbf16, #copy>
  %gb = tile.load %b affine_map<(d0, d1) -> (d1 * 32 + d0)> : memref<?xbf16> -> tensor<32x16xbf16, #down>
  tile.shared_store %ga, %sa : tensor<16x32xbf16, #copy> -> !tile.shared<16x32xbf16, #rows>
  tile.shared_store %gb, %sb : tensor<32x16xbf16, #down> -> !tile.shared<32x16xbf16, #columns>
  tile.barrier
  %l = tile.shared_load %sa : !tile.shared<16x32xbf16, #rows> -> tensor<16x32xbf16, #lhs>
  %r = tile.shared_load %sb : !tile.shared<32x16xbf16, #columns> -> tensor<32x16xbf16, #rhs>
  %zero = arith.constant dense<0.0> : tensor<16x16xf32, #acc>
  %sum = tile.dot %l, %r, %zero instruction "mfma_f32_16x16x16_bf16_pair" : tensor<16x32xbf16, #lhs>, tensor<32x16xbf16, #rhs> -> tensor<16x16xf32, #acc>
  tile.store %sum, %c affine_map<(d0, d1) -> (d0 * 16 + d1)> : tensor<16x16xf32, #acc> -> memref<?xf32>
  return
}

// A guard is an offset beyond the buffer where the thread's part of the offset
// is small; otherwise it is a branch.

// CHECK-LABEL: llvm.func @guarded
// CHECK: rocdl.make.buffer.rsrc
// CHECK: llvm.select
// CHECK: rocdl.raw.ptr.buffer.load
// CHECK: rocdl.raw.ptr.buffer.store
// CHECK-NOT: scf.if
#line = #tile.layout<{register = [], lane = [[1], [2], [4], [8], [16], [32]], warp = []}>
func.func @guarded(%a: memref<?xf32>, %c: memref<?xf32>, %n: index) attributes {plan.kernel, schedule.threads = 64 : i64} {
  %x = tile.load %a[%n] affine_map<(d0)[s0] -> (d0)> bounds affine_set<(d0)[s0] : (s0 - d0 - 1 >= 0)> : memref<?xf32> -> tensor<64xf32, #line>
  tile.store %x, %c[%n] affine_map<(d0)[s0] -> (d0)> bounds affine_set<(d0)[s0] : (s0 - d0 - 1 >= 0)> : tensor<64xf32, #line> -> memref<?xf32>
  return
}
