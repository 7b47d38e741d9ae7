// RUN: xcc-opt %s --pass-pipeline="builtin.module(func.func(fx-fold,fx-raise-attention,fx-fold))" | FileCheck %s

fx.weight @mask : tensor<8x6xf32> {file = "m.safetensors", key = "mask"}

// As transformers' eager attention: scaled scores plus a mask of the lowest
// finite number.
// CHECK-LABEL: @scale_and_mask
// CHECK-SAME: (%[[Q:.*]]: tensor<2x4x8x16xf32>, %[[K:.*]]: tensor<2x4x8x16xf32>, %[[V:.*]]: tensor<2x4x8x16xf32>, %[[B:.*]]: tensor<2x1x1x8xi1>
// CHECK: %[[M:.*]] = fx.mul
// CHECK-NEXT: %[[R:.*]] = fx.scaled_dot_product_attention %[[Q]], %[[K]], %[[V]], %[[M]] {scale = 2.500000e-01 : f64}
// CHECK-NEXT: return %[[R]]
func.func @scale_and_mask(%q: tensor<2x4x8x16xf32>, %k: tensor<2x4x8x16xf32>, %v: tensor<2x4x8x16xf32>, %b: tensor<2x1x1x8xi1>) -> tensor<2x4x8x16xf32> {
  %one = fx.constant dense<1.0> : tensor<f32>
  %lowest = fx.constant dense<0xFF7FFFFF> : tensor<f32>
  %seen = fx.to %b : (tensor<2x1x1x8xi1>) -> tensor<2x1x1x8xf32>
  %hidden = fx.sub %one, %seen : (tensor<f32>, tensor<2x1x1x8xf32>) -> tensor<2x1x1x8xf32>
  %m = fx.mul %hidden, %lowest : (tensor<2x1x1x8xf32>, tensor<f32>) -> tensor<2x1x1x8xf32>
  %s = fx.constant dense<4.0> : tensor<f32>
  %kt = fx.permute %k {dims = array<i64: 0, 1, 3, 2>} : (tensor<2x4x8x16xf32>) -> tensor<2x4x16x8xf32>
  %q3 = fx.view %q {shape = affine_map<() -> (8, 8, 16)>} : (tensor<2x4x8x16xf32>) -> tensor<8x8x16xf32>
  %k3 = fx.view %kt {shape = affine_map<() -> (8, 16, 8)>} : (tensor<2x4x16x8xf32>) -> tensor<8x16x8xf32>
  %0 = fx.bmm %q3, %k3 : (tensor<8x8x16xf32>, tensor<8x16x8xf32>) -> tensor<8x8x8xf32>
  %1 = fx.view %0 {shape = affine_map<() -> (2, 4, 8, 8)>} : (tensor<8x8x8xf32>) -> tensor<2x4x8x8xf32>
  %2 = fx.div %1, %s : (tensor<2x4x8x8xf32>, tensor<f32>) -> tensor<2x4x8x8xf32>
  %3 = fx.add %2, %m : (tensor<2x4x8x8xf32>, tensor<2x1x1x8xf32>) -> tensor<2x4x8x8xf32>
  %4 = fx.softmax %3 {dim = 3 : i64} : (tensor<2x4x8x8xf32>) -> tensor<2x4x8x8xf32>
  %p3 = fx.view %4 {shape = affine_map<() -> (8, 8, 8)>} : (tensor<2x4x8x8xf32>) -> tensor<8x8x8xf32>
  %v3 = fx.view %v {shape = affine_map<() -> (8, 8, 16)>} : (tensor<2x4x8x16xf32>) -> tensor<8x8x16xf32>
  %5 = fx.bmm %p3, %v3 : (tensor<8x8x8xf32>, tensor<8x8x16xf32>) -> tensor<8x8x16xf32>
  %6 = fx.view %5 {shape = affine_map<() -> (2, 4, 8, 16)>} : (tensor<8x8x16xf32>) -> tensor<2x4x8x16xf32>
  return %6 : tensor<2x4x8x16xf32>
}

// As PyTorch's own decomposition on bf16: f32 inside, the scale split between
// query and key, key and value heads repeated, empty rows guarded.
// CHECK-LABEL: @grouped_query_in_bf16
// CHECK-SAME: (%[[Q:.*]]: tensor<1x4x8x16xbf16>, %[[K:.*]]: tensor<1x2x8x16xbf16>, %[[V:.*]]: tensor<1x2x8x16xbf16>, %[[M:.*]]: tensor<1x1x8x8xbf16>
// CHECK-NEXT: %[[R:.*]] = fx.scaled_dot_product_attention %[[Q]], %[[K]], %[[V]], %[[M]] {scale = 2.500000e-01 : f64}
// CHECK-NEXT: return %[[R]]
func.func @grouped_query_in_bf16(%q: tensor<1x4x8x16xbf16>, %k: tensor<1x2x8x16xbf16>, %v: tensor<1x2x8x16xbf16>, %m: tensor<1x1x8x8xbf16>) -> tensor<1x4x8x16xbf16> {
  %half = fx.constant dense<0.5> : tensor<f32>
  %zero = fx.constant dense<0.0> : tensor<f32>
  %inf = fx.constant dense<0xFF800000> : tensor<f32>
  %k5 = fx.view %k {shape = affine_map<() -> (1, 2, 1, 8, 16)>} : (tensor<1x2x8x16xbf16>) -> tensor<1x2x1x8x16xbf16>
  %kx = fx.expand %k5 {shape = affine_map<() -> (1, 2, 2, 8, 16)>} : (tensor<1x2x1x8x16xbf16>) -> tensor<1x2x2x8x16xbf16>
  %k4 = fx.view %kx {shape = affine_map<() -> (1, 4, 8, 16)>} : (tensor<1x2x2x8x16xbf16>) -> tensor<1x4x8x16xbf16>
  %v5 = fx.view %v {shape = affine_map<() -> (1, 2, 1, 8, 16)>} : (tensor<1x2x8x16xbf16>) -> tensor<1x2x1x8x16xbf16>
  %vx = fx.expand %v5 {shape = affine_map<() -> (1, 2, 2, 8, 16)>} : (tensor<1x2x1x8x16xbf16>) -> tensor<1x2x2x8x16xbf16>
  %v4 = fx.view %vx {shape = affine_map<() -> (1, 4, 8, 16)>} : (tensor<1x2x2x8x16xbf16>) -> tensor<1x4x8x16xbf16>
  %qf = fx.to %q : (tensor<1x4x8x16xbf16>) -> tensor<1x4x8x16xf32>
  %kf = fx.to %k4 : (tensor<1x4x8x16xbf16>) -> tensor<1x4x8x16xf32>
  %vf = fx.to %v4 : (tensor<1x4x8x16xbf16>) -> tensor<1x4x8x16xf32>
  %mf = fx.to %m : (tensor<1x1x8x8xbf16>) -> tensor<1x1x8x8xf32>
  %qs = fx.mul %qf, %half : (tensor<1x4x8x16xf32>, tensor<f32>) -> tensor<1x4x8x16xf32>
  %kt = fx.permute %kf {dims = array<i64: 0, 1, 3, 2>} : (tensor<1x4x8x16xf32>) -> tensor<1x4x16x8xf32>
  %ks = fx.mul %kt, %half : (tensor<1x4x16x8xf32>, tensor<f32>) -> tensor<1x4x16x8xf32>
  %q3 = fx.view %qs {shape = affine_map<() -> (4, 8, 16)>} : (tensor<1x4x8x16xf32>) -> tensor<4x8x16xf32>
  %k3 = fx.view %ks {shape = affine_map<() -> (4, 16, 8)>} : (tensor<1x4x16x8xf32>) -> tensor<4x16x8xf32>
  %0 = fx.bmm %q3, %k3 : (tensor<4x8x16xf32>, tensor<4x16x8xf32>) -> tensor<4x8x8xf32>
  %1 = fx.view %0 {shape = affine_map<() -> (1, 4, 8, 8)>} : (tensor<4x8x8xf32>) -> tensor<1x4x8x8xf32>
  %2 = fx.add %1, %mf : (tensor<1x4x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x4x8x8xf32>
  %3 = fx.softmax %2 {dim = 3 : i64} : (tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  %4 = fx.eq %2, %inf : (tensor<1x4x8x8xf32>, tensor<f32>) -> tensor<1x4x8x8xi1>
  %5 = fx.logical_not %4 : (tensor<1x4x8x8xi1>) -> tensor<1x4x8x8xi1>
  %6 = fx.any %5 {dims = array<i64: 3>, keepdim} : (tensor<1x4x8x8xi1>) -> tensor<1x4x8x1xi1>
  %7 = fx.logical_not %6 : (tensor<1x4x8x1xi1>) -> tensor<1x4x8x1xi1>
  %8 = fx.where %7, %zero, %3 : (tensor<1x4x8x1xi1>, tensor<f32>, tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  %p3 = fx.view %8 {shape = affine_map<() -> (4, 8, 8)>} : (tensor<1x4x8x8xf32>) -> tensor<4x8x8xf32>
  %v3 = fx.view %vf {shape = affine_map<() -> (4, 8, 16)>} : (tensor<1x4x8x16xf32>) -> tensor<4x8x16xf32>
  %9 = fx.bmm %p3, %v3 : (tensor<4x8x8xf32>, tensor<4x8x16xf32>) -> tensor<4x8x16xf32>
  %10 = fx.view %9 {shape = affine_map<() -> (1, 4, 8, 16)>} : (tensor<4x8x16xf32>) -> tensor<1x4x8x16xf32>
  %11 = fx.to %10 : (tensor<1x4x8x16xf32>) -> tensor<1x4x8x16xbf16>
  return %11 : tensor<1x4x8x16xbf16>
}

// Three dimensions, what lies ahead left out: key 0 is seen by every row.
// CHECK-LABEL: @causal_fill
// CHECK: %[[A:.*]] = fx.gt
// CHECK: %[[M:.*]] = fx.logical_not %[[A]]
// CHECK: fx.scaled_dot_product_attention %{{.*}}, %{{.*}}, %{{.*}}, %[[M]] {scale = 1.000000e+00 : f64}
func.func @causal_fill(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>) -> tensor<4x8x16xf32> {
  %inf = fx.constant dense<0xFF800000> : tensor<f32>
  %keys = fx.arange {shape = affine_map<() -> (6)>} : () -> tensor<6xi64>
  %r = fx.arange {shape = affine_map<() -> (8)>} : () -> tensor<8xi64>
  %rows = fx.view %r {shape = affine_map<() -> (8, 1)>} : (tensor<8xi64>) -> tensor<8x1xi64>
  %m = fx.gt %keys, %rows : (tensor<6xi64>, tensor<8x1xi64>) -> tensor<8x6xi1>
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %1 = fx.masked_fill %0, %m, %inf : (tensor<4x8x6xf32>, tensor<8x6xi1>, tensor<f32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %1 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %3 : tensor<4x8x16xf32>
}

// CHECK-LABEL: @causal_where
// CHECK: fx.scaled_dot_product_attention
func.func @causal_where(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>) -> tensor<4x8x16xf32> {
  %inf = fx.constant dense<0xFF800000> : tensor<f32>
  %keys = fx.arange {shape = affine_map<() -> (6)>} : () -> tensor<6xi64>
  %r = fx.arange {shape = affine_map<() -> (8)>} : () -> tensor<8xi64>
  %rows = fx.view %r {shape = affine_map<() -> (8, 1)>} : (tensor<8xi64>) -> tensor<8x1xi64>
  %m = fx.le %keys, %rows : (tensor<6xi64>, tensor<8x1xi64>) -> tensor<8x6xi1>
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %1 = fx.where %m, %0, %inf : (tensor<8x6xi1>, tensor<4x8x6xf32>, tensor<f32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %1 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %3 : tensor<4x8x16xf32>
}

// CHECK-LABEL: @causal_triangle
// CHECK: fx.scaled_dot_product_attention
func.func @causal_triangle(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>) -> tensor<4x8x16xf32> {
  %inf = fx.constant dense<0xFF800000> : tensor<f32>
  %full = fx.full %inf {shape = affine_map<() -> (8, 6)>} : (tensor<f32>) -> tensor<8x6xf32>
  %m = fx.triu %full {diagonal = 1 : i64} : (tensor<8x6xf32>) -> tensor<8x6xf32>
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %1 = fx.add %0, %m : (tensor<4x8x6xf32>, tensor<8x6xf32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %1 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %3 : tensor<4x8x16xf32>
}

// An integer mask is taken to hold 0 and 1.
// CHECK-LABEL: @integer_mask
// CHECK: fx.scaled_dot_product_attention
func.func @integer_mask(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>, %b: tensor<8x6xi64>) -> tensor<4x8x16xf32> {
  %one = fx.constant dense<1.0> : tensor<f32>
  %lowest = fx.constant dense<0xFF7FFFFF> : tensor<f32>
  %seen = fx.to %b : (tensor<8x6xi64>) -> tensor<8x6xf32>
  %hidden = fx.sub %one, %seen : (tensor<f32>, tensor<8x6xf32>) -> tensor<8x6xf32>
  %m = fx.mul %hidden, %lowest : (tensor<8x6xf32>, tensor<f32>) -> tensor<8x6xf32>
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %1 = fx.add %0, %m : (tensor<4x8x6xf32>, tensor<8x6xf32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %1 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %3 : tensor<4x8x16xf32>
}

// Row 0 sees no key before it.
// CHECK-LABEL: @keeps_hidden_first_row
// CHECK-NOT: fx.scaled_dot_product_attention
func.func @keeps_hidden_first_row(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>) -> tensor<4x8x16xf32> {
  %inf = fx.constant dense<0xFF800000> : tensor<f32>
  %keys = fx.arange {shape = affine_map<() -> (6)>} : () -> tensor<6xi64>
  %r = fx.arange {shape = affine_map<() -> (8)>} : () -> tensor<8xi64>
  %rows = fx.view %r {shape = affine_map<() -> (8, 1)>} : (tensor<8xi64>) -> tensor<8x1xi64>
  %m = fx.ge %keys, %rows : (tensor<6xi64>, tensor<8x1xi64>) -> tensor<8x6xi1>
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %1 = fx.masked_fill %0, %m, %inf : (tensor<4x8x6xf32>, tensor<8x6xi1>, tensor<f32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %1 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %3 : tensor<4x8x16xf32>
}

// CHECK-LABEL: @keeps_hidden_triangle
// CHECK-NOT: fx.scaled_dot_product_attention
func.func @keeps_hidden_triangle(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>) -> tensor<4x8x16xf32> {
  %inf = fx.constant dense<0xFF800000> : tensor<f32>
  %full = fx.full %inf {shape = affine_map<() -> (8, 6)>} : (tensor<f32>) -> tensor<8x6xf32>
  %m = fx.triu %full {diagonal = 0 : i64} : (tensor<8x6xf32>) -> tensor<8x6xf32>
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %1 = fx.add %0, %m : (tensor<4x8x6xf32>, tensor<8x6xf32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %1 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %3 : tensor<4x8x16xf32>
}

// A row of the mask may be all true, and the softmax NaN.
// CHECK-LABEL: @keeps_fill_by_input
// CHECK-NOT: fx.scaled_dot_product_attention
func.func @keeps_fill_by_input(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>, %m: tensor<8x6xi1>) -> tensor<4x8x16xf32> {
  %inf = fx.constant dense<0xFF800000> : tensor<f32>
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %1 = fx.masked_fill %0, %m, %inf : (tensor<4x8x6xf32>, tensor<8x6xi1>, tensor<f32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %1 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %3 : tensor<4x8x16xf32>
}

// CHECK-LABEL: @keeps_where_by_input
// CHECK-NOT: fx.scaled_dot_product_attention
func.func @keeps_where_by_input(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>, %m: tensor<8x6xi1>) -> tensor<4x8x16xf32> {
  %inf = fx.constant dense<0xFF800000> : tensor<f32>
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %1 = fx.where %m, %0, %inf : (tensor<8x6xi1>, tensor<4x8x6xf32>, tensor<f32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %1 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %3 : tensor<4x8x16xf32>
}

// CHECK-LABEL: @keeps_added_input
// CHECK-NOT: fx.scaled_dot_product_attention
func.func @keeps_added_input(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>, %m: tensor<8x6xf32>) -> tensor<4x8x16xf32> {
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %1 = fx.add %0, %m : (tensor<4x8x6xf32>, tensor<8x6xf32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %1 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %3 : tensor<4x8x16xf32>
}

// CHECK-LABEL: @keeps_added_infinity
// CHECK-NOT: fx.scaled_dot_product_attention
func.func @keeps_added_infinity(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>, %b: tensor<8x6xi1>) -> tensor<4x8x16xf32> {
  %inf = fx.constant dense<0xFF800000> : tensor<f32>
  %zero = fx.constant dense<0.0> : tensor<f32>
  %m = fx.where %b, %zero, %inf : (tensor<8x6xi1>, tensor<f32>, tensor<f32>) -> tensor<8x6xf32>
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %1 = fx.add %0, %m : (tensor<4x8x6xf32>, tensor<8x6xf32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %1 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %3 : tensor<4x8x16xf32>
}

// CHECK-LABEL: @keeps_weight_as_mask
// CHECK-NOT: fx.scaled_dot_product_attention
func.func @keeps_weight_as_mask(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>) -> tensor<4x8x16xf32> {
  %m = fx.get_weight @mask : tensor<8x6xf32>
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %1 = fx.add %0, %m : (tensor<4x8x6xf32>, tensor<8x6xf32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %1 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %3 : tensor<4x8x16xf32>
}

// What integers hold is not known where it decides on minus infinity.
// CHECK-LABEL: @keeps_decision_on_integers
// CHECK-NOT: fx.scaled_dot_product_attention
func.func @keeps_decision_on_integers(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>, %b: tensor<8x6xi64>) -> tensor<4x8x16xf32> {
  %inf = fx.constant dense<0xFF800000> : tensor<f32>
  %zero = fx.constant dense<0.0> : tensor<f32>
  %one = fx.constant dense<1.0> : tensor<f32>
  %seen = fx.to %b : (tensor<8x6xi64>) -> tensor<8x6xf32>
  %c = fx.le %seen, %one : (tensor<8x6xf32>, tensor<f32>) -> tensor<8x6xi1>
  %m = fx.where %c, %zero, %inf : (tensor<8x6xi1>, tensor<f32>, tensor<f32>) -> tensor<8x6xf32>
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %1 = fx.add %0, %m : (tensor<4x8x6xf32>, tensor<8x6xf32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %1 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %3 : tensor<4x8x16xf32>
}

// Heads repeated in front of the operation itself.
// CHECK-LABEL: @repeated_heads
// CHECK-SAME: (%[[Q:.*]]: tensor<1x4x8x16xf32>, %[[K:.*]]: tensor<1x2x8x16xf32>
// CHECK: fx.scaled_dot_product_attention %[[Q]], %[[K]], %[[K]]
func.func @repeated_heads(%q: tensor<1x4x8x16xf32>, %k: tensor<1x2x8x16xf32>) -> tensor<1x4x8x16xf32> {
  %k5 = fx.view %k {shape = affine_map<() -> (1, 2, 1, 8, 16)>} : (tensor<1x2x8x16xf32>) -> tensor<1x2x1x8x16xf32>
  %kx = fx.expand %k5 {shape = affine_map<() -> (1, 2, 2, 8, 16)>} : (tensor<1x2x1x8x16xf32>) -> tensor<1x2x2x8x16xf32>
  %k4 = fx.view %kx {shape = affine_map<() -> (1, 4, 8, 16)>} : (tensor<1x2x2x8x16xf32>) -> tensor<1x4x8x16xf32>
  %0 = fx.scaled_dot_product_attention %q, %k4, %k4 {is_causal} : (tensor<1x4x8x16xf32>, tensor<1x4x8x16xf32>, tensor<1x4x8x16xf32>) -> tensor<1x4x8x16xf32>
  return %0 : tensor<1x4x8x16xf32>
}

// cap * tanh(scores / cap) is the operation's own. The scale is that of the scores.
// CHECK-LABEL: @soft_cap
// CHECK: %[[KEY:.*]] = fx.permute
// CHECK: fx.scaled_dot_product_attention %arg0, %[[KEY]], %arg2 {fx.soft_cap = 3.000000e+01 : f64, scale = 1.250000e-01 : f64}
// CHECK-NOT: fx.tanh
func.func @soft_cap(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>) -> tensor<4x8x16xf32> {
  %scale = fx.constant dense<0.125> : tensor<f32>
  %cap = fx.constant dense<30.0> : tensor<f32>
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %1 = fx.mul %0, %scale : (tensor<4x8x6xf32>, tensor<f32>) -> tensor<4x8x6xf32>
  %2 = fx.div %1, %cap : (tensor<4x8x6xf32>, tensor<f32>) -> tensor<4x8x6xf32>
  %3 = fx.tanh %2 : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %4 = fx.mul %3, %cap : (tensor<4x8x6xf32>, tensor<f32>) -> tensor<4x8x6xf32>
  %6 = fx.softmax %4 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %7 = fx.bmm %6, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %7 : tensor<4x8x16xf32>
}

// The weights are a result, too.
// CHECK-LABEL: @keeps_used_weights
// CHECK-NOT: fx.scaled_dot_product_attention
func.func @keeps_used_weights(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>) -> (tensor<4x8x16xf32>, tensor<4x8x6xf32>) {
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %0 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %3, %2 : tensor<4x8x16xf32>, tensor<4x8x6xf32>
}

// The softmax runs over the queries.
// CHECK-LABEL: @keeps_other_softmax
// CHECK-NOT: fx.scaled_dot_product_attention
func.func @keeps_other_softmax(%q: tensor<4x8x16xf32>, %kt: tensor<4x16x6xf32>, %v: tensor<4x6x16xf32>) -> tensor<4x8x16xf32> {
  %0 = fx.bmm %q, %kt : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %0 {dim = 1 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %v : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  return %3 : tensor<4x8x16xf32>
}

// The lowest number of f32 is minus infinity in bf16, the type of the rest.
// CHECK-LABEL: @keeps_mask_too_low_for_bf16
// CHECK-NOT: fx.scaled_dot_product_attention
func.func @keeps_mask_too_low_for_bf16(%q: tensor<4x8x16xbf16>, %kt: tensor<4x16x6xbf16>, %v: tensor<4x6x16xbf16>, %b: tensor<8x6xi1>) -> tensor<4x8x16xbf16> {
  %zero = fx.constant dense<0.0> : tensor<f32>
  %lowest = fx.constant dense<0xFF7FFFFF> : tensor<f32>
  %m = fx.where %b, %zero, %lowest : (tensor<8x6xi1>, tensor<f32>, tensor<f32>) -> tensor<8x6xf32>
  %qf = fx.to %q : (tensor<4x8x16xbf16>) -> tensor<4x8x16xf32>
  %kf = fx.to %kt : (tensor<4x16x6xbf16>) -> tensor<4x16x6xf32>
  %vf = fx.to %v : (tensor<4x6x16xbf16>) -> tensor<4x6x16xf32>
  %0 = fx.bmm %qf, %kf : (tensor<4x8x16xf32>, tensor<4x16x6xf32>) -> tensor<4x8x6xf32>
  %1 = fx.add %0, %m : (tensor<4x8x6xf32>, tensor<8x6xf32>) -> tensor<4x8x6xf32>
  %2 = fx.softmax %1 {dim = 2 : i64} : (tensor<4x8x6xf32>) -> tensor<4x8x6xf32>
  %3 = fx.bmm %2, %vf : (tensor<4x8x6xf32>, tensor<4x6x16xf32>) -> tensor<4x8x16xf32>
  %4 = fx.to %3 : (tensor<4x8x16xf32>) -> tensor<4x8x16xbf16>
  return %4 : tensor<4x8x16xbf16>
}
