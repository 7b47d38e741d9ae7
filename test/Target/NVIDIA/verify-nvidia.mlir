// RUN: xcc-opt %s --verify-nvidia=target=sm_80 | FileCheck %s

// CHECK-LABEL: @accepts_what_the_chip_has
llvm.func @accepts_what_the_chip_has(%x: f32, %h: bf16, %a: vector<2xf16>, %c: f32, %i: i64) attributes {nvvm.kernel} {
  // CHECK: llvm.intr.exp2
  %0 = llvm.intr.exp2(%x) : (f32) -> f32
  // CHECK: llvm.intr.sqrt
  %1 = llvm.intr.sqrt(%x) : (f32) -> f32
  %2 = llvm.fadd %h, %h : bf16
  %3 = llvm.sdiv %i, %i : i64
  // CHECK: nvvm.mma.sync
  %4 = nvvm.mma.sync A[%a, %a, %a, %a] B[%a, %a] C[%c, %c, %c, %c]
    {layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>, shape = #nvvm.shape<m = 16, n = 8, k = 16>}
    : (vector<2xf16>, vector<2xf16>, f32) -> !llvm.struct<(f32, f32, f32, f32)>
  llvm.return
}
