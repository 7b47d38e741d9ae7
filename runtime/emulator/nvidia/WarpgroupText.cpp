//===- WarpgroupText.cpp - The texts of warpgroup products, NVIDIA --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A text is read for its numbers and then written again from them: it is the
// operation's only if the two are equal.
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/nvidia/WarpgroupText.h"

#include <string>

using namespace xrt::emulator;
using namespace xrt::emulator::nvidia;

namespace {
struct KindRow {
  ElementKind kind;
  const char *name;
  int32_t k; // of one instruction
};
constexpr KindRow kKinds[] = {
    {ElementKind::F16, "f16", 16},   {ElementKind::Bf16, "bf16", 16},
    {ElementKind::Tf32, "tf32", 8},  {ElementKind::E4m3, "e4m3", 32},
    {ElementKind::E5m2, "e5m2", 32}, {ElementKind::S8, "s8", 32},
    {ElementKind::U8, "u8", 32},
};

const KindRow &rowOf(ElementKind kind) { return kKinds[int32_t(kind)]; }
bool isInteger(ElementKind kind) { return kind >= ElementKind::S8; }

/// Without spaces that separate no two words.
std::string squeeze(std::string_view text) {
  std::string out;
  auto isWord = [](char c) {
    return c != '{' && c != '}' && c != ',' && c != ';';
  };
  bool isSpace = false;
  for (char c : text) {
    if (c == ' ' || c == '\t' || c == '\n') {
      isSpace = true;
      continue;
    }
    if (isSpace && !out.empty() && isWord(out.back()) && isWord(c))
      out += ' ';
    isSpace = false;
    out += c;
  }
  return out;
}

std::string listOf(int32_t first, int32_t count) {
  std::string list = "{";
  for (int32_t i = 0; i < count; ++i)
    list += (i ? ",$" : "$") + std::to_string(first + i);
  return list + "}";
}

std::string write(const WarpgroupProduct &p) {
  int32_t results = p.registers();
  int32_t next = p.accumulates ? 2 * results : results;
  std::string text =
      std::string("{.reg .pred p;setp.ne.b32 p,") +
      (p.accumulates ? "1" : "0") + ",0;wgmma.mma_async.sync.aligned.m64n" +
      std::to_string(p.n) + "k" + std::to_string(p.k) + "." +
      (isInteger(p.a) ? "s32"
       : p.isHalf     ? "f16"
                      : "f32") +
      "." + rowOf(p.a).name + "." + rowOf(p.b).name + listOf(0, results) + ",";
  text += p.aInRegisters ? listOf(next, 4) : "$" + std::to_string(next);
  next += p.aInRegisters ? 4 : 1;
  text += ",$" + std::to_string(next) + ",p";
  if (!isInteger(p.a))
    text +=
        std::string(p.negatesA ? ",-1" : ",1") + (p.negatesB ? ",-1" : ",1");
  if (p.k == 16) {
    if (!p.aInRegisters)
      text += p.aIsMnMajor ? ",1" : ",0";
    text += p.bIsMnMajor ? ",1" : ",0";
  }
  return text + ";}";
}

bool takeNumber(std::string_view &text, int32_t &out) {
  size_t digits = 0;
  out = 0;
  for (; digits < text.size() && digits < 4 && text[digits] >= '0' &&
         text[digits] <= '9';
       ++digits)
    out = out * 10 + (text[digits] - '0');
  text.remove_prefix(digits);
  return digits;
}

bool takePrefix(std::string_view &text, std::string_view prefix) {
  if (!text.starts_with(prefix))
    return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool takeKind(std::string_view &text, ElementKind &out) {
  for (const KindRow &row : kKinds)
    if (takePrefix(text, row.name)) {
      out = row.kind;
      return true;
    }
  return false;
}

/// The numbers between commas at the end: ",p,1,1,0,0;}" -> 1 1 0 0.
std::vector<std::string> modifiersOf(std::string_view text) {
  std::vector<std::string> modifiers;
  size_t at = text.rfind(",p");
  if (at == std::string_view::npos)
    return modifiers;
  for (char c : text.substr(at + 2)) {
    if (c == ',')
      modifiers.emplace_back();
    else if (!modifiers.empty() && c != ';' && c != '}')
      modifiers.back() += c;
  }
  return modifiers;
}

void readModifiers(std::string_view text, WarpgroupProduct &p) {
  std::vector<std::string> modifiers = modifiersOf(text);
  auto is = [&](size_t i, const char *value) {
    return i < modifiers.size() && modifiers[i] == value;
  };
  if (!isInteger(p.a)) {
    p.negatesA = is(0, "-1");
    p.negatesB = is(1, "-1");
  }
  if (p.k != 16)
    return;
  p.aIsMnMajor = !p.aInRegisters && is(2, "1");
  p.bIsMnMajor = is(p.aInRegisters ? 2 : 3, "1");
}
} // namespace

std::vector<int32_t> WarpgroupProduct::pack() const {
  return {n,          k,           isHalf,       int32_t(a),
          int32_t(b), accumulates, aInRegisters, negatesA,
          negatesB,   aIsMnMajor,  bIsMnMajor};
}

WarpgroupProduct WarpgroupProduct::unpack(const std::vector<int32_t> &values) {
  return {values[0],
          values[1],
          values[2],
          ElementKind(values[3]),
          ElementKind(values[4]),
          values[5],
          values[6],
          values[7],
          values[8],
          values[9],
          values[10]};
}

bool nvidia::parseProduct(std::string_view original,
                          std::vector<int32_t> &immediates) {
  if (original.find("wgmma.mma_async") == std::string_view::npos)
    return false;
  std::string text = squeeze(original);
  std::string_view rest = text;
  WarpgroupProduct p;
  if (!takePrefix(rest, "{.reg .pred p;setp.ne.b32 p,") ||
      !takeNumber(rest, p.accumulates) ||
      !takePrefix(rest, ",0;wgmma.mma_async.sync.aligned.m64n") ||
      !takeNumber(rest, p.n) || !takePrefix(rest, "k") ||
      !takeNumber(rest, p.k))
    return false;
  p.isHalf = takePrefix(rest, ".f16.f16.f16") ? 1 : 0;
  if (!p.isHalf &&
      (!(takePrefix(rest, ".f32.") || takePrefix(rest, ".s32.")) ||
       !takeKind(rest, p.a) || !takePrefix(rest, ".") || !takeKind(rest, p.b)))
    return false;
  size_t lists = 0;
  for (char c : rest)
    lists += c == '{';
  p.aInRegisters = lists == 2;
  readModifiers(rest, p);
  bool isSound = p.n >= 8 && p.n <= 256 && p.n % 8 == 0 && p.accumulates <= 1 &&
                 rowOf(p.a).k == p.k && rowOf(p.b).k == p.k &&
                 (p.k == 32 || p.a == p.b) && isInteger(p.a) == isInteger(p.b);
  if (!isSound || write(p) != text)
    return false;
  immediates = p.pack();
  return true;
}

bool nvidia::parseWait(std::string_view text,
                       std::vector<int32_t> &immediates) {
  int32_t pending = 0;
  if (!takePrefix(text, "wgmma.wait_group.sync.aligned ") ||
      !takeNumber(text, pending) || text != ";")
    return false;
  immediates = {pending};
  return true;
}
