// RUN: xcc-opt %s --schedule-tile=device=sm_90 --canonicalize --cse | FileCheck %s
// RUN: xcc-opt %s --schedule-tile=device=sm_90 --canonicalize --cse --allocate-shared | FileCheck %s --check-prefix=SHARED
// RUN: xcc-opt %s --schedule-tile=device=sm_80 --canonicalize --cse | FileCheck %s --check-prefix=OTHER
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// One launch's descriptions follow the sizes; rows that are not there read as
// zero.
// CHECK-DAG: #[[$A:.*]] = affine_map<()[s0] -> (512, s0)>
// CHECK-DAG: #[[$ALINES:.*]] = affine_map<()[s0] -> (1024)>
// CHECK-DAG: #[[$B:.*]] = affine_map<()[s0] -> (4096, 512)>
// CHECK-DAG: #[[$BLINES:.*]] = affine_map<()[s0] -> (8192)>

// CHECK-LABEL: func.func private @rows
// CHECK-SAME: schedule.tensor_maps = [#tile.tensor_map<argument = 0, element = f16, sizes = #[[$A]], strides = #[[$ALINES]], box = [64, 128], swizzle = 128, offset = 0>, #tile.tensor_map<argument = 1, element = f16, sizes = #[[$B]], strides = #[[$BLINES]], box = [64, 64], swizzle = 128, offset = 0>]
// CHECK-SAME: schedule.threads = 384
// CHECK: %[[FULL:.*]] = tile.alloc_barriers arrivals 1
// CHECK: %[[EMPTY:.*]] = tile.alloc_barriers arrivals 8
// CHECK: tile.barrier
// CHECK: tile.roles workers 8 registers 232 {
// CHECK: tile.phase_wait %[[FULL]][%{{.*}}] parity %false
// CHECK: tile.async_dot %{{.*}}, %{{.*}} instruction "wgmma.m64k16.f32.f16"
// The slot before is given back when this one's product has begun.
// CHECK: scf.for
// CHECK: tile.phase_wait %[[FULL]]
// CHECK: tile.async_dot %{{.*}}, %{{.*}} onto
// CHECK-NEXT: tile.dot_wait pending 1
// CHECK-NEXT: tile.phase_arrive %[[EMPTY]]
// CHECK: scf.yield
// CHECK: tile.dot_wait pending 0
// CHECK: tile.store %{{.*}} bounds
// CHECK: } producer registers 40 {
// CHECK: scf.for
// CHECK: tile.phase_wait %[[EMPTY]]
// CHECK: tile.phase_expect %[[FULL]]
// CHECK: tile.tensor_copy 0
// CHECK: tile.tensor_copy 1

// SHARED-LABEL: func.func private @rows
// SHARED: tile.alloc_shared {offset = 131072 : i64} : !tile.shared<4x128x64xf16
// SHARED: tile.alloc_shared {offset = 0 : i64} : !tile.shared<4x64x256xf16
// SHARED: tile.alloc_barriers arrivals 1 {offset = 196608 : i64}
// SHARED: tile.alloc_barriers arrivals 8 {offset = 196640 : i64}

// OTHER-NOT: tile.roles
func.func private @rows(%a: tensor<?x512xf16> {fx.dims = affine_map<()[s0] -> (s0, 512)>}, %b: tensor<512x4096xf16> {fx.dims = affine_map<() -> (512, 4096)>}, %n: index) -> tensor<?x4096xf32> attributes {plan.kernel, plan.family = "contract"} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?x4096xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4096xf32>) -> tensor<?x4096xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : tensor<?x512xf16>, tensor<512x4096xf16>) outs(%f : tensor<?x4096xf32>) {
  ^bb0(%x: f16, %y: f16, %o: f32):
    %xe = arith.extf %x : f16 to f32
    %ye = arith.extf %y : f16 to f32
    %p = arith.mulf %xe, %ye : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<?x4096xf32>
  return %r : tensor<?x4096xf32>
}

// Lines of 516 elements do not begin at multiples of 16 bytes.
// CHECK-LABEL: func.func private @lines
// CHECK-NOT: tile.roles
// CHECK: tile.async_copy
func.func private @lines(%a: tensor<512x516xf16>, %b: tensor<516x256xf16>) -> tensor<512x256xf32> attributes {plan.kernel, plan.family = "contract"} {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x256xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<512x256xf32>) -> tensor<512x256xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%a, %b : tensor<512x516xf16>, tensor<516x256xf16>) outs(%f : tensor<512x256xf32>) {
  ^bb0(%x: f16, %y: f16, %o: f32):
    %xe = arith.extf %x : f16 to f32
    %ye = arith.extf %y : f16 to f32
    %p = arith.mulf %xe, %ye : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<512x256xf32>
  return %r : tensor<512x256xf32>
}
