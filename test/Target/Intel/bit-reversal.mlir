// RUN: xcc %s -target=pvc --emit=llvm -o - | FileCheck %s
// RUN: xcc %s -target=pvc --emit=spirv -o %t.spv
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Each thread of this product has its place in shared memory by bits of the
// lane's number in turned order: shifts, as kernels have no instruction for it.

// CHECK: define spir_kernel void @mm
// CHECK-NOT: llvm.bitreverse
func.func @main(%x: tensor<2048x2048xf32>, %w: tensor<2048x2048xf32>) -> tensor<2048x2048xf32> {
  %0 = fx.mm %x, %w : (tensor<2048x2048xf32>, tensor<2048x2048xf32>) -> tensor<2048x2048xf32>
  return %0 : tensor<2048x2048xf32>
}
