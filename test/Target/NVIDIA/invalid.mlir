// RUN: xcc-opt %s --verify-nvidia=target=sm_80 --split-input-file --verify-diagnostics

llvm.func @math_function(%x: f32) {
  // expected-error @+1 {{is a library function, and sm_80 has no library; expand it to arithmetic before}}
  %0 = llvm.intr.sin(%x) : (f32) -> f32
  llvm.return
}

// -----

llvm.func @exp2_of_f64(%x: f64) {
  // expected-error @+1 {{'llvm.intr.exp2' op is a library function, and sm_80 has no library; expand it to arithmetic before}}
  %0 = llvm.intr.exp2(%x) : (f64) -> f64
  llvm.return
}

// -----

llvm.func @wide_float(%x: f128) {
  // expected-error @+1 {{has no instruction for 'f128' on sm_80; widest: 64 bits}}
  %0 = llvm.fadd %x, %x : f128
  llvm.return
}

// -----

llvm.func @wide_integer(%x: i128) {
  // expected-error @+1 {{has no instruction for 'i128' on sm_80; widest: 64 bits}}
  %0 = llvm.udiv %x, %x : i128
  llvm.return
}

// -----

llvm.func @expf(f32) -> f32
llvm.func @call(%x: f32) {
  // expected-error @+1 {{expects kernels of plain instructions on sm_80; inline the function or use an intrinsic}}
  %0 = llvm.call @expf(%x) : (f32) -> f32
  llvm.return
}

// -----

llvm.func @no_such_product(%a: vector<2xf16>, %c: f32) {
  // expected-error @+1 {{has no instruction for llvm.nvvm.mma.m8n8k4.row.col.f32.f32 on sm_80; supported: llvm.nvvm.mma.m16n8k16.row.col.f32.f32 llvm.nvvm.mma.m16n8k16.row.col.bf16 llvm.nvvm.mma.m16n8k8.row.col.tf32 llvm.nvvm.mma.m8n8k4.row.col.f64 llvm.nvvm.mma.m16n8k32.row.col.s8}}
  %0 = llvm.call_intrinsic "llvm.nvvm.mma.m8n8k4.row.col.f32.f32"(%a, %a, %a, %a, %c, %c, %c, %c, %c, %c, %c, %c)
    : (vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, f32, f32, f32, f32, f32, f32, f32, f32) -> !llvm.struct<(f32, f32, f32, f32, f32, f32, f32, f32)>
  llvm.return
}

// -----

llvm.func @product_of_no_table(%a: vector<2xf16>, %c: vector<2xf16>) {
  // expected-error @+1 {{expects an intrinsic of the chip's table of products in place of this operation on sm_80}}
  %0 = nvvm.mma.sync A[%a, %a] B[%a] C[%c, %c]
    {layoutA = #nvvm.mma_layout<row>, layoutB = #nvvm.mma_layout<col>, shape = #nvvm.shape<m = 16, n = 8, k = 8>}
    : (vector<2xf16>, vector<2xf16>, vector<2xf16>) -> !llvm.struct<(vector<2xf16>, vector<2xf16>)>
  llvm.return
}

// -----

llvm.func @later_chip() {
  // expected-error @+1 {{'nvvm.cluster.wait' op has no instruction on sm_80; it came with a later chip}}
  nvvm.cluster.wait
  llvm.return
}

// -----

// expected-error @+1 {{'func.func' op expects the llvm and nvvm dialects before PTX is made, got an operation of 'func'}}
func.func private @not_lowered()
