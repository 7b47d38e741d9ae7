// RUN: xcc-opt %s --lower-tile-intel=target=dg2 --canonicalize --cse | FileCheck %s
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#lhs = #tile.layout<{register = [[0, 1], [1, 0], [2, 0], [4, 0]], lane = [[0, 2], [0, 4], [0, 8]], warp = [[0, 0]]}>
#rhs = #tile.layout<{register = [[1, 0], [2, 0], [4, 0], [8, 0]], lane = [[0, 1], [0, 2], [0, 4]], warp = [[0, 8]]}>
#acc = #tile.layout<{register = [[1, 0], [2, 0], [4, 0]], lane = [[0, 1], [0, 2], [0, 4]], warp = [[0, 8]]}>

// Subgroups of 8: a lane has 32 bits of each row of the lhs. There are no block
// loads: two neighbours of a row are loaded together, of a column one by one.

// CHECK-LABEL: llvm.func spir_kernelcc @product
// CHECK-SAME: intel_reqd_sub_group_size = 8 : i32
// CHECK-SAME: reqd_work_group_size = array<i32: 16, 1, 1>
// CHECK-COUNT-8: llvm.load %{{.*}} -> vector<2xf16>
// CHECK-COUNT-16: llvm.load %{{.*}} -> f16
// CHECK: llvm.call spir_funccc @_Z38intel_sub_group_f16_f16_matrix_mad_k16Dv8_iS_Dv8_f({{.*}}) {{.*}}(vector<8xi32>, vector<8xi32>, vector<8xf32>) -> vector<8xf32>
// CHECK-NOT: matrix_mad
// CHECK-NOT: 2d_block
func.func @product(%a: memref<?xf16>, %b: memref<?xf16>, %c: memref<?xf32>) attributes {plan.kernel, schedule.threads = 16 : i64, schedule.shared_bytes = 0 : i64} {
  %l = tile.load %a affine_map<(d0, d1) -> (d0 * 64 + d1)> : memref<?xf16> -> tensor<8x16xf16, #lhs>
  %r = tile.load %b affine_map<(d0, d1) -> (d0 * 64 + d1)> : memref<?xf16> -> tensor<16x16xf16, #rhs>
  %zero = arith.constant dense<0.0> : tensor<8x16xf32, #acc>
  %sum = tile.dot %l, %r, %zero instruction "dpas.m8n8k16.f16.f32" : tensor<8x16xf16, #lhs>, tensor<16x16xf16, #rhs> -> tensor<8x16xf32, #acc>
  tile.store %sum, %c affine_map<(d0, d1) -> (d0 * 64 + d1)> : tensor<8x16xf32, #acc> -> memref<?xf32>
  return
}

#lhs8 = #tile.layout<{register = [[0, 1], [0, 2], [1, 0], [2, 0], [4, 0]], lane = [[0, 4], [0, 8], [0, 16]], warp = []}>
#rhs8 = #tile.layout<{register = [[1, 0], [2, 0], [4, 0], [8, 0], [16, 0]], lane = [[0, 1], [0, 2], [0, 4]], warp = []}>
#acc8 = #tile.layout<{register = [[1, 0], [2, 0], [4, 0]], lane = [[0, 1], [0, 2], [0, 4]], warp = []}>

// CHECK-LABEL: llvm.func spir_kernelcc @bytes
// CHECK: llvm.call spir_funccc @_Z36intel_sub_group_i8_i8_matrix_mad_k32Dv8_iS_S_({{.*}}) {{.*}}(vector<8xi32>, vector<8xi32>, vector<8xi32>) -> vector<8xi32>
func.func @bytes(%a: memref<?xi8>, %b: memref<?xi8>, %c: memref<?xi32>) attributes {plan.kernel, schedule.threads = 8 : i64, schedule.shared_bytes = 0 : i64} {
  %l = tile.load %a affine_map<(d0, d1) -> (d0 * 64 + d1)> : memref<?xi8> -> tensor<8x32xi8, #lhs8>
  %r = tile.load %b affine_map<(d0, d1) -> (d1 * 64 + d0)> : memref<?xi8> -> tensor<32x8xi8, #rhs8>
  %zero = arith.constant dense<0> : tensor<8x8xi32, #acc8>
  %sum = tile.dot %l, %r, %zero instruction "dpas.m8n8k32.i8.i32" : tensor<8x32xi8, #lhs8>, tensor<32x8xi8, #rhs8> -> tensor<8x8xi32, #acc8>
  tile.store %sum, %c affine_map<(d0, d1) -> (d0 * 64 + d1)> : tensor<8x8xi32, #acc8> -> memref<?xi32>
  return
}
