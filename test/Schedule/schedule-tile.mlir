// RUN: xcc-opt %s --schedule-tile=device=sm_80 --canonicalize --cse | FileCheck %s
// RUN: xcc-opt %s --schedule-tile=device=gfx942 --canonicalize --cse | FileCheck %s --check-prefix=REGISTER
// RUN: xcc-opt %s --schedule-tile=device=pvc --canonicalize --cse | FileCheck %s --check-prefix=DIRECT
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>

// Sixteen bytes a thread; the last line and the last rows have bounds. What a
// row shares is loaded once for all rows of the tile.
// CHECK-DAG: #[[$BLOCKS:.*]] = affine_map<()[s0] -> ((s0 + 3) floordiv 4, 1, 1)>
// CHECK-DAG: #[[$PLACE:.*]] = affine_map<(d0, d1)[s0, s1] -> (d0 * 96 + s0 * 384 + d1)>
// CHECK-DAG: #[[$EXISTS:.*]] = affine_set<(d0, d1)[s0, s1] : (-d0 - s0 * 4 + s1 - 1 >= 0, -d1 + 95 >= 0)>
// CHECK-DAG: #[[$BIAS:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[$FIRSTROW:.*]] = affine_set<(d0, d1)[s0] : (-d0 >= 0)>

// CHECK-LABEL: func.func private @add
// CHECK-SAME: (%[[X:.*]]: memref<?xf32>, %[[B:.*]]: memref<?xf32>, %[[Y:.*]]: memref<?xf32>, %[[N:.*]]: index)
// CHECK-SAME: schedule.grid = #[[$BLOCKS]], schedule.threads = 128
// CHECK: %[[BLOCK:.*]] = tile.block_id x
// CHECK: tile.load %[[X]][%[[BLOCK]], %[[N]]] #[[$PLACE]] bounds #[[$EXISTS]] : memref<?xf32> -> tensor<4x128xf32
// CHECK: %[[LINE:.*]] = tile.load %[[B]][] #[[$BIAS]] {{.*}} -> tensor<1x128xf32
// CHECK: tile.broadcast %[[LINE]]
// CHECK: arith.addf
// CHECK: tile.store %{{.*}}, %[[Y]][%[[BLOCK]], %[[N]]] #[[$PLACE]] bounds #[[$EXISTS]]
func.func private @add(%x: tensor<?x96xf32> {fx.dims = affine_map<()[s0] -> (s0, 96)>}, %b: tensor<96xf32> {fx.dims = affine_map<() -> (96)>}, %n: index) -> tensor<?x96xf32> attributes {plan.kernel, plan.family = "map"} {
  %e = tensor.empty(%n) : tensor<?x96xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%x, %b : tensor<?x96xf32>, tensor<96xf32>) outs(%e : tensor<?x96xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %s = arith.addf %a, %c : f32
    linalg.yield %s : f32
  } -> tensor<?x96xf32>
  return %r : tensor<?x96xf32>
}

// Threads run along the input's rows to load and along the result's to store.
// CHECK-LABEL: func.func private @transpose
// CHECK: %[[T:.*]] = tile.load {{.*}} -> tensor<32x32xf32, #[[$IN:.*]]>
// CHECK: tile.convert_layout %[[T]] : tensor<32x32xf32, #[[$IN]]> -> tensor<32x32xf32, #[[$OUT:.*]]>
// CHECK: tile.store {{.*}} : tensor<32x32xf32, #[[$OUT]]>
func.func private @transpose(%x: tensor<512x256xf32> {fx.dims = affine_map<() -> (512, 256)>}) -> tensor<256x512xf32> attributes {plan.kernel, plan.family = "map"} {
  %e = tensor.empty() : tensor<256x512xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<512x256xf32>) outs(%e : tensor<256x512xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<256x512xf32>
  return %r : tensor<256x512xf32>
}

// A row stays in registers from the maximum to the quotient: one load.
// CHECK-LABEL: func.func private @softmax
// CHECK: %[[ROW:.*]] = tile.load
// CHECK: tile.reduce(%[[ROW]]) axis 1
// CHECK: arith.maximumf
// CHECK: %[[EXP:.*]] = math.exp
// CHECK: tile.reduce(%[[EXP]]) axis 1
// CHECK: arith.addf
// CHECK-NOT: tile.load
// CHECK: arith.divf %[[EXP]]
// CHECK: tile.store
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

// 64 sums side by side are too few for all processors: parts of each go to the
// workspace, and a second launch adds them up.
// CHECK-LABEL: func.func private @column_sum
// CHECK-SAME: schedule.next = @column_sum_combine
// CHECK-SAME: schedule.workspace_bytes
// CHECK: scf.for
// CHECK: tile.load {{.*}} -> tensor<64x32xf32
// CHECK: arith.addf
// CHECK: tile.reduce(%{{.*}}) axis 1
// CHECK: tile.store
// CHECK-LABEL: func.func private @column_sum_combine
// CHECK: tile.reduce
// CHECK: tile.store
func.func private @column_sum(%x: tensor<4096x64xf32> {fx.dims = affine_map<() -> (4096, 64)>}) -> tensor<64xf32> attributes {plan.kernel, plan.family = "reduce"} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64xf32>) -> tensor<64xf32>
  %m = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4096x64xf32>) outs(%z : tensor<64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<64xf32>
  return %m : tensor<64xf32>
}

// Two steps are under way while one is multiplied; bias and activation run on
// the sums where they are. Otherwise loads of the next step go before the
// product and stores behind it, or fragments come from global memory.
// CHECK-LABEL: func.func private @linear_tanh
// CHECK-COUNT-2: tile.async_commit
// CHECK: %[[SUMS:.*]]:2 = scf.for
// CHECK: tile.async_wait pending 1
// CHECK-NEXT: tile.barrier
// CHECK-COUNT-2: tile.async_copy
// CHECK: tile.async_commit
// CHECK-COUNT-2: tile.shared_load
// CHECK: tile.dot
// CHECK: scf.yield
// CHECK: tile.async_wait pending 0
// CHECK: tile.load
// CHECK: arith.addf %[[SUMS]]#1
// CHECK: math.tanh
// CHECK: arith.truncf
// CHECK: tile.store

// REGISTER-LABEL: func.func private @linear_tanh
// REGISTER-NOT: tile.async
// REGISTER: scf.for
// REGISTER: tile.barrier
// REGISTER-COUNT-2: tile.load
// REGISTER-COUNT-2: tile.shared_load
// REGISTER: tile.dot
// REGISTER-COUNT-2: tile.shared_store
// REGISTER: scf.yield

// DIRECT-LABEL: func.func private @linear_tanh
// DIRECT-NOT: tile.alloc_shared
// DIRECT: scf.for
// DIRECT-COUNT-2: tile.prefetch
// DIRECT-COUNT-2: tile.load
// DIRECT: tile.dot
// DIRECT: scf.yield
func.func private @linear_tanh(%x: tensor<256x512xf16> {fx.dims = affine_map<() -> (256, 512)>}, %w: tensor<384x512xf16> {fx.dims = affine_map<() -> (384, 512)>}, %b: tensor<384xf16> {fx.dims = affine_map<() -> (384)>}) -> tensor<256x384xf16> attributes {plan.kernel, plan.family = "contract"} {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<256x384xf32>
  %eh = tensor.empty() : tensor<256x384xf16>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<256x384xf32>) -> tensor<256x384xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<256x512xf16>, tensor<384x512xf16>) outs(%f : tensor<256x384xf32>) {
  ^bb0(%l: f16, %r: f16, %c: f32):
    %lw = arith.extf %l : f16 to f32
    %rw = arith.extf %r : f16 to f32
    %m = arith.mulf %lw, %rw : f32
    %s = arith.addf %c, %m : f32
    linalg.yield %s : f32
  } -> tensor<256x384xf32>
  %g = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%p, %b : tensor<256x384xf32>, tensor<384xf16>) outs(%eh : tensor<256x384xf16>) {
  ^bb0(%c: f32, %d: f16, %o: f16):
    %dw = arith.extf %d : f16 to f32
    %s = arith.addf %c, %dw : f32
    %t = math.tanh %s : f32
    %h = arith.truncf %t : f32 to f16
    linalg.yield %h : f16
  } -> tensor<256x384xf16>
  return %g : tensor<256x384xf16>
}

// The row is in no place: the bounds keep the other rows of the tile from
// storing.
// CHECK-LABEL: func.func private @row_times_matrix
// CHECK: tile.store {{.*}} bounds #[[$FIRSTROW]]
func.func private @row_times_matrix(%x: tensor<1x64xf32> {fx.dims = affine_map<() -> (1, 64)>}, %w: tensor<64x256xf32> {fx.dims = affine_map<() -> (64, 256)>}) -> tensor<1x256xf32> attributes {plan.kernel, plan.family = "contract"} {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x256xf32>
  %f = linalg.fill ins(%z : f32) outs(%e : tensor<1x256xf32>) -> tensor<1x256xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<1x64xf32>, tensor<64x256xf32>) outs(%f : tensor<1x256xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %m = arith.mulf %a, %b : f32
    %s = arith.addf %c, %m : f32
    linalg.yield %s : f32
  } -> tensor<1x256xf32>
  return %p : tensor<1x256xf32>
}

// No matrix of scores: a walk over the keys, maximum and sum of each query
// carried along. Two heads of queries share one of keys. Masks only where keys
// end or lie behind queries.
// CHECK-LABEL: func.func private @attention
// CHECK: %[[Q:.*]] = tile.load
// CHECK: arith.minsi
// CHECK: scf.for
// CHECK: tile.dot %[[Q]]
// CHECK: scf.if
// CHECK-COUNT-2: arith.select
// CHECK: } else {
// CHECK: tile.reduce
// CHECK: %[[WEIGHTS:.*]] = math.exp2
// CHECK: tile.reduce(%[[WEIGHTS]]) axis 1
// The accumulator of the scores is an operand as it stands.
// CHECK: %[[NARROW:.*]] = arith.truncf %[[WEIGHTS]]
// CHECK-NOT: tile.convert_layout
// CHECK: tile.dot %[[NARROW]]
// CHECK: arith.divf
// CHECK: tile.store
func.func private @attention(%q: tensor<2x4x?x64xf16> {fx.dims = affine_map<()[s0] -> (2, 4, s0, 64)>}, %k: tensor<2x2x?x64xf16> {fx.dims = affine_map<()[s0] -> (2, 2, s0, 64)>}, %v: tensor<2x2x?x64xf16> {fx.dims = affine_map<()[s0] -> (2, 2, s0, 64)>}, %n: index) -> tensor<2x4x?x64xf16> attributes {plan.kernel, plan.family = "attention"} {
  %r = fx.scaled_dot_product_attention %q, %k, %v {is_causal} : (tensor<2x4x?x64xf16>, tensor<2x2x?x64xf16>, tensor<2x2x?x64xf16>) -> tensor<2x4x?x64xf16>
  return %r : tensor<2x4x?x64xf16>
}

// The cap needs the scale at once, and stands in for it behind.
// CHECK-LABEL: func.func private @soft_cap
// CHECK-DAG: %[[SCALE:.*]] = arith.constant dense<6.250000e-02> : tensor<{{.*}}x{{.*}}xf32
// CHECK-DAG: %[[FACTOR:.*]] = arith.constant dense<2.885390e+00> : tensor<{{[0-9]+}}x{{[0-9]+}}xf32
// CHECK: %[[SCORES:.*]] = tile.dot
// CHECK: %[[SMALL:.*]] = arith.mulf %[[SCORES]], %[[SCALE]]
// CHECK: math.tanh %[[SMALL]]
// CHECK: math.fma %{{.*}}, %[[FACTOR]]
// CHECK: math.exp2
func.func private @soft_cap(%q: tensor<64x64xf16> {fx.dims = affine_map<() -> (64, 64)>}) -> tensor<64x64xf16> attributes {plan.kernel, plan.family = "attention"} {
  %r = fx.scaled_dot_product_attention %q, %q, %q {fx.soft_cap = 2.0 : f64} : (tensor<64x64xf16>, tensor<64x64xf16>, tensor<64x64xf16>) -> tensor<64x64xf16>
  return %r : tensor<64x64xf16>
}

// CHECK-LABEL: @no_kernel
// CHECK: tensor.empty
func.func @no_kernel() -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  return %e : tensor<4xf32>
}
