// RUN: xcc-opt %s --schedule-host --canonicalize --cse --split-input-file | FileCheck %s
// RUN: xcc-opt %s --schedule-host=vector-bits=512 --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=WIDE

// A weight is packed once, into panels of 32 columns; rows are read in place.
// Work items, scratch memory's layout and packing do not depend on the level.

// CHECK: func.func private @mm_pack_1(%{{.*}}: memref<64x1024xf32>
// CHECK-SAME: memref<65536xf32>
// CHECK-SAME: plan.prepare
// CHECK: func.func private @mm(%[[X:[a-z0-9]+]]: memref<126x1024xf32>
// CHECK-SAME: memref<65536xf32> {{.*}}schedule.packed_bytes = affine_map<() -> (262144)>, schedule.prepare = @mm_pack_1
// CHECK-SAME: schedule.work_items = #[[ITEMS:map[0-9]*]]
// CHECK: %[[ROWS:.*]] = memref.reinterpret_cast %[[X]]
// CHECK: scf.for %{{.*}} step %c512
// CHECK: scf.for %{{.*}} step %c16
// CHECK: scf.for %{{.*}} step %c6
// CHECK: memref.cast %[[ROWS]]
// CHECK: call @micro_f32_f32_6x16
// The epilogue is a plain loop over the sums.
// CHECK: scf.for
// CHECK: scf.for
// CHECK: memref.load
// CHECK-NEXT: arith.maximumf
// CHECK: memref.store
// CHECK: func.func private @micro_f32_f32_6x16
// CHECK: scf.for
// CHECK-COUNT-12: vector.fma

// WIDE: func.func private @mm_pack_1
// WIDE: call @micro_f32_f32_14x32
// WIDE: func.func private @micro_f32_f32_14x32
// WIDE-COUNT-28: vector.fma
func.func private @mm(%x: tensor<126x1024xf32> {fx.dims = affine_map<() -> (126, 1024)>}, %w: tensor<64x1024xf32> {plan.weight, fx.dims = affine_map<() -> (64, 1024)>}) -> tensor<126x64xf32> attributes {plan.kernel, plan.family = "contract"} {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<126x64xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<126x64xf32>) -> tensor<126x64xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<126x1024xf32>, tensor<64x1024xf32>) outs(%f : tensor<126x64xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %s = arith.addf %c, %m : f32
    linalg.yield %s : f32
  } -> tensor<126x64xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%p : tensor<126x64xf32>) outs(%e : tensor<126x64xf32>) {
  ^bb0(%a: f32, %c: f32):
    %q = arith.maximumf %a, %z : f32
    linalg.yield %q : f32
  } -> tensor<126x64xf32>
  return %r : tensor<126x64xf32>
}

// -----

// Two activations: the work item packs its panels itself; few rows widen the
// tile to the whole panel; work items count the symbolic batch.

// CHECK: #[[ITEMS:map[0-9]*]] = affine_map<()[s0] -> (s0)>
// CHECK: func.func private @bmm(
// CHECK-NOT: schedule.prepare
// CHECK-SAME: schedule.work_items = #[[ITEMS]]
// CHECK: call @micro_f32_f32_3x32
func.func private @bmm(%x: tensor<?x3x8xf32> {fx.dims = affine_map<()[s0] -> (s0, 3, 8)>}, %y: tensor<?x8x20xf32> {fx.dims = affine_map<()[s0] -> (s0, 8, 20)>}, %n: index) -> tensor<?x3x20xf32> attributes {plan.kernel, plan.family = "contract"} {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?x3x20xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<?x3x20xf32>) -> tensor<?x3x20xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (b, k, n)>, affine_map<(b, m, n, k) -> (b, m, n)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%x, %y : tensor<?x3x8xf32>, tensor<?x8x20xf32>) outs(%f : tensor<?x3x20xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %s = arith.addf %c, %m : f32
    linalg.yield %s : f32
  } -> tensor<?x3x20xf32>
  return %p : tensor<?x3x20xf32>
}

// -----

// 16-bit weights stay so in the panel; the tile extends them.

// CHECK: func.func private @half_pack_1(%{{.*}}: memref<16x64xbf16>
// CHECK: func.func private @micro_f32_bf16
// CHECK: vector.load %{{.*}} : memref<?xbf16>, vector<8xbf16>
// CHECK-NEXT: arith.extf
func.func private @half(%x: tensor<12x64xbf16> {fx.dims = affine_map<() -> (12, 64)>}, %w: tensor<16x64xbf16> {plan.weight, fx.dims = affine_map<() -> (16, 64)>}) -> tensor<12x16xf32> attributes {plan.kernel, plan.family = "contract"} {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<12x16xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<12x16xf32>) -> tensor<12x16xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<12x64xbf16>, tensor<16x64xbf16>) outs(%f : tensor<12x16xf32>) {
  ^bb0(%a: bf16, %b: bf16, %c: f32):
    %u = arith.extf %a : bf16 to f32
    %v = arith.extf %b : bf16 to f32
    %m = arith.mulf %u, %v : f32
    %s = arith.addf %c, %m : f32
    linalg.yield %s : f32
  } -> tensor<12x16xf32>
  return %p : tensor<12x16xf32>
}

// -----

// Large enough for a phase that packs: 10 panels, then 2 blocks of rows, which
// lie across; the work items behind them read the workspace.

// CHECK-DAG: #[[ALL:map[0-9]*]] = affine_map<() -> (22)>
// CHECK-DAG: #[[FIRST:map[0-9]*]] = affine_map<() -> (12)>
// CHECK: func.func private @shared(%{{.*}}: memref<270x301xf32> {{.*}}, %{{.*}}: memref<270x290xf32> {{.*}}, %{{.*}}: memref<301x290xf32> {{.*}}, %[[SPACE:[a-z0-9]+]]: memref<741632xi8>
// CHECK-SAME: %[[SCRATCH:[a-z0-9]+]]: memref<?xi8>, %[[BEGIN:[a-z0-9]+]]: index, %[[END:[a-z0-9]+]]: index)
// CHECK-SAME: schedule.first_phase = #[[FIRST]]
// CHECK-SAME: schedule.work_items = #[[ALL]]
// CHECK-SAME: schedule.workspace_bytes
// CHECK: %[[IS_FIRST:.*]] = arith.cmpi slt, %[[BEGIN]], %c12
// CHECK: scf.if %[[IS_FIRST]]
// CHECK-NOT: call @micro
// CHECK-COUNT-4: memref.view %[[SPACE]]
// CHECK: call @micro_f32_f32_6x16_strip16_packed
func.func private @shared(%x: tensor<270x301xf32> {fx.dims = affine_map<() -> (270, 301)>}, %y: tensor<270x290xf32> {fx.dims = affine_map<() -> (270, 290)>}) -> tensor<301x290xf32> attributes {plan.kernel, plan.family = "contract"} {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<301x290xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<301x290xf32>) -> tensor<301x290xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %y : tensor<270x301xf32>, tensor<270x290xf32>) outs(%f : tensor<301x290xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %s = arith.addf %c, %m : f32
    linalg.yield %s : f32
  } -> tensor<301x290xf32>
  return %p : tensor<301x290xf32>
}
