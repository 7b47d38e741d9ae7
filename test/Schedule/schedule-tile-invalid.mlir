// RUN: xcc-opt %s --schedule-tile=device=sm_80 --split-input-file --verify-diagnostics
// RUN: not xcc-opt %s --schedule-tile=device=sm_0 --split-input-file 2>&1 | FileCheck %s --check-prefix=DEVICE
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// DEVICE: error: expected the name of a device that schedules are made for, got 'sm_0'

// expected-error-re @+1 {{expected a kernel family that can be scheduled for blocks of threads (map, copy, {{.*}}), got 'dream' of kernel 'unknown_family'}}
func.func private @unknown_family(%x: tensor<4xf32> {fx.dims = affine_map<() -> (4)>}) -> tensor<4xf32> attributes {plan.kernel, plan.family = "dream"} {
  return %x : tensor<4xf32>
}

// -----

// expected-error @+1 {{expected a kernel of ranked tensors and sizes, got an argument of type 'f32'}}
func.func private @scalar_argument(%x: f32) -> tensor<4xf32> attributes {plan.kernel, plan.family = "map"} {
  %e = tensor.empty() : tensor<4xf32>
  return %e : tensor<4xf32>
}

// -----

func.func private @scan_in_a_map(%x: tensor<4xf32> {fx.dims = affine_map<() -> (4)>}) -> tensor<4xf32> attributes {plan.kernel, plan.family = "map"} {
  // expected-error @+1 {{cannot be computed element by element; it must be the first operation of a kernel of its family}}
  %0 = fx.cumsum %x {dim = 0} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func private @unknown_head(%q: tensor<2x4x8x?xf32> {fx.dims = affine_map<()[s0] -> (2, 4, 8, s0)>}, %d: index) -> tensor<2x4x8x?xf32> attributes {plan.kernel, plan.family = "attention"} {
  // expected-error @+1 {{expects head sizes that are known, got 'tensor<2x4x8x?xf32>' and 'tensor<2x4x8x?xf32>'}}
  %r = fx.scaled_dot_product_attention %q, %q, %q : (tensor<2x4x8x?xf32>, tensor<2x4x8x?xf32>, tensor<2x4x8x?xf32>) -> tensor<2x4x8x?xf32>
  return %r : tensor<2x4x8x?xf32>
}

// -----

// expected-error @+1 {{expected exactly one operation of the kernel's family in kernel 'nothing_to_scan'}}
func.func private @nothing_to_scan(%x: tensor<4xf32> {fx.dims = affine_map<() -> (4)>}) -> tensor<4xf32> attributes {plan.kernel, plan.family = "scan"} {
  return %x : tensor<4xf32>
}

// -----

// expected-error @+1 {{expected an attention in a kernel of family 'attention'}}
func.func private @no_attention(%x: tensor<4xf32> {fx.dims = affine_map<() -> (4)>}) -> tensor<4xf32> attributes {plan.kernel, plan.family = "attention"} {
  return %x : tensor<4xf32>
}

// -----

func.func private @division_as_reduction(%x: tensor<4x8xf32> {fx.dims = affine_map<() -> (4, 8)>}) -> tensor<4xf32> attributes {plan.kernel, plan.family = "reduce"} {
  %c = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%c : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  // expected-error @+1 {{expects each result to be reduced by a sum, a product, an extreme or a logical operation for blocks of threads, got arith.divf}}
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x8xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.divf %o, %a : f32
    linalg.yield %q : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}
