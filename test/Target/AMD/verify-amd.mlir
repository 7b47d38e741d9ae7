// RUN: xcc-opt %s --split-input-file --verify-diagnostics --verify-amd=target=gfx942

// What this chip selects passes: f16 and bf16 arithmetic, a matrix
// instruction.
llvm.func @accepted(%a: vector<4xf16>, %c: vector<4xf32>, %b: bf16, %p: !llvm.ptr<1>) attributes {rocdl.kernel} {
  %none = llvm.mlir.constant(0 : i32) : i32
  %d = rocdl.mfma.f32.16x16x16f16 %a, %a, %c, %none, %none, %none
     : (vector<4xf16>, vector<4xf16>, vector<4xf32>, i32, i32, i32) -> vector<4xf32>
  %s = llvm.fadd %b, %b : bf16
  llvm.store %d, %p : vector<4xf32>, !llvm.ptr<1>
  llvm.return
}

// -----

llvm.func @matrix_of_another_chip(%a: vector<8xf16>, %c: vector<4xf32>) {
  %none = llvm.mlir.constant(0 : i32) : i32
  // expected-error @+1 {{'rocdl.mfma.f32.16x16x32.f16' op has no instruction on gfx942; supported: rocdl.mfma.f32.16x16x16f16, rocdl.mfma.f32.32x32x8f16, rocdl.mfma.f32.16x16x16bf16.1k, rocdl.mfma.f32.32x32x8bf16.1k, rocdl.mfma.f32.16x16x4f32, rocdl.mfma.f64.16x16x4f64, rocdl.mfma.i32.16x16x32.i8, rocdl.mfma.f32.16x16x32.fp8.fp8, rocdl.mfma.f32.16x16x32.bf8.bf8, rocdl.mfma.f32.16x16x8.xf32}}
  %d = rocdl.mfma.f32.16x16x32.f16 %a, %a, %c, %none, %none, %none
     : (vector<8xf16>, vector<8xf16>, vector<4xf32>, i32, i32, i32) -> vector<4xf32>
  llvm.return
}

// -----

llvm.func @wide(%a: i128) {
  // expected-error @+1 {{has no instruction for 'i128' on gfx942; widest: 64 bits}}
  %q = llvm.sdiv %a, %a : i128
  llvm.return
}

// -----

llvm.func @wide_float(%a: f128) {
  // expected-error @+1 {{has no instruction for 'f128' on gfx942; widest: 64 bits}}
  %q = llvm.fadd %a, %a : f128
  llvm.return
}

// -----

llvm.func @library(%a: f64) {
  // expected-error @+1 {{expects math expanded to arithmetic; gfx942 has no library (pass expand-math)}}
  %e = llvm.intr.exp(%a) : (f64) -> f64
  llvm.return
}

// -----

// expected-error @+1 {{expects a body: an image for gfx942 takes nothing from outside}}
llvm.func @expf(f32) -> f32

// -----

// expected-error @+1 {{expects at most 65536 bytes of shared memory a block on gfx942, got 65664; choose smaller tiles or fewer stages}}
llvm.mlir.global internal @k_shared() {addr_space = 3 : i32} : !llvm.array<65664 x i8>

// -----

llvm.func @other_dialect(%a: i32) {
  // expected-error @+1 {{expects the llvm and rocdl dialects before code is made, got an operation of 'arith'}}
  %s = arith.addi %a, %a : i32
  llvm.return
}

// -----

llvm.func @lanes_of_wave32(%x: i32) {
  // expected-error @+1 {{'rocdl.permlanex16' op has no move from the other row on gfx942; ds_bpermute moves any lane to any}}
  %s = rocdl.permlanex16 %x, %x, %x, %x, false, false : i32, i32
  // row_xmask:1
  // expected-error @+1 {{'rocdl.update.dpp' op has no such pattern of lanes on gfx942; ds_bpermute moves any lane to any}}
  %m = rocdl.update.dpp %x, %x with 353, 15, 15, true : i32
  llvm.return
}
