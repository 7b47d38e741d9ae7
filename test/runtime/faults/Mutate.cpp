//===- Mutate.cpp - xcc-mutate: bundles with a fault put in ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fails when nothing was changed: no test must pass for want of a fault.
//
//===----------------------------------------------------------------------===//
#include "test/runtime/faults/BundleImage.h"
#include "test/runtime/faults/Mutations.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace xcc::faults;

static Expected<std::string> mutate(StringRef code, const Mutation &mutation,
                                    ArrayRef<StringRef> arguments) {
  LLVMContext context;
  auto module = parseBitcodeFile(MemoryBufferRef(code, "kernels"), context);
  if (!module)
    return module.takeError();
  auto count = mutation.apply(**module, arguments);
  if (!count)
    return count.takeError();
  if (!*count)
    return createStringError("expects a place to change, got none");
  std::string text;
  raw_string_ostream stream(text);
  if (verifyModule(**module, &stream))
    return createStringError("expects a sound module, got: " + text);
  outs() << formatv("{0}: {1} changed\n", mutation.name, *count);
  WriteBitcodeToFile(**module, stream);
  return text;
}

static Error run(ArrayRef<StringRef> arguments) {
  if (arguments.size() < 4)
    return createStringError("expects IN.xcb OUT.xcb TARGET MUTATION ...");
  StringRef name = arguments[3];
  ArrayRef<StringRef> rest = arguments.drop_front(4);
  const Mutation *found = find_if(
      allMutations(), [&](const Mutation &each) { return each.name == name; });
  if (found == allMutations().end())
    return createStringError("expects a mutation, got '" + name + "'");
  if (rest.size() < found->numArguments ||
      rest.size() > found->numArguments + 1)
    return createStringError(
        formatv("{0} expects {1} [WHICH]", name, found->parameters).str());
  auto bundle = BundleImage::open(arguments[0], arguments[2], "bitcode");
  if (!bundle)
    return bundle.takeError();
  auto code = mutate(bundle->code(), *found, rest);
  if (!code)
    return code.takeError();
  bundle->replace(*code);
  return bundle->write(arguments[1]);
}

int main(int numArguments, char **arguments) {
  if (numArguments == 1) {
    outs() << "xcc-mutate IN.xcb OUT.xcb TARGET MUTATION ... [WHICH]\n";
    for (const Mutation &each : allMutations())
      outs() << formatv("  {0,-16} {1,-20} {2}\n", each.name, each.parameters,
                        each.summary);
    return 0;
  }
  SmallVector<StringRef> rest(arguments + 1, arguments + numArguments);
  if (Error error = run(rest)) {
    errs() << "error: " << toString(std::move(error)) << '\n';
    return 1;
  }
}
