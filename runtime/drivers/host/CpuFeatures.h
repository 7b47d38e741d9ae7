//===- CpuFeatures.h - What this processor and system can run ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XRT_DRIVERS_HOST_CPUFEATURES_H
#define XRT_DRIVERS_HOST_CPUFEATURES_H

#include <string_view>

namespace xrt::host {

/// As images name it: "x86_64".
std::string_view machineName();

enum class FeatureState { Present, Absent, Unknown };

/// |name| is LLVM's ("avx2", "amx-tile"). Present says that the processor has
/// it and the system saves its registers. Unknown: no such feature is known
/// here.
FeatureState findFeature(std::string_view name);

/// Some features (AMX) need the kernel's leave before first use; true when it
/// is given, or none is needed.
bool requestFeature(std::string_view name);

} // namespace xrt::host

#endif // XRT_DRIVERS_HOST_CPUFEATURES_H
