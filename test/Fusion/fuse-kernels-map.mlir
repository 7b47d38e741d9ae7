// RUN: xcc-opt %s --fx-to-linalg --fuse-kernels --split-input-file | FileCheck %s
// RUN: xcc-opt %s --fx-to-linalg --fuse-kernels=fuse=false --split-input-file | FileCheck %s --check-prefix=APART

// A chain is one kernel; sizes come last.
// CHECK: #[[DIMS:.*]] = affine_map<()[s0] -> (s0, 8)>
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: tensor<?x8xf32> {fx.dims = #[[DIMS]]}, %{{[^:]*}}: index)
// CHECK-SAME: -> (tensor<?x8xf32> {fx.dims = #[[DIMS]]})
// CHECK-SAME: plan.family = "map"
// CHECK-SAME: plan.ops = ["exp", "neg"]
// CHECK-LABEL: func.func @main
// CHECK: %[[N:.*]] = fx.sym 1 : index
// CHECK: plan.launch @kernel(%arg1) [%[[N]]]
// APART-LABEL: func.func @main
// APART-COUNT-2: plan.launch
func.func @main(%other: tensor<?xf32> {fx.dims = affine_map<()[s0, s1] -> (s0)>}, %x: tensor<?x8xf32> {fx.dims = affine_map<()[s0, s1] -> (s1, 8)>})
    -> tensor<?x8xf32> attributes {fx.symbols = [{name = "a"}, {name = "b"}]} {
  %0 = fx.exp %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %1 = fx.neg %0 : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %1 : tensor<?x8xf32>
}

// -----

// exp is read broadcast and too expensive to repeat for each row; neg is cheap.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: plan.ops = ["exp"]
// CHECK-LABEL: func.func private @kernel_0(
// CHECK-SAME: "neg ({{[^)]*}}) as prologue of add
// CHECK-SAME: plan.ops = ["neg", "mul", "add"]
// CHECK-SAME: plan.refused = ["exp ({{.*}}) with mul ({{.*}}): read at other places than it is made, and too expensive to repeat"]
// CHECK-LABEL: func.func @main
func.func @main(%x: tensor<4x8xf32>, %r: tensor<8xf32>) -> tensor<4x8xf32> {
  %0 = fx.exp %r : (tensor<8xf32>) -> tensor<8xf32>
  %1 = fx.neg %r : (tensor<8xf32>) -> tensor<8xf32>
  %2 = fx.mul %x, %0 : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  %3 = fx.add %2, %1 : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return %3 : tensor<4x8xf32>
}

// -----

// Between the two lies another kernel: no kernel may need itself.
// CHECK-LABEL: func.func @main
// CHECK: %[[A:.*]] = plan.launch
// CHECK: %[[S:.*]] = plan.launch {{.*}}(%[[A]])
// CHECK: plan.launch {{.*}}(%[[A]], %[[S]])
func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = fx.exp %x : (tensor<8xf32>) -> tensor<8xf32>
  %1 = fx.cumsum %0 {dim = 0 : i64} : (tensor<8xf32>) -> tensor<8xf32>
  %2 = fx.sub %0, %1 : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %2 : tensor<8xf32>
}

// -----

// Two functions of one tensor read it together.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: plan.fused = ["sin ({{.*}}) beside cos ({{.*}}): they read the same, once"]
// CHECK-LABEL: func.func @main
// CHECK: %[[R:.*]]:2 = plan.launch
// CHECK-NEXT: return %[[R]]#0, %[[R]]#1
func.func @main(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %0 = fx.cos %x : (tensor<8xf32>) -> tensor<8xf32>
  %1 = fx.sin %x : (tensor<8xf32>) -> tensor<8xf32>
  return %0, %1 : tensor<8xf32>, tensor<8xf32>
}

// -----

// A split in two is read where its halves are concatenated: no copies.
// CHECK-LABEL: func.func private @kernel(
// CHECK-SAME: plan.family = "copy"
// CHECK-SAME: plan.ops = ["slice", "slice", "cat"]
// CHECK-LABEL: func.func @main
// CHECK-COUNT-1: plan.launch
// CHECK-NOT: plan.launch
func.func @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = fx.slice %x {dim = 1 : i64, start = affine_map<() -> (0)>, end = affine_map<() -> (4)>} : (tensor<4x8xf32>) -> tensor<4x4xf32>
  %1 = fx.slice %x {dim = 1 : i64, start = affine_map<() -> (4)>, end = affine_map<() -> (8)>} : (tensor<4x8xf32>) -> tensor<4x4xf32>
  %2 = fx.cat %1, %0 {dim = 1 : i64} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x8xf32>
  return %2 : tensor<4x8xf32>
}
