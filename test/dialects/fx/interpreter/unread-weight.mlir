// A weight that nothing reads need not be there: a bundle has only those that its kernels read.
// RUN: %python %S/Inputs/safetensors.py %t.in arg0:I64:2
// RUN: xcc interpret %s --inputs=%t.in --output=%t.out
// RUN: FileCheck %s --input-file=%t.out
// CHECK: {"output0":{"dtype":"I64","shape":[2],

fx.weight @batches : tensor<i64> {file = "none.safetensors", key = "batches"}
func.func @main(%x: tensor<2xi64>) -> tensor<2xi64> {
  %0 = fx.get_weight @batches : tensor<i64>
  return %x : tensor<2xi64>
}
