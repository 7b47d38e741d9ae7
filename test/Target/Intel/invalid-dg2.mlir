// RUN: xcc-opt %s --verify-intel=target=dg2 --split-input-file --verify-diagnostics
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Arc A has no f64 in hardware.
llvm.func @f64(%a: f64) -> f64 {
  // expected-error @below {{'llvm.fadd' op has no instruction for 'f64' on dg2; supported: f32, f16; convert to f32 before it}}
  %r = llvm.fadd %a, %a : f64
  llvm.return %r : f64
}

// -----

// Also in between.
llvm.func @passing_f64(%a: f32) -> f32 {
  // expected-error @below {{'llvm.fpext' op has no instruction for 'f64' on dg2; supported: f32, f16; convert to f32 before it}}
  %w = llvm.fpext %a : f32 to f64
  %r = llvm.fptrunc %w : f64 to f32
  llvm.return %r : f32
}
