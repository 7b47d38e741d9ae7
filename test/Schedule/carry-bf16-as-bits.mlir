// RUN: xcc-opt %s --expand-math --carry-bf16-as-bits | FileCheck %s
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// CHECK-LABEL: @select_and_scale
// CHECK-SAME: (%{{.*}}: memref<8xi16>, %{{.*}}: i1)
// CHECK-NOT: bf16
// CHECK: arith.constant 16256 : i16
// CHECK: arith.select %{{.*}} : i16
// CHECK-NOT: i16 to bf16
// CHECK: memref.store %{{.*}} : memref<8xi16>
func.func @select_and_scale(%m: memref<8xbf16>, %c: i1) {
  %i = arith.constant 0 : index
  %one = arith.constant 1.0 : bf16
  %x = memref.load %m[%i] : memref<8xbf16>
  %s = arith.select %c, %x, %one : bf16
  %y = arith.mulf %s, %s : bf16
  memref.store %y, %m[%i] : memref<8xbf16>
  return
}

// CHECK-LABEL: @left_alone
// CHECK-SAME: memref<8xf16>
func.func @left_alone(%m: memref<8xf16>) {
  return
}
