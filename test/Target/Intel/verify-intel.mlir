// RUN: xcc-opt %s --verify-intel=target=pvc | FileCheck %s

// CHECK-LABEL: @accepts_what_the_device_has
llvm.func spir_kernelcc @accepts_what_the_device_has(%p: !llvm.ptr<1>, %h: f16, %d: f64, %i: i64, %v: vector<16xf32>) {
  // CHECK: llvm.fadd %{{.*}} : f16
  %0 = llvm.fadd %h, %h : f16
  // CHECK: llvm.fadd %{{.*}} : f64
  %1 = llvm.fadd %d, %d : f64
  %2 = llvm.sdiv %i, %i : i64
  // CHECK: llvm.fadd %{{.*}} : vector<16xf32>
  %3 = llvm.fadd %v, %v : vector<16xf32>
  llvm.store %3, %p : vector<16xf32>, !llvm.ptr<1>
  llvm.return
}
