// What has no value is reported with the operation that has none; the other
// functions of the file are run all the same.
// RUN: not xcc interpret %s --output=%t.safetensors 2>&1 | FileCheck %s

// CHECK: errors.mlir:[[@LINE+4]]:{{.*}}error: 'fx.div_floor' op divides an integer by zero
func.func @division() -> tensor<2xi32> {
  %a = fx.constant dense<[1, 2]> : tensor<2xi32>
  %b = fx.constant dense<[1, 0]> : tensor<2xi32>
  %0 = fx.div_floor %a, %b : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %0 : tensor<2xi32>
}

// CHECK: error: 'fx.gelu' op has no meaning for elements of type 'i32'
func.func @gelu_of_integers() -> tensor<2xi32> {
  %a = fx.constant dense<[1, 2]> : tensor<2xi32>
  %0 = fx.gelu %a : (tensor<2xi32>) -> tensor<2xi32>
  return %0 : tensor<2xi32>
}

// CHECK: error: 'fx.embedding' op reads index 3 out of range for dimension 0 of size 3
func.func @embedding() -> tensor<2x2xf32> {
  %table = fx.constant dense<1.0> : tensor<3x2xf32>
  %i = fx.constant dense<[0, 3]> : tensor<2xi64>
  %0 = fx.embedding %table, %i : (tensor<3x2xf32>, tensor<2xi64>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// CHECK: error: 'fx.index' op reads index -4 out of range for dimension 1 of size 3
func.func @negative_index() -> tensor<2x1xf32> {
  %x = fx.constant dense<1.0> : tensor<2x3xf32>
  %i = fx.constant dense<[-4]> : tensor<1xi64>
  %0 = fx.index %x, %i {dims = array<i64: 1>} : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// CHECK: error: 'fx.amax' op has no value over zero elements
func.func @largest_of_nothing() -> tensor<2xf32> {
  %x = fx.constant dense<> : tensor<2x0xf32>
  %0 = fx.amax %x {dims = array<i64: 1>} : (tensor<2x0xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK: error: 'builtin.unrealized_conversion_cast' op has no meaning in the interpreter
func.func @foreign_operation() -> tensor<2xf32> {
  %x = fx.constant dense<1.0> : tensor<2xf32>
  %0 = builtin.unrealized_conversion_cast %x : tensor<2xf32> to tensor<2xf32>
  return %0 : tensor<2xf32>
}

// RUN: FileCheck %s --check-prefix=WRITTEN --input-file=%t.safetensors
// WRITTEN: {"sound.output0":{"dtype":"F32","shape":[2]
func.func @sound() -> tensor<2xf32> {
  %x = fx.constant dense<1.0> : tensor<2xf32>
  return %x : tensor<2xf32>
}
