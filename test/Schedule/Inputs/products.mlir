// Products whose sizes are one off the tiles, thin, tall, empty, batched, transposed, in each type.
module {
  fx.weight @w : tensor<65x33xf32> {seed = 1 : i64, scale = 0.2 : f64}
  fx.weight @b : tensor<65xf32> {seed = 2 : i64, scale = 0.2 : f64}
  fx.weight @h : tensor<65x33xbf16> {seed = 3 : i64, scale = 0.2 : f64}
  fx.weight @d : tensor<33x31xf64> {seed = 4 : i64, scale = 0.2 : f64}
  fx.weight @k : tensor<1100x40xf32> {seed = 5 : i64, scale = 0.1 : f64}
  func.func @main(%x: tensor<?x33xf32> {fx.dims = affine_map<()[s0] -> (s0, 33)>}, %y: tensor<33x47xf32>, %h: tensor<7x33xbf16>, %d: tensor<15x33xf64>, %p: tensor<3x20x1100xf32>, %q: tensor<3x1100x50xf32>, %i: tensor<5x33xi32>, %j: tensor<33x6xi32>, %e: tensor<5x0xf32>, %f: tensor<0x6xf32>) -> (tensor<?x65xf32>, tensor<?x47xf32>, tensor<7x65xbf16>, tensor<15x31xf64>, tensor<3x20x50xf32>, tensor<3x20x40xf32>, tensor<5x6xi32>, tensor<5x6xf32>)
      attributes {fx.symbols = [{name = "rows", min = 0, max = 300}]} {
    %w = fx.get_weight @w : tensor<65x33xf32>
    %b = fx.get_weight @b : tensor<65xf32>
    %r0 = fx.linear %x, %w, %b : (tensor<?x33xf32>, tensor<65x33xf32>, tensor<65xf32>) -> tensor<?x65xf32>
    %a0 = fx.relu %r0 : (tensor<?x65xf32>) -> tensor<?x65xf32>
    %r1 = fx.mm %x, %y : (tensor<?x33xf32>, tensor<33x47xf32>) -> tensor<?x47xf32>
    %hw = fx.get_weight @h : tensor<65x33xbf16>
    %r2 = fx.linear %h, %hw : (tensor<7x33xbf16>, tensor<65x33xbf16>) -> tensor<7x65xbf16>
    %dw = fx.get_weight @d : tensor<33x31xf64>
    %r3 = fx.mm %d, %dw : (tensor<15x33xf64>, tensor<33x31xf64>) -> tensor<15x31xf64>
    %r4 = fx.bmm %p, %q : (tensor<3x20x1100xf32>, tensor<3x1100x50xf32>) -> tensor<3x20x50xf32>
    %k = fx.get_weight @k : tensor<1100x40xf32>
    %t = fx.permute %k {dims = array<i64: 1, 0>} : (tensor<1100x40xf32>) -> tensor<40x1100xf32>
    %r5 = fx.linear %p, %t : (tensor<3x20x1100xf32>, tensor<40x1100xf32>) -> tensor<3x20x40xf32>
    %r6 = fx.mm %i, %j : (tensor<5x33xi32>, tensor<33x6xi32>) -> tensor<5x6xi32>
    %r7 = fx.mm %e, %f : (tensor<5x0xf32>, tensor<0x6xf32>) -> tensor<5x6xf32>
    return %a0, %r1, %r2, %r3, %r4, %r5, %r6, %r7 : tensor<?x65xf32>, tensor<?x47xf32>, tensor<7x65xbf16>, tensor<15x31xf64>, tensor<3x20x50xf32>, tensor<3x20x40xf32>, tensor<5x6xi32>, tensor<5x6xf32>
  }
}
