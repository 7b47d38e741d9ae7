// RUN: xcc-tile-opt %s --lower-tile-test | FileCheck %s
// RUN: xcc-tile-opt %s --lower-tile-test=fragments | FileCheck %s --check-prefix=DEVICE

// "mma4" of the test's device: 4x4x2, four lanes. Two warps side by side along
// n, each with two repetitions along k.
#lhs = #tile.layout<{register = [[0, 1], [0, 2]], lane = [[1, 0], [2, 0]], warp = [[0, 0]]}>
#rhs = #tile.layout<{register = [[1, 0], [2, 0]], lane = [[0, 1], [0, 2]], warp = [[0, 4]]}>
#acc = #tile.layout<{register = [[1, 0], [2, 0]], lane = [[0, 1], [0, 2]], warp = [[0, 4]]}>
#shared = #tile.layout<{offset = [[0, 1], [0, 2], [1, 0], [2, 0]]}>
#shared_rhs = #tile.layout<{offset = [[0, 1], [0, 2], [0, 4], [1, 0], [2, 0]]}>

// The second product adds to the sums of the first.
// CHECK-LABEL: llvm.func @fragments
// CHECK-COUNT-4: llvm.load {{.*}} : !llvm.ptr<3>
// CHECK: %[[FIRST:.*]] = llvm.call @mma4(
// CHECK: %[[SUM:.*]] = llvm.extractvalue %[[FIRST]][0]
// CHECK: llvm.call @mma4({{.*}}, %[[SUM]], %{{.*}}, %{{.*}}, %{{.*}})
// CHECK-NOT: llvm.call @mma4
// Fragments at columns 0 and 2 of lhs and at rows 0 and 2 of rhs, whose column
// is the warp's.
// DEVICE-LABEL: llvm.func @fragments
// DEVICE: llvm.call @fragment_lhs_rows_4(%{{.*}}, %c0
// DEVICE: llvm.call @fragment_lhs_rows_4(%{{.*}}, %c4
// DEVICE: llvm.call @fragment_rhs_rows_8(
// DEVICE: llvm.call @fragment_rhs_rows_8(
// DEVICE-COUNT-2: llvm.call @mma4
func.func @fragments(%y: memref<?xf32>) attributes {schedule.threads = 8 : i64, schedule.shared_bytes = 256 : i64} {
  %sa = tile.alloc_shared {offset = 0 : i64} : !tile.shared<4x4xf16, #shared>
  %sb = tile.alloc_shared {offset = 128 : i64} : !tile.shared<4x8xf16, #shared_rhs>
  %a = tile.shared_load %sa : !tile.shared<4x4xf16, #shared> -> tensor<4x4xf16, #lhs>
  %b = tile.shared_load %sb : !tile.shared<4x8xf16, #shared_rhs> -> tensor<4x8xf16, #rhs>
  %c = arith.constant dense<0.0> : tensor<4x8xf32, #acc>
  %d = tile.dot %a, %b, %c instruction "mma4" : tensor<4x4xf16, #lhs>, tensor<4x8xf16, #rhs> -> tensor<4x8xf32, #acc>
  tile.store %d, %y affine_map<(d0, d1) -> (d0 * 8 + d1)> : tensor<4x8xf32, #acc> -> memref<?xf32>
  return
}

#thread_lhs = #tile.layout<{register = [[0, 1], [1, 0]], lane = [[0, 0], [2, 0]], warp = [[0, 0]]}>
#thread_rhs = #tile.layout<{register = [[0, 1], [1, 0]], lane = [[0, 2], [0, 0]], warp = [[0, 4]]}>
#thread_acc = #tile.layout<{register = [[0, 1], [1, 0]], lane = [[0, 2], [2, 0]], warp = [[0, 4]]}>

// 2x2 sums of two products each, all sums for one k before the next k; the
// operands are widened once.
// CHECK-LABEL: llvm.func @thread
// CHECK-COUNT-8: arith.extf
// CHECK-NOT: arith.extf
// CHECK-COUNT-8: math.fma
// CHECK-NOT: math.fma
func.func @thread(%x: memref<?xf16>, %y: memref<?xf32>) attributes {schedule.threads = 8 : i64} {
  %a = tile.load %x affine_map<(d0, d1) -> (d0 * 2 + d1)> : memref<?xf16> -> tensor<4x2xf16, #thread_lhs>
  %b = tile.load %x affine_map<(d0, d1) -> (d0 * 8 + d1)> : memref<?xf16> -> tensor<2x8xf16, #thread_rhs>
  %c = arith.constant dense<0.0> : tensor<4x8xf32, #thread_acc>
  %d = tile.dot %a, %b, %c instruction "fma" : tensor<4x2xf16, #thread_lhs>, tensor<2x8xf16, #thread_rhs> -> tensor<4x8xf32, #thread_acc>
  tile.store %d, %y affine_map<(d0, d1) -> (d0 * 8 + d1)> : tensor<4x8xf32, #thread_acc> -> memref<?xf32>
  return
}
