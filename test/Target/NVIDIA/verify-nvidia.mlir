// RUN: xcc-opt %s --verify-nvidia=target=sm_80 | FileCheck %s

// CHECK-LABEL: @accepts_what_the_chip_has
llvm.func @accepts_what_the_chip_has(%x: f32, %h: bf16, %a: vector<2xf16>, %c: f32, %i: i64) attributes {nvvm.kernel} {
  // CHECK: llvm.intr.exp2
  %0 = llvm.intr.exp2(%x) : (f32) -> f32
  // CHECK: llvm.intr.sqrt
  %1 = llvm.intr.sqrt(%x) : (f32) -> f32
  %2 = llvm.fadd %h, %h : bf16
  %3 = llvm.sdiv %i, %i : i64
  // CHECK: llvm.nvvm.mma.m16n8k16
  %4 = llvm.call_intrinsic "llvm.nvvm.mma.m16n8k16.row.col.f32.f32"(%a, %a, %a, %a, %a, %a, %c, %c, %c, %c)
    : (vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, f32, f32, f32, f32) -> !llvm.struct<(f32, f32, f32, f32)>
  llvm.return
}
