// The same plan, byte for byte, whatever addresses and threads are like.
// RUN: xcc-opt %s --fx-to-linalg --fusion-pipeline -o %t.1
// RUN: xcc-opt %s --fx-to-linalg --fusion-pipeline --mlir-disable-threading -o %t.2
// RUN: env GLIBC_TUNABLES=glibc.malloc.mmap_threshold=64 xcc-opt %s --fx-to-linalg --fusion-pipeline -o %t.3
// RUN: cmp %t.1 %t.2
// RUN: cmp %t.1 %t.3
// RUN: FileCheck %s < %t.1

// Two equal layers share their kernels.
// CHECK-LABEL: @main
// CHECK: plan.launch @linear_gelu_0(
// CHECK: plan.launch @linear_add_1(
// CHECK: plan.launch @layer_norm_2(
// CHECK: plan.launch @linear_gelu_0(
// CHECK: plan.launch @linear_add_1(
// CHECK: plan.launch @layer_norm_2({{.*}} {places = [#plan.output<0>]}
fx.weight @u : tensor<32x16xf32> {seed = 1 : i64}
fx.weight @d : tensor<16x32xf32> {seed = 2 : i64}
func.func @main(%x: tensor<?x16xf32> {fx.dims = affine_map<()[s0] -> (s0, 16)>}) -> tensor<?x16xf32> attributes {fx.symbols = [{name = "n", min = 1, max = 64}]} {
  %u = fx.get_weight @u : tensor<32x16xf32>
  %d = fx.get_weight @d : tensor<16x32xf32>
  %0 = fx.linear %x, %u : (tensor<?x16xf32>, tensor<32x16xf32>) -> tensor<?x32xf32>
  %1 = fx.gelu %0 : (tensor<?x32xf32>) -> tensor<?x32xf32>
  %2 = fx.linear %1, %d : (tensor<?x32xf32>, tensor<16x32xf32>) -> tensor<?x16xf32>
  %3 = fx.add %2, %x : (tensor<?x16xf32>, tensor<?x16xf32>) -> tensor<?x16xf32>
  %4 = fx.layer_norm %3 {normalized_rank = 1 : i64} : (tensor<?x16xf32>) -> tensor<?x16xf32>
  %5 = fx.linear %4, %u : (tensor<?x16xf32>, tensor<32x16xf32>) -> tensor<?x32xf32>
  %6 = fx.gelu %5 : (tensor<?x32xf32>) -> tensor<?x32xf32>
  %7 = fx.linear %6, %d : (tensor<?x32xf32>, tensor<16x32xf32>) -> tensor<?x16xf32>
  %8 = fx.add %7, %4 : (tensor<?x16xf32>, tensor<?x16xf32>) -> tensor<?x16xf32>
  %9 = fx.layer_norm %8 {normalized_rank = 1 : i64} : (tensor<?x16xf32>) -> tensor<?x16xf32>
  return %9 : tensor<?x16xf32>
}
