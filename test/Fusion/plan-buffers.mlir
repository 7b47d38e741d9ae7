// RUN: xcc-opt %s --plan-buffers --verify-plan --split-input-file | FileCheck %s

func.func private @k(%x: tensor<100xf32> {fx.dims = affine_map<() -> (100)>}) -> (tensor<100xf32> {fx.dims = affine_map<() -> (100)>}) attributes {plan.kernel, plan.family = "map", plan.ops = []}

// Sizes round up to 64 bytes; the third lies where the first was; the last is
// the caller's.
// CHECK: #[[ARENA:.*]] = affine_map<() -> (896)>
// CHECK-LABEL: @main
// CHECK-SAME: plan.arena_bytes = #[[ARENA]]
// CHECK: places = [#plan.arena<() -> (0, 448)>]
// CHECK: places = [#plan.arena<() -> (448, 448)>]
// CHECK: places = [#plan.arena<() -> (0, 448)>]
// CHECK: places = [#plan.output<0>]
func.func @main(%x: tensor<100xf32>) -> tensor<100xf32> {
  %0 = plan.launch @k(%x) : (tensor<100xf32>) -> tensor<100xf32>
  %1 = plan.launch @k(%0) : (tensor<100xf32>) -> tensor<100xf32>
  %2 = plan.launch @k(%1) : (tensor<100xf32>) -> tensor<100xf32>
  %3 = plan.launch @k(%2) : (tensor<100xf32>) -> tensor<100xf32>
  return %3 : tensor<100xf32>
}

// -----

func.func private @k(%x: tensor<?x16xf32> {fx.dims = affine_map<()[s0] -> (s0, 16)>}, %n: index) -> (tensor<?x16xf32> {fx.dims = affine_map<()[s0] -> (s0, 16)>}) attributes {plan.kernel, plan.family = "map", plan.ops = []}
func.func private @wide(%x: tensor<?x16xf32> {fx.dims = affine_map<()[s0] -> (s0, 16)>}, %n: index) -> (tensor<?x32xf32> {fx.dims = affine_map<()[s0] -> (s0, 32)>}) attributes {plan.kernel, plan.family = "map", plan.ops = []}
func.func private @mask(%x: tensor<?x32xf32> {fx.dims = affine_map<()[s0] -> (s0, 32)>}, %n: index) -> (tensor<?xi1> {fx.dims = affine_map<()[s0] -> (s0)>}) attributes {plan.kernel, plan.family = "map", plan.ops = []}
func.func private @end(%x: tensor<?xi1> {fx.dims = affine_map<()[s0] -> (s0)>}, %y: tensor<?x16xf32> {fx.dims = affine_map<()[s0] -> (s0, 16)>}, %n: index) -> (tensor<?x16xf32> {fx.dims = affine_map<()[s0] -> (s0, 16)>}) attributes {plan.kernel, plan.family = "map", plan.ops = []}

// Multiples of one size share a region exactly; a size that is none of the
// alignment's multiples has its own. Views do not end a life.
// CHECK-LABEL: @main
// CHECK-SAME: -> (tensor<?x16xf32> {fx.dims = #{{.*}}})
// CHECK: plan.launch @k({{.*}}places = [#plan.arena<()[s0] -> (s0 * 128, s0 * 64)>
// CHECK: plan.launch @wide({{.*}}places = [#plan.arena<()[s0] -> (0, s0 * 128)>
// CHECK: plan.launch @mask({{.*}}places = [#plan.arena<()[s0] -> (s0 * 192, (s0 ceildiv 64) * 64)>
// CHECK: plan.launch @end({{.*}}places = [#plan.output<0>
func.func @main(%x: tensor<?x16xf32> {fx.dims = affine_map<()[s0] -> (s0, 16)>}) -> tensor<?x16xf32> attributes {fx.symbols = [{name = "n", min = 1, max = 64}]} {
  %n = fx.sym 0 : index
  %0 = plan.launch @k(%x)[%n] : (tensor<?x16xf32>) -> tensor<?x16xf32>
  %1 = plan.launch @wide(%0)[%n] : (tensor<?x16xf32>) -> tensor<?x32xf32>
  %2 = plan.launch @mask(%1)[%n] : (tensor<?x32xf32>) -> tensor<?xi1>
  %v = tensor.collapse_shape %0 [[0, 1]] : tensor<?x16xf32> into tensor<?xf32>
  %u = tensor.expand_shape %v [[0, 1]] output_shape [%n, 16] : tensor<?xf32> into tensor<?x16xf32>
  %3 = plan.launch @end(%2, %u)[%n] : (tensor<?xi1>, tensor<?x16xf32>) -> tensor<?x16xf32>
  return %3 : tensor<?x16xf32>
}
