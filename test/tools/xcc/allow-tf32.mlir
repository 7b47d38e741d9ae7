// RUN: xcc %s -target=sm_80 --with-emulation -o %t.xcb
// RUN: xcc verify %t.xcb --device=emu:sm_80 | FileCheck %s --check-prefix=EXACT
// RUN: xcc %s -target=sm_80 --allow-tf32 --with-emulation -o %t.xcb
// RUN: xcc verify %t.xcb --device=emu:sm_80 | FileCheck %s --check-prefix=ROUNDED

// Sums of f32 products are off by some 2^-24, those of factors rounded to 11
// bits by some 2^-12; what is allowed says so to who compares.

// EXACT: emu:sm_80 {{.*}} {{[0-9.]+e-0[78]|0}} 0.0001 {{.*}} good
// ROUNDED: emu:sm_80 {{.*}} {{0.000[0-9]+}} 0.01 {{.*}} good
func.func @main(%x: tensor<65x129xf32>, %w: tensor<129x96xf32>) -> tensor<65x96xf32> {
  %0 = fx.mm %x, %w : (tensor<65x129xf32>, tensor<129x96xf32>) -> tensor<65x96xf32>
  return %0 : tensor<65x96xf32>
}
