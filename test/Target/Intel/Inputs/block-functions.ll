; The block functions that the compiler of 2022 has not, by those it has: larger
; blocks one fragment after the other, prefetches as nothing.
; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
target triple = "spirv64v1.2-unknown-unknown"

declare spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64, i32, i32, i32, <2 x i32>)
declare spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u16_k16(i64, i32, i32, i32, <2 x i32>)
declare spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transpose_u32_k8(i64, i32, i32, i32, <2 x i32>)

define spir_func void @_Z41intel_sub_group_2d_block_read_16b_8r16x1cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %d0 = getelementptr i16, ptr %d, i32 0
  store <8 x i16> %v0, ptr %d0
  ret void
}

define spir_func void @_Z41intel_sub_group_2d_block_read_16b_8r16x2cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %d0 = getelementptr i16, ptr %d, i32 0
  store <8 x i16> %v0, ptr %d0
  %c1 = add <2 x i32> %c, <i32 16, i32 0>
  %v1 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c1)
  %d1 = getelementptr i16, ptr %d, i32 8
  store <8 x i16> %v1, ptr %d1
  ret void
}

define spir_func void @_Z42intel_sub_group_2d_block_read_16b_16r16x1cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %d0 = getelementptr i16, ptr %d, i32 0
  store <8 x i16> %v0, ptr %d0
  %c1 = add <2 x i32> %c, <i32 0, i32 8>
  %v1 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c1)
  %d1 = getelementptr i16, ptr %d, i32 8
  store <8 x i16> %v1, ptr %d1
  ret void
}

define spir_func void @_Z42intel_sub_group_2d_block_read_16b_16r16x2cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %d0 = getelementptr i16, ptr %d, i32 0
  store <8 x i16> %v0, ptr %d0
  %c1 = add <2 x i32> %c, <i32 0, i32 8>
  %v1 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c1)
  %d1 = getelementptr i16, ptr %d, i32 8
  store <8 x i16> %v1, ptr %d1
  %c2 = add <2 x i32> %c, <i32 16, i32 0>
  %v2 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c2)
  %d2 = getelementptr i16, ptr %d, i32 16
  store <8 x i16> %v2, ptr %d2
  %c3 = add <2 x i32> %c, <i32 16, i32 8>
  %v3 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c3)
  %d3 = getelementptr i16, ptr %d, i32 24
  store <8 x i16> %v3, ptr %d3
  ret void
}

define spir_func void @_Z42intel_sub_group_2d_block_read_16b_32r16x1cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %d0 = getelementptr i16, ptr %d, i32 0
  store <8 x i16> %v0, ptr %d0
  %c1 = add <2 x i32> %c, <i32 0, i32 8>
  %v1 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c1)
  %d1 = getelementptr i16, ptr %d, i32 8
  store <8 x i16> %v1, ptr %d1
  %c2 = add <2 x i32> %c, <i32 0, i32 16>
  %v2 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c2)
  %d2 = getelementptr i16, ptr %d, i32 16
  store <8 x i16> %v2, ptr %d2
  %c3 = add <2 x i32> %c, <i32 0, i32 24>
  %v3 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c3)
  %d3 = getelementptr i16, ptr %d, i32 24
  store <8 x i16> %v3, ptr %d3
  ret void
}

define spir_func void @_Z42intel_sub_group_2d_block_read_16b_32r16x2cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %d0 = getelementptr i16, ptr %d, i32 0
  store <8 x i16> %v0, ptr %d0
  %c1 = add <2 x i32> %c, <i32 0, i32 8>
  %v1 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c1)
  %d1 = getelementptr i16, ptr %d, i32 8
  store <8 x i16> %v1, ptr %d1
  %c2 = add <2 x i32> %c, <i32 0, i32 16>
  %v2 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c2)
  %d2 = getelementptr i16, ptr %d, i32 16
  store <8 x i16> %v2, ptr %d2
  %c3 = add <2 x i32> %c, <i32 0, i32 24>
  %v3 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c3)
  %d3 = getelementptr i16, ptr %d, i32 24
  store <8 x i16> %v3, ptr %d3
  %c4 = add <2 x i32> %c, <i32 16, i32 0>
  %v4 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c4)
  %d4 = getelementptr i16, ptr %d, i32 32
  store <8 x i16> %v4, ptr %d4
  %c5 = add <2 x i32> %c, <i32 16, i32 8>
  %v5 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c5)
  %d5 = getelementptr i16, ptr %d, i32 40
  store <8 x i16> %v5, ptr %d5
  %c6 = add <2 x i32> %c, <i32 16, i32 16>
  %v6 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c6)
  %d6 = getelementptr i16, ptr %d, i32 48
  store <8 x i16> %v6, ptr %d6
  %c7 = add <2 x i32> %c, <i32 16, i32 24>
  %v7 = call spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c7)
  %d7 = getelementptr i16, ptr %d, i32 56
  store <8 x i16> %v7, ptr %d7
  ret void
}

define spir_func void @_Z52intel_sub_group_2d_block_read_transform_16b_16r16x1cPU3AS1viiiDv2_iPj(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i32) %d) {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u16_k16(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %d0 = getelementptr i32, ptr %d, i32 0
  store <8 x i32> %v0, ptr %d0
  ret void
}

define spir_func void @_Z52intel_sub_group_2d_block_read_transform_16b_16r16x2cPU3AS1viiiDv2_iPj(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i32) %d) {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u16_k16(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %d0 = getelementptr i32, ptr %d, i32 0
  store <8 x i32> %v0, ptr %d0
  %c1 = add <2 x i32> %c, <i32 16, i32 0>
  %v1 = call spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u16_k16(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c1)
  %d1 = getelementptr i32, ptr %d, i32 8
  store <8 x i32> %v1, ptr %d1
  ret void
}

define spir_func void @_Z52intel_sub_group_2d_block_read_transform_16b_32r16x1cPU3AS1viiiDv2_iPj(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i32) %d) {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u16_k16(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %d0 = getelementptr i32, ptr %d, i32 0
  store <8 x i32> %v0, ptr %d0
  %c1 = add <2 x i32> %c, <i32 0, i32 16>
  %v1 = call spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u16_k16(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c1)
  %d1 = getelementptr i32, ptr %d, i32 8
  store <8 x i32> %v1, ptr %d1
  ret void
}

define spir_func void @_Z52intel_sub_group_2d_block_read_transform_16b_32r16x2cPU3AS1viiiDv2_iPj(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i32) %d) {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u16_k16(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %d0 = getelementptr i32, ptr %d, i32 0
  store <8 x i32> %v0, ptr %d0
  %c1 = add <2 x i32> %c, <i32 0, i32 16>
  %v1 = call spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u16_k16(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c1)
  %d1 = getelementptr i32, ptr %d, i32 8
  store <8 x i32> %v1, ptr %d1
  %c2 = add <2 x i32> %c, <i32 16, i32 0>
  %v2 = call spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u16_k16(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c2)
  %d2 = getelementptr i32, ptr %d, i32 16
  store <8 x i32> %v2, ptr %d2
  %c3 = add <2 x i32> %c, <i32 16, i32 16>
  %v3 = call spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u16_k16(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c3)
  %d3 = getelementptr i32, ptr %d, i32 24
  store <8 x i32> %v3, ptr %d3
  ret void
}

define spir_func void @_Z51intel_sub_group_2d_block_read_transpose_32b_16r8x1cPU3AS1viiiDv2_iPj(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i32) %d) {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transpose_u32_k8(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %d0 = getelementptr i32, ptr %d, i32 0
  store <8 x i32> %v0, ptr %d0
  ret void
}

define spir_func void @_Z45intel_sub_group_2d_block_prefetch_16b_8r16x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) {
  ret void
}

define spir_func void @_Z45intel_sub_group_2d_block_prefetch_16b_8r16x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) {
  ret void
}

define spir_func void @_Z46intel_sub_group_2d_block_prefetch_16b_16r16x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) {
  ret void
}

define spir_func void @_Z46intel_sub_group_2d_block_prefetch_16b_16r16x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) {
  ret void
}

define spir_func void @_Z46intel_sub_group_2d_block_prefetch_16b_32r16x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) {
  ret void
}

define spir_func void @_Z46intel_sub_group_2d_block_prefetch_16b_32r16x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) {
  ret void
}
