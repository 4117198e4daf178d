// The pack of pristine copies gives back what went in, or says that it cannot.

#include "base/digest.h"
#include "install/fixture_test.h"
#include "install/lock.h"

namespace crafter {
namespace {

std::string number(std::uint64_t value) {
  std::string bytes;
  for (int at = 0; at < 8; ++at) bytes += static_cast<char>(value >> (8 * at) & 0xff);
  return bytes;
}

/// A stored deflate stream (RFC 1950, 1951), so that forged packs need no compressor.
std::string stored(const std::string& bytes) {
  std::uint32_t low = 1;
  std::uint32_t high = 0;
  for (const char c : bytes) {
    low = (low + static_cast<unsigned char>(c)) % 65521;
    high = (high + low) % 65521;
  }
  const auto size = static_cast<unsigned>(bytes.size());
  std::string stream = "\x78\x01\x01";
  for (const unsigned part : {size & 0xffU, size >> 8U, ~size & 0xffU, (~size >> 8U) & 0xffU})
    stream += static_cast<char>(part);
  stream += bytes;
  const std::uint32_t sum = high << 16U | low;
  for (int shift = 24; shift >= 0; shift -= 8) stream += static_cast<char>(sum >> shift & 0xffU);
  return stream;
}

/// A pack with a digest that fits, whatever it holds.
std::string forged(const std::string& body, std::uint64_t claimed) {
  const std::string bytes = "mcp-crafter pack 1\n" + number(claimed) + stored(body);
  return bytes + sha256(bytes);
}
std::string forged(const std::string& body) { return forged(body, body.size()); }

std::string entry(const std::string& path, const std::string& bytes) {
  return number(path.size()) + path + number(bytes.size()) + bytes;
}

TEST(Pack, GivesBackEveryFile) {
  const Tree tree = small_tree();
  const auto files = must(unpack(pack(tree)));
  ASSERT_EQ(files.size(), tree.size());
  for (const auto& [path, file] : tree) EXPECT_EQ(files.at(path), file.bytes) << path;
  EXPECT_TRUE(must(unpack(pack({}))).empty());
}

TEST(Pack, IsTheSameForTheSameFiles) {
  Tree tree = small_tree();
  const std::string bytes = pack(tree);
  tree["empty"].parts = {"other"};
  EXPECT_EQ(pack(tree), bytes);
}

TEST(Pack, ReadsThePlainFormOfTheFormat) {
  const auto files = must(unpack(forged(entry("a", "1") + entry("b/c", ""))));
  EXPECT_EQ(files.at("a"), "1");
  EXPECT_EQ(files.at("b/c"), "");
}

TEST(Pack, RefusesEveryDamagedByteAndEveryCut) {
  const std::string good = pack(small_tree());
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_EQ(code_of(refusal(unpack(bad))), "pack.format") << at;
    EXPECT_EQ(refusal(unpack(std::string_view(good).substr(0, at))).fault(), Fault::invalid_input);
  }
  EXPECT_FALSE(unpack(good + "x"));
}

TEST(Pack, RefusesWhatAForgerSealed) {
  const std::string a = entry("a", "1");
  for (const std::string& bad :
       {forged(a, a.size() + 1), forged(a, a.size() - 1), forged(a, 0), forged(a, ~0ULL),
        forged(a, 1ULL << 40), forged(a + "x"), forged(number(~0ULL) + "a"),
        forged(number(1) + "a" + number(9) + "1"), forged(entry("", "1")),
        forged(entry("../a", "1")), forged(entry("/a", "1")), forged(entry("a/./b", "1")),
        forged(a + a), forged(entry("b", "") + a)})
    EXPECT_EQ(code_of(refusal(unpack(bad))), "pack.format");
}

TEST(Pack, TakesNoMemoryOnTheWordOfAForger) {
  const std::string a = entry("a", "1");
  for (const std::uint64_t claimed : {std::uint64_t{100'000}, std::uint64_t{257} << 20})
    EXPECT_EQ(refusal(unpack(forged(a, claimed))).message(),
              "the pristine copies are damaged: it claims to be too large");
}

TEST(Pack, UnfoldsTheLongestRunsThereAre) {
  Tree tree;
  tree["zeros"].bytes = std::string(std::size_t{8} << 20, '\0');
  EXPECT_EQ(must(unpack(pack(tree))).at("zeros"), tree["zeros"].bytes);
}

}  // namespace
}  // namespace crafter
