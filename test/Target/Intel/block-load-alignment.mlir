// RUN: xcc %s -target=pvc --with-emulation -o %t.xcb
// RUN: xcc verify %t.xcb --device=emu:pvc --symbol=heads=3 | FileCheck %s
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Heads of 17 keys of 160 bytes begin at odd multiples of 32 bytes, block loads
// at multiples of 64: where it is known how many heads there are, the matrix
// begins with the buffer; else these elements are loaded without blocks, as a
// line that is moved back would reach into the next one.

// CHECK: emu:pvc{{.*}} 0 {{.*}}good
func.func @main(%q: tensor<2x8x80xbf16>, %k: tensor<2x17x80xbf16>, %p: tensor<?x8x80xbf16> {fx.dims = affine_map<()[s0] -> (s0, 8, 80)>}, %r: tensor<?x17x80xbf16> {fx.dims = affine_map<()[s0] -> (s0, 17, 80)>}) -> (tensor<2x8x80xbf16>, tensor<?x8x80xbf16>) attributes {fx.symbols = [{name = "heads", min = 0}]} {
  %0 = fx.scaled_dot_product_attention %q, %k, %k : (tensor<2x8x80xbf16>, tensor<2x17x80xbf16>, tensor<2x17x80xbf16>) -> tensor<2x8x80xbf16>
  %1 = fx.scaled_dot_product_attention %p, %r, %r : (tensor<?x8x80xbf16>, tensor<?x17x80xbf16>, tensor<?x17x80xbf16>) -> tensor<?x8x80xbf16>
  return %0, %1 : tensor<2x8x80xbf16>, tensor<?x8x80xbf16>
}
