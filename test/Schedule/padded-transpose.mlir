// What lies beside a padding is not read: a block of it, turned in private
// memory, would begin 2 MB before the input and end the process.
//
// RUN: xcc %s -o %t.xcb
// RUN: xcc run %t.xcb --threads=1 | FileCheck %s
//
// CHECK: output  output0 f32 [64, 500128]

func.func @main(%x: tensor<128x64xf32>) -> tensor<64x500128xf32> {
  %t = fx.permute %x {dims = array<i64: 1, 0>} : (tensor<128x64xf32>) -> tensor<64x128xf32>
  %0 = fx.pad %t {low = array<i64: 0, 500000>, high = array<i64: 0, 0>, value = 1.5 : f64} : (tensor<64x128xf32>) -> tensor<64x500128xf32>
  return %0 : tensor<64x500128xf32>
}
