// What is sealed comes back whole or not at all; Base64 has one spelling for everything.

#include "base/seal.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace crafter {
namespace {

const std::string kKey(kSealKey, 'k');
const std::string kNonce(kSealNonce, 'n');

TEST(Seal, ComesBackWithItsKeyAndContextOnly) {
  const std::string sealed = seal(kKey, kNonce, "the text", "context");
  EXPECT_EQ(unseal(kKey, sealed, "context"), "the text");
  EXPECT_EQ(unseal(std::string(kSealKey, 'x'), sealed, "context"), std::nullopt);
  EXPECT_EQ(unseal(kKey, sealed, "other"), std::nullopt);
  EXPECT_EQ(sealed.find("text"), std::string::npos);
  EXPECT_EQ(unseal(kKey, seal(kKey, kNonce, "", ""), ""), "");
}

TEST(Seal, NoticesEveryChangedBitAndEveryCut) {
  const std::string sealed = seal(kKey, kNonce, "the text", "context");
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = sealed;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      EXPECT_EQ(unseal(kKey, changed, "context"), std::nullopt) << at;
    }
    EXPECT_EQ(unseal(kKey, sealed.substr(0, at), "context"), std::nullopt) << at;
  }
}

TEST(EqualSecret, ComparesTheWholeOfBoth) {
  EXPECT_TRUE(equal_secret("token", "token"));
  EXPECT_FALSE(equal_secret("token", "tokem"));
  EXPECT_FALSE(equal_secret("token", "token "));
  EXPECT_FALSE(equal_secret("token", ""));
}

TEST(Base64, ReadsWhatItWrites) {
  // RFC 4648, section 10.
  EXPECT_EQ(write_base64("foobar"), "Zm9vYmFy");
  std::string bytes;
  for (int value = 0; value < 256; ++value) {
    EXPECT_EQ(read_base64(write_base64(bytes)), bytes);
    bytes += static_cast<char>(value);
  }
}

TEST(Base64, HasOneSpellingOnly) {
  for (const char* text : {"A", "AA", "AAA", "AA=", "A===", "====", "AAA=AAAA",
                           "AB==", "AAB=", "AA==AA==", "A A=", "AA-_", "AAA\n", " AAA", "AA=A"})
    EXPECT_EQ(read_base64(text), std::nullopt) << text;
  EXPECT_EQ(read_base64(""), "");
}

}  // namespace
}  // namespace crafter
