// RUN: xcc-opt %s --fx-raise-norm | FileCheck %s

// As a LLaMA block in bf16: the conversion before the weight rounds and stays.
// CHECK-LABEL: @rms_norm_with_casts
// CHECK: %[[X:.*]] = fx.to
// CHECK: %[[N:.*]] = fx.rms_norm %[[X]] {eps = {{.*}}, normalized_rank = 1 : i64} : (tensor<2x8xf32>)
// CHECK: %[[R:.*]] = fx.to %[[N]]
// CHECK: fx.mul %{{.*}}, %[[R]]
func.func @rms_norm_with_casts(%x: tensor<2x8xbf16>, %w: tensor<8xbf16>) -> tensor<2x8xbf16> {
  %two = fx.constant dense<2.0> : tensor<f32>
  %eps = fx.constant dense<1.0e-6> : tensor<f32>
  %0 = fx.to %x : (tensor<2x8xbf16>) -> tensor<2x8xf32>
  %1 = fx.pow %0, %two : (tensor<2x8xf32>, tensor<f32>) -> tensor<2x8xf32>
  %2 = fx.mean %1 {dims = array<i64: 1>, keepdim} : (tensor<2x8xf32>) -> tensor<2x1xf32>
  %3 = fx.add %2, %eps : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %4 = fx.rsqrt %3 : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %5 = fx.mul %0, %4 : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32>
  %6 = fx.to %5 : (tensor<2x8xf32>) -> tensor<2x8xbf16>
  %7 = fx.mul %w, %6 : (tensor<8xbf16>, tensor<2x8xbf16>) -> tensor<2x8xbf16>
  return %7 : tensor<2x8xbf16>
}

// CHECK-LABEL: @rms_norm_with_weight
// CHECK: fx.rms_norm %{{.*}}, %{{.*}} {
// CHECK-NEXT: return
func.func @rms_norm_with_weight(%x: tensor<2x8xf32>, %w: tensor<8xf32>) -> tensor<2x8xf32> {
  %eps = fx.constant dense<1.0e-6> : tensor<f32>
  %1 = fx.mul %x, %x : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %2 = fx.mean %1 {dims = array<i64: 1>, keepdim} : (tensor<2x8xf32>) -> tensor<2x1xf32>
  %3 = fx.add %2, %eps : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %4 = fx.sqrt %3 : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %5 = fx.div %x, %4 : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32>
  %6 = fx.mul %5, %w : (tensor<2x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  return %6 : tensor<2x8xf32>
}

// The scale is used elsewhere.
// CHECK-LABEL: @keeps_used_scale
// CHECK-NOT: fx.rms_norm
func.func @keeps_used_scale(%x: tensor<2x8xf32>) -> (tensor<2x8xf32>, tensor<2x1xf32>) {
  %eps = fx.constant dense<1.0e-6> : tensor<f32>
  %1 = fx.mul %x, %x : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %2 = fx.mean %1 {dims = array<i64: 1>, keepdim} : (tensor<2x8xf32>) -> tensor<2x1xf32>
  %3 = fx.add %2, %eps : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %4 = fx.rsqrt %3 : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %5 = fx.mul %x, %4 : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32>
  return %5, %4 : tensor<2x8xf32>, tensor<2x1xf32>
}

// The mean is over the first dimension.
// CHECK-LABEL: @keeps_leading_mean
// CHECK-NOT: fx.rms_norm
func.func @keeps_leading_mean(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %eps = fx.constant dense<1.0e-6> : tensor<f32>
  %1 = fx.mul %x, %x : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %2 = fx.mean %1 {dims = array<i64: 0>, keepdim} : (tensor<2x8xf32>) -> tensor<1x8xf32>
  %3 = fx.add %2, %eps : (tensor<1x8xf32>, tensor<f32>) -> tensor<1x8xf32>
  %4 = fx.rsqrt %3 : (tensor<1x8xf32>) -> tensor<1x8xf32>
  %5 = fx.mul %x, %4 : (tensor<2x8xf32>, tensor<1x8xf32>) -> tensor<2x8xf32>
  return %5 : tensor<2x8xf32>
}

// As PyTorch's decomposition of layer_norm.
// CHECK-LABEL: @layer_norm_by_var
// CHECK: fx.layer_norm %{{.*}} weight %{{.*}} bias
// CHECK-NEXT: return
func.func @layer_norm_by_var(%x: tensor<2x3x8xf32>, %w: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<2x3x8xf32> {
  %eps = fx.constant dense<1.0e-5> : tensor<f32>
  %m = fx.mean %x {dims = array<i64: 2>, keepdim} : (tensor<2x3x8xf32>) -> tensor<2x3x1xf32>
  %v = fx.var %x {dims = array<i64: 2>, keepdim, correction = 0.0 : f64} : (tensor<2x3x8xf32>) -> tensor<2x3x1xf32>
  %0 = fx.add %v, %eps : (tensor<2x3x1xf32>, tensor<f32>) -> tensor<2x3x1xf32>
  %1 = fx.rsqrt %0 : (tensor<2x3x1xf32>) -> tensor<2x3x1xf32>
  %2 = fx.sub %x, %m : (tensor<2x3x8xf32>, tensor<2x3x1xf32>) -> tensor<2x3x8xf32>
  %3 = fx.mul %2, %1 : (tensor<2x3x8xf32>, tensor<2x3x1xf32>) -> tensor<2x3x8xf32>
  %4 = fx.mul %3, %w : (tensor<2x3x8xf32>, tensor<8xf32>) -> tensor<2x3x8xf32>
  %5 = fx.add %4, %b : (tensor<2x3x8xf32>, tensor<8xf32>) -> tensor<2x3x8xf32>
  return %5 : tensor<2x3x8xf32>
}

// CHECK-LABEL: @layer_norm_by_mean_of_squares
// CHECK: fx.layer_norm
// CHECK-NOT: fx.sub
func.func @layer_norm_by_mean_of_squares(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %two = fx.constant dense<2.0> : tensor<f32>
  %eps = fx.constant dense<1.0e-5> : tensor<f32>
  %m = fx.mean %x {dims = array<i64: 1>, keepdim} : (tensor<2x8xf32>) -> tensor<2x1xf32>
  %d = fx.sub %x, %m : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32>
  %s = fx.pow %d, %two : (tensor<2x8xf32>, tensor<f32>) -> tensor<2x8xf32>
  %v = fx.mean %s {dims = array<i64: 1>, keepdim} : (tensor<2x8xf32>) -> tensor<2x1xf32>
  %0 = fx.add %v, %eps : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %1 = fx.sqrt %0 : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %2 = fx.div %d, %1 : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32>
  return %2 : tensor<2x8xf32>
}

// The unbiased variance is another one.
// CHECK-LABEL: @keeps_unbiased_variance
// CHECK-NOT: fx.layer_norm
func.func @keeps_unbiased_variance(%x: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %eps = fx.constant dense<1.0e-5> : tensor<f32>
  %m = fx.mean %x {dims = array<i64: 1>, keepdim} : (tensor<2x8xf32>) -> tensor<2x1xf32>
  %v = fx.var %x {dims = array<i64: 1>, keepdim} : (tensor<2x8xf32>) -> tensor<2x1xf32>
  %0 = fx.add %v, %eps : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %1 = fx.rsqrt %0 : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %2 = fx.sub %x, %m : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32>
  %3 = fx.mul %2, %1 : (tensor<2x8xf32>, tensor<2x1xf32>) -> tensor<2x8xf32>
  return %3 : tensor<2x8xf32>
}
