// RUN: not xcc-opt %s --accept-linalg 2>&1 | FileCheck %s

// CHECK: error: expects one public function or one called 'main', got 2 public functions
func.func @first(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func @second(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
