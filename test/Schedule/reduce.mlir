// RUN: xcc-opt %s --schedule-host --cse --canonicalize | FileCheck %s
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>

// CHECK: #[[$KEPT:.*]] = affine_map<()[s0] -> (4096)>

// Three phases a row: maximum, sum of exponentials that are kept, quotient.
// CHECK-LABEL: func.func private @softmax
// CHECK-SAME: schedule.scratch_bytes = #[[$KEPT]]
// CHECK: memref.view
// CHECK: arith.maximumf
// CHECK: math.exp
// CHECK: memref.store
// CHECK: arith.addf %{{.*}}, %{{.*}} fastmath<reassoc,contract>
// CHECK-NOT: math.exp
// CHECK: arith.divf
func.func private @softmax(%x: tensor<?x1024xf32> {fx.dims = affine_map<()[s0] -> (s0, 1024)>}, %n: index) -> tensor<?x1024xf32> attributes {plan.kernel, plan.family = "reduce"} {
  %low = arith.constant 0xFF800000 : f32
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?xf32>
  %e2 = tensor.empty(%n) : tensor<?x1024xf32>
  %i = linalg.fill ins(%low : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %m = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<?x1024xf32>) outs(%i : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.maximumf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<?x1024xf32>, tensor<?xf32>) outs(%e2 : tensor<?x1024xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    %s = math.exp %d : f32
    linalg.yield %s : f32
  } -> tensor<?x1024xf32>
  %t = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]} ins(%p : tensor<?x1024xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  %q = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]} ins(%p, %t : tensor<?x1024xf32>, tensor<?xf32>) outs(%e2 : tensor<?x1024xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.divf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<?x1024xf32>
  return %q : tensor<?x1024xf32>
}

// A residual that is a result, too, is stored from the rows' loops.
// CHECK-LABEL: func.func private @add_then_mean
// CHECK: memref.store
// CHECK: memref.store
// CHECK-NOT: scf.for
func.func private @add_then_mean(%x: tensor<64x96xf32> {fx.dims = affine_map<() -> (64, 96)>}, %y: tensor<64x96xf32> {fx.dims = affine_map<() -> (64, 96)>}) -> (tensor<64x96xf32>, tensor<64xf32>) attributes {plan.kernel, plan.family = "reduce"} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64xf32>
  %e2 = tensor.empty() : tensor<64x96xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64xf32>) -> tensor<64xf32>
  %p = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%x, %y : tensor<64x96xf32>, tensor<64x96xf32>) outs(%e2 : tensor<64x96xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<64x96xf32>
  %t = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]} ins(%p : tensor<64x96xf32>) outs(%z : tensor<64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<64xf32>
  return %p, %t : tensor<64x96xf32>, tensor<64xf32>
}

// The reduced dimension is not the contiguous one: blocks of columns, of which
// four elements are added between a total's load and its store.
// CHECK-LABEL: func.func private @column_sum
// CHECK-NOT: iter_args
// CHECK: %[[LINE:.*]] = arith.muli %{{.*}}, %c768
// CHECK-NEXT: arith.addi %[[LINE]], %{{.*}}
// CHECK-NEXT: memref.load
// CHECK-COUNT-4: arith.addf
// CHECK-NEXT: memref.store
// CHECK-NOT: iter_args
func.func private @column_sum(%x: tensor<4096x768xf32> {fx.dims = affine_map<() -> (4096, 768)>}) -> tensor<768xf32> attributes {plan.kernel, plan.family = "reduce"} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<768xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<768xf32>) -> tensor<768xf32>
  %t = linalg.generic {indexing_maps = [#all, affine_map<(i, j) -> (j)>], iterator_types = ["reduction", "parallel"]} ins(%x : tensor<4096x768xf32>) outs(%z : tensor<768xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<768xf32>
  return %t : tensor<768xf32>
}
