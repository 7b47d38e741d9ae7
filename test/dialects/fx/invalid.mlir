// RUN: xcc-opt %s -split-input-file -verify-diagnostics
// -----

// expected-error @+1 {{expects fx.symbols to be an array, got 1 : i64}}
func.func @symbols_not_an_array() attributes {fx.symbols = 1 : i64} { return }

// -----

// expected-error @+1 {{expects each of fx.symbols to have a name, got {min = 1 : i64}}}
func.func @symbol_without_name() attributes {fx.symbols = [{min = 1 : i64}]} { return }

// -----

// expected-error @+1 {{expects 0 <= min <= max in fx.symbols, got}}
func.func @symbol_range_reversed() attributes {fx.symbols = [{name = "b", min = 4 : i64, max = 2 : i64}]} { return }

// -----

// expected-error @+1 {{expects fx.dims to be a map from size symbols, got 3 : i64}}
func.func @dims_no_map(%x: tensor<?xf32> {fx.dims = 3 : i64}) { return }

// -----

// expected-error @+1 {{expects fx.dims of argument 0 to give a size for each dimension}}
func.func @dims_of_other_rank(%x: tensor<?x4xf32> {fx.dims = affine_map<()[s0] -> (s0)>}) { return }

// -----

// expected-error @+1 {{expects fx.dims of argument 0 to agree with its type 'tensor<?x4xf32>'}}
func.func @dims_against_the_type(%x: tensor<?x4xf32> {fx.dims = affine_map<()[s0] -> (s0, 5)>}) { return }

// -----

func.func @symbol_not_there() {
  // expected-error @+1 {{expects an index below the number of the function's size symbols 0, got 1}}
  %0 = fx.sym 1 : index
  return
}

// -----

// expected-error @+1 {{expects a static ranked tensor type, got 'tensor<?xf32>'}}
fx.weight @w : tensor<?xf32> {seed = 1 : i64}

// -----

// expected-error @+1 {{expects either a file or a seed}}
fx.weight @w : tensor<4xf32>

// -----

// expected-error @+1 {{expects file and key together}}
fx.weight @w : tensor<4xf32> {file = "w.safetensors"}

// -----

// expected-error @+1 {{expects a float element type for a seeded weight, got 'i32'}}
fx.weight @w : tensor<4xi32> {seed = 1 : i64}

// -----

func.func @weight_not_there() {
  // expected-error @+1 {{expects a weight called 'w'}}
  %0 = fx.get_weight @w : tensor<4xf32>
  return
}

// -----

fx.weight @w : tensor<4xf32> {seed = 1 : i64}
func.func @weight_of_other_type() {
  // expected-error @+1 {{expects the weight's type 'tensor<4xf32>', got 'tensor<5xf32>'}}
  %0 = fx.get_weight @w : tensor<5xf32>
  return
}

// -----

func.func @constant_of_other_type() {
  // expected-error @+1 {{failed to verify that all of {value, result} have same type}}
  %0 = "fx.constant"() {value = dense<1.0> : tensor<2xf32>} : () -> tensor<3xf32>
  return
}

// -----

func.func @gelu_unknown_form(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects approximate to be 'none' or 'tanh', got 'erf'}}
  %0 = fx.gelu %x {approximate = "erf"} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @add_mixed_dtypes(%x: tensor<4xf32>, %y: tensor<4xf16>) {
  // expected-error @+1 {{expects operands of the result's element type 'f32', got 'f16'; convert with fx.to}}
  %0 = fx.add %x, %y : (tensor<4xf32>, tensor<4xf16>) -> tensor<4xf32>
  return
}

// -----

func.func @add_shapes(%x: tensor<4x3xf32>, %y: tensor<2xf32>) {
  // expected-error @+1 {{expects operand shapes that broadcast, got 4x3 and 2}}
  %0 = fx.add %x, %y : (tensor<4x3xf32>, tensor<2xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @add_result_shape(%x: tensor<4x3xf32>, %y: tensor<3xf32>) {
  // expected-error @+1 {{expects result #0 of shape 4x3, got 4x?}}
  %0 = fx.add %x, %y : (tensor<4x3xf32>, tensor<3xf32>) -> tensor<4x?xf32>
  return
}

// -----

func.func @where_mixed_dtypes(%c: tensor<4xi1>, %x: tensor<4xf32>, %y: tensor<4xf16>) {
  // expected-error @+1 {{expects lhs and rhs to share an element type, got 'f32' and 'f16'}}
  %0 = fx.where %c, %x, %y : (tensor<4xi1>, tensor<4xf32>, tensor<4xf16>) -> tensor<4xf32>
  return
}

// -----

func.func @masked_fill_by_a_vector(%x: tensor<4xf32>, %m: tensor<4xi1>, %v: tensor<1xf32>) {
  // expected-error @+1 {{expects a 0-d value, got 'tensor<1xf32>'}}
  %0 = fx.masked_fill %x, %m, %v : (tensor<4xf32>, tensor<4xi1>, tensor<1xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @sum_dim(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects dims below the rank 2, got 2}}
  %0 = fx.sum %x {dims = array<i64: 2>} : (tensor<4x3xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @sum_dim_twice(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects each dim once, got 1 twice}}
  %0 = fx.sum %x {dims = array<i64: 1, 1>} : (tensor<4x3xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @softmax_dim(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects dim below the rank 2, got 2}}
  %0 = fx.softmax %x {dim = 2 : i64} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @cumsum_dim(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects dim below the rank 2, got -1}}
  %0 = fx.cumsum %x {dim = -1 : i64} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @sort_dim(%x: tensor<f32>) {
  // expected-error @+1 {{expects dim below the rank 1, got 1}}
  %0:2 = fx.sort %x {dim = 1 : i64} : (tensor<f32>) -> (tensor<f32>, tensor<i64>)
  return
}

// -----

func.func @topk_of_too_many(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects k between 0 and the size of dim 1, got 4}}
  %0:2 = fx.topk %x {k = 4 : i64, dim = 1 : i64} : (tensor<4x3xf32>) -> (tensor<4x4xf32>, tensor<4x4xi64>)
  return
}

// -----

func.func @layer_norm_rank(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects normalized_rank between 1 and the rank 2, got 3}}
  %0 = fx.layer_norm %x {normalized_rank = 3 : i64} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @layer_norm_weight(%x: tensor<4x3xf32>, %w: tensor<4xf32>) {
  // expected-error @+1 {{expects weight of the normalised shape, got 'tensor<4xf32>'}}
  %0 = fx.layer_norm %x weight %w {normalized_rank = 1 : i64} : (tensor<4x3xf32>, tensor<4xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @group_norm_rank(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects input of rank at least 2, got rank 1}}
  %0 = fx.group_norm %x {num_groups = 2 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @group_norm_groups(%x: tensor<2x6x5xf32>) {
  // expected-error @+1 {{expects channels divisible by num_groups, got 6 and 4}}
  %0 = fx.group_norm %x {num_groups = 4 : i64} : (tensor<2x6x5xf32>) -> tensor<2x6x5xf32>
  return
}

// -----

func.func @batch_norm_mean(%x: tensor<2x6xf32>, %m: tensor<5xf32>, %v: tensor<6xf32>) {
  // expected-error @+1 {{expects running_mean of the normalised shape, got 'tensor<5xf32>'}}
  %0 = fx.batch_norm %x mean %m var %v : (tensor<2x6xf32>, tensor<5xf32>, tensor<6xf32>) -> tensor<2x6xf32>
  return
}

// -----

func.func @mm_k(%x: tensor<4x8xf32>, %y: tensor<7x2xf32>) {
  // expected-error @+1 {{expects lhs and rhs to share k, got 8 and 7}}
  %0 = fx.mm %x, %y : (tensor<4x8xf32>, tensor<7x2xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @mm_rank(%x: tensor<2x4x8xf32>, %y: tensor<8x2xf32>) {
  // expected-error @+1 {{expects lhs of rank 2, got rank 3}}
  %0 = fx.mm %x, %y : (tensor<2x4x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @bmm_batch(%x: tensor<2x4x8xf32>, %y: tensor<3x8x2xf32>) {
  // expected-error @+1 {{expects lhs and rhs to share the batch, got 2 and 3}}
  %0 = fx.bmm %x, %y : (tensor<2x4x8xf32>, tensor<3x8x2xf32>) -> tensor<2x4x2xf32>
  return
}

// -----

func.func @addmm_bias(%b: tensor<1x4x2xf32>, %x: tensor<4x8xf32>, %y: tensor<8x2xf32>) {
  // expected-error @+1 {{expects bias of rank at most 2, got rank 3}}
  %0 = fx.addmm %b, %x, %y : (tensor<1x4x2xf32>, tensor<4x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @linear_of_a_scalar(%x: tensor<f32>, %w: tensor<2x8xf32>) {
  // expected-error @+1 {{expects input of rank at least 1, got a scalar}}
  %0 = fx.linear %x, %w : (tensor<f32>, tensor<2x8xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @linear_k(%x: tensor<4x8xf32>, %w: tensor<2x7xf32>) {
  // expected-error @+1 {{expects input and weight to share k, got 8 and 7}}
  %0 = fx.linear %x, %w : (tensor<4x8xf32>, tensor<2x7xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @linear_bias(%x: tensor<4x8xf32>, %w: tensor<2x8xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{expects weight and bias to share n, got 2 and 3}}
  %0 = fx.linear %x, %w, %b : (tensor<4x8xf32>, tensor<2x8xf32>, tensor<3xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @int_mm_k(%x: tensor<4x8xi8>, %y: tensor<7x2xi8>) {
  // expected-error @+1 {{expects lhs and rhs to share k, got 8 and 7}}
  %0 = fx.int_mm %x, %y : (tensor<4x8xi8>, tensor<7x2xi8>) -> tensor<4x2xi32>
  return
}

// -----

func.func @int_mm_type(%x: tensor<4x8xi16>, %y: tensor<8x2xi16>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 8-bit signless integer values, but got 'tensor<4x8xi16>'}}
  %0 = fx.int_mm %x, %y : (tensor<4x8xi16>, tensor<8x2xi16>) -> tensor<4x2xi32>
  return
}

// -----

func.func @scaled_mm_scale(%x: tensor<4x8xf8E4M3FN>, %y: tensor<8x2xf8E4M3FN>, %s: tensor<4xf32>, %t: tensor<f32>) {
  // expected-error @+1 {{expects lhs_scale of one number or of shape (m, 1)}}
  %0 = fx.scaled_mm %x, %y, %s, %t : (tensor<4x8xf8E4M3FN>, tensor<8x2xf8E4M3FN>, tensor<4xf32>, tensor<f32>) -> tensor<4x2xbf16>
  return
}

// -----

func.func @scaled_mm_columns(%x: tensor<4x8xf8E4M3FN>, %y: tensor<8x2xf8E4M3FN>, %s: tensor<4x1xf32>, %t: tensor<2x1xf32>) {
  // expected-error @+1 {{expects rhs_scale of one number or of shape (1, n)}}
  %0 = fx.scaled_mm %x, %y, %s, %t : (tensor<4x8xf8E4M3FN>, tensor<8x2xf8E4M3FN>, tensor<4x1xf32>, tensor<2x1xf32>) -> tensor<4x2xbf16>
  return
}

// -----

func.func @scaled_mm_rows(%x: tensor<4x8xf8E4M3FN>, %y: tensor<8x2xf8E4M3FN>, %s: tensor<3x1xf32>, %t: tensor<f32>) {
  // expected-error @+1 {{expects a scale for each row of lhs, got 3 and 4}}
  %0 = fx.scaled_mm %x, %y, %s, %t : (tensor<4x8xf8E4M3FN>, tensor<8x2xf8E4M3FN>, tensor<3x1xf32>, tensor<f32>) -> tensor<4x2xbf16>
  return
}

// -----

func.func @scaled_mm_scale_count(%x: tensor<4x8xf8E4M3FN>, %y: tensor<8x2xf8E4M3FN>, %s: tensor<f32>, %t: tensor<1x3xf32>) {
  // expected-error @+1 {{expects a scale for each column of rhs, got 3 and 2}}
  %0 = fx.scaled_mm %x, %y, %s, %t : (tensor<4x8xf8E4M3FN>, tensor<8x2xf8E4M3FN>, tensor<f32>, tensor<1x3xf32>) -> tensor<4x2xbf16>
  return
}

// -----

func.func @scaled_mm_bias(%x: tensor<4x8xf8E4M3FN>, %y: tensor<8x2xf8E5M2>, %s: tensor<f32>, %b: tensor<3xbf16>) {
  // expected-error @+1 {{expects rhs and bias to share n, got 2 and 3}}
  %0 = fx.scaled_mm %x, %y, %s, %s, %b : (tensor<4x8xf8E4M3FN>, tensor<8x2xf8E5M2>, tensor<f32>, tensor<f32>, tensor<3xbf16>) -> tensor<4x2xbf16>
  return
}

// -----

func.func @convolution_rank(%x: tensor<4x8xf32>, %w: tensor<2x8xf32>) {
  // expected-error @+1 {{expects input of rank 3, 4 or 5, got rank 2}}
  %0 = fx.convolution %x, %w {stride = array<i64: 1>, padding = array<i64: 0>, dilation = array<i64: 1>}
    : (tensor<4x8xf32>, tensor<2x8xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @convolution_stride(%x: tensor<1x4x8xf32>, %w: tensor<2x4x3xf32>) {
  // expected-error @+1 {{expects 1 entries in stride, got 2}}
  %0 = fx.convolution %x, %w {stride = array<i64: 1, 1>, padding = array<i64: 0>, dilation = array<i64: 1>}
    : (tensor<1x4x8xf32>, tensor<2x4x3xf32>) -> tensor<1x2x6xf32>
  return
}

// -----

func.func @convolution_stride_zero(%x: tensor<1x4x8xf32>, %w: tensor<2x4x3xf32>) {
  // expected-error @+1 {{expects groups, stride and dilation of at least 1}}
  %0 = fx.convolution %x, %w {stride = array<i64: 0>, padding = array<i64: 0>, dilation = array<i64: 1>}
    : (tensor<1x4x8xf32>, tensor<2x4x3xf32>) -> tensor<1x2x6xf32>
  return
}

// -----

func.func @convolution_channels(%x: tensor<1x4x8xf32>, %w: tensor<2x3x3xf32>) {
  // expected-error @+1 {{expects input and weight to share channels, got 4 and 3}}
  %0 = fx.convolution %x, %w {stride = array<i64: 1>, padding = array<i64: 0>, dilation = array<i64: 1>}
    : (tensor<1x4x8xf32>, tensor<2x3x3xf32>) -> tensor<1x2x6xf32>
  return
}

// -----

func.func @convolution_groups(%x: tensor<1x4x8xf32>, %w: tensor<3x2x3xf32>) {
  // expected-error @+1 {{expects output channels divisible by groups, got 3 and 2}}
  %0 = fx.convolution %x, %w {stride = array<i64: 1>, padding = array<i64: 0>, dilation = array<i64: 1>, groups = 2 : i64}
    : (tensor<1x4x8xf32>, tensor<3x2x3xf32>) -> tensor<1x3x6xf32>
  return
}

// -----

func.func @convolution_bias(%x: tensor<1x4x8xf32>, %w: tensor<2x4x3xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{expects weight and bias to share output channels, got 2 and 3}}
  %0 = fx.convolution %x, %w, %b {stride = array<i64: 1>, padding = array<i64: 0>, dilation = array<i64: 1>}
    : (tensor<1x4x8xf32>, tensor<2x4x3xf32>, tensor<3xf32>) -> tensor<1x2x6xf32>
  return
}

// -----

func.func @convolution_kernel_symbolic(%x: tensor<1x4x8xf32>, %w: tensor<2x4x?xf32>) {
  // expected-error @+1 {{expects a static kernel size}}
  %0 = fx.convolution %x, %w {stride = array<i64: 1>, padding = array<i64: 0>, dilation = array<i64: 1>}
    : (tensor<1x4x8xf32>, tensor<2x4x?xf32>) -> tensor<1x2x?xf32>
  return
}

// -----

func.func @convolution_kernel_too_large(%x: tensor<1x4x3xf32>, %w: tensor<2x4x6xf32>) {
  // expected-error @+1 {{expects a kernel that fits the padded input in spatial dimension 0}}
  %0 = fx.convolution %x, %w {stride = array<i64: 1>, padding = array<i64: 0>, dilation = array<i64: 1>}
    : (tensor<1x4x3xf32>, tensor<2x4x6xf32>) -> tensor<1x2x0xf32>
  return
}

// -----

func.func @pool_dimensions(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{expects 1 to 3 window dimensions below the rank 2, got 2}}
  %0 = fx.max_pool %x {kernel_size = array<i64: 2, 2>, stride = array<i64: 2, 2>, padding = array<i64: 0, 0>, dilation = array<i64: 1, 1>}
    : (tensor<4x8xf32>) -> tensor<4x4xf32>
  return
}

// -----

func.func @pool_kernel_zero(%x: tensor<1x4x8xf32>) {
  // expected-error @+1 {{expects kernel_size, stride and dilation of at least 1}}
  %0 = fx.max_pool %x {kernel_size = array<i64: 0>, stride = array<i64: 2>, padding = array<i64: 0>, dilation = array<i64: 1>}
    : (tensor<1x4x8xf32>) -> tensor<1x4x4xf32>
  return
}

// -----

func.func @pool_padding(%x: tensor<1x4x8xf32>) {
  // expected-error @+1 {{expects padding of at most half the kernel size 2, got 2}}
  %0 = fx.max_pool %x {kernel_size = array<i64: 2>, stride = array<i64: 2>, padding = array<i64: 2>, dilation = array<i64: 1>}
    : (tensor<1x4x8xf32>) -> tensor<1x4x6xf32>
  return
}

// -----

func.func @adaptive_pool_sizes(%x: tensor<8xf32>) {
  // expected-error @+1 {{expects at most 1 output sizes, got 2}}
  %0 = fx.adaptive_avg_pool %x {output_size = array<i64: 2, 2>} : (tensor<8xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @adaptive_pool_negative(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{expects sizes of at least 0, got -1}}
  %0 = fx.adaptive_avg_pool %x {output_size = array<i64: -1>} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  return
}

// -----

func.func @attention_dtypes(%q: tensor<2x4x8xf32>, %k: tensor<2x4x8xf16>, %v: tensor<2x4x8xf32>) {
  // expected-error @+1 {{expects query, key, value and result to share an element type, got 'f32' and 'f16'}}
  %0 = fx.scaled_dot_product_attention %q, %k, %v
    : (tensor<2x4x8xf32>, tensor<2x4x8xf16>, tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  return
}

// -----

func.func @attention_mask_dtype(%q: tensor<2x4x8xf32>, %k: tensor<2x4x8xf32>, %v: tensor<2x4x8xf32>, %m: tensor<4x4xf16>) {
  // expected-error @+1 {{expects mask of i1 or 'f32', got 'f16'}}
  %0 = fx.scaled_dot_product_attention %q, %k, %v, %m
    : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<4x4xf16>) -> tensor<2x4x8xf32>
  return
}

// -----

func.func @attention_mask_rank(%q: tensor<2x4x8xf32>, %k: tensor<2x4x8xf32>, %v: tensor<2x4x8xf32>, %m: tensor<1x2x4x4xf32>) {
  // expected-error @+1 {{expects mask of rank at most 3, got rank 4}}
  %0 = fx.scaled_dot_product_attention %q, %k, %v, %m
    : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<1x2x4x4xf32>) -> tensor<2x4x8xf32>
  return
}

// -----

func.func @attention_query_rank(%q: tensor<8xf32>, %k: tensor<8xf32>, %v: tensor<8xf32>) {
  // expected-error @+1 {{expects query of rank at least 2, got rank 1}}
  %0 = fx.scaled_dot_product_attention %q, %k, %v
    : (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @attention_head_size(%q: tensor<2x4x8xf32>, %k: tensor<2x4x6xf32>, %v: tensor<2x4x8xf32>) {
  // expected-error @+1 {{expects query and key to share the head size, got 8 and 6}}
  %0 = fx.scaled_dot_product_attention %q, %k, %v
    : (tensor<2x4x8xf32>, tensor<2x4x6xf32>, tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  return
}

// -----

func.func @attention_length(%q: tensor<2x4x8xf32>, %k: tensor<2x4x8xf32>, %v: tensor<2x5x8xf32>) {
  // expected-error @+1 {{expects key and value to share the length, got 4 and 5}}
  %0 = fx.scaled_dot_product_attention %q, %k, %v
    : (tensor<2x4x8xf32>, tensor<2x4x8xf32>, tensor<2x5x8xf32>) -> tensor<2x4x8xf32>
  return
}

// -----

func.func @attention_heads(%q: tensor<4x4x8xf32>, %k: tensor<3x4x8xf32>, %v: tensor<3x4x8xf32>) {
  // expected-error @+1 {{expects query and key to share leading dimensions (heads may be a multiple), got 4 and 3}}
  %0 = fx.scaled_dot_product_attention %q, %k, %v
    : (tensor<4x4x8xf32>, tensor<3x4x8xf32>, tensor<3x4x8xf32>) -> tensor<4x4x8xf32>
  return
}

// -----

func.func @attention_value_heads(%q: tensor<4x4x8xf32>, %k: tensor<4x4x8xf32>, %v: tensor<2x4x8xf32>) {
  // expected-error @+1 {{expects key and value to share leading dimensions, got 4 and 2}}
  %0 = fx.scaled_dot_product_attention %q, %k, %v
    : (tensor<4x4x8xf32>, tensor<4x4x8xf32>, tensor<2x4x8xf32>) -> tensor<4x4x8xf32>
  return
}

// -----

func.func @rope_of_odd_size(%x: tensor<4x7xf32>, %c: tensor<4x7xf32>) {
  // expected-error @+1 {{expects an even last dimension, got 'tensor<4x7xf32>'}}
  %0 = fx.rope %x, %c, %c : (tensor<4x7xf32>, tensor<4x7xf32>, tensor<4x7xf32>) -> tensor<4x7xf32>
  return
}

// -----

func.func @rope_tables(%x: tensor<4x8xf16>, %c: tensor<4x8xf32>) {
  // expected-error @+1 {{expects input and tables to share an element type, got 'f16' and 'f32'}}
  %0 = fx.rope %x, %c, %c : (tensor<4x8xf16>, tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf16>
  return
}

// -----

func.func @full_of_a_vector(%v: tensor<1xf32>) {
  // expected-error @+1 {{expects a 0-d value, got 'tensor<1xf32>'}}
  %0 = fx.full %v {shape = affine_map<() -> (4)>} : (tensor<1xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @full_over_dims(%v: tensor<f32>) {
  // expected-error @+1 {{expects a shape over size symbols alone, got affine_map<(d0) -> (d0)>}}
  %0 = fx.full %v {shape = affine_map<(d0) -> (d0)>} : (tensor<f32>) -> tensor<?xf32>
  return
}

// -----

func.func @full_of_negative_size(%v: tensor<f32>) {
  // expected-error @+1 {{expects sizes of at least 0, got -4}}
  %0 = fx.full %v {shape = affine_map<() -> (-4)>} : (tensor<f32>) -> tensor<?xf32>
  return
}

// -----

func.func @view_elements(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects as many elements in the result, got 12 and 10}}
  %0 = fx.view %x {shape = affine_map<() -> (10)>} : (tensor<4x3xf32>) -> tensor<10xf32>
  return
}

// -----

func.func @expand_shapes(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects an input that broadcasts to the result, got 'tensor<4x3xf32>' and 'tensor<5x3xf32>'}}
  %0 = fx.expand %x {shape = affine_map<() -> (5, 3)>} : (tensor<4x3xf32>) -> tensor<5x3xf32>
  return
}

// -----

func.func @permute_count(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects 2 entries in dims, got 1}}
  %0 = fx.permute %x {dims = array<i64: 0>} : (tensor<4x3xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @permute_dim(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects dim below the rank 2, got 2}}
  %0 = fx.permute %x {dims = array<i64: 0, 2>} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @permute_twice(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects each dim once, got 1 twice}}
  %0 = fx.permute %x {dims = array<i64: 1, 1>} : (tensor<4x3xf32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @slice_map(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects start to be one expression of the size symbols, got affine_map<() -> (0, 1)>}}
  %0 = fx.slice %x {dim = 0 : i64, start = affine_map<() -> (0, 1)>, end = affine_map<() -> (2)>} : (tensor<4xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @slice_step(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects step of at least 1, got 0}}
  %0 = fx.slice %x {dim = 0 : i64, start = affine_map<() -> (0)>, end = affine_map<() -> (2)>, step = 0 : i64} : (tensor<4xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @slice_bounds(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects 0 <= start <= end <= size of dim 0}}
  %0 = fx.slice %x {dim = 0 : i64, start = affine_map<() -> (0)>, end = affine_map<() -> (5)>} : (tensor<4xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @select_index(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects index below the size of dim 0}}
  %0 = fx.select %x {dim = 0 : i64, index = affine_map<() -> (4)>} : (tensor<4xf32>) -> tensor<f32>
  return
}

// -----

func.func @flip_dim(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects dims below the rank 1, got 1}}
  %0 = fx.flip %x {dims = array<i64: 1>} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @roll_shifts(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects as many shifts as dims, got 2 and 1}}
  %0 = fx.roll %x {shifts = array<i64: 1, 2>, dims = array<i64: 0>} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @tril_rank(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects input of rank at least 2, got rank 1}}
  %0 = fx.tril %x : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @repeat_count(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects at least 2 repeats, got 1}}
  %0 = fx.repeat %x {repeats = array<i64: 2>} : (tensor<4x3xf32>) -> tensor<8xf32>
  return
}

// -----

func.func @repeat_negative(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects repeats of at least 0, got -1}}
  %0 = fx.repeat %x {repeats = array<i64: -1>} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @pad_below_zero(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects sizes of at least 0, got -1}}
  %0 = fx.pad %x {low = array<i64: -3>, high = array<i64: -2>} : (tensor<4xf32>) -> tensor<0xf32>
  return
}

// -----

func.func @cat_of_nothing() {
  // expected-error @+1 {{expects at least one input}}
  %0 = fx.cat {dim = 0 : i64} : () -> tensor<4xf32>
  return
}

// -----

func.func @cat_ranks(%x: tensor<4x3xf32>, %y: tensor<3xf32>) {
  // expected-error @+1 {{expects every input of rank 2, got rank 1}}
  %0 = fx.cat %x, %y {dim = 0 : i64} : (tensor<4x3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

func.func @cat_sizes(%x: tensor<4x3xf32>, %y: tensor<4x2xf32>) {
  // expected-error @+1 {{expects inputs to agree outside dim, got 3 and 2}}
  %0 = fx.cat %x, %y {dim = 0 : i64} : (tensor<4x3xf32>, tensor<4x2xf32>) -> tensor<8x3xf32>
  return
}

// -----

func.func @upsample_rank(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects input and result of the same rank, with two leading dimensions, got 'tensor<4x3xf32>' and rank 2}}
  %0 = fx.upsample_nearest %x {shape = affine_map<() -> (4, 6)>} : (tensor<4x3xf32>) -> tensor<4x6xf32>
  return
}

// -----

func.func @upsample_scales(%x: tensor<1x4x3xf32>) {
  // expected-error @+1 {{expects a scale for each resized dimension, got 2}}
  %0 = fx.upsample_nearest %x {shape = affine_map<() -> (1, 4, 6)>, scales = array<f64: 2.0, 2.0>} : (tensor<1x4x3xf32>) -> tensor<1x4x6xf32>
  return
}

// -----

func.func @embedding_weight(%w: tensor<4xf32>, %i: tensor<2xi64>) {
  // expected-error @+1 {{expects weight of rank 2, got rank 1}}
  %0 = fx.embedding %w, %i : (tensor<4xf32>, tensor<2xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @gather_indices(%x: tensor<4x3xf32>, %i: tensor<2xi64>) {
  // expected-error @+1 {{expects indices of rank 2, got rank 1}}
  %0 = fx.gather %x, %i {dim = 0 : i64} : (tensor<4x3xf32>, tensor<2xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @index_by_nothing(%x: tensor<4x3xf32>) {
  // expected-error @+1 {{expects at least one index}}
  %0 = fx.index %x {dims = array<i64>} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @index_dims_descending(%x: tensor<4x3xf32>, %i: tensor<2xi64>) {
  // expected-error @+1 {{expects ascending dims, got 1 before 0}}
  %0 = fx.index %x, %i, %i {dims = array<i64: 1, 0>} : (tensor<4x3xf32>, tensor<2xi64>, tensor<2xi64>) -> tensor<2xf32>
  return
}

// -----

func.func @index_put_dims(%x: tensor<4x3xf32>, %v: tensor<2x3xf32>, %i: tensor<2xi64>) {
  // expected-error @+1 {{expects 1 entries in dims, got 2}}
  %0 = fx.index_put %x, %v, %i {dims = array<i64: 0, 1>} : (tensor<4x3xf32>, tensor<2x3xf32>, tensor<2xi64>) -> tensor<4x3xf32>
  return
}

// -----

func.func @index_put_values(%x: tensor<4x3xf32>, %v: tensor<2x3xf16>, %i: tensor<2xi64>) {
  // expected-error @+1 {{expects input and values to share an element type, got 'f32' and 'f16'}}
  %0 = fx.index_put %x, %v, %i {dims = array<i64: 0>} : (tensor<4x3xf32>, tensor<2x3xf16>, tensor<2xi64>) -> tensor<4x3xf32>
  return
}

// -----

func.func @scatter_reduction(%x: tensor<4xf32>, %i: tensor<2xi64>, %s: tensor<2xf32>) {
  // expected-error @+1 {{expects reduce to be 'none', 'sum', 'prod', 'amax' or 'amin', got 'mean'}}
  %0 = fx.scatter %x, %i, %s {dim = 0 : i64, reduce = "mean"} : (tensor<4xf32>, tensor<2xi64>, tensor<2xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @scatter_ranks(%x: tensor<4xf32>, %i: tensor<2x1xi64>, %s: tensor<2x1xf32>) {
  // expected-error @+1 {{expects indices and source of the input's rank 1, got 'tensor<2x1xi64>'}}
  %0 = fx.scatter %x, %i, %s {dim = 0 : i64} : (tensor<4xf32>, tensor<2x1xi64>, tensor<2x1xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @soft_cap_elsewhere(%x: tensor<4xf32>) {
  // expected-error @+1 {{expects fx.soft_cap on fx.scaled_dot_product_attention alone}}
  %0 = fx.tanh %x {fx.soft_cap = 1.0 : f64} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @soft_cap_of_zero(%x: tensor<4x4xf32>) {
  // expected-error @+1 {{expects fx.soft_cap to be an f64 above zero, got 0.000000e+00 : f64}}
  %0 = fx.scaled_dot_product_attention %x, %x, %x {fx.soft_cap = 0.0 : f64} : (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  return
}
