// Products whose left operand must be packed: it lies across, is 16 bits wide, or its rows are made of pieces.
module {
  func.func @main(%x: tensor<790x131xf32>, %y: tensor<790x47xf32>, %z: tensor<47x790xf32>, %h: tensor<29x23xbf16>, %g: tensor<37x29xbf16>, %p: tensor<12x20x24xf32>, %q: tensor<288x35xf32>, %r: tensor<5x20x12xf32>, %s: tensor<60x33xf32>, %d: tensor<19x13xf64>, %e: tensor<19x11xf64>) -> (tensor<131x47xf32>, tensor<131x47xf32>, tensor<23x37xbf16>, tensor<20x35xf32>, tensor<20x33xf32>, tensor<13x11xf64>, tensor<131x47xf32>) {
    %xt = fx.permute %x {dims = array<i64: 1, 0>} : (tensor<790x131xf32>) -> tensor<131x790xf32>
    %zt = fx.permute %z {dims = array<i64: 1, 0>} : (tensor<47x790xf32>) -> tensor<790x47xf32>
    %r0 = fx.mm %xt, %y : (tensor<131x790xf32>, tensor<790x47xf32>) -> tensor<131x47xf32>
    %r1 = fx.mm %xt, %zt : (tensor<131x790xf32>, tensor<790x47xf32>) -> tensor<131x47xf32>
    %ht = fx.permute %h {dims = array<i64: 1, 0>} : (tensor<29x23xbf16>) -> tensor<23x29xbf16>
    %gt = fx.permute %g {dims = array<i64: 1, 0>} : (tensor<37x29xbf16>) -> tensor<29x37xbf16>
    %r2 = fx.mm %ht, %gt : (tensor<23x29xbf16>, tensor<29x37xbf16>) -> tensor<23x37xbf16>
    %pt = fx.permute %p {dims = array<i64: 1, 0, 2>} : (tensor<12x20x24xf32>) -> tensor<20x12x24xf32>
    %pr = fx.view %pt {shape = affine_map<() -> (20, 288)>} : (tensor<20x12x24xf32>) -> tensor<20x288xf32>
    %r3 = fx.mm %pr, %q : (tensor<20x288xf32>, tensor<288x35xf32>) -> tensor<20x35xf32>
    %rt = fx.permute %r {dims = array<i64: 1, 0, 2>} : (tensor<5x20x12xf32>) -> tensor<20x5x12xf32>
    %rr = fx.view %rt {shape = affine_map<() -> (20, 60)>} : (tensor<20x5x12xf32>) -> tensor<20x60xf32>
    %r4 = fx.mm %rr, %s : (tensor<20x60xf32>, tensor<60x33xf32>) -> tensor<20x33xf32>
    %dt = fx.permute %d {dims = array<i64: 1, 0>} : (tensor<19x13xf64>) -> tensor<13x19xf64>
    %r5 = fx.mm %dt, %e : (tensor<13x19xf64>, tensor<19x11xf64>) -> tensor<13x11xf64>
    %xr = fx.relu %xt : (tensor<131x790xf32>) -> tensor<131x790xf32>
    %r6 = fx.mm %xr, %y : (tensor<131x790xf32>, tensor<790x47xf32>) -> tensor<131x47xf32>
    return %r0, %r1, %r2, %r3, %r4, %r5, %r6 : tensor<131x47xf32>, tensor<131x47xf32>, tensor<23x37xbf16>, tensor<20x35xf32>, tensor<20x33xf32>, tensor<13x11xf64>, tensor<131x47xf32>
  }
}
