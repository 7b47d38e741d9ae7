// RUN: xcc-opt %s --split-input-file --verify-diagnostics --verify-amd=target=gfx1100

// What another chip has and this one has not.

llvm.func @accepted(%a: vector<16xf16>, %c: vector<8xf32>, %x: i32, %p: !llvm.ptr<1>) attributes {rocdl.kernel} {
  %d = rocdl.wmma.f32.16x16x16.f16 %a, %a, %c : (vector<16xf16>, vector<16xf16>, vector<8xf32>) -> vector<8xf32>
  llvm.store %d, %p : vector<8xf32>, !llvm.ptr<1>
  %m = rocdl.update.dpp %x, %x with 353, 15, 15, true : i32
  llvm.store %m, %p : i32, !llvm.ptr<1>
  llvm.return
}

// -----

llvm.func @matrix(%a: vector<4xf16>, %c: vector<4xf32>) {
  %none = llvm.mlir.constant(0 : i32) : i32
  // expected-error @+1 {{'rocdl.mfma.f32.16x16x16f16' op has no instruction on gfx1100; supported: rocdl.wmma.f32.16x16x16.f16, rocdl.wmma.f32.16x16x16.bf16, rocdl.wmma.i32.16x16x16.iu8}}
  %d = rocdl.mfma.f32.16x16x16f16 %a, %a, %c, %none, %none, %none
     : (vector<4xf16>, vector<4xf16>, vector<4xf32>, i32, i32, i32) -> vector<4xf32>
  llvm.return
}

// -----

llvm.func @dot(%a: vector<2xf16>, %c: f32, %no: i1) {
  // expected-error @+1 {{'llvm.call_intrinsic' op has no instruction on gfx1100; supported: rocdl.wmma.f32.16x16x16.f16}}
  %d = llvm.call_intrinsic "llvm.amdgcn.sdot4"(%a, %a, %c, %no) : (vector<2xf16>, vector<2xf16>, f32, i1) -> f32
  llvm.return
}

// -----

llvm.func @swap(%x: i32) {
  // expected-error @+1 {{'rocdl.permlane32.swap' op has no exchange of rows on gfx1100; ds_bpermute moves any lane to any}}
  %s = rocdl.permlane32.swap %x, %x, false, false : (i32, i32) -> !llvm.struct<(i32, i32)>
  llvm.return
}

// -----

llvm.func @across(%x: i32) {
  // row_bcast:31
  // expected-error @+1 {{'rocdl.update.dpp' op has no such pattern of lanes on gfx1100; ds_bpermute moves any lane to any}}
  %m = rocdl.update.dpp %x, %x with 323, 15, 15, true : i32
  llvm.return
}
