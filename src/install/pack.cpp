// The pack of pristine copies: one deflated stream between a header and a digest.

#include <fmt/core.h>
#include <zlib.h>

#include <optional>

#include "base/assert.h"
#include "base/digest.h"
#include "install/lock.h"
#include "os/path.h"

namespace crafter {
namespace {

constexpr std::string_view kMagic = "mcp-crafter pack 1\n";
constexpr int kLevel = 9;
constexpr std::size_t kDigestSize = 64;
/// A tree is some hundred kilobytes; what claims to be larger than this is an attack on our memory.
constexpr std::uint64_t kMostBytes = std::uint64_t{256} << 20;
constexpr std::uint64_t kMostUnfolding = 1032;  // deflate cannot do better (RFC 1951)
constexpr std::size_t kHeaderSize = kMagic.size() + sizeof(std::uint64_t);

void put_number(std::string* bytes, std::uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8)
    *bytes += static_cast<char>(static_cast<unsigned char>(number >> shift));
}

/// Takes bytes from the front of a text that may end too early.
struct Taker {
  std::string_view rest;

  std::optional<std::string_view> bytes(std::uint64_t count) {
    if (count > rest.size()) return std::nullopt;
    const std::string_view taken = rest.substr(0, count);
    rest.remove_prefix(count);
    return taken;
  }
  std::optional<std::uint64_t> number() {
    const auto taken = bytes(sizeof(std::uint64_t));
    if (!taken) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t at = 0; at < taken->size(); ++at)
      value |= std::uint64_t{static_cast<unsigned char>((*taken)[at])} << (8 * at);
    return value;
  }
  std::optional<std::string_view> text() {
    const auto size = number();
    return size ? bytes(*size) : std::nullopt;
  }
};

Failure damaged(std::string_view fact) {
  return {Fault::invalid_input,
          {.code = "pack.format",
           .file = std::string(kPackPath),
           .message = fmt::format("the pristine copies are damaged: {}", fact),
           .hint = "take the file from a backup; without it edits cannot be merged"}};
}

std::string deflated(const std::string& bytes) {
  uLongf size = compressBound(bytes.size());
  std::string packed(size, '\0');
  const int code = compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                             reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), kLevel);
  CRAFTER_ASSERT(code == Z_OK);  // the buffer is large enough, and memory was there for it
  packed.resize(size);
  return packed;
}

/// Exactly `size` bytes, or nothing.
std::optional<std::string> inflated(std::string_view packed, std::uint64_t size) {
  std::string bytes(size, '\0');
  uLongf made = size;
  uLong used = packed.size();
  const int code = uncompress2(reinterpret_cast<Bytef*>(bytes.data()), &made,
                               reinterpret_cast<const Bytef*>(packed.data()), &used);
  if (code != Z_OK || made != size || used != packed.size()) return std::nullopt;
  return bytes;
}

}  // namespace

std::string pack(const Tree& tree) {
  std::string body;
  for (const auto& [path, file] : tree) {
    put_number(&body, path.size());
    body += path;
    put_number(&body, file.bytes.size());
    body += file.bytes;
  }
  std::string bytes(kMagic);
  put_number(&bytes, body.size());
  bytes += deflated(body);
  bytes += sha256(bytes);
  return bytes;
}

Result<std::map<std::string, std::string, std::less<>>> unpack(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return damaged("it does not begin as one that we know");
  if (bytes.size() < kHeaderSize + kDigestSize) return damaged("it ends too early");
  const std::string_view sealed = bytes.substr(0, bytes.size() - kDigestSize);
  if (sha256(sealed) != bytes.substr(sealed.size())) return damaged("its digest does not fit");
  const std::uint64_t size = Taker{sealed.substr(kMagic.size())}.number().value_or(0);
  const std::string_view packed = sealed.substr(kHeaderSize);
  if (size > kMostBytes || size / kMostUnfolding > packed.size())
    return damaged("it claims to be too large");
  const auto body = inflated(packed, size);
  if (!body) return damaged("it does not unfold to what it says");
  std::map<std::string, std::string, std::less<>> files;
  for (Taker taker{*body}; !taker.rest.empty();) {
    const auto path = taker.text();
    const auto content = path ? taker.text() : std::nullopt;
    if (!content || !check_path(*path)) return damaged("an entry is no file");
    if (!files.empty() && *path <= files.rbegin()->first) return damaged("it is not sorted");
    files.emplace(*path, *content);
  }
  return files;
}

}  // namespace crafter
