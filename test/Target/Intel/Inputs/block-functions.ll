; The block functions that the compiler of 2022 has not, by those it has: larger
; blocks one fragment after the other, prefetches as nothing.
; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
target triple = "spirv64v1.2-unknown-unknown"

declare spir_func <16 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v2(i64, i32, i32, i32, <2 x i32>)
declare spir_func <8 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v1(i64, i32, i32, i32, <2 x i32>)
declare spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u16_k16(i64, i32, i32, i32, <2 x i32>)
declare spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transpose_u32_k8(i64, i32, i32, i32, <2 x i32>)

define spir_func void @_Z41intel_sub_group_2d_block_read_16b_8r16x1cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) alwaysinline {
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

define spir_func void @_Z41intel_sub_group_2d_block_read_16b_8r16x2cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) alwaysinline {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <16 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v2(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %h00 = shufflevector <16 x i16> %v0, <16 x i16> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %d00 = getelementptr i16, ptr %d, i32 0
  store <8 x i16> %h00, ptr %d00
  %h01 = shufflevector <16 x i16> %v0, <16 x i16> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %d01 = getelementptr i16, ptr %d, i32 8
  store <8 x i16> %h01, ptr %d01
  ret void
}

define spir_func void @_Z42intel_sub_group_2d_block_read_16b_16r16x1cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) alwaysinline {
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

define spir_func void @_Z42intel_sub_group_2d_block_read_16b_16r16x2cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) alwaysinline {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <16 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v2(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %h00 = shufflevector <16 x i16> %v0, <16 x i16> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %d00 = getelementptr i16, ptr %d, i32 0
  store <8 x i16> %h00, ptr %d00
  %h01 = shufflevector <16 x i16> %v0, <16 x i16> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %d01 = getelementptr i16, ptr %d, i32 16
  store <8 x i16> %h01, ptr %d01
  %c1 = add <2 x i32> %c, <i32 0, i32 8>
  %v1 = call spir_func <16 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v2(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c1)
  %h10 = shufflevector <16 x i16> %v1, <16 x i16> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %d10 = getelementptr i16, ptr %d, i32 8
  store <8 x i16> %h10, ptr %d10
  %h11 = shufflevector <16 x i16> %v1, <16 x i16> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %d11 = getelementptr i16, ptr %d, i32 24
  store <8 x i16> %h11, ptr %d11
  ret void
}

define spir_func void @_Z42intel_sub_group_2d_block_read_16b_32r16x1cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) alwaysinline {
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

define spir_func void @_Z42intel_sub_group_2d_block_read_16b_32r16x2cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) alwaysinline {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <16 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v2(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %h00 = shufflevector <16 x i16> %v0, <16 x i16> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %d00 = getelementptr i16, ptr %d, i32 0
  store <8 x i16> %h00, ptr %d00
  %h01 = shufflevector <16 x i16> %v0, <16 x i16> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %d01 = getelementptr i16, ptr %d, i32 32
  store <8 x i16> %h01, ptr %d01
  %c1 = add <2 x i32> %c, <i32 0, i32 8>
  %v1 = call spir_func <16 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v2(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c1)
  %h10 = shufflevector <16 x i16> %v1, <16 x i16> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %d10 = getelementptr i16, ptr %d, i32 8
  store <8 x i16> %h10, ptr %d10
  %h11 = shufflevector <16 x i16> %v1, <16 x i16> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %d11 = getelementptr i16, ptr %d, i32 40
  store <8 x i16> %h11, ptr %d11
  %c2 = add <2 x i32> %c, <i32 0, i32 16>
  %v2 = call spir_func <16 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v2(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c2)
  %h20 = shufflevector <16 x i16> %v2, <16 x i16> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %d20 = getelementptr i16, ptr %d, i32 16
  store <8 x i16> %h20, ptr %d20
  %h21 = shufflevector <16 x i16> %v2, <16 x i16> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %d21 = getelementptr i16, ptr %d, i32 48
  store <8 x i16> %h21, ptr %d21
  %c3 = add <2 x i32> %c, <i32 0, i32 24>
  %v3 = call spir_func <16 x i16> @__builtin_IB_subgroup_block_read_flat_u16_m8k16v2(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c3)
  %h30 = shufflevector <16 x i16> %v3, <16 x i16> poison, <8 x i32> <i32 0, i32 1, i32 2, i32 3, i32 4, i32 5, i32 6, i32 7>
  %d30 = getelementptr i16, ptr %d, i32 24
  store <8 x i16> %h30, ptr %d30
  %h31 = shufflevector <16 x i16> %v3, <16 x i16> poison, <8 x i32> <i32 8, i32 9, i32 10, i32 11, i32 12, i32 13, i32 14, i32 15>
  %d31 = getelementptr i16, ptr %d, i32 56
  store <8 x i16> %h31, ptr %d31
  ret void
}

define spir_func void @_Z52intel_sub_group_2d_block_read_transform_16b_16r16x1cPU3AS1viiiDv2_iPj(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i32) %d) alwaysinline {
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

define spir_func void @_Z52intel_sub_group_2d_block_read_transform_16b_16r16x2cPU3AS1viiiDv2_iPj(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i32) %d) alwaysinline {
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

define spir_func void @_Z52intel_sub_group_2d_block_read_transform_16b_32r16x1cPU3AS1viiiDv2_iPj(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i32) %d) alwaysinline {
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

define spir_func void @_Z52intel_sub_group_2d_block_read_transform_16b_32r16x2cPU3AS1viiiDv2_iPj(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i32) %d) alwaysinline {
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

define spir_func void @_Z51intel_sub_group_2d_block_read_transpose_32b_16r8x1cPU3AS1viiiDv2_iPj(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i32) %d) alwaysinline {
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

define spir_func void @_Z45intel_sub_group_2d_block_prefetch_16b_1r16x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z45intel_sub_group_2d_block_prefetch_16b_1r16x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z45intel_sub_group_2d_block_prefetch_16b_2r16x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z45intel_sub_group_2d_block_prefetch_16b_2r16x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z45intel_sub_group_2d_block_prefetch_16b_4r16x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z45intel_sub_group_2d_block_prefetch_16b_4r16x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z45intel_sub_group_2d_block_prefetch_16b_8r16x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z45intel_sub_group_2d_block_prefetch_16b_8r16x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z46intel_sub_group_2d_block_prefetch_16b_16r16x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z46intel_sub_group_2d_block_prefetch_16b_16r16x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z46intel_sub_group_2d_block_prefetch_16b_32r16x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z46intel_sub_group_2d_block_prefetch_16b_32r16x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

; Of bytes: pairs of columns are one of 16 bits.

define spir_func void @_Z40intel_sub_group_2d_block_read_8b_8r32x1cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) alwaysinline {
  %pairs = ashr <2 x i32> %c, <i32 1, i32 0>
  call spir_func void @_Z41intel_sub_group_2d_block_read_16b_8r16x1cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %pairs, ptr byref(i16) %d)
  ret void
}

define spir_func void @_Z40intel_sub_group_2d_block_read_8b_8r32x2cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) alwaysinline {
  %pairs = ashr <2 x i32> %c, <i32 1, i32 0>
  call spir_func void @_Z41intel_sub_group_2d_block_read_16b_8r16x2cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %pairs, ptr byref(i16) %d)
  ret void
}

define spir_func void @_Z41intel_sub_group_2d_block_read_8b_16r32x1cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) alwaysinline {
  %pairs = ashr <2 x i32> %c, <i32 1, i32 0>
  call spir_func void @_Z42intel_sub_group_2d_block_read_16b_16r16x1cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %pairs, ptr byref(i16) %d)
  ret void
}

define spir_func void @_Z41intel_sub_group_2d_block_read_8b_16r32x2cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) alwaysinline {
  %pairs = ashr <2 x i32> %c, <i32 1, i32 0>
  call spir_func void @_Z42intel_sub_group_2d_block_read_16b_16r16x2cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %pairs, ptr byref(i16) %d)
  ret void
}

define spir_func void @_Z41intel_sub_group_2d_block_read_8b_32r32x1cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) alwaysinline {
  %pairs = ashr <2 x i32> %c, <i32 1, i32 0>
  call spir_func void @_Z42intel_sub_group_2d_block_read_16b_32r16x1cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %pairs, ptr byref(i16) %d)
  ret void
}

define spir_func void @_Z41intel_sub_group_2d_block_read_8b_32r32x2cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i16) %d) alwaysinline {
  %pairs = ashr <2 x i32> %c, <i32 1, i32 0>
  call spir_func void @_Z42intel_sub_group_2d_block_read_16b_32r16x2cPU3AS1viiiDv2_iPt(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %pairs, ptr byref(i16) %d)
  ret void
}

declare spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u8_k32(i64, i32, i32, i32, <2 x i32>)

define spir_func void @_Z51intel_sub_group_2d_block_read_transform_8b_32r16x1cPU3AS1viiiDv2_iPj(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i32) %d) alwaysinline {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u8_k32(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %d0 = getelementptr i32, ptr %d, i32 0
  store <8 x i32> %v0, ptr %d0
  ret void
}

define spir_func void @_Z51intel_sub_group_2d_block_read_transform_8b_32r16x2cPU3AS1viiiDv2_iPj(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c, ptr byref(i32) %d) alwaysinline {
  %a = ptrtoint ptr addrspace(1) %b to i64
  %w1 = sub i32 %w, 1
  %h1 = sub i32 %h, 1
  %p1 = sub i32 %p, 1
  %c0 = add <2 x i32> %c, <i32 0, i32 0>
  %v0 = call spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u8_k32(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c0)
  %d0 = getelementptr i32, ptr %d, i32 0
  store <8 x i32> %v0, ptr %d0
  %c1 = add <2 x i32> %c, <i32 16, i32 0>
  %v1 = call spir_func <8 x i32> @__builtin_IB_subgroup_block_read_flat_transform_u8_k32(i64 %a, i32 %w1, i32 %h1, i32 %p1, <2 x i32> %c1)
  %d1 = getelementptr i32, ptr %d, i32 8
  store <8 x i32> %v1, ptr %d1
  ret void
}

define spir_func void @_Z44intel_sub_group_2d_block_prefetch_8b_1r32x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z44intel_sub_group_2d_block_prefetch_8b_1r32x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z44intel_sub_group_2d_block_prefetch_8b_2r32x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z44intel_sub_group_2d_block_prefetch_8b_2r32x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z44intel_sub_group_2d_block_prefetch_8b_4r32x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z44intel_sub_group_2d_block_prefetch_8b_4r32x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z44intel_sub_group_2d_block_prefetch_8b_8r32x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z44intel_sub_group_2d_block_prefetch_8b_8r32x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z45intel_sub_group_2d_block_prefetch_8b_16r32x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z45intel_sub_group_2d_block_prefetch_8b_16r32x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z45intel_sub_group_2d_block_prefetch_8b_32r32x1cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}

define spir_func void @_Z45intel_sub_group_2d_block_prefetch_8b_32r32x2cPU3AS1viiiDv2_i(ptr addrspace(1) %b, i32 %w, i32 %h, i32 %p, <2 x i32> %c) alwaysinline {
  ret void
}
