// RUN: xcc-opt %s --schedule-host --canonicalize --cse | FileCheck %s

// One kernel, a work item for each two blocks of 64 queries of each head, which share packed keys
// and values; scratch memory does not grow with the number of keys: there is no matrix of scores.

// CHECK-DAG: #[[ITEMS:map[0-9]*]] = affine_map<()[s0] -> (((s0 + 127) floordiv 128) * 8)>
// CHECK-DAG: #[[BYTES:map[0-9]*]] = affine_map<()[s0] -> ({{[0-9]+}})>
// CHECK: func.func private @attention
// CHECK-SAME: schedule.scratch_bytes = #[[BYTES]], schedule.work_items = #[[ITEMS]]
// Causal: small and large blocks take turns; the walk over blocks of keys ends with the last query.
// CHECK: arith.remui
// CHECK: arith.select
// CHECK: arith.minsi
// CHECK: scf.for %{{.*}} step %c128
// Keys and values are packed before the queries' blocks, the first of which is the first to see any.
// CHECK: vector.shuffle
// CHECK: arith.maxsi
// CHECK: call @micro_f32_f32_6x16
// CHECK: arith.cmpf ogt, {{.*}} : vector<8xf32>
// CHECK-COUNT-6: vector.fma
// CHECK: call @micro_f32_f32_6x16
func.func private @attention(%q: tensor<2x4x?x64xf32> {fx.dims = affine_map<()[s0] -> (2, 4, s0, 64)>}, %k: tensor<2x2x?x64xf32> {fx.dims = affine_map<()[s0] -> (2, 2, s0, 64)>}, %v: tensor<2x2x?x64xf32> {fx.dims = affine_map<()[s0] -> (2, 2, s0, 64)>}, %n: index) -> tensor<2x4x?x64xf32> attributes {plan.kernel, plan.family = "attention"} {
  %r = fx.scaled_dot_product_attention %q, %k, %v {is_causal} : (tensor<2x4x?x64xf32>, tensor<2x2x?x64xf32>, tensor<2x2x?x64xf32>) -> tensor<2x4x?x64xf32>
  return %r : tensor<2x4x?x64xf32>
}

// Few queries: nothing is packed; heads that share keys are rows of one work item.

// CHECK: func.func private @decode
// CHECK-SAME: schedule.work_items = #[[EIGHT:map[0-9]*]]
// CHECK-NOT: call @micro
// CHECK: scf.for %{{.*}} step %c256
// CHECK-COUNT-8: vector.fma
// CHECK-NOT: call @micro
// CHECK: return
func.func private @decode(%q: tensor<2x16x1x64xf32> {fx.dims = affine_map<()[s0] -> (2, 16, 1, 64)>}, %k: tensor<2x4x?x64xf32> {fx.dims = affine_map<()[s0] -> (2, 4, s0, 64)>}, %v: tensor<2x4x?x64xf32> {fx.dims = affine_map<()[s0] -> (2, 4, s0, 64)>}, %n: index) -> tensor<2x16x1x64xf32> attributes {plan.kernel, plan.family = "attention"} {
  %r = fx.scaled_dot_product_attention %q, %k, %v : (tensor<2x16x1x64xf32>, tensor<2x4x?x64xf32>, tensor<2x4x?x64xf32>) -> tensor<2x16x1x64xf32>
  return %r : tensor<2x16x1x64xf32>
}
