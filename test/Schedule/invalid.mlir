// RUN: xcc-opt %s --schedule-host --split-input-file --verify-diagnostics
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// expected-error @+1 {{expected a kernel family that the host can schedule, got 'dream' of kernel 'unknown_family'}}
func.func private @unknown_family(%x: tensor<4xf32> {fx.dims = affine_map<() -> (4)>}) -> tensor<4xf32> attributes {plan.kernel, plan.family = "dream"} {
  return %x : tensor<4xf32>
}

// -----

// expected-error @+1 {{expected exactly one operation of the kernel's family in kernel 'nothing_to_sort'}}
func.func private @nothing_to_sort(%x: tensor<4xf32> {fx.dims = affine_map<() -> (4)>}) -> tensor<4xf32> attributes {plan.kernel, plan.family = "sort"} {
  return %x : tensor<4xf32>
}

// -----

// expected-error @+1 {{expected the size of dimension 0 to be an expression of the kernel's sizes}}
func.func private @unknown_size(%x: tensor<?xf32>) -> tensor<?xf32> attributes {plan.kernel, plan.family = "map"} {
  return %x : tensor<?xf32>
}

// -----

func.func private @scan_in_a_map(%x: tensor<4xf32> {fx.dims = affine_map<() -> (4)>}) -> tensor<4xf32> attributes {plan.kernel, plan.family = "map"} {
  // expected-error @+1 {{cannot be computed element by element; it must be the first operation of a kernel of its family}}
  %0 = fx.cumsum %x {dim = 0} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func private @scatter_then_map(%x: tensor<4xf32> {fx.dims = affine_map<() -> (4)>}, %i: tensor<2xi64> {fx.dims = affine_map<() -> (2)>}, %s: tensor<2xf32> {fx.dims = affine_map<() -> (2)>}) -> tensor<4xf32> attributes {plan.kernel, plan.family = "scatter"} {
  // expected-error @+1 {{expects to be a result of its kernel on the host; consumers of a scatter are not fused}}
  %0 = fx.scatter %x, %i, %s {dim = 0} : (tensor<4xf32>, tensor<2xi64>, tensor<2xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]} ins(%0 : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %n = arith.negf %a : f32
    linalg.yield %n : f32
  } -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// expected-error @+1 {{expected a scatter kernel with one result, got 2}}
func.func private @scatter_and_more(%x: tensor<4xf32> {fx.dims = affine_map<() -> (4)>}, %i: tensor<2xi64> {fx.dims = affine_map<() -> (2)>}, %s: tensor<2xf32> {fx.dims = affine_map<() -> (2)>}) -> (tensor<4xf32>, tensor<4xf32>) attributes {plan.kernel, plan.family = "scatter"} {
  %0 = fx.scatter %x, %i, %s {dim = 0} : (tensor<4xf32>, tensor<2xi64>, tensor<2xf32>) -> tensor<4xf32>
  return %0, %x : tensor<4xf32>, tensor<4xf32>
}

// -----

func.func private @transposed_stencil(%x: tensor<4xf32> {fx.dims = affine_map<() -> (4)>}) -> tensor<4xf32> attributes {plan.kernel, plan.family = "scan"} {
  // expected-error @+1 {{expects its fused consumers to keep its iteration space, but result 0 of the kernel does not}}
  %0 = fx.cumsum %x {dim = 0} : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(i) -> (3 - i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]} ins(%0 : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
