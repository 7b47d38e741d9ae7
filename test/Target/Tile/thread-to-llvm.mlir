// RUN: xcc-tile-opt %s --thread-to-llvm | FileCheck %s
// RUN: xcc-tile-opt %s --thread-pipeline --mlir-print-debuginfo | FileCheck %s --check-prefix=LINES
// RUN: xcc-tile-opt %s --thread-pipeline | FileCheck %s --check-prefix=BITS
// RUN: xcc-tile-opt %s --thread-pipeline-bf16 | FileCheck %s --check-prefix=BF16

// One conversion: nothing of scf, arith, math or vector is left.
// CHECK-LABEL: llvm.func @kernel
// CHECK-NOT: {{scf|arith|math|vector}}.
// CHECK: llvm.cond_br
// CHECK: llvm.intr.fma
// CHECK: llvm.insertelement
// Also of a line in another file than the kernel's.
// LINES: llvm.intr.fma({{.*}} loc(#[[LINE:.*]])
// LINES: #[[OTHER:.*]] = #llvm.di_file<"model.py"
// LINES: #[[PLACE:.*]] = loc("model.py":7:3)
// LINES: #[[SCOPE:.*]] = #llvm.di_lexical_block_file<{{.*}}file = #[[OTHER]]
// LINES: #[[LINE]] = loc(fused<#[[SCOPE]]>[#[[PLACE]]])
llvm.func @kernel(%p: !llvm.ptr<1>, %n: i64) {
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : i64
  %x = arith.constant 2.0 : f32
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %x) -> f32 : i64 {
    %f = math.fma %s, %x, %x : f32 loc("model.py":7:3)
    scf.yield %f : f32
  }
  %v = vector.from_elements %r, %x : vector<2xf32>
  llvm.store %v, %p : vector<2xf32>, !llvm.ptr<1>
  llvm.return
}

// A device without bf16 sees 16-bit integers, another one converts.
// BITS-LABEL: llvm.func @narrow
// BITS-NOT: bf16
// BITS: llvm.store %{{.*}} : i16
// BF16-LABEL: llvm.func @narrow
// BF16: llvm.fpext %{{.*}} : bf16 to f32
// BF16: llvm.fptrunc %{{.*}} : f32 to bf16
llvm.func @narrow(%p: !llvm.ptr<1>) {
  %a = llvm.load %p : !llvm.ptr<1> -> bf16
  %b = arith.addf %a, %a : bf16
  llvm.store %b, %p : bf16, !llvm.ptr<1>
  llvm.return
}
