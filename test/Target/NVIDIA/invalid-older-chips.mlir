// RUN: xcc-opt %s --verify-nvidia=target=sm_61 --split-input-file --verify-diagnostics

llvm.func @copy_in_the_background(%to: !llvm.ptr<3>, %from: !llvm.ptr<1>) {
  // expected-error @+1 {{'nvvm.cp.async.shared.global' op has no instruction on sm_61; it came with a later chip}}
  nvvm.cp.async.shared.global %to, %from, 16, cache = cg : !llvm.ptr<3>, !llvm.ptr<1>
  llvm.return
}

// -----

llvm.func @wait_for_copies() {
  // expected-error @+1 {{'nvvm.cp.async.wait.group' op has no instruction on sm_61; it came with a later chip}}
  nvvm.cp.async.wait.group 0
  llvm.return
}

// -----

llvm.func @fragment_load(%from: !llvm.ptr<3>) {
  // expected-error @+1 {{'nvvm.ldmatrix' op has no instruction on sm_61; it came with a later chip}}
  %0 = nvvm.ldmatrix %from {layout = #nvvm.mma_layout<row>, num = 1 : i32, shape = #nvvm.ld_st_matrix_shape<m = 8, n = 8>, eltType = #nvvm.ld_st_matrix_elt_type<b16>} : (!llvm.ptr<3>) -> i32
  llvm.return
}

// -----

llvm.func @bfloat(%x: bf16) {
  // expected-error @+1 {{has no instruction for 'bf16' on sm_61; carry it as a 16-bit integer and compute in f32}}
  %0 = llvm.fadd %x, %x : bf16
  llvm.return
}

// -----

llvm.func @product(%a: i32, %c: i32) {
  // expected-error @+1 {{has no instruction for llvm.nvvm.mma.m8n8k16.row.col.s8 on sm_61; supported: fma}}
  %0 = llvm.call_intrinsic "llvm.nvvm.mma.m8n8k16.row.col.s8"(%a, %a, %c, %c) : (i32, i32, i32, i32) -> !llvm.struct<(i32, i32)>
  llvm.return
}
