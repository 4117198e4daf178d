// AES-256-GCM by OpenSSL.

#include "base/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>

#include "base/assert.h"
#include "base/digest.h"

namespace crafter {
namespace {

constexpr std::size_t kTag = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

/// One pass over context and text. `direction` is 1 to encrypt.
Cipher begin(std::string_view key, std::string_view nonce, std::string_view context,
             int direction) {
  CRAFTER_ASSERT(key.size() == kSealKey && nonce.size() == kSealNonce);
  Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  CRAFTER_ASSERT(cipher != nullptr && EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr,
                                                        bytes(key), bytes(nonce), direction) == 1);
  int size = 0;
  CRAFTER_ASSERT(EVP_CipherUpdate(cipher.get(), nullptr, &size, bytes(context),
                                  static_cast<int>(context.size())) == 1);
  return cipher;
}

std::string pass(EVP_CIPHER_CTX* cipher, std::string_view text) {
  std::string out(text.size(), '\0');
  int size = 0;
  CRAFTER_ASSERT(
      EVP_CipherUpdate(cipher, bytes(out), &size, bytes(text), static_cast<int>(text.size())) == 1);
  return out;
}

}  // namespace

std::string seal(std::string_view key, std::string_view nonce, std::string_view text,
                 std::string_view context) {
  const Cipher cipher = begin(key, nonce, context, 1);
  std::string sealed = std::string(nonce) + pass(cipher.get(), text);
  std::string tag(kTag, '\0');
  int size = 0;
  CRAFTER_ASSERT(EVP_CipherFinal_ex(cipher.get(), bytes(tag), &size) == 1);
  CRAFTER_ASSERT(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTag, tag.data()) == 1);
  return sealed + tag;
}

std::optional<std::string> unseal(std::string_view key, std::string_view sealed,
                                  std::string_view context) {
  if (sealed.size() < kSealNonce + kTag) return std::nullopt;
  std::string tag(sealed.substr(sealed.size() - kTag));
  const Cipher cipher = begin(key, sealed.substr(0, kSealNonce), context, 0);
  std::string text =
      pass(cipher.get(), sealed.substr(kSealNonce, sealed.size() - kSealNonce - kTag));
  CRAFTER_ASSERT(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTag, tag.data()) == 1);
  unsigned char rest[kTag];
  int size = 0;
  if (EVP_CipherFinal_ex(cipher.get(), rest, &size) != 1) return std::nullopt;
  return text;
}

bool equal_secret(std::string_view one, std::string_view two) {
  const std::string left = sha256(one);
  const std::string right = sha256(two);
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace crafter
