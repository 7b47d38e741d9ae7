// Each way in which a weight's file can be wrong.
// RUN: rm -rf %t && mkdir %t && cp %s %t/m.mlir
// RUN: %python %S/../interpreter/Inputs/safetensors.py %t/good.st a:F32:2x3 b:I64:2
// RUN: head -c 4 %t/good.st > %t/short.st
// RUN: head -c 60 %t/good.st > %t/header.st
// RUN: head -c 140 %t/good.st > %t/elements.st
// RUN: printf '\004\000\000\000\000\000\000\000[12]' > %t/array.st
// RUN: printf '\010\000\000\000\000\000\000\000{"a":{}}' > %t/entry.st
// RUN: printf '\067\000\000\000\000\000\000\000{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,0]}}' > %t/size.st
// RUN: printf '\070\000\000\000\000\000\000\000{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,4]}}xxxx' > %t/bytes.st
// RUN: not xcc interpret %t/m.mlir 2>&1 | FileCheck %s

// CHECK: error: 'fx.weight' op cannot be loaded: '{{.*}}none.st': cannot be read: No such file or directory
fx.weight @missing : tensor<2x3xf32> {file = "none.st", key = "a"}
func.func @f0() -> tensor<2x3xf32> {
  %0 = fx.get_weight @missing : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
// CHECK: error: 'fx.weight' op expects a tensor 'c' in 'good.st', got 2 others
fx.weight @key : tensor<2x3xf32> {file = "good.st", key = "c"}
func.func @f1() -> tensor<2x3xf32> {
  %0 = fx.get_weight @key : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
// CHECK: error: 'fx.weight' op expects elements of dtype F16 in 'good.st', got F32
fx.weight @dtype : tensor<2x3xf16> {file = "good.st", key = "a"}
func.func @f2() -> tensor<2x3xf16> {
  %0 = fx.get_weight @dtype : tensor<2x3xf16>
  return %0 : tensor<2x3xf16>
}
// CHECK: error: 'fx.weight' op expects the shape [3, 2] in 'good.st', got [2, 3]
fx.weight @shape : tensor<3x2xf32> {file = "good.st", key = "a"}
func.func @f3() -> tensor<3x2xf32> {
  %0 = fx.get_weight @shape : tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}
// CHECK: short.st': expected a .safetensors file, got a truncated or foreign header
fx.weight @short : tensor<2x3xf32> {file = "short.st", key = "a"}
func.func @f4() -> tensor<2x3xf32> {
  %0 = fx.get_weight @short : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
// CHECK: header.st': expected a .safetensors file, got a truncated or foreign header
fx.weight @header : tensor<2x3xf32> {file = "header.st", key = "a"}
func.func @f5() -> tensor<2x3xf32> {
  %0 = fx.get_weight @header : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
// CHECK: elements.st': tensor '{{[ab]}}' lies outside the file of {{[0-9]+}} bytes of tensors; the file is truncated
fx.weight @elements : tensor<2x3xf32> {file = "elements.st", key = "a"}
func.func @f6() -> tensor<2x3xf32> {
  %0 = fx.get_weight @elements : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
// CHECK: array.st': expected a .safetensors header, got something that is no JSON object
fx.weight @array : tensor<2x3xf32> {file = "array.st", key = "a"}
func.func @f7() -> tensor<2x3xf32> {
  %0 = fx.get_weight @array : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
// CHECK: entry.st': tensor 'a' needs dtype, shape and data_offsets
fx.weight @entry : tensor<2x3xf32> {file = "entry.st", key = "a"}
func.func @f8() -> tensor<2x3xf32> {
  %0 = fx.get_weight @entry : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
// CHECK: size.st': tensor 'a' has a size that is no number
fx.weight @size : tensor<2x3xf32> {file = "size.st", key = "a"}
func.func @f9() -> tensor<2x3xf32> {
  %0 = fx.get_weight @size : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
// CHECK: error: 'fx.weight' op expects 24 bytes of elements in 'bytes.st', got 4
fx.weight @bytes : tensor<2x3xf32> {file = "bytes.st", key = "a"}
func.func @f10() -> tensor<2x3xf32> {
  %0 = fx.get_weight @bytes : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
