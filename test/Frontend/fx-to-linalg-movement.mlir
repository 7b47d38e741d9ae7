// RUN: xcc-opt %s --fx-to-linalg --split-input-file --verify-diagnostics | FileCheck %s

// The finest grouping: only what changes is joined and split.
// CHECK-LABEL: @view
// CHECK: tensor.collapse_shape %{{.*}} {{\[}}[0], [1, 2]] : tensor<5x4x6xf32> into tensor<5x24xf32>
// CHECK: tensor.expand_shape %{{.*}} {{\[}}[0], [1, 2]] output_shape [5, 3, 8]
func.func @view(%x: tensor<5x4x6xf32>) -> tensor<5x3x8xf32> {
  %0 = fx.view %x {shape = affine_map<() -> (5, 3, 8)>} : (tensor<5x4x6xf32>) -> tensor<5x3x8xf32>
  return %0 : tensor<5x3x8xf32>
}

// -----

// A view that splits what a permute moved is taken in front of it.
// CHECK-LABEL: @view_of_permute
// CHECK: tensor.expand_shape
// CHECK: linalg.generic
// CHECK-NOT: tensor.expand_shape
func.func @view_of_permute(%x: tensor<4x6xf32>) -> tensor<2x3x4xf32> {
  %0 = fx.permute %x {dims = array<i64: 1, 0>} : (tensor<4x6xf32>) -> tensor<6x4xf32>
  %1 = fx.view %0 {shape = affine_map<() -> (2, 3, 4)>} : (tensor<6x4xf32>) -> tensor<2x3x4xf32>
  return %1 : tensor<2x3x4xf32>
}

// -----

// CHECK-DAG: affine_map<(d0) -> (-d0 + 7)>
// CHECK-DAG: affine_map<(d0) -> (d0 * 2 + 1)>
// CHECK-LABEL: @affine_reads
func.func @affine_reads(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<3xf32>) {
  %0 = fx.flip %x {dims = array<i64: 0>} : (tensor<8xf32>) -> tensor<8xf32>
  %1 = fx.slice %x {dim = 0 : i64, start = affine_map<() -> (1)>, end = affine_map<() -> (7)>, step = 2 : i64} : (tensor<8xf32>) -> tensor<3xf32>
  return %0, %1 : tensor<8xf32>, tensor<3xf32>
}

// -----

// A symbolic start cannot be in a map.
// CHECK-LABEL: @symbolic_start
// CHECK: %[[S:.*]] = fx.sym 0
// CHECK: %[[I:.*]] = linalg.index 0
// CHECK: %[[P:.*]] = arith.addi %[[I]], %[[S]]
// CHECK: tensor.extract %{{.*}}[%[[P]]]
func.func @symbolic_start(%x: tensor<64xf32>) -> tensor<2xf32> attributes {fx.symbols = [{name = "position", max = 62}]} {
  %0 = fx.slice %x {dim = 0 : i64, start = affine_map<()[s0] -> (s0)>, end = affine_map<()[s0] -> (s0 + 2)>} : (tensor<64xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// Leading index dimensions are joined, indices clamped.
// CHECK-LABEL: @embedding
// CHECK: tensor.collapse_shape
// CHECK: arith.minsi
// CHECK: arith.maxsi
// CHECK: tensor.extract
// CHECK: tensor.expand_shape
func.func @embedding(%w: tensor<100x8xf32>, %i: tensor<2x3xi64>) -> tensor<2x3x8xf32> {
  %0 = fx.embedding %w, %i : (tensor<100x8xf32>, tensor<2x3xi64>) -> tensor<2x3x8xf32>
  return %0 : tensor<2x3x8xf32>
}

// -----

// The partner of half p is half 1 - p.
// CHECK-DAG: affine_map<(d0, d1, d2) -> (d0, -d1 + 1, d2)>
// CHECK-LABEL: @rope
// CHECK: arith.negf
func.func @rope(%x: tensor<4x8xf32>, %c: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = fx.rope %x, %c, %c : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}

// -----

func.func @flip_of_symbol(%x: tensor<?xf32> {fx.dims = affine_map<()[s0] -> (s0)>}) -> tensor<?xf32> attributes {fx.symbols = [{name = "length"}]} {
  // expected-error @below {{expects a static size of dimension 0, got a symbolic one; export with that size fixed}}
  %0 = fx.flip %x {dims = array<i64: 0>} : (tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @view_that_may_not_fit(%x: tensor<?xf32> {fx.dims = affine_map<()[s0] -> (s0)>}) -> tensor<?x2xf32> attributes {fx.symbols = [{name = "length"}]} {
  // expected-error @below {{expects a shape of as many elements as the input's for all sizes, got}}
  %0 = fx.view %x {shape = affine_map<()[s0] -> (s0, 2)>} : (tensor<?xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// -----

func.func @size_nobody_knows(%x: tensor<?xf32>) -> tensor<?xf32> {
  // expected-error @below {{expects a size for dimension 0 over the function's symbols, got none; give its inputs fx.dims}}
  %0 = fx.exp %x : (tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @resize_of_symbol_without_scale(%x: tensor<1x?xf32> {fx.dims = affine_map<()[s0] -> (1, s0 + 1)>}) -> tensor<1x7xf32> attributes {fx.symbols = [{name = "length"}]} {
  %v = fx.view %x {shape = affine_map<()[s0] -> (1, 1, s0 + 1)>} : (tensor<1x?xf32>) -> tensor<1x1x?xf32>
  // expected-error @below {{expects scales, static sizes or a whole factor for dimension 2}}
  %0 = fx.upsample_nearest %v {shape = affine_map<()[s0] -> (1, 1, 7)>} : (tensor<1x1x?xf32>) -> tensor<1x1x7xf32>
  %1 = fx.view %0 {shape = affine_map<()[s0] -> (1, 7)>} : (tensor<1x1x7xf32>) -> tensor<1x7xf32>
  return %1 : tensor<1x7xf32>
}

// -----

func.func @rope_of_symbolic_size(%x: tensor<?xf32> {fx.dims = affine_map<()[s0] -> (s0)>}, %c: tensor<?xf32> {fx.dims = affine_map<()[s0] -> (s0)>}) -> tensor<?xf32> attributes {fx.symbols = [{name = "size"}]} {
  // expected-error @below {{expects a static last dimension}}
  %0 = fx.rope %x, %c, %c : (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// -----

func.func @group_norm_of_symbolic_channels(%x: tensor<2x?x4xf32> {fx.dims = affine_map<()[s0] -> (2, s0, 4)>}) -> tensor<2x?x4xf32> attributes {fx.symbols = [{name = "channels"}]} {
  // expected-error @below {{expects a static number of channels}}
  %0 = fx.group_norm %x {num_groups = 2 : i64} : (tensor<2x?x4xf32>) -> tensor<2x?x4xf32>
  return %0 : tensor<2x?x4xf32>
}
