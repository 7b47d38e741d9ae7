// RUN: xcc-opt %s --lower-tile-intel=target=pvc --canonicalize --cse | FileCheck %s

#lhs = #tile.layout<{register = [[1, 0], [2, 0], [4, 0], [0, 16], [8, 0]], lane = [[0, 1], [0, 2], [0, 4], [0, 8]], warp = [[0, 0]]}>
#rhs = #tile.layout<{register = [[1, 0], [2, 0], [4, 0], [8, 0], [16, 0]], lane = [[0, 1], [0, 2], [0, 4], [0, 8]], warp = [[0, 16]]}>
#acc = #tile.layout<{register = [[1, 0], [2, 0], [4, 0], [8, 0]], lane = [[0, 1], [0, 2], [0, 4], [0, 8]], warp = [[0, 16]]}>

// Two warps side by side, 16x32x16 each. All of lhs is one block of 16 rows and
// twice 16 columns, all of rhs one of 32 rows, of which two share a register.

// CHECK-LABEL: llvm.func spir_kernelcc @product
// CHECK-SAME: intel_reqd_sub_group_size = 16 : i32
// CHECK-SAME: reqd_work_group_size = array<i32: 32, 1, 1>
// CHECK: llvm.call spir_funccc @_Z42intel_sub_group_2d_block_read_16b_16r16x2cPU3AS1viiiDv2_iPt(
// CHECK-NOT: 2d_block_read_16b
// CHECK: llvm.call spir_funccc @_Z52intel_sub_group_2d_block_read_transform_16b_32r16x1cPU3AS1viiiDv2_iPj(
// CHECK-NOT: 2d_block_read
// CHECK-COUNT-4: llvm.call spir_funccc @_Z40intel_sub_group_bf16_bf16_matrix_mad_k16Dv8_sDv8_iDv8_f(
// CHECK-NOT: matrix_mad
func.func @product(%a: memref<?xbf16>, %b: memref<?xbf16>, %c: memref<?xf32>) attributes {plan.kernel, schedule.threads = 32 : i64, schedule.shared_bytes = 0 : i64} {
  %l = tile.load %a affine_map<(d0, d1) -> (d0 * 32 + d1)> : memref<?xbf16> -> tensor<16x32xbf16, #lhs>
  %r = tile.load %b affine_map<(d0, d1) -> (d0 * 32 + d1)> : memref<?xbf16> -> tensor<32x32xbf16, #rhs>
  %zero = arith.constant dense<0.0> : tensor<16x32xf32, #acc>
  %sum = tile.dot %l, %r, %zero instruction "dpas.m8n16k16.bf16.f32" : tensor<16x32xbf16, #lhs>, tensor<32x32xbf16, #rhs> -> tensor<16x32xf32, #acc>
  tile.store %sum, %c affine_map<(d0, d1) -> (d0 * 32 + d1)> : tensor<16x32xf32, #acc> -> memref<?xf32>
  return
}

// The weight of a linear layer lies by columns: pairs along the depth are words
// of 32 bits, transposed on the way, a fragment at a time. A step ahead is
// fetched, too; the loop moves the block's corner alone.

// CHECK-LABEL: llvm.func spir_kernelcc @transposed
// CHECK: scf.for
// CHECK: llvm.call spir_funccc @_Z46intel_sub_group_2d_block_prefetch_16b_16r16x2cPU3AS1viiiDv2_i(
// CHECK-COUNT-2: llvm.call spir_funccc @_Z51intel_sub_group_2d_block_read_transpose_32b_16r8x1cPU3AS1viiiDv2_iPj(
// CHECK-NOT: 2d_block_read
func.func @transposed(%a: memref<?xbf16>, %b: memref<?xbf16>, %c: memref<?xf32>) attributes {plan.kernel, schedule.threads = 32 : i64, schedule.shared_bytes = 0 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %l = tile.load %a affine_map<(d0, d1) -> (d0 * 32 + d1)> : memref<?xbf16> -> tensor<16x32xbf16, #lhs>
  %zero = arith.constant dense<0.0> : tensor<16x32xf32, #acc>
  %sums = scf.for %step = %c0 to %c4 step %c1 iter_args(%sum = %zero) -> (tensor<16x32xf32, #acc>) {
    %ahead = arith.addi %step, %c1 : index
    tile.prefetch %b[%ahead] affine_map<(d0, d1)[s0] -> (d1 * 128 + s0 * 32 + d0)> bounds affine_set<(d0, d1)[s0] : (-d0 - s0 * 32 + 127 >= 0)> : memref<?xbf16> as #rhs
    %r = tile.load %b[%step] affine_map<(d0, d1)[s0] -> (d1 * 128 + s0 * 32 + d0)> : memref<?xbf16> -> tensor<32x32xbf16, #rhs>
    %next = tile.dot %l, %r, %sum instruction "dpas.m8n16k16.bf16.f32" : tensor<16x32xbf16, #lhs>, tensor<32x32xbf16, #rhs> -> tensor<16x32xf32, #acc>
    scf.yield %next : tensor<16x32xf32, #acc>
  }
  tile.store %sums, %c affine_map<(d0, d1) -> (d0 * 32 + d1)> : tensor<16x32xf32, #acc> -> memref<?xf32>
  return
}

// Lines of 24 bytes are not what the loads take.
// CHECK-LABEL: llvm.func spir_kernelcc @short_lines
// CHECK-NOT: 2d_block_read
// CHECK: llvm.load
func.func @short_lines(%a: memref<?xbf16>, %b: memref<?xbf16>, %c: memref<?xf32>) attributes {plan.kernel, schedule.threads = 32 : i64, schedule.shared_bytes = 0 : i64} {
  %l = tile.load %a affine_map<(d0, d1) -> (d0 * 12 + d1)> bounds affine_set<(d0, d1) : (-d1 + 11 >= 0)> : memref<?xbf16> -> tensor<16x32xbf16, #lhs>
  %r = tile.load %b affine_map<(d0, d1) -> (d0 * 12 + d1)> bounds affine_set<(d0, d1) : (-d1 + 11 >= 0)> : memref<?xbf16> -> tensor<32x32xbf16, #rhs>
  %zero = arith.constant dense<0.0> : tensor<16x32xf32, #acc>
  %sum = tile.dot %l, %r, %zero instruction "dpas.m8n16k16.bf16.f32" : tensor<16x32xbf16, #lhs>, tensor<32x32xbf16, #rhs> -> tensor<16x32xf32, #acc>
  tile.store %sum, %c affine_map<(d0, d1) -> (d0 * 32 + d1)> : tensor<16x32xf32, #acc> -> memref<?xf32>
  return
}
