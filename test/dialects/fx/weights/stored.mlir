// A weight of a file: found relative to the module, kept as it is.
// RUN: rm -rf %t && mkdir -p %t/data && cp %s %t/m.mlir
// RUN: %python %S/../interpreter/Inputs/safetensors.py %t/data/w.st other:U8:3 a.b:I32:2
// RUN: xcc interpret %t/m.mlir --output=%t/out.st
// RUN: od -A n -t d4 -j 72 %t/out.st | FileCheck %s
// CHECK: 0 1{{$}}
fx.weight @w : tensor<2xi32> {file = "data/w.st", key = "a.b"}
func.func @main() -> tensor<2xi32> {
  %0 = fx.get_weight @w : tensor<2xi32>
  return %0 : tensor<2xi32>
}
