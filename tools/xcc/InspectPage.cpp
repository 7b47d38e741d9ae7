//===- InspectPage.cpp - What a bundle holds, for people ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "tools/xcc/Inspect.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace xcc::tool {

static StringRef textAt(const json::Object &object, StringRef key) {
  return object.getString(key).value_or("");
}

static int64_t numberAt(const json::Object &object, StringRef key) {
  return object.getInteger(key).value_or(0);
}

/// "a, b, c" of an array's strings or numbers.
static std::string joinAt(const json::Object &object, StringRef key) {
  std::string text;
  const json::Array *array = object.getArray(key);
  if (!array)
    return text;
  for (const json::Value &value : *array) {
    if (!text.empty())
      text += ", ";
    if (std::optional<StringRef> word = value.getAsString())
      text += word->str();
    else
      text += formatv("{0}", value).str();
  }
  return text;
}

/// "12.3 KiB"
static std::string formatBytes(int64_t bytes) {
  static constexpr StringLiteral units[] = {"bytes", "KiB", "MiB", "GiB"};
  double amount = double(bytes);
  size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < std::size(units); ++unit)
    amount /= 1024;
  if (unit == 0)
    return formatv("{0} bytes", bytes).str();
  return formatv("{0:f1} {1}", amount, units[unit]).str();
}

/// A table: columns as wide as their widest cell.
static void printTable(raw_ostream &os,
                       ArrayRef<SmallVector<std::string>> rows) {
  SmallVector<size_t> widths;
  for (const auto &row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto &row : rows) {
    std::string line = "  ";
    for (size_t i = 0; i < row.size(); ++i)
      line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    os << StringRef(line).rtrim() << '\n';
  }
}

/// The heading and the rows that `describe` makes of the array's objects.
static void printSection(
    raw_ostream &os, const json::Object &description, StringRef key,
    function_ref<SmallVector<std::string>(const json::Object &)> describe) {
  const json::Array *array = description.getArray(key);
  if (!array || array->empty())
    return;
  os << '\n' << key << " (" << array->size() << ")\n";
  SmallVector<SmallVector<std::string>> rows;
  for (const json::Value &value : *array)
    if (const json::Object *object = value.getAsObject())
      rows.push_back(describe(*object));
  printTable(os, rows);
}

static std::string formatShape(const json::Object &row) {
  return (textAt(row, "dtype") + " [" + joinAt(row, "dims") + "]").str();
}

static SmallVector<std::string> formatStep(const json::Object &step) {
  if (step.get("copy"))
    return {"copy", (textAt(step, "copy") + " -> " + textAt(step, "to")).str(),
            textAt(step, "bytes").str() + " bytes"};
  std::string scalars = joinAt(step, "scalars");
  // Without the host in the bundle there are none.
  std::string extra;
  if (textAt(step, "work_items") != "0")
    extra = textAt(step, "work_items").str() + " items";
  if (textAt(step, "first_phase") != "0")
    extra += ", " + textAt(step, "first_phase").str() + " before the others";
  if (textAt(step, "scratch") != "0")
    extra += ", " + textAt(step, "scratch").str() + " bytes of scratch";
  if (textAt(step, "workspace") != "0")
    extra += ", workspace of " + textAt(step, "workspace").str() + " bytes";
  if (const json::Array *prepared = step.getArray("prepared"))
    for (const json::Value &value : *prepared)
      if (const json::Object *operand = value.getAsObject())
        extra += formatv(", operand {0} by {1}", numberAt(*operand, "operand"),
                         textAt(*operand, "kernel"))
                     .str();
  // The outputs are the last of args.
  std::string args;
  const json::Array &all = *step.getArray("args");
  size_t numInputs = all.size() - numberAt(step, "num_outputs");
  for (auto [i, arg] : enumerate(all)) {
    if (i == numInputs)
      args += i ? " -> " : "-> ";
    else if (i)
      args += ", ";
    args += arg.getAsString().value_or("?").str();
  }
  return {textAt(step, "kernel").str(), args,
          extra + (scalars.empty()
                       ? ""
                       : (extra.empty() ? "sizes " : ", sizes ") + scalars)};
}

static void printHead(const json::Object &description, raw_ostream &os) {
  int64_t weightBytes = 0;
  if (const json::Array *weights = description.getArray("weights"))
    for (const json::Value &weight : *weights)
      weightBytes += numberAt(*weight.getAsObject(), "bytes");
  os << "bundle format " << numberAt(description, "format_version")
     << ", made by xcc " << textAt(description, "compiler_version") << '\n'
     << "file    " << formatBytes(numberAt(description, "file_bytes"))
     << " (index " << formatBytes(numberAt(description, "index_bytes"))
     << ", weights " << formatBytes(weightBytes) << ")\n"
     << "arena   " << textAt(description, "arena_bytes") << " bytes\n"
     << "source  "
     << (textAt(description, "source_format").empty()
             ? "none"
             : textAt(description, "source_format"))
     << '\n';
}

/// A section for each device: its launches, a row a phase.
static void printPlans(const json::Object &description, raw_ostream &os) {
  const json::Array *plans = description.getArray("plans");
  for (const json::Value &value : plans ? *plans : json::Array()) {
    const json::Object &plan = *value.getAsObject();
    SmallVector<SmallVector<std::string>> rows;
    for (const json::Value &launch : *plan.getArray("launches")) {
      StringRef workspace = textAt(*launch.getAsObject(), "workspace");
      for (const json::Value &entry :
           *launch.getAsObject()->getArray("phases")) {
        const json::Object &phase = *entry.getAsObject();
        std::string extra =
            formatv("{0} threads", numberAt(phase, "threads")).str();
        if (int64_t shared = numberAt(phase, "shared_bytes"))
          extra += formatv(", {0} bytes shared", shared).str();
        if (int64_t maps = numberAt(phase, "tensor_maps"))
          extra += formatv(", {0} tensor maps", maps).str();
        if (workspace != "0")
          extra += (", workspace of " + workspace + " bytes").str();
        rows.push_back({textAt(phase, "kernel").str(),
                        "grid [" + joinAt(phase, "grid") + "]", extra});
      }
    }
    os << "\nlaunches on " << textAt(plan, "target") << " (" << rows.size()
       << ")\n";
    printTable(os, rows);
  }
}

void printPage(const json::Object &description, raw_ostream &os) {
  using Row = SmallVector<std::string>;
  printHead(description, os);
  printSection(os, description, "symbols", [](const json::Object &row) {
    return Row{
        textAt(row, "name").str(),
        formatv("in [{0}, {1}]", numberAt(row, "min"), numberAt(row, "max"))
            .str()};
  });
  printSection(os, description, "inputs", [](const json::Object &row) {
    return Row{textAt(row, "name").str(), formatShape(row),
               row.getBoolean("is_parameter").value_or(false) ? "parameter"
                                                              : ""};
  });
  printSection(os, description, "outputs", [](const json::Object &row) {
    return Row{textAt(row, "name").str(), formatShape(row)};
  });
  printSection(os, description, "weights", [](const json::Object &row) {
    std::string where = "at " + std::to_string(numberAt(row, "offset"));
    if (!textAt(row, "file").empty())
      where += " of " + textAt(row, "file").str();
    return Row{textAt(row, "name").str(), formatShape(row),
               formatBytes(numberAt(row, "bytes")), where};
  });
  printSection(os, description, "kernels", [](const json::Object &row) {
    return Row{textAt(row, "name").str(), textAt(row, "family").str(),
               textAt(row, "ops").str(), joinAt(row, "sources")};
  });
  printSection(os, description, "steps", formatStep);
  printPlans(description, os);
  printSection(os, description, "images", [](const json::Object &row) {
    return Row{textAt(row, "target").str(),
               textAt(row, "isa").str(),
               textAt(row, "format").str(),
               formatBytes(numberAt(row, "bytes")),
               "checksum " + textAt(row, "checksum").str(),
               joinAt(row, "features").empty()
                   ? ""
                   : "needs " + joinAt(row, "features")};
  });
  printSection(os, description, "notes", [](const json::Object &row) {
    bool isPlan = textAt(row, "key") == "explain";
    return Row{textAt(row, "key").str(),
               isPlan ? "printed by xcc explain" : textAt(row, "value").str()};
  });
}

} // namespace xcc::tool
