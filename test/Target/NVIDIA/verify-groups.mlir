// RUN: xcc-opt %s --verify-nvidia=target=sm_90 --split-input-file --verify-diagnostics
// RUN: not xcc-opt %s --verify-nvidia=target=compute_90 --split-input-file 2>&1 | FileCheck %s

// Products of groups, and the wait for them, are the only text that is known.
// CHECK: 'llvm.inline_asm' op expects kernels of plain instructions on compute_90;
llvm.func @wait(%a: f32) {
  %0 = llvm.inline_asm has_side_effects "wgmma.wait_group.sync.aligned 0;", "=f,0" %a : (f32) -> f32
  llvm.return
}

// -----

llvm.func @other() {
  // expected-error @below {{expects kernels of plain instructions on sm_90; inline the function or use an intrinsic}}
  llvm.inline_asm has_side_effects "trap;", "" : () -> ()
  llvm.return
}
