//===- FormatTest.cpp - Checksum, expressions, element types --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Bundle/ExprPool.h"
#include "runtime/format/DType.h"
#include "runtime/format/Expr.h"
#include "runtime/format/Hash.h"

#include "gtest/gtest.h"

#include <string>
#include <vector>

using namespace xrt::format;

// Published by the algorithm's author and by python-xxhash's documentation.
TEST(Hash, givesPublishedValues) {
  EXPECT_EQ(hash("", 0), 0xEF46DB3751D8E999u);
  EXPECT_EQ(hash("a", 1), 0xD24EC4F1A98C6E5Bu);
  EXPECT_EQ(hash("abc", 3), 0x44BC2CF5AD770999u);
  std::string text = "Nobody inspects the spammish repetition";
  EXPECT_EQ(hash(text.data(), text.size()), 0xFBCEA83C8A378BF1u);
}

TEST(Hash, doesNotDependOnTheSplit) {
  std::vector<uint8_t> bytes(1000);
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = uint8_t(i * 37 + i / 251);
  uint64_t whole = hash(bytes.data(), bytes.size());
  for (size_t piece : {1, 3, 31, 32, 33, 64, 999}) {
    Hasher hasher;
    for (size_t at = 0; at < bytes.size(); at += piece)
      hasher.update(&bytes[at], std::min(piece, bytes.size() - at));
    EXPECT_EQ(hasher.finish(), whole) << piece;
  }
}

TEST(Expr, divisionRoundsAsItsNameSays) {
  EXPECT_EQ(applyExpr(ExprKind_FloorDiv, -7, 2), -4);
  EXPECT_EQ(applyExpr(ExprKind_CeilDiv, -7, 2), -3);
  EXPECT_EQ(applyExpr(ExprKind_Mod, -7, 2), 1);
  EXPECT_EQ(applyExpr(ExprKind_CeilDiv, 7, 2), 4);
  EXPECT_EQ(applyExpr(ExprKind_CeilDiv, INT64_MAX, 1), INT64_MAX);
  EXPECT_EQ(applyExpr(ExprKind_FloorDiv, INT64_MIN, 1), INT64_MIN);
  EXPECT_EQ(applyExpr(ExprKind_Mod, INT64_MIN, INT64_MAX), INT64_MAX - 1);
}

TEST(Expr, overflowAndBadDivisorsHaveNoValue) {
  EXPECT_EQ(applyExpr(ExprKind_Add, INT64_MAX, 1), std::nullopt);
  EXPECT_EQ(applyExpr(ExprKind_Mul, INT64_MIN, -1), std::nullopt);
  EXPECT_EQ(applyExpr(ExprKind_FloorDiv, 1, 0), std::nullopt);
  EXPECT_EQ(applyExpr(ExprKind_CeilDiv, 1, -1), std::nullopt);
  EXPECT_EQ(applyExpr(ExprKind_Mod, 1, 0), std::nullopt);
}

using xcc::bundle::ExprId;
using xcc::bundle::ExprPool;

TEST(ExprPool, equalExpressionsAreOne) {
  ExprPool pool;
  ExprId a = pool.symbol(0), b = pool.symbol(1);
  EXPECT_EQ(pool.add(a, b), pool.add(b, a));
  EXPECT_EQ(pool.mul(a, b), pool.mul(b, a));
  EXPECT_EQ(pool.addConstant(pool.addConstant(a, 3), 4),
            pool.addConstant(a, 7));
  EXPECT_EQ(pool.mulConstant(pool.mulConstant(a, 3), 4),
            pool.mulConstant(a, 12));
  EXPECT_NE(pool.add(a, b), pool.mul(a, b));
}

TEST(ExprPool, folds) {
  ExprPool pool;
  ExprId a = pool.symbol(0);
  EXPECT_EQ(pool.addConstant(a, 0), a);
  EXPECT_EQ(pool.mulConstant(a, 1), a);
  EXPECT_EQ(pool.asConstant(pool.mulConstant(a, 0)), 0);
  EXPECT_EQ(pool.floorDiv(a, pool.constant(1)), a);
  EXPECT_EQ(pool.asConstant(pool.mod(a, pool.constant(1))), 0);
  EXPECT_EQ(pool.max(a, a), a);
  EXPECT_EQ(pool.asConstant(pool.alignUp(pool.constant(65), 64)), 128);
  EXPECT_EQ(pool.asConstant(pool.constant(0)), 0);
  EXPECT_EQ(pool.constant(0), 0u) << "an expression left out is 0";
}

TEST(ExprPool, keepsWhatOverflows) {
  ExprPool pool;
  ExprId most = pool.constant(INT64_MAX);
  EXPECT_EQ(pool.asConstant(pool.addConstant(most, 1)), std::nullopt);
}

TEST(DType, everyRowIsFoundByItsNames) {
  for (int i = 1; i <= XRT_DTYPE_F8E5M2FNUZ; ++i) {
    const DTypeRow *row = findDType(xrt_dtype_t(i));
    ASSERT_NE(row, nullptr) << i;
    EXPECT_STREQ(xrt_dtype_name(row->dtype), row->name);
    EXPECT_EQ(xrt_dtype_size(row->dtype), row->bytes);
    EXPECT_EQ(findDTypeBySafetensorsName(row->safetensorsName), row);
    if (*row->npyName)
      EXPECT_EQ(findDTypeByNpyName(row->npyName), row);
  }
  EXPECT_EQ(findDType(XRT_DTYPE_NONE), nullptr);
  EXPECT_EQ(findDType(xrt_dtype_t(200)), nullptr);
  EXPECT_EQ(findDTypeByNpyName(""), nullptr);
}

TEST(DType, tensorBytesAreChecked) {
  const DTypeRow &f32 = *findDType(XRT_DTYPE_F32);
  int64_t some[] = {2, 3}, none[] = {INT64_MAX, INT64_MAX, 0};
  int64_t many[] = {INT64_MAX, 2}, negative[] = {0, -1};
  EXPECT_EQ(tensorBytes(f32, some, 2), 24u);
  EXPECT_EQ(tensorBytes(f32, some, 0), 4u);
  EXPECT_EQ(tensorBytes(f32, none, 3), 0u);
  EXPECT_EQ(tensorBytes(f32, many, 2), std::nullopt);
  EXPECT_EQ(tensorBytes(f32, negative, 2), std::nullopt);
}
