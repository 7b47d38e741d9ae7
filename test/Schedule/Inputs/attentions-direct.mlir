// Attention of few queries: of one, over shared keys, of two with the second key hidden from the first, capped, masked, of 16 bits, of keys that lie across heads.
module {
  func.func @main(%q: tensor<2x4x1x32xf32> {fx.dims = affine_map<()[s0] -> (2, 4, 1, 32)>}, %k: tensor<2x4x?x32xf32> {fx.dims = affine_map<()[s0] -> (2, 4, s0, 32)>}, %v: tensor<2x4x?x48xf32> {fx.dims = affine_map<()[s0] -> (2, 4, s0, 48)>}, %g: tensor<2x16x2x32xf32>, %f: tensor<2x4x300x32xf32>, %m: tensor<2x1x1x300xf32>, %h: tensor<3x1x16xbf16>, %i: tensor<3x70x16xbf16>, %j: tensor<3x1x64xf16>, %l: tensor<3x70x64xf16>, %t: tensor<2x300x4x32xf32>) -> (tensor<2x4x1x48xf32>, tensor<2x16x2x32xf32>, tensor<2x16x2x32xf32>, tensor<2x4x1x32xf32>, tensor<2x4x1x32xf32>, tensor<2x4x1x32xf32>, tensor<3x1x16xbf16>, tensor<3x1x64xf16>, tensor<2x4x1x32xf32>)
      attributes {fx.symbols = [{name = "length", min = 0, max = 600}]} {
    %r0 = fx.scaled_dot_product_attention %q, %k, %v : (tensor<2x4x1x32xf32>, tensor<2x4x?x32xf32>, tensor<2x4x?x48xf32>) -> tensor<2x4x1x48xf32>
    %r1 = fx.scaled_dot_product_attention %g, %f, %f {is_causal} : (tensor<2x16x2x32xf32>, tensor<2x4x300x32xf32>, tensor<2x4x300x32xf32>) -> tensor<2x16x2x32xf32>
    %r2 = fx.scaled_dot_product_attention %g, %f, %f, %m {scale = 0.3 : f64} : (tensor<2x16x2x32xf32>, tensor<2x4x300x32xf32>, tensor<2x4x300x32xf32>, tensor<2x1x1x300xf32>) -> tensor<2x16x2x32xf32>
    %zero = fx.constant dense<0.0> : tensor<f32>
    %some = fx.gt %m, %zero : (tensor<2x1x1x300xf32>, tensor<f32>) -> tensor<2x1x1x300xi1>
    %r3 = fx.scaled_dot_product_attention %q, %f, %f, %some : (tensor<2x4x1x32xf32>, tensor<2x4x300x32xf32>, tensor<2x4x300x32xf32>, tensor<2x1x1x300xi1>) -> tensor<2x4x1x32xf32>
    %none = fx.ne %m, %m : (tensor<2x1x1x300xf32>, tensor<2x1x1x300xf32>) -> tensor<2x1x1x300xi1>
    %r4 = fx.scaled_dot_product_attention %q, %f, %f, %none : (tensor<2x4x1x32xf32>, tensor<2x4x300x32xf32>, tensor<2x4x300x32xf32>, tensor<2x1x1x300xi1>) -> tensor<2x4x1x32xf32>
    %r5 = fx.scaled_dot_product_attention %q, %f, %f {fx.soft_cap = 0.5 : f64} : (tensor<2x4x1x32xf32>, tensor<2x4x300x32xf32>, tensor<2x4x300x32xf32>) -> tensor<2x4x1x32xf32>
    %r6 = fx.scaled_dot_product_attention %h, %i, %i : (tensor<3x1x16xbf16>, tensor<3x70x16xbf16>, tensor<3x70x16xbf16>) -> tensor<3x1x16xbf16>
    %r7 = fx.scaled_dot_product_attention %j, %l, %l : (tensor<3x1x64xf16>, tensor<3x70x64xf16>, tensor<3x70x64xf16>) -> tensor<3x1x64xf16>
    %u = fx.permute %t {dims = array<i64: 0, 2, 1, 3>} : (tensor<2x300x4x32xf32>) -> tensor<2x4x300x32xf32>
    %r8 = fx.scaled_dot_product_attention %q, %u, %u : (tensor<2x4x1x32xf32>, tensor<2x4x300x32xf32>, tensor<2x4x300x32xf32>) -> tensor<2x4x1x32xf32>
    return %r0, %r1, %r2, %r3, %r4, %r5, %r6, %r7, %r8 : tensor<2x4x1x48xf32>, tensor<2x16x2x32xf32>, tensor<2x16x2x32xf32>, tensor<2x4x1x32xf32>, tensor<2x4x1x32xf32>, tensor<2x4x1x32xf32>, tensor<3x1x16xbf16>, tensor<3x1x64xf16>, tensor<2x4x1x32xf32>
  }
}
