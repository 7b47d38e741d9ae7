//===- TestKernel.cpp - Kernels written as LLVM IR, run on a device -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/TestKernel.h"

#include "gtest/gtest.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace xrt;
using namespace xrt::emulator;
using namespace xrt::emulator::test;

std::string test::assemble(const std::string &text) {
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(text, diagnostic, context);
  if (!module) {
    std::string message;
    llvm::raw_string_ostream stream(message);
    diagnostic.print("kernel", stream);
    ADD_FAILURE() << message;
    return "";
  }
  std::string bitcode;
  llvm::raw_string_ostream stream(bitcode);
  llvm::WriteBitcodeToFile(*module, stream);
  return bitcode;
}

std::string test::kernelText(const std::string &target,
                             const std::string &parameters,
                             const std::string &body,
                             const std::string &declarations) {
  const char *triple = "nvptx64-nvidia-cuda", *convention = "ptx_kernel";
  if (target.starts_with("gfx")) {
    triple = "amdgcn-amd-amdhsa";
    convention = "amdgpu_kernel";
  } else if (!target.starts_with("sm_")) {
    triple = "spirv64-unknown-unknown";
    convention = "spir_kernel";
  }
  return std::string("target triple = \"") + triple + "\"\n" + declarations +
         "\ndefine " + convention + " void @k(" + parameters + ") {\n" + body +
         "\n}\n";
}

static const char *threadNumber(const std::string &target) {
  if (target.starts_with("sm_"))
    return "llvm.nvvm.read.ptx.sreg.tid.x";
  if (target.starts_with("gfx"))
    return "llvm.amdgcn.workitem.id.x";
  return "_Z22get_sub_group_local_idv";
}

std::string test::operationText(const std::string &target,
                                const Operation &operation) {
  std::string record, signature, passed, loads;
  int field = 0;
  for (const std::string &type : operation.arguments) {
    const char *comma = signature.empty() ? "" : ", ";
    if (type[0] == '=') {
      signature += comma + type.substr(1, type.find_last_of(' ') - 1);
      passed += comma + type.substr(1);
      continue;
    }
    std::string n = std::to_string(field++);
    record += (field == 1 ? "" : ", ") + type;
    signature += comma + type;
    passed += comma + type + " %a" + n;
    loads += "%p" + n + " = getelementptr %In, ptr addrspace(1) %in, i32 %t, " +
             "i32 " + n + "\n%a" + n + " = load " + type +
             ", ptr addrspace(1) %p" + n + "\n";
  }
  std::string type = operation.result;
  bool isVoid = type == "void";
  std::string call =
      "call " + type + " @" + operation.name + "(" + passed + ")\n";
  std::string store = "%q = getelementptr " + type +
                      ", ptr addrspace(1) %out, i32 %t\n" + "store " + type +
                      " %r, ptr addrspace(1) %q\n";
  std::string number = threadNumber(target);
  return kernelText(target, "ptr addrspace(1) %in, ptr addrspace(1) %out",
                    "%t = call i32 @" + number + "()\n" + loads +
                        (isVoid ? call : "%r = " + call + store) + "ret void",
                    "%In = type { " + record + " }\ndeclare i32 @" + number +
                        "()\ndeclare " + type + " @" + operation.name + "(" +
                        signature + ")\n");
}

Machine::Machine(const std::string &target)
    : emulator(xrtCreateEmulator(kEmulatorVersion)) {
  device = emulator->createDevice(target, error);
  EXPECT_TRUE(device) << error;
}

bool Machine::load(const std::string &text) {
  std::string bitcode = assemble(text);
  module = device->load(bitcode.data(), bitcode.size(), error);
  return module != nullptr;
}

bool Machine::run(uint32_t blocks, uint32_t threads,
                  std::vector<uint64_t> arguments) {
  Launch launch;
  launch.kernel = "k";
  launch.grid[0] = blocks;
  launch.threads = threads;
  launch.dynamicSharedBytes = dynamicSharedBytes;
  launch.arguments = arguments.data();
  launch.argumentBytes = arguments.size() * sizeof(uint64_t);
  launch.tensorMaps = tensorMaps.data();
  launch.numTensorMaps = tensorMaps.size();
  reports.clear();
  return module && module->launch(launch, options, reports, error);
}

std::string Machine::found() const {
  std::string kinds;
  for (const Report &report : reports)
    kinds += (kinds.empty() ? "" : ", ") + std::string(kindName(report.kind));
  return kinds;
}
