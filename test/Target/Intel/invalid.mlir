// RUN: xcc-opt %s --verify-intel --split-input-file --verify-diagnostics

// Said where it is computed with, not once more where its result is used.
llvm.func @bf16_arithmetic(%a: bf16) -> bf16 {
  // expected-error @below {{'llvm.fadd' op has no instruction for 'bf16' on pvc; supported: f32, f16, f64; convert to f32 before it}}
  %r = llvm.fadd %a, %a : bf16
  llvm.return %r : bf16
}

// -----

llvm.func @wide_number(%a: i128) -> i128 {
  // expected-error @below {{'llvm.add' op has no instruction for 'i128' on pvc; widest: 64 bits}}
  %r = llvm.add %a, %a : i128
  llvm.return %r : i128
}

// -----

llvm.func @odd_vector(%p: !llvm.ptr<1>) {
  // expected-error @below {{'llvm.load' op expects vectors of 2, 3, 4, 8 or 16 elements on pvc, got 'vector<5xf32>'}}
  %r = llvm.load %p : !llvm.ptr<1> -> vector<5xf32>
  llvm.return
}

// -----

// What a function of another dialect holds is not looked at.
// expected-error @below {{'func.func' op expects the llvm dialect before SPIR-V is made, got an operation of 'func'}}
func.func @not_lowered(%a: f32) -> f32 {
  %r = arith.addf %a, %a : f32
  return %r : f32
}

// -----

llvm.func @half_lowered(%a: f32) -> f32 {
  // expected-error @below {{'arith.addf' op expects the llvm dialect before SPIR-V is made, got an operation of 'arith'}}
  %r = arith.addf %a, %a : f32
  llvm.return %r : f32
}
