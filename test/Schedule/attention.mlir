// RUN: xcc-opt %s --schedule-host --canonicalize --cse | FileCheck %s

// One kernel, a work item for each block of 64 queries of each head; scratch
// memory does not grow with the number of keys: there is no matrix of scores.

// CHECK-DAG: #[[ITEMS:map[0-9]*]] = affine_map<()[s0] -> (((s0 + 63) floordiv 64) * 8)>
// CHECK-DAG: #[[BYTES:map[0-9]*]] = affine_map<()[s0] -> ({{[0-9]+}})>
// CHECK: func.func private @attention
// CHECK-SAME: schedule.scratch_bytes = #[[BYTES]], schedule.work_items = #[[ITEMS]]
// Causal: the walk over blocks of keys ends with the last query.
// CHECK: arith.minsi
// CHECK: scf.for %{{.*}} step %c128
// CHECK: call @micro_f32_f32_6x16
// CHECK: vector.reduction <maxnumf>
// CHECK: math.exp %{{.*}} : vector<8xf32>
// CHECK: vector.reduction <add>
// CHECK: call @micro_f32_f32_6x16
func.func private @attention(%q: tensor<2x4x?x64xf32> {fx.dims = affine_map<()[s0] -> (2, 4, s0, 64)>}, %k: tensor<2x2x?x64xf32> {fx.dims = affine_map<()[s0] -> (2, 2, s0, 64)>}, %v: tensor<2x2x?x64xf32> {fx.dims = affine_map<()[s0] -> (2, 2, s0, 64)>}, %n: index) -> tensor<2x4x?x64xf32> attributes {plan.kernel, plan.family = "attention"} {
  %r = fx.scaled_dot_product_attention %q, %k, %v {is_causal} : (tensor<2x4x?x64xf32>, tensor<2x2x?x64xf32>, tensor<2x2x?x64xf32>) -> tensor<2x4x?x64xf32>
  return %r : tensor<2x4x?x64xf32>
}
