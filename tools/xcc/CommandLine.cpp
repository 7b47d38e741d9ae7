//===- CommandLine.cpp - Options of xcc and its subcommands ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/CommandLine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace xcc::tool {

static std::string unknownOption(StringRef name, ArrayRef<Option> options) {
  std::string message = ("unknown option '--" + name + "'").str();
  const Option *nearest = nullptr;
  // Farther than this is not a slip of the finger.
  unsigned best = 4;
  for (const Option &option : options) {
    unsigned distance = name.edit_distance(option.name);
    if (distance < best) {
      best = distance;
      nearest = &option;
    }
  }
  if (nearest)
    message += ("; did you mean '--" + nearest->name + "'?").str();
  return message;
}

std::string parseOptions(ArrayRef<const char *> args, ArrayRef<Option> options,
                         std::vector<std::string> &positional) {
  for (size_t i = 0; i < args.size(); ++i) {
    StringRef arg = args[i];
    if (arg == "-" || !arg.starts_with("-")) {
      positional.push_back(arg.str());
      continue;
    }
    auto [name, value] = arg.ltrim('-').split('=');
    const Option *option =
        find_if(options, [&](const Option &o) { return o.name == name; });
    if (option == options.end())
      return unknownOption(name, options);
    bool hasValue = arg.contains('=');
    if (option->value.empty() && hasValue)
      return ("option '--" + name + "' takes no value").str();
    if (!option->value.empty() && !hasValue) {
      if (i + 1 == args.size())
        return ("option '--" + name + "' expects " + option->value).str();
      value = args[++i];
    }
    if (std::string error = option->take(value); !error.empty())
      return error;
  }
  return "";
}

std::string formatOptions(ArrayRef<Option> options) {
  std::string text;
  raw_string_ostream os(text);
  constexpr size_t column = 26;
  for (const Option &option : options) {
    bool isShort = option.name.size() == 1;
    std::string left = ((isShort ? "  -" : "  --") + option.name).str();
    if (!option.value.empty())
      left += ((isShort ? " " : "=") + option.value).str();
    os << left
       << std::string(left.size() < column ? column - left.size() : 1, ' ')
       << option.help << '\n';
  }
  return text;
}

int usageError(StringRef message) {
  errs() << "xcc: error: " << message << "\n(xcc --help lists what there is)\n";
  return exitUsage;
}

} // namespace xcc::tool
