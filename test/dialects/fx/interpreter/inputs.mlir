// Inputs are found by name; their shapes tell the size symbols and must fit.
// RUN: %python %S/Inputs/safetensors.py %t.good x:F32:4x3 arg1:F32:8
// RUN: xcc interpret %s --inputs=%t.good --output=%t.out --precision=f64
// RUN: FileCheck %s --check-prefix=GOOD --input-file=%t.out
// GOOD: {"y":{"dtype":"F64","shape":[4],

// RUN: not xcc interpret %s 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: expects an input 'x', got none of that name

// RUN: %python %S/Inputs/safetensors.py %t.rank x:F32:4 arg1:F32:8
// RUN: not xcc interpret %s --inputs=%t.rank 2>&1 | FileCheck %s --check-prefix=RANK
// RANK: error: expects input 0 to be 'tensor<?x3xf32>', got tensor<4xf32>

// RUN: %python %S/Inputs/safetensors.py %t.range x:F32:1x3 arg1:F32:2
// RUN: not xcc interpret %s --inputs=%t.range 2>&1 | FileCheck %s --check-prefix=RANGE
// RANGE: error: expects the symbol "n" to be at least 2 and at most 64, got 1

// RUN: %python %S/Inputs/safetensors.py %t.size x:F32:4x3 arg1:F32:9
// RUN: not xcc interpret %s --inputs=%t.size 2>&1 | FileCheck %s --check-prefix=SIZE
// SIZE: error: expects size 0 of input 1 to be 8, got 9

// RUN: printf '\130\000\000\000\000\000\000\000{"x":{"dtype":"F4","shape":[1,3],"data_offsets":[0,2]}}                                   xx' > %t.dtype
// RUN: not xcc interpret %s --inputs=%t.dtype 2>&1 | FileCheck %s --check-prefix=DTYPE
// DTYPE: error: expects input 'x' of a dtype and size known to xcc, got F4 in 2 bytes

func.func @main(%x: tensor<?x3xf32> {fx.name = "x", fx.dims = affine_map<()[s0] -> (s0, 3)>},
                %b: tensor<?xf32> {fx.dims = affine_map<()[s0] -> (s0 * 2)>})
    -> (tensor<?xf32> {fx.name = "y"})
    attributes {fx.symbols = [{name = "n", min = 2 : i64, max = 64 : i64}]} {
  %0 = fx.sum %x {dims = array<i64: 1>} : (tensor<?x3xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
