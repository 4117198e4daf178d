// Makes texts up: from a table of formats, by walking a pattern, or by length.

#include "jsonschema/sample_text.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace crafter {
namespace {

/// example.com, 192.0.2.0/24 and 2001:db8::/32 are reserved for examples (RFC 2606, 5737, 3849).
constexpr std::pair<std::string_view, std::string_view> kFormats[] = {
    {"date", "2024-01-31"},
    {"date-time", "2024-01-31T12:00:00Z"},
    {"duration", "P1D"},
    {"email", "user@example.com"},
    {"hostname", "example.com"},
    {"idn-email", "user@example.com"},
    {"idn-hostname", "example.com"},
    {"ipv4", "192.0.2.1"},
    {"ipv6", "2001:db8::1"},
    {"iri", "https://example.com/"},
    {"iri-reference", "https://example.com/"},
    {"json-pointer", "/a"},
    {"regex", "a+"},
    {"relative-json-pointer", "0"},
    {"time", "12:00:00Z"},
    {"uri", "https://example.com/"},
    {"uri-reference", "https://example.com/"},
    {"uri-template", "https://example.com/{id}"},
    {"uuid", "00000000-0000-4000-8000-000000000000"}};

constexpr std::size_t kLongest = 4096;
constexpr std::size_t kDeepest = 50;

/// The characters that are tried for a class, in this order.
constexpr std::string_view kLetters =
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-. "
    "/:@#+,;=!?~%&*()[]{}<>|'\"$^`\\\t\n";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kWords =
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
constexpr std::string_view kSpaces = " \t\n";

/// Walks a pattern along its first alternatives; `failed_` once it meets what it does not know.
class PatternWalk {
 public:
  PatternWalk(std::string_view pattern, std::size_t extra, std::size_t variation)
      : rest_(pattern), extra_(extra), variation_(variation) {}

  std::optional<std::string> run() {
    std::string text = alternatives();
    if (failed_ || !rest_.empty()) return std::nullopt;
    return text;
  }

 private:
  bool take(std::string_view prefix) {
    if (!rest_.starts_with(prefix)) return false;
    rest_.remove_prefix(prefix.size());
    return true;
  }

  std::string fail() {
    failed_ = true;
    return {};
  }

  std::string alternatives() {
    if (++depth_ > kDeepest) return fail();
    std::string first = sequence();
    while (!failed_ && take("|")) sequence();
    --depth_;
    return first;
  }

  std::string sequence() {
    std::string text;
    while (!failed_ && !rest_.empty() && rest_[0] != '|' && rest_[0] != ')') {
      const std::string piece = atom();
      const std::size_t times = repetitions();
      if (text.size() + piece.size() * times > kLongest) return fail();
      for (std::size_t i = 0; i < times; ++i) text += piece;
    }
    return text;
  }

  std::string atom() {
    if (take("^") || take("$")) return {};
    if (take("(")) return group();
    if (take("[")) return character_class();
    if (take("\\")) return pick(escape());
    if (take(".")) return pick(std::string(kLetters));
    std::string character(rest_.substr(0, 1));
    rest_.remove_prefix(1);
    while (!rest_.empty() && (static_cast<unsigned char>(rest_[0]) & 0xC0) == 0x80) {
      character += rest_[0];
      rest_.remove_prefix(1);
    }
    return character;
  }

  std::string group() {
    if (take("?<") || take("?P<")) {
      if (rest_.starts_with('=') || rest_.starts_with('!')) return fail();
      rest_.remove_prefix(std::min(rest_.find('>'), rest_.size() - 1) + 1);
    } else if (rest_.starts_with('?') && !take("?:")) {
      return fail();
    }
    std::string text = alternatives();
    return take(")") ? text : fail();
  }

  /// One of the characters, which one depends on the variation.
  std::string pick(const std::string& characters) const {
    if (characters.empty()) return {};
    return {characters[variation_ % characters.size()]};
  }

  static std::string without(std::string_view all, std::string_view excluded) {
    std::string kept(all);
    std::erase_if(kept, [&](char c) { return excluded.find(c) != excluded.npos; });
    return kept;
  }

  /// The characters that an escape stands for; none for \b and \B.
  std::string escape() {
    if (rest_.empty()) return fail();
    const char c = rest_[0];
    rest_.remove_prefix(1);
    switch (c) {
      case 'd':
        return std::string(kDigits);
      case 'D':
        return without(kLetters, kDigits);
      case 'w':
        return std::string(kWords);
      case 'W':
        return without(kLetters, kWords);
      case 's':
        return std::string(kSpaces);
      case 'S':
        return without(kLetters, kSpaces);
      case 't':
        return "\t";
      case 'n':
        return "\n";
      case 'r':
        return "\r";
      case 'b':
      case 'B':
        return {};
      default:
        break;
    }
    const bool is_name = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_name ? fail() : std::string(1, c);
  }

  std::string character_class() {
    const bool negated = take("^");
    std::string inside;
    while (!failed_ && !rest_.empty() && rest_[0] != ']') add_class_member(inside);
    if (!take("]")) return fail();
    return pick(negated ? without(kLetters, inside) : inside);
  }

  /// What one member of a class stands for: a character, or all those of an escape.
  std::string class_atom() {
    if (take("\\")) return escape();
    if (rest_.empty() || static_cast<unsigned char>(rest_[0]) >= 0x80) return fail();
    const std::string character(rest_.substr(0, 1));
    rest_.remove_prefix(1);
    return character;
  }

  void add_class_member(std::string& inside) {
    const std::string first = class_atom();
    const bool range = first.size() == 1 && rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']';
    if (!range) {
      inside += first;
      return;
    }
    rest_.remove_prefix(1);
    const std::string last = class_atom();
    if (last.size() != 1) failed_ = true;
    for (int c = first[0]; !failed_ && c <= last[0]; ++c) inside += static_cast<char>(c);
  }

  std::size_t number(std::size_t otherwise) {
    std::size_t value = otherwise;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return error == std::errc() ? value : otherwise;
  }

  std::size_t repetitions() {
    std::size_t least = 1;
    std::size_t most = 1;
    if (take("*")) {
      least = 0;
      most = kLongest;
    } else if (take("+")) {
      most = kLongest;
    } else if (take("?")) {
      least = 0;
    } else if (rest_.size() > 1 && rest_[0] == '{' && kDigits.find(rest_[1]) != kDigits.npos) {
      rest_.remove_prefix(1);
      least = most = number(0);
      if (take(",")) most = number(kLongest);
      if (!take("}")) failed_ = true;
    } else {
      return 1;
    }
    take("?");
    return least + std::min(extra_, most > least ? most - least : 0);
  }

  std::string_view rest_;
  std::size_t extra_;
  std::size_t variation_;
  std::size_t depth_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<std::string_view> sample_format(std::string_view format) {
  const auto found = std::ranges::find(kFormats, format, [](auto& row) { return row.first; });
  return found == std::end(kFormats) ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> sample_pattern(std::string_view pattern, std::size_t extra,
                                          std::size_t variation) {
  return PatternWalk(pattern, extra, variation).run();
}

std::string sample_word(std::size_t least, std::size_t most, std::size_t variation) {
  std::string word = "text";
  if (variation > 0) word += std::to_string(variation);
  while (word.size() < least) word += word.substr(0, least - word.size());
  if (variation > 0 && variation < kWords.size() && word.size() > most)
    word.insert(0, 1, kWords[variation]);
  return word.substr(0, most);
}

}  // namespace crafter
