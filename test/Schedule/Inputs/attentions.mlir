// Attention: causal, masked both ways, grouped heads, another value size, one query, no key in sight, capped scores.
module {
  func.func @main(%q: tensor<2x4x?x24xf32> {fx.dims = affine_map<()[s0] -> (2, 4, s0, 24)>}, %k: tensor<2x2x?x24xf32> {fx.dims = affine_map<()[s0] -> (2, 2, s0, 24)>}, %v: tensor<2x2x?x40xf32> {fx.dims = affine_map<()[s0] -> (2, 2, s0, 40)>}, %m: tensor<2x1x1x300xf32>, %o: tensor<2x4x1x24xf32>, %p: tensor<2x2x300x24xf32>, %w: tensor<2x2x300x40xf32>, %h: tensor<3x70x16xbf16>, %g: tensor<3x70x16xf32>) -> (tensor<2x4x?x40xf32>, tensor<2x4x1x40xf32>, tensor<2x4x1x40xf32>, tensor<2x4x1x40xf32>, tensor<3x70x16xbf16>, tensor<3x70x16xf32>, tensor<3x70x16xf32>)
      attributes {fx.symbols = [{name = "length", min = 0, max = 300}]} {
    %r0 = fx.scaled_dot_product_attention %q, %k, %v {is_causal} : (tensor<2x4x?x24xf32>, tensor<2x2x?x24xf32>, tensor<2x2x?x40xf32>) -> tensor<2x4x?x40xf32>
    %r1 = fx.scaled_dot_product_attention %o, %p, %w, %m {scale = 0.3 : f64} : (tensor<2x4x1x24xf32>, tensor<2x2x300x24xf32>, tensor<2x2x300x40xf32>, tensor<2x1x1x300xf32>) -> tensor<2x4x1x40xf32>
    %zero = fx.constant dense<0.0> : tensor<f32>
    %some = fx.gt %m, %zero : (tensor<2x1x1x300xf32>, tensor<f32>) -> tensor<2x1x1x300xi1>
    %r2 = fx.scaled_dot_product_attention %o, %p, %w, %some : (tensor<2x4x1x24xf32>, tensor<2x2x300x24xf32>, tensor<2x2x300x40xf32>, tensor<2x1x1x300xi1>) -> tensor<2x4x1x40xf32>
    %none = fx.ne %m, %m : (tensor<2x1x1x300xf32>, tensor<2x1x1x300xf32>) -> tensor<2x1x1x300xi1>
    %r3 = fx.scaled_dot_product_attention %o, %p, %w, %none : (tensor<2x4x1x24xf32>, tensor<2x2x300x24xf32>, tensor<2x2x300x40xf32>, tensor<2x1x1x300xi1>) -> tensor<2x4x1x40xf32>
    %r4 = fx.scaled_dot_product_attention %h, %h, %h {is_causal} : (tensor<3x70x16xbf16>, tensor<3x70x16xbf16>, tensor<3x70x16xbf16>) -> tensor<3x70x16xbf16>
    // What a cap means, by operations that the attention is raised from.
    %cap = fx.constant dense<2.0> : tensor<f32>
    %t = fx.permute %g {dims = array<i64: 0, 2, 1>} : (tensor<3x70x16xf32>) -> tensor<3x16x70xf32>
    %s0 = fx.bmm %g, %t : (tensor<3x70x16xf32>, tensor<3x16x70xf32>) -> tensor<3x70x70xf32>
    %s1 = fx.div %s0, %cap : (tensor<3x70x70xf32>, tensor<f32>) -> tensor<3x70x70xf32>
    %s2 = fx.tanh %s1 : (tensor<3x70x70xf32>) -> tensor<3x70x70xf32>
    %s3 = fx.mul %s2, %cap : (tensor<3x70x70xf32>, tensor<f32>) -> tensor<3x70x70xf32>
    %s4 = fx.softmax %s3 {dim = 2 : i64} : (tensor<3x70x70xf32>) -> tensor<3x70x70xf32>
    %r5 = fx.bmm %s4, %g : (tensor<3x70x70xf32>, tensor<3x70x16xf32>) -> tensor<3x70x16xf32>
    %r6 = fx.scaled_dot_product_attention %g, %g, %g {is_causal, fx.soft_cap = 0.5 : f64} : (tensor<3x70x16xf32>, tensor<3x70x16xf32>, tensor<3x70x16xf32>) -> tensor<3x70x16xf32>
    return %r0, %r1, %r2, %r3, %r4, %r5, %r6 : tensor<2x4x?x40xf32>, tensor<2x4x1x40xf32>, tensor<2x4x1x40xf32>, tensor<2x4x1x40xf32>, tensor<3x70x16xbf16>, tensor<3x70x16xf32>, tensor<3x70x16xf32>
  }
}
