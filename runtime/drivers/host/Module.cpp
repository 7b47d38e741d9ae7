//===- Module.cpp - Picks the ISA level and links its image in ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "runtime/drivers/host/CpuFeatures.h"
#include "runtime/drivers/host/Device.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace xrt;
using namespace xrt::host;

namespace {
class HostModule : public Module {
public:
  HostModule(void *library, std::string isa)
      : library(library), level(std::move(isa)) {}
  ~HostModule() override { ::dlclose(library); }

  std::string isa() const override { return level; }

  Status findKernel(const char *name, void *&out) override {
    out = ::dlsym(library, name);
    if (out)
      return Status();
    return Status(XRT_STATUS_DAMAGED_BUNDLE,
                  "image host " + level + " has no kernel '" + name + "'");
  }

private:
  void *library;
  std::string level;
};
} // namespace

/// Why the image cannot run here; empty when it can.
static std::string findObstacle(const format::Image &image) {
  if (image.machine()->str() != machineName())
    return "is for " + image.machine()->str();
  if (image.format()->str() != "elf")
    return "is of unknown format '" + image.format()->str() + "'";
  if (image.guards() && image.guards()->size())
    return "has shape guards, which this runtime does not know";
  if (!image.features())
    return "";
  for (const flatbuffers::String *feature : *image.features()) {
    switch (findFeature(feature->str())) {
    case FeatureState::Present:
      continue;
    case FeatureState::Absent:
      return "needs " + feature->str();
    case FeatureState::Unknown:
      return "needs " + feature->str() + ", which this runtime does not know";
    }
  }
  return "";
}

Status host::chooseImage(const Bundle &bundle, const std::string &isa,
                         uint32_t &outImage) {
  const auto &images = *bundle.index().images();
  const format::Image *best = nullptr;
  std::string passedOver;
  bool hasHostImage = false;
  for (uint32_t i = 0; i < images.size(); ++i) {
    const format::Image &image = *images[i];
    if (image.target()->str() != "host")
      continue;
    hasHostImage = true;
    std::string obstacle = findObstacle(image);
    if (obstacle.empty() && !isa.empty() && image.isa()->str() != isa)
      obstacle = "is not the level asked for";
    if (!obstacle.empty()) {
      passedOver += passedOver.empty() ? "" : "; ";
      passedOver += image.isa()->str() + " " + obstacle;
    } else if (!best || image.rank() > best->rank()) {
      best = &image;
      outImage = i;
    }
  }
  if (best)
    return Status();
  if (!hasHostImage)
    return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                  "bundle has no image for host; compile it with -target=host");
  return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                "bundle has no image that this processor can run" +
                    (isa.empty() ? "" : " of isa level '" + isa + "'") + ": " +
                    passedOver);
}

/// A path to |file| that no dlopen of this process was given before. The loader
/// takes a path it knows for the library it knows, and descriptors are reused.
/// The count is spelled in what the system skips: "/." is 0 and "//." is 1.
static std::string spellPath(int file) {
  static std::atomic<uint32_t> numLoaded{0};
  std::string path = "/proc/self/fd";
  for (uint32_t count = ++numLoaded; count; count >>= 1)
    path += count & 1 ? "//." : "/.";
  return path + "/" + std::to_string(file);
}

/// Puts the bytes where dlopen finds them: a file that exists in memory only.
static Status loadLibrary(xrt_byte_span_t bytes, void *&out) {
  auto failed = [](const std::string &why) {
    return Status(XRT_STATUS_IO_ERROR, "cannot load a host image: " + why);
  };
  int file = ::memfd_create("xrt-image", MFD_CLOEXEC);
  if (file < 0)
    return failed(std::strerror(errno));
  auto *data = static_cast<const char *>(bytes.data);
  for (size_t done = 0; done < bytes.size;) {
    ssize_t written = ::write(file, data + done, bytes.size - done);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0) {
      Status status = failed(std::strerror(errno));
      ::close(file);
      return status;
    }
    done += size_t(written);
  }
  out = ::dlopen(spellPath(file).c_str(), RTLD_NOW | RTLD_LOCAL);
  const char *reason = out ? "" : ::dlerror();
  Status status = out ? Status() : failed(reason ? reason : "no reason given");
  ::close(file); // the mapping stays
  return status;
}

Status HostDevice::load(const Bundle &bundle, const std::string &isa,
                        std::unique_ptr<Module> &out) {
  uint32_t chosen = 0;
  XRT_RETURN_IF_ERROR(chooseImage(bundle, isa, chosen));
  const format::Image &image = *(*bundle.index().images())[chosen];
  if (image.features())
    for (const flatbuffers::String *feature : *image.features())
      if (!requestFeature(feature->str()))
        return Status(XRT_STATUS_UNSUPPORTED_TARGET,
                      "the system refuses the use of " + feature->str() +
                          "; ask for another isa level");
  xrt_byte_span_t bytes;
  // dlopen of a damaged object crashes: mapImage checks the checksum first.
  XRT_RETURN_IF_ERROR(bundle.mapImage(chosen, bytes));
  void *library = nullptr;
  XRT_RETURN_IF_ERROR(loadLibrary(bytes, library));
  out = std::make_unique<HostModule>(library, image.isa()->str());
  return Status();
}
