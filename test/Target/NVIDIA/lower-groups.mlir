// RUN: xcc-opt %s --lower-tile-nvidia=target=sm_90 --canonicalize --cse | FileCheck %s

// 64 rows of a group of four warps; the lhs by rows, the rhs by rows of the depth.
#lhs = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0]]}>
// Two panels of 64 columns.
#rhs = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [0, 32], [1, 8], [2, 16], [4, 32], [8, 0], [16, 0], [32, 0], [0, 64]]}>
#sums = #tile.layout<{register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32], [0, 64]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}>
#pieces = #tile.layout<{register = [[0, 1], [8, 0], [0, 8], [0, 16], [0, 32]], lane = [[0, 2], [0, 4], [1, 0], [2, 0], [4, 0]], warp = [[16, 0], [32, 0]]}>
#a = #tile.tensor_map<argument = 0, element = bf16, sizes = affine_map<() -> (64, 64)>, strides = affine_map<() -> (128)>, box = [64, 64], swizzle = 128, offset = 0>

// CHECK-LABEL: llvm.func @product
// CHECK-SAME: !llvm.ptr {llvm.align = 64 : i64, llvm.byval = !llvm.array<128 x i8>, nvvm.grid_constant}
// CHECK-SAME: nvvm.minctasm = 1 : i32, nvvm.reqntid = array<i32: 256, 1, 1>
func.func @product(%x: memref<?xbf16>, %y: memref<?xf32>) attributes {
    schedule.threads = 256 : i64, schedule.shared_bytes = 32768 : i64, schedule.tensor_maps = [#a]} {
  %c0 = arith.constant 0 : index
  %no = arith.constant false
  %l = tile.alloc_shared {offset = 0 : i64} : !tile.shared<64x64xbf16, #lhs>
  %r = tile.alloc_shared {offset = 8192 : i64} : !tile.shared<64x128xbf16, #rhs>
  // The first thread begins the barrier, and says so to the copies.
  // CHECK: scf.if
  // CHECK: llvm.call_intrinsic "llvm.nvvm.mbarrier.init.shared"
  // CHECK: llvm.call_intrinsic "llvm.nvvm.fence.proxy.async.shared_cta"
  %full = tile.alloc_barriers arrivals 1 {offset = 24576 : i64} : !tile.barriers<1>
  // CHECK: nvvm.barrier
  tile.barrier
  // CHECK: scf.if
  tile.roles workers 4 registers 240 {
    // CHECK: llvm.call_intrinsic "llvm.nvvm.setmaxnreg.inc.sync.aligned.u32"
    // CHECK: scf.while
    // CHECK: llvm.call_intrinsic "llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta"
    tile.phase_wait %full[%c0] parity %no : !tile.barriers<1>
    // The descriptor of the rhs: panels 8192 bytes apart, 8 lines 1024.
    // CHECK: llvm.call_intrinsic "llvm.nvvm.wgmma.fence.sync.aligned"
    // CHECK: arith.ori %{{.*}}, %c4611686293338849280_i64
    // CHECK: arith.ori %{{.*}}, %c4611686293305360384_i64
    // CHECK-COUNT-4: m64n128k16.f32.bf16.bf16 {{.*}}, p, 1, 1, 0, 1; }
    // CHECK: llvm.call_intrinsic "llvm.nvvm.wgmma.commit_group.sync.aligned"
    %0 = tile.async_dot %l, %r instruction "wgmma.m64k16.f32.bf16" : !tile.shared<64x64xbf16, #lhs>, !tile.shared<64x128xbf16, #rhs> -> tensor<64x128xf32, #sums>
    // CHECK: llvm.inline_asm has_side_effects "wgmma.wait_group.sync.aligned 0;"
    %1 = tile.dot_wait pending 0 (%0) : tensor<64x128xf32, #sums>
    // The workers wait for each other alone.
    // CHECK: llvm.call_intrinsic "llvm.nvvm.barrier.cta.sync.aligned.count"
    tile.barrier
    tile.store %1, %y[] affine_map<(d0, d1) -> (d0 * 128 + d1)> : tensor<64x128xf32, #sums> -> memref<?xf32>
  // CHECK: } else {
  } producer registers 24 {
    // CHECK: llvm.call_intrinsic "llvm.nvvm.setmaxnreg.dec.sync.aligned.u32"
    // CHECK: scf.if
    // CHECK: llvm.call_intrinsic "llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta"
    tile.phase_expect %full[%c0] bytes 8192 : !tile.barriers<1>
    // CHECK: llvm.addrspacecast {{.*}} : !llvm.ptr<3> to !llvm.ptr<7>
    // CHECK: llvm.call_intrinsic "llvm.nvvm.cp.async.bulk.tensor.g2s.tile.2d"
    tile.tensor_copy 0 [%c0, %c0] -> %l signals %full[%c0] : !tile.shared<64x64xbf16, #lhs>, !tile.barriers<1>
  }
  return
}

// Weights in registers, four words a product; one arrival of each warp.
// CHECK-LABEL: llvm.func @weights
func.func @weights(%x: memref<?xbf16>, %y: memref<?xf32>) attributes {
    schedule.threads = 128 : i64, schedule.shared_bytes = 32768 : i64} {
  %c0 = arith.constant 0 : index
  %r = tile.alloc_shared {offset = 0 : i64} : !tile.shared<64x128xbf16, #rhs>
  %b = tile.alloc_barriers arrivals 4 {offset = 24576 : i64} : !tile.barriers<1>
  %w = tile.load %x[] affine_map<(d0, d1) -> (d0 * 64 + d1)> : memref<?xbf16> -> tensor<64x64xbf16, #pieces>
  // CHECK-COUNT-4: "{ .reg .pred p; setp.ne.b32 p, {{[01]}}, 0; wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {{{.*}}}, {{{[$0-9, ]*}}}, ${{[0-9]*}}, p, 1, 1, 1; }"
  %0 = tile.async_dot %w, %r instruction "wgmma.m64k16.f32.bf16" : tensor<64x64xbf16, #pieces>, !tile.shared<64x128xbf16, #rhs> -> tensor<64x128xf32, #sums>
  // CHECK: llvm.call_intrinsic "llvm.nvvm.wgmma.wait_group.sync.aligned"
  tile.dot_wait pending 1
  // CHECK: scf.if
  // CHECK: llvm.call_intrinsic "llvm.nvvm.mbarrier.arrive.scope.cta.space.cta"
  tile.phase_arrive %b[%c0] : !tile.barriers<1>
  %1 = tile.dot_wait pending 0 (%0) : tensor<64x128xf32, #sums>
  tile.store %1, %y[] affine_map<(d0, d1) -> (d0 * 128 + d1)> : tensor<64x128xf32, #sums> -> memref<?xf32>
  return
}
