// A symbol that no input's shape tells has no value.
// RUN: not xcc interpret %s 2>&1 | FileCheck %s
// CHECK: error: expects the inputs' shapes to tell the symbol "n", got none that does
func.func @main() -> tensor<?xf32> attributes {fx.symbols = [{name = "n"}]} {
  %0 = fx.arange {shape = affine_map<()[s0] -> (s0)>} : () -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
