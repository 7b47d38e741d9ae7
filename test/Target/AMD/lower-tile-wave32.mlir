// RUN: xcc-opt %s --lower-tile-amd=target=gfx1100 --canonicalize --cse | FileCheck %s

// A sum over 32 lanes: row_xmask (0x160 and the mask), then the other row's
// lane of the same number.

// CHECK-LABEL: llvm.func @sum
// CHECK: rocdl.update.dpp {{.*}} with 353,
// CHECK: rocdl.update.dpp {{.*}} with 354,
// CHECK: rocdl.update.dpp {{.*}} with 356,
// CHECK: rocdl.update.dpp {{.*}} with 360,
// CHECK: rocdl.permlanex16
// CHECK-NOT: rocdl.{{ds_|perm|update}}
#line = #tile.layout<{register = [], lane = [[1], [2], [4], [8], [16]], warp = []}>
#all = #tile.layout<{register = [], lane = [[], [], [], [], []], warp = []}>
func.func @sum(%a: memref<?xf32>, %c: memref<?xf32>) attributes {plan.kernel, schedule.threads = 32 : i64} {
  %x = tile.load %a affine_map<(d0) -> (d0)> : memref<?xf32> -> tensor<32xf32, #line>
  %s = tile.reduce(%x) axis 0 : (tensor<32xf32, #line>) -> tensor<f32, #all> {
  ^bb0(%l: f32, %r: f32):
    %t = arith.addf %l, %r : f32
    tile.yield %t : f32
  }
  tile.store %s, %c affine_map<() -> (0)> : tensor<f32, #all> -> memref<?xf32>
  return
}

// Both halves of the wave hold the operands; 16 numbers of a row in two loads.

// CHECK-LABEL: llvm.func @product
// CHECK-COUNT-4: llvm.load {{.*}} {alignment = 16 : i64} : !llvm.ptr<1> -> vector<8xf16>
// CHECK: rocdl.wmma.f32.16x16x16.f16 {{.*}} (vector<16xf16>, vector<16xf16>, vector<8xf32>) -> vector<8xf32>
#lhs = #tile.layout<{register = [[0, 1], [0, 2], [0, 4], [0, 8]], lane = [[1, 0], [2, 0], [4, 0], [8, 0], [0, 0]], warp = []}>
#rhs = #tile.layout<{register = [[1, 0], [2, 0], [4, 0], [8, 0]], lane = [[0, 4], [0, 1], [0, 2], [0, 8], [0, 0]], warp = []}>
#acc = #tile.layout<{register = [[0, 1], [0, 2], [0, 8]], lane = [[1, 0], [2, 0], [4, 0], [8, 0], [0, 4]], warp = []}>
func.func @product(%a: memref<?xf16>, %b: memref<?xf16>, %c: memref<?xf32>) attributes {plan.kernel, schedule.threads = 32 : i64} {
  %l = tile.load %a affine_map<(d0, d1) -> (d0 * 16 + d1)> : memref<?xf16> -> tensor<16x16xf16, #lhs>
  %r = tile.load %b affine_map<(d0, d1) -> (d1 * 16 + d0)> : memref<?xf16> -> tensor<16x16xf16, #rhs>
  %z = arith.constant dense<0.0> : tensor<16x16xf32, #acc>
  %s = tile.dot %l, %r, %z instruction "wmma_f32_16x16x16_f16" : tensor<16x16xf16, #lhs>, tensor<16x16xf16, #rhs> -> tensor<16x16xf32, #acc>
  tile.store %s, %c affine_map<(d0, d1) -> (d0 * 16 + d1)> : tensor<16x16xf32, #acc> -> memref<?xf32>
  return
}
