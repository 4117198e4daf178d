// The head of a request of HTTP/1.1, and its body's frame.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace crafter::mcp {

struct HttpLimits {
  std::size_t head = 16 << 10;
  std::size_t fields = 100;
  std::size_t body = 4 << 20;
};

/// What is wrong with a request, as a status and a word.
struct HttpFlaw {
  int status = 400;
  std::string_view why;
};

/// Views into the bytes it was read from.
struct HttpHead {
  std::string_view method;
  std::string_view path;                                              ///< without the query
  int minor = 1;                                                      ///< of HTTP/1.x
  std::vector<std::pair<std::string_view, std::string_view>> fields;  ///< as they stand, trimmed
  std::size_t size = 0;                 ///< in bytes, with the empty line
  std::optional<std::uint64_t> length;  ///< of the body; nothing: chunked
  bool is_kept_alive = true;
  bool expects_continue = false;

  struct Found {
    std::size_t count = 0;
    std::string_view value = {};  ///< of the first; "" when there is none
  };
  /// The fields `name` (any case).
  [[nodiscard]] Found find(std::string_view name) const;
  /// The value of the first; nothing when there is none.
  [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const { return find(name).count; }
};

/// Reads a head (RFC 9112) from the beginning of `bytes`: monostate when it is not whole yet. What
/// two readers could understand differently is refused: folded lines, white space before a colon,
/// both lengths, repeated lengths, codings other than chunked, a Host that is not there once.
std::variant<std::monostate, HttpHead, HttpFlaw> read_head(std::string_view bytes,
                                                           const HttpLimits& limits);

/// Whether the Accept of a request, where it has one, takes a media type (RFC 9110,
/// section 12.5.1).
bool accepts_type(const HttpHead& head, std::string_view type);

/// Whether two names of fields are the same (ASCII case is ignored).
bool equal_name(std::string_view one, std::string_view two);

/// A chunked body, decoded as it arrives.
class ChunkReader {
 public:
  explicit ChunkReader(std::size_t limit) : limit_(limit) {}

  /// Takes from the beginning of `bytes` what it can: how many. A flaw when it is none or too long.
  std::variant<std::size_t, HttpFlaw> take(std::string_view bytes);
  [[nodiscard]] bool is_whole() const { return state_ == State::whole; }
  [[nodiscard]] const std::string& body() const { return body_; }

 private:
  enum class State { size, data, data_end, trailer, whole };

  std::optional<HttpFlaw> take_line(std::string_view line);

  const std::size_t limit_;
  State state_ = State::size;
  std::uint64_t left_ = 0;
  std::size_t trailer_ = 0;
  std::string body_;
};

}  // namespace crafter::mcp
