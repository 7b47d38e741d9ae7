// RUN: xcc-opt %s --allocate-shared | FileCheck %s
// RUN: not xcc-opt %s --allocate-shared=limit-bytes=2048 2>&1 | FileCheck %s --check-prefix=LIMIT
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#warps = #tile.layout<{register = [[1], [2]], lane = [[4], [8], [16], [32], [64]], warp = [[128]]}>
#flat = #tile.layout<{offset = [[1], [2], [4], [8], [16], [32], [64], [128]]}>

// Two tiles that live at the same time lie side by side; what comes behind a
// barrier takes the place of what nobody reads any more.
// CHECK-LABEL: func.func @places
// CHECK-SAME: schedule.shared_bytes = 2048
// CHECK: tile.alloc_shared {offset = [[A:0|1024]] : i64}
// CHECK: tile.alloc_shared {offset = [[B:0|1024]] : i64}
// CHECK: tile.barrier
// CHECK: tile.alloc_shared {offset = {{0|1024}} : i64}
func.func @places(%x: tensor<256xf32, #warps>) -> tensor<256xf32, #warps> attributes {plan.kernel} {
  %a = tile.alloc_shared : !tile.shared<256xf32, #flat>
  %b = tile.alloc_shared : !tile.shared<256xf32, #flat>
  tile.shared_store %x, %a : tensor<256xf32, #warps> -> !tile.shared<256xf32, #flat>
  tile.shared_store %x, %b : tensor<256xf32, #warps> -> !tile.shared<256xf32, #flat>
  tile.barrier
  %y = tile.shared_load %a : !tile.shared<256xf32, #flat> -> tensor<256xf32, #warps>
  %z = tile.shared_load %b : !tile.shared<256xf32, #flat> -> tensor<256xf32, #warps>
  tile.barrier
  %c = tile.alloc_shared : !tile.shared<256xf32, #flat>
  %s = arith.addf %y, %z : tensor<256xf32, #warps>
  tile.shared_store %s, %c : tensor<256xf32, #warps> -> !tile.shared<256xf32, #flat>
  tile.barrier
  %w = tile.shared_load %c : !tile.shared<256xf32, #flat> -> tensor<256xf32, #warps>
  return %w : tensor<256xf32, #warps>
}

// No barrier: the second tile may not be written where others still read.
// CHECK-LABEL: func.func @without_barrier
// CHECK-SAME: schedule.shared_bytes = 2048
func.func @without_barrier(%x: tensor<256xf32, #warps>) -> tensor<256xf32, #warps> attributes {plan.kernel} {
  %a = tile.alloc_shared : !tile.shared<256xf32, #flat>
  tile.shared_store %x, %a : tensor<256xf32, #warps> -> !tile.shared<256xf32, #flat>
  tile.barrier
  %y = tile.shared_load %a : !tile.shared<256xf32, #flat> -> tensor<256xf32, #warps>
  %c = tile.alloc_shared : !tile.shared<256xf32, #flat>
  tile.shared_store %y, %c : tensor<256xf32, #warps> -> !tile.shared<256xf32, #flat>
  tile.barrier
  %w = tile.shared_load %c : !tile.shared<256xf32, #flat> -> tensor<256xf32, #warps>
  return %w : tensor<256xf32, #warps>
}

// A copy in the background writes until all are waited for, whatever barriers
// there are.
// CHECK-LABEL: func.func @copies
// CHECK-SAME: schedule.shared_bytes = 2048
func.func @copies(%x: memref<?xf32>, %t: tensor<256xf32, #warps>) -> tensor<256xf32, #warps> attributes {plan.kernel} {
  %a = tile.alloc_shared : !tile.shared<256xf32, #flat>
  tile.async_copy %x affine_map<(d0) -> (d0)> -> %a : memref<?xf32> -> !tile.shared<256xf32, #flat> as #warps
  tile.async_commit
  tile.barrier
  %c = tile.alloc_shared : !tile.shared<256xf32, #flat>
  tile.shared_store %t, %c : tensor<256xf32, #warps> -> !tile.shared<256xf32, #flat>
  tile.barrier
  %w = tile.shared_load %c : !tile.shared<256xf32, #flat> -> tensor<256xf32, #warps>
  tile.async_wait pending 0
  return %w : tensor<256xf32, #warps>
}

// A sum over warps has scratch, in units of 16 bytes. One of lanes alone has
// none.
// CHECK-LABEL: func.func @scratch
// CHECK-SAME: schedule.shared_bytes = 16
// CHECK: tile.reduce(%{{.*}}) axis 0 {offset = 0 : i64}
#lanes = #tile.layout<{register = [], lane = [[1], [2], [4], [8], [16]], warp = [[0]]}>
#none = #tile.layout<{register = [], lane = [[], [], [], [], []], warp = [[]]}>
func.func @scratch(%x: tensor<256xf32, #warps>, %y: tensor<32xf32, #lanes>) -> (f32, f32) attributes {plan.kernel} {
  %r = tile.reduce(%x) axis 0 : (tensor<256xf32, #warps>) -> tensor<f32, #none> {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    tile.yield %s : f32
  }
  // CHECK: tile.reduce(%{{.*}}) axis 0 : (tensor<32xf32
  %q = tile.reduce(%y) axis 0 : (tensor<32xf32, #lanes>) -> tensor<f32, #none> {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    tile.yield %s : f32
  }
  %0 = tile.to_scalar %r : tensor<f32, #none>
  %1 = tile.to_scalar %q : tensor<f32, #none>
  return %0, %1 : f32, f32
}

// The loop may be left out, so that the first sum has no barrier behind it but
// the second one's own: they share their scratch all the same.
// CHECK-LABEL: func.func @scratch_in_a_loop
// CHECK-SAME: schedule.shared_bytes = 16
func.func @scratch_in_a_loop(%x: tensor<256xf32, #warps>, %n: index) -> f32 attributes {plan.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = tile.reduce(%x) axis 0 : (tensor<256xf32, #warps>) -> tensor<f32, #none> {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    tile.yield %s : f32
  }
  %0 = tile.to_scalar %r : tensor<f32, #none>
  %1 = scf.for %i = %c0 to %n step %c1 iter_args(%c = %0) -> f32 {
    %q = tile.reduce(%x) axis 0 : (tensor<256xf32, #warps>) -> tensor<f32, #none> {
    ^bb0(%a: f32, %b: f32):
      %s = arith.mulf %a, %b : f32
      tile.yield %s : f32
    }
    %2 = tile.to_scalar %q : tensor<f32, #none>
    %3 = arith.addf %c, %2 : f32
    scf.yield %3 : f32
  }
  return %1 : f32
}

// LIMIT: error: expects at most 2048 bytes of shared memory a block, got 3072
// LIMIT-NEXT: func.func @three_at_once
func.func @three_at_once(%x: tensor<256xf32, #warps>) attributes {plan.kernel} {
  %a = tile.alloc_shared : !tile.shared<3x256xf32, #flat>
  %c0 = arith.constant 0 : index
  %s = tile.slice %a[%c0] : !tile.shared<3x256xf32, #flat> -> !tile.shared<256xf32, #flat>
  tile.shared_store %x, %s : tensor<256xf32, #warps> -> !tile.shared<256xf32, #flat>
  return
}

// CHECK-LABEL: func.func @no_kernel
// CHECK-NOT: schedule.shared_bytes
// CHECK: tile.alloc_shared :
func.func @no_kernel(%x: tensor<256xf32, #warps>) {
  %a = tile.alloc_shared : !tile.shared<256xf32, #flat>
  tile.shared_store %x, %a : tensor<256xf32, #warps> -> !tile.shared<256xf32, #flat>
  return
}
