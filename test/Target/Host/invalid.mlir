// RUN: xcc-opt %s --split-input-file --verify-diagnostics --verify-host --lower-host

func.func private @short_floats(%a: f8E4M3FN, %b: f8E4M3FN) -> f8E4M3FN {
  // expected-error @+1 {{has no instruction for 'f8E4M3FN' on the host; supported: f64, f32, f16, bf16}}
  %sum = arith.addf %a, %b : f8E4M3FN
  return %sum : f8E4M3FN
}

// -----

func.func private @library(%a: f32) -> f32 {
  // expected-error @+1 {{expects math expanded to arithmetic; the host has no library}}
  %e = math.exp %a : f32
  return %e : f32
}

// -----

func.func private @wide(%a: i128) -> i128 {
  // expected-error @+1 {{has no instruction for 'i128' on the host; widest: 64 bits}}
  %q = arith.divsi %a, %a : i128
  return %q : i128
}

// -----

func.func private @unscheduled() {
  // expected-error @+1 {{expects scheduled kernels, got an operation of 'tensor'}}
  %t = tensor.empty() : tensor<4xf32>
  return
}

// -----

// expected-error @+1 {{expects a kernel to end in (memref scratch, index begin, index end)}}
func.func private @no_range(%x: memref<4xf32>) attributes {plan.kernel} {
  return
}

// -----

// expected-error @+1 {{expects fx.dims on dynamic argument 0}}
func.func private @no_dims(%x: memref<?xf32>, %scratch: memref<?xi8>, %begin: index, %end: index) attributes {plan.kernel} {
  return
}

// -----

// expected-error @+1 {{expects buffers with identity layout, got 'memref<4x4xf32, strided<[8, 1]>>'}}
func.func private @strided(%x: memref<4x4xf32, strided<[8, 1]>>, %scratch: memref<?xi8>, %begin: index, %end: index) attributes {plan.kernel} {
  return
}

// -----

// expected-error @+1 {{expects buffers, then index scalars, got 'f32' as argument 1}}
func.func private @scalar(%x: memref<4xf32>, %factor: f32, %scratch: memref<?xi8>, %begin: index, %end: index) attributes {plan.kernel} {
  return
}
