//===- HostFunctions.cpp - What compiled kernels may call -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/emulator/Checks.h"
#include "runtime/emulator/Execution.h"
#include "runtime/emulator/Loading.h"
#include "runtime/emulator/Numbers.h"

#include <cmath>
#include <cstring>

using namespace xrt;
using namespace xrt::emulator;

namespace {
/// An operation that a model executes: at once, or when all it needs are there.
void operation(Thread *thread, uint32_t number, const std::byte *arguments,
               std::byte *results) {
  Block &block = *thread->block;
  const Site &site = block.grid->site(number);
  if (site.model->kind == ModelKind::Function)
    return site.model->function(Call(site, {thread, arguments, results}));
  countOperation(*thread);
  block.waitAt(*thread, number, arguments, results);
}

// Conversions that CPUs without these types leave to functions; by the x86-64
// ABI both types travel in vector registers.
_Float16 halfFromFloat(float x) { return std::bit_cast<_Float16>(halfBits(x)); }
_Float16 halfFromDouble(double x) {
  return std::bit_cast<_Float16>(halfBitsOfDouble(x));
}
float floatFromHalf(_Float16 x) {
  return floatOfHalf(std::bit_cast<uint16_t>(x));
}
__bf16 bfloatFromFloat(float x) { return std::bit_cast<__bf16>(bfloatBits(x)); }
__bf16 bfloatFromDouble(double x) {
  return std::bit_cast<__bf16>(bfloatBitsOfDouble(x));
}

template <typename F> void *pointer(F *function) {
  return reinterpret_cast<void *>(function);
}
using Unary = float(float);
using Unary64 = double(double);
using Binary = float(float, float);
using Binary64 = double(double, double);

std::vector<HostFunction> makeTable() {
  std::vector<HostFunction> table = {
      {"xemu.operation", pointer(&operation)},
      {"__truncsfhf2", pointer(&halfFromFloat)},
      {"__truncdfhf2", pointer(&halfFromDouble)},
      {"__extendhfsf2", pointer(&floatFromHalf)},
      {"__truncsfbf2", pointer(&bfloatFromFloat)},
      {"__truncdfbf2", pointer(&bfloatFromDouble)},
      {"memcpy", pointer<void *(void *, const void *, size_t)>(&std::memcpy)},
      {"memmove", pointer<void *(void *, const void *, size_t)>(&std::memmove)},
      {"memset", pointer<void *(void *, int, size_t)>(&std::memset)},
#define UNARY(name)                                                            \
  {#name "f", pointer<Unary>(&::name##f)}, {#name, pointer<Unary64>(&::name)}
#define BINARY(name)                                                           \
  {#name "f", pointer<Binary>(&::name##f)}, {#name, pointer<Binary64>(&::name)}
      UNARY(exp),
      UNARY(exp2),
      UNARY(log),
      UNARY(log2),
      UNARY(log10),
      UNARY(sin),
      UNARY(cos),
      UNARY(tan),
      UNARY(tanh),
      UNARY(sqrt),
      UNARY(floor),
      UNARY(ceil),
      UNARY(trunc),
      UNARY(round),
      UNARY(roundeven),
      UNARY(rint),
      UNARY(nearbyint),
      BINARY(pow),
      BINARY(fmod),
      BINARY(fmin),
      BINARY(fmax),
      {"fmaf", pointer<float(float, float, float)>(&::fmaf)},
      {"fma", pointer<double(double, double, double)>(&::fma)},
      {"ldexpf", pointer<float(float, int)>(&::ldexpf)},
      {"ldexp", pointer<double(double, int)>(&::ldexp)},
  };
#undef UNARY
#undef BINARY
  CheckFunctions checks = checkFunctions();
  for (const CheckFunction *each = checks.begin; each != checks.end; ++each)
    table.push_back({each->name, each->function});
  return table;
}
} // namespace

llvm::ArrayRef<HostFunction> emulator::hostFunctions() {
  static const std::vector<HostFunction> table = makeTable();
  return table;
}
