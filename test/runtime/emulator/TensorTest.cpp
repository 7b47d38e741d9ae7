//===- TensorTest.cpp - Copies of boxes of tensors, against the PTX ISA ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PTX ISA, "Tensors": tiled mode, out-of-bounds accesses, the tables of the
// swizzling modes.
//
//===----------------------------------------------------------------------===//
#include "test/runtime/emulator/TestKernel.h"

#include "gtest/gtest.h"

#include <cstring>

using namespace xrt::emulator;
using namespace xrt::emulator::test;

namespace {
const char *kDeclarations = R"(
@s = internal addrspace(3) global [16384 x i8] undef, align 1024
@bar = internal addrspace(3) global i64 undef, align 8
declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
declare void @llvm.nvvm.barrier.cta.sync.aligned.all(i32)
declare void @llvm.nvvm.fence.proxy.async.shared_cta()
declare void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3), i32)
declare i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta.space.cta(ptr addrspace(3), i32)
declare i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space.cta(ptr addrspace(3), i32)
declare void @llvm.nvvm.cp.async.bulk.commit.group()
declare void @llvm.nvvm.cp.async.bulk.wait.group(i32)
)";

/// What a kernel with one copy may get wrong.
struct OneCopy {
  int expectedMore = 0; // bytes
  int parity = 0;
  unsigned offset = 0; // of the box in shared memory
  bool hasWait = true, hasFence = true, hasProxyFence = true,
       waitsForStore = true;
};

class TensorCopies : public testing::Test {
protected:
  TensorCopies() { machine.options.maxReports = 1; }

  /// A tensor of 16-bit numbers with these sizes; each is its own number.
  void makeTensor(std::vector<uint64_t> sizes, std::vector<uint32_t> box,
                  uint32_t swizzle = 0) {
    uint64_t count = 1;
    map = TensorMap();
    map.rank = sizes.size();
    map.elementBytes = 2;
    map.swizzleBytes = swizzle;
    boxBytes = 2;
    for (size_t d = 0; d < sizes.size(); ++d) {
      map.sizes[d] = sizes[d];
      map.box[d] = box[d];
      boxBytes *= box[d];
      if (d)
        map.strides[d - 1] = count * 2;
      // Lines lie at multiples of 16 bytes.
      count *= d ? sizes[d] : (sizes[d] + 7) / 8 * 8;
    }
    tensor.resize(count);
    for (size_t i = 0; i < count; ++i)
      tensor[i] = uint16_t(i + 1);
    buffer = machine.upload(tensor);
    map.base = bits(buffer);
  }

  std::string coordinates(const std::vector<int> &first) {
    std::string text;
    for (int coordinate : first)
      text += ", i32 " + std::to_string(coordinate);
    return text;
  }

  std::string kernel(const OneCopy &how, const std::string &then) {
    std::string rank = std::to_string(map.rank), types;
    for (uint32_t d = 0; d < map.rank; ++d)
      types += ", i32";
    std::string load = "llvm.nvvm.cp.async.bulk.tensor.g2s.tile." + rank + "d",
                store = "llvm.nvvm.cp.async.bulk.tensor.s2g.tile." + rank + "d";
    auto fence = [](bool isThere) {
      return isThere ? "call void @llvm.nvvm.fence.proxy.async.shared_cta()\n"
                     : "";
    };
    std::string at = std::to_string(how.offset);
    return kernelText(
        "sm_90a", "ptr addrspace(1) %out, ptr %map",
        "%t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
        "%isFirst = icmp eq i32 %t, 0\n"
        "%box = getelementptr i8, ptr addrspace(3) @s, i32 " +
            at +
            "\n%mine = mul i32 %t, 16\n"
            "%line = getelementptr i8, ptr addrspace(3) %box, i32 "
            "%mine\n"
            "%to = getelementptr i8, ptr addrspace(1) %out, i32 %mine\n"
            "br i1 %isFirst, label %begin, label %meet\nbegin:\n"
            "call void @llvm.nvvm.mbarrier.init.shared(ptr addrspace(3) "
            "@bar, "
            "i32 1)\n" +
            fence(how.hasFence) +
            "br label %meet\nmeet:\n"
            "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 "
            "0)\n" +
            then,
        std::string(kDeclarations) + "declare void @" + load +
            "(ptr addrspace(7), ptr addrspace(3), ptr" + types +
            ", i16, i64, i1, i1, i32)\ndeclare void @" + store +
            "(ptr addrspace(3), ptr" + types + ", i64, i1)\n");
  }

  std::string loadKernel(const std::vector<int> &first, const OneCopy &how) {
    std::string wait =
        "%done = call i1 @llvm.nvvm.mbarrier.try.wait.parity.scope.cta.space."
        "cta(ptr addrspace(3) @bar, i32 " +
        std::to_string(how.parity) +
        ")\nbr i1 %done, label %read, label %wait\n";
    return kernel(
        how, "br i1 %isFirst, label %issue, label %wait\nissue:\n"
             "%state = call i64 @llvm.nvvm.mbarrier.arrive.expect.tx.scope.cta."
             "space.cta(ptr addrspace(3) @bar, i32 " +
                 std::to_string(int(boxBytes) + how.expectedMore) +
                 ")\n%dst = addrspacecast ptr addrspace(3) %box to ptr "
                 "addrspace(7)\n"
                 "call void @llvm.nvvm.cp.async.bulk.tensor.g2s.tile." +
                 std::to_string(map.rank) +
                 "d(ptr addrspace(7) %dst, ptr addrspace(3) @bar, ptr %map" +
                 coordinates(first) +
                 ", i16 0, i64 0, i1 0, i1 0, i32 0)\nbr label %wait\nwait:\n" +
                 (how.hasWait ? wait : "br label %read\n") +
                 "read:\n%v = load <4 x i32>, ptr addrspace(3) %line\n"
                 "store <4 x i32> %v, ptr addrspace(1) %to\nret void");
  }

  /// Loads a box and returns what lies in shared memory.
  std::vector<uint16_t> load(const std::vector<int> &first,
                             const OneCopy &how = {}) {
    EXPECT_TRUE(machine.load(loadKernel(first, how))) << machine.error;
    auto *out = machine.allocate<uint16_t>(boxBytes / 2);
    machine.tensorMaps = {map};
    hasEnded = machine.run(1, boxBytes / 16, {bits(out)});
    return machine.download(out, boxBytes / 2);
  }

  /// The element of the tensor, 0 outside.
  uint16_t elementAt(const std::vector<int> &index) {
    uint64_t at = 0;
    for (uint32_t d = 0; d < map.rank; ++d) {
      if (index[d] < 0 || uint64_t(index[d]) >= map.sizes[d])
        return 0;
      at += uint64_t(index[d]) * (d ? map.strides[d - 1] / 2 : 1);
    }
    return tensor[at];
  }

  /// The box row by row, as it lies without a swizzle.
  std::vector<uint16_t> boxAt(std::vector<int> first) {
    std::vector<uint16_t> values;
    for (uint32_t i = 0; i < boxBytes / 2; ++i) {
      std::vector<int> index = first;
      uint32_t left = i;
      for (uint32_t d = 0; d < map.rank; left /= map.box[d], ++d)
        index[d] += int(left % map.box[d]);
      values.push_back(elementAt(index));
    }
    return values;
  }

  Machine machine{"sm_90a"};
  TensorMap map;
  std::vector<uint16_t> tensor;
  uint16_t *buffer = nullptr;
  uint32_t boxBytes = 0;
  bool hasEnded = false;
};
} // namespace

TEST_F(TensorCopies, boxesOfAllRanks) {
  makeTensor({256}, {64});
  EXPECT_EQ(load({100}), boxAt({100}));
  makeTensor({40, 50}, {16, 8});
  EXPECT_EQ(load({3, 7}), boxAt({3, 7}));
  makeTensor({16, 5, 6}, {8, 2, 4});
  EXPECT_EQ(load({1, 2, 1}), boxAt({1, 2, 1}));
  makeTensor({16, 5, 4, 3}, {8, 2, 2, 2});
  EXPECT_EQ(load({0, 1, 1, 1}), boxAt({0, 1, 1, 1}));
  makeTensor({16, 3, 3, 3, 3}, {8, 2, 2, 2, 2});
  EXPECT_EQ(load({8, 1, 1, 0, 1}), boxAt({8, 1, 1, 0, 1}));
  EXPECT_EQ(machine.found(), "");
}

TEST_F(TensorCopies, whatIsOutsideIsZero) {
  makeTensor({37, 20}, {16, 8});
  for (std::vector<int> first :
       {std::vector<int>{-5, -3}, {30, 15}, {36, 0}, {100, 100}, {-16, 4}})
    EXPECT_EQ(load(first), boxAt(first)) << first[0] << ", " << first[1];
  EXPECT_EQ(machine.found(), "");
}

TEST_F(TensorCopies, swizzlesExchangeChunksOfLines) {
  for (uint32_t line : {32u, 64u, 128u}) {
    makeTensor({200, 40}, {line / 2, 32}, line);
    std::vector<uint16_t> found = load({5, 3}), plain = boxAt({5, 3});
    for (uint32_t row = 0; row < 32; ++row)
      for (uint32_t chunk = 0; chunk < line / 16; ++chunk) {
        uint32_t moved = line == 128  ? chunk ^ row % 8
                         : line == 64 ? chunk ^ row / 2 % 4
                                      : chunk ^ row / 4 % 2;
        EXPECT_EQ(std::memcmp(&found[row * line / 2 + moved * 8],
                              &plain[row * line / 2 + chunk * 8], 16),
                  0)
            << line << ": row " << row << ", chunk " << chunk;
      }
  }
}

TEST_F(TensorCopies, arriveLateEarlyAndByChance) {
  makeTensor({64, 64}, {64, 32}, 128);
  std::vector<uint16_t> expected = load({0, 9});
  for (Delivery delivery : {Delivery::Eager, Delivery::Random})
    for (uint64_t seed = 0; seed < 5; ++seed) {
      machine.options.delivery = delivery;
      machine.options.order = ThreadOrder::Random;
      machine.options.seed = seed;
      EXPECT_EQ(load({0, 9}), expected);
      EXPECT_EQ(machine.found(), "");
    }
}

TEST_F(TensorCopies, readWithoutWait) {
  makeTensor({64, 64}, {64, 16}, 128);
  OneCopy how;
  how.hasWait = false;
  load({0, 0}, how);
  EXPECT_EQ(machine.found(), "asynchronous copy in flight");
  // Though the data is there already, nothing says so to the reader.
  machine.options.delivery = Delivery::Eager;
  load({0, 0}, how);
  EXPECT_EQ(machine.found(), "race");
  EXPECT_EQ(machine.reports[0].what,
            "the copies of the barrier at byte 16384 of shared memory also "
            "accessed byte 0 of 16392 bytes of shared memory and nothing "
            "orders the two");
}

TEST_F(TensorCopies, waitForTheWrongParity) {
  makeTensor({64, 64}, {64, 16}, 128);
  OneCopy how;
  how.parity = 1;
  load({0, 0}, how);
  EXPECT_EQ(machine.found(), "asynchronous copy in flight");
}

TEST_F(TensorCopies, tooFewBytesExpected) {
  makeTensor({64, 64}, {64, 16}, 128);
  OneCopy how;
  how.expectedMore = -64;
  load({0, 0}, how);
  EXPECT_EQ(machine.found(), "transaction count");
  EXPECT_EQ(machine.reports[0].what,
            "phase 0 of its barrier ended while 64 of 2048 bytes were still to "
            "come: the barrier expects too few");
}

TEST_F(TensorCopies, tooManyBytesExpected) {
  makeTensor({64, 64}, {64, 16}, 128);
  OneCopy how;
  how.expectedMore = 64;
  load({0, 0}, how);
  EXPECT_FALSE(hasEnded);
  EXPECT_EQ(machine.found(), "deadlock");
  EXPECT_EQ(machine.reports[0].what,
            "phase 0 of the barrier at byte 16384 of shared memory lacks 0 of "
            "1 arrivals and has 64 bytes outstanding that no copy brings");
}

TEST_F(TensorCopies, barriersAreFencedAndBoxesAligned) {
  makeTensor({64, 64}, {64, 16}, 128);
  load({0, 0}, {.hasFence = false});
  EXPECT_EQ(machine.reports[0].what,
            "expects a fence between the initialisation of a barrier and the "
            "copies that report to it");
  load({0, 0}, {.offset = 64});
  EXPECT_EQ(machine.found(), "misaligned");
}

TEST_F(TensorCopies, mapsThatNoDeviceTakes) {
  auto complain = [&](auto change) {
    makeTensor({64, 64}, {64, 16}, 128);
    EXPECT_TRUE(machine.load(loadKernel({0, 0}, {}))) << machine.error;
    change(map);
    machine.tensorMaps = {map};
    machine.run(1, 128, {bits(machine.allocate<uint16_t>(1024))});
    return machine.reports.empty() ? "" : machine.reports[0].what;
  };
  EXPECT_EQ(complain([](TensorMap &map) { map.swizzleBytes = 64; }),
            "expects lines of the box as long as the swizzle's 64 bytes, got "
            "128");
  EXPECT_EQ(complain([](TensorMap &map) { map.box[0] = 12; }),
            "expects a box of whole 16 bytes, got lines of 24");
  EXPECT_EQ(complain([](TensorMap &map) { map.strides[0] = 120; }),
            "expects strides that are multiples of 16 bytes, got 120");
  EXPECT_EQ(complain([](TensorMap &map) { map.base += 8; }),
            "expects a tensor at a multiple of 16 bytes");
  EXPECT_EQ(complain([](TensorMap &map) { map.rank = 3; }),
            "expects a tensor map of rank 2, got 3");
}

TEST_F(TensorCopies, operandsThatNoDeviceTakes) {
  makeTensor({64, 64}, {64, 16}, 128);
  auto complain = [&](const std::string &from, const std::string &to) {
    std::string text = loadKernel({0, 0}, {});
    text.replace(text.find(from), from.size(), to);
    EXPECT_TRUE(machine.load(text)) << machine.error;
    machine.tensorMaps = {map};
    machine.run(1, 128, {bits(machine.allocate<uint16_t>(1024))});
    return machine.reports.empty() ? "" : machine.reports[0].what;
  };
  EXPECT_EQ(complain("i1 0, i1 0, i32 0)\nbr", "i1 1, i1 0, i32 0)\nbr"),
            "expects no multicast, for which there is no model");
  EXPECT_EQ(complain("ptr %map, i32 0", "ptr null, i32 0"),
            "expects the address of a tensor map of the kernel's");
  EXPECT_EQ(
      complain("%dst, ptr addrspace(3) @bar", "%dst, ptr addrspace(3) @s"),
      "expects a barrier that was initialised");
}

TEST_F(TensorCopies, outOfTheBufferIsSeen) {
  makeTensor({64, 64}, {64, 16}, 128);
  map.sizes[1] = 65;
  load({0, 56});
  EXPECT_EQ(machine.found(), "out of bounds");
}

/// Threads write a box, one stores it.
class TensorStores : public TensorCopies {
protected:
  std::vector<uint16_t> store(const std::vector<int> &first,
                              const OneCopy &how = {}) {
    std::string text = kernel(
        how,
        "%n = insertelement <4 x i32> zeroinitializer, i32 %t, i32 0\n"
        "store <4 x i32> %n, ptr addrspace(3) %line\n" +
            std::string(
                how.hasProxyFence
                    ? "call void @llvm.nvvm.fence.proxy.async.shared_cta()\n"
                    : "") +
            "call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)\n"
            "br i1 %isFirst, label %issue, label %end\nissue:\n"
            "call void @llvm.nvvm.cp.async.bulk.tensor.s2g.tile." +
            std::to_string(map.rank) + "d(ptr addrspace(3) %box, ptr %map" +
            coordinates(first) +
            ", i64 0, i1 0)\n"
            "call void @llvm.nvvm.cp.async.bulk.commit.group()\n" +
            (how.waitsForStore
                 ? "call void @llvm.nvvm.cp.async.bulk.wait.group(i32 0)\n"
                 : "") +
            "store <4 x i32> %n, ptr addrspace(3) %line\n"
            "br label %end\nend:\nret void");
    EXPECT_TRUE(machine.load(text)) << machine.error;
    machine.tensorMaps = {map};
    machine.run(1, boxBytes / 16, {bits(buffer)});
    return machine.download(buffer, tensor.size());
  }
};

TEST_F(TensorStores, writeWhatIsInside) {
  makeTensor({40, 20}, {8, 16});
  std::vector<uint16_t> after = store({36, 10});
  EXPECT_EQ(machine.found(), "");
  for (int y = 0; y < 20; ++y)
    for (int x = 0; x < 40; ++x) {
      int chunk = y - 10;
      uint16_t expected = y < 10 || x < 36 ? elementAt({x, y})
                          : x == 36        ? uint16_t(chunk)
                                           : 0;
      EXPECT_EQ(after[y * 40 + x], expected) << x << ", " << y;
    }
}

TEST_F(TensorStores, sourcesAreReadUntilTheWait) {
  makeTensor({40, 20}, {8, 16});
  OneCopy how;
  how.waitsForStore = false;
  store({0, 0}, how);
  EXPECT_EQ(machine.found(), "race");
  EXPECT_EQ(machine.reports[0].what,
            "the stores of thread 0 also accessed byte 0 of 16392 bytes of "
            "shared memory and nothing orders the two");
}

TEST_F(TensorStores, plainStoresNeedAFence) {
  makeTensor({40, 20}, {8, 16});
  OneCopy how;
  how.hasProxyFence = false;
  store({0, 0}, how);
  EXPECT_EQ(machine.found(), "missing fence");
}
