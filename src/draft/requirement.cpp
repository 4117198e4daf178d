// Parses requirements by hand: both grammars are small and regular.

#include "draft/requirement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace crafter {
namespace {

constexpr std::size_t kLongest = 200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// A text that is read from its beginning on.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] char next() const { return rest_.empty() ? '\0' : rest_[0]; }
  [[nodiscard]] std::string_view rest() const { return rest_; }

  void skip_spaces() {
    while (next() == ' ' || next() == '\t') rest_.remove_prefix(1);
  }
  bool take(char c) { return take(std::string_view(&c, 1)); }
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  template <class Fits>
  std::string_view take_while(Fits fits) {
    const auto end = std::ranges::find_if_not(rest_, fits);
    const auto found = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(found.size());
    return found;
  }
  bool take_number() { return !take_while(is_digit).empty(); }
  /// One of - _ . as between the parts of a version.
  bool take_separator() { return take('-') || take('_') || take('.'); }

 private:
  std::string_view rest_;
};

/// Letters, digits and - _ . inside of it (PEP 508, "identifier"); empty when there is none.
std::string_view take_identifier(Cursor& at) {
  const Cursor begin = at;
  const auto fits = [](char c) { return is_word(c) || c == '-' || c == '_' || c == '.'; };
  const auto name = at.take_while(fits);
  if (!name.empty() && is_word(name.front()) && is_word(name.back())) return name;
  at = begin;
  return {};
}

/// What of a version's parts were there; they decide which operators may use it.
struct Version {
  bool is_valid = false;
  int release_parts = 0;
  bool has_wildcard = false;
  bool has_local = false;
  bool has_dev = false;
};

/// A part like "-rc.1": an optional separator, one of `words`, an optional separator and number.
template <std::size_t N>
bool take_part(Cursor& at, const std::array<std::string_view, N>& words) {
  Cursor ahead = at;
  ahead.take_separator();
  const auto found = std::ranges::find_if(words, [&](auto word) { return ahead.take(word); });
  if (found == words.end()) return false;
  Cursor number = ahead;
  number.take_separator();
  at = number.take_number() ? number : ahead;
  return true;
}

constexpr std::array<std::string_view, 8> kPre{"alpha", "beta", "preview", "pre",
                                               "rc",    "a",    "b",       "c"};
constexpr std::array<std::string_view, 3> kPost{"post", "rev", "r"};
constexpr std::array<std::string_view, 1> kDev{"dev"};

void take_release(Cursor& at, Version& version) {
  Cursor epoch = at;
  if (epoch.take_number() && epoch.take('!')) at = epoch;
  while (at.take_number()) {
    ++version.release_parts;
    Cursor ahead = at;
    if (!ahead.take('.')) return;
    version.has_wildcard = ahead.take('*') && ahead.at_end();
    if (version.has_wildcard) at = ahead;
    if (version.has_wildcard || !is_digit(ahead.next())) return;
    at = ahead;
  }
}

bool take_local(Cursor& at) {
  do {
    if (at.take_while(is_word).empty()) return false;
  } while (at.take_separator());
  return true;
}

/// PEP 440, appendix B, without regard to case.
Version parse_version(std::string_view text) {
  const std::string folded = lower(text);
  Cursor at(folded);
  Version version;
  at.take('v');
  take_release(at, version);
  if (version.release_parts == 0) return version;
  if (!version.has_wildcard) {
    take_part(at, kPre);
    Cursor implicit = at;  // "1.0-1" is a post-release
    if (implicit.take('-') && implicit.take_number())
      at = implicit;
    else
      take_part(at, kPost);
    version.has_dev = take_part(at, kDev);
    version.has_local = at.take('+');
    if (version.has_local && !take_local(at)) return version;
    if (!version.has_dev && !version.has_local && at.rest() == ".*")
      version.has_wildcard = at.take(".*");
  }
  version.is_valid = at.at_end();
  return version;
}

constexpr std::array<std::string_view, 8> kOperators{"===", "~=", "==", "!=", "<=", ">=", "<", ">"};

Requirement flawed(std::string problem, std::string hint) {
  return {{}, std::move(problem), std::move(hint)};
}

/// What the rest behind a name means instead, where forms go wrong most often.
Requirement explain(std::string_view rest) {
  constexpr std::string_view kShape = "a name, extras in brackets, versions: httpx[http2]>=0.27,<1";
  if (rest.starts_with(';'))
    return flawed("markers are not possible", "leave everything from ; on out");
  if (rest.starts_with('@') || rest.find("://") != rest.npos)
    return flawed("addresses are not possible", "name a package of the index and a version");
  if (rest.starts_with('('))
    return flawed("versions stand without parentheses", std::string(kShape));
  return flawed(fmt::format("{} is not understood", quote(rest)), std::string(kShape));
}

bool take_extras(Cursor& at) {
  do {
    at.skip_spaces();
    if (take_identifier(at).empty()) return false;
    at.skip_spaces();
  } while (at.take(','));
  return at.take(']');
}

}  // namespace

bool is_version_clause(std::string_view text) {
  const auto found =
      std::ranges::find_if(kOperators, [&](auto word) { return text.starts_with(word); });
  if (found == kOperators.end()) return false;
  const std::string_view operand = trim(text.substr(found->size()));
  const auto fits = [](char c) { return c > ' ' && c <= '~' && c != ';' && c != ','; };
  if (*found == "===") return !operand.empty() && std::ranges::all_of(operand, fits);
  const Version version = parse_version(operand);
  if (!version.is_valid) return false;
  if (*found == "==" || *found == "!=") return true;
  if (*found == "~=" && version.release_parts < 2) return false;
  return !version.has_wildcard && !version.has_local;
}

Requirement parse_requirement(std::string_view text) {
  if (text.size() > kLongest) return flawed("the requirement is too long", "name one package");
  Cursor at(text);
  at.skip_spaces();
  Requirement requirement;
  requirement.name = take_identifier(at);
  if (requirement.name.empty()) {
    if (at.at_end()) return flawed("the requirement is empty", "name a package, or leave it out");
    if (at.next() == '-') return flawed("options are not possible", "name one package");
    return flawed(fmt::format("{} does not begin with the name of a package", quote(text)),
                  "letters and digits, with - _ . between them; no path");
  }
  at.skip_spaces();
  if (at.take('[')) {
    if (!take_extras(at)) return flawed("the extras are not understood", "like httpx[http2,cli]");
    at.skip_spaces();
  }
  if (at.at_end()) return requirement;
  if (const std::size_t marker = at.rest().find(';'); marker != std::string_view::npos)
    return explain(at.rest().substr(marker));
  if (std::string_view("=<>!~").find(at.next()) == std::string_view::npos)
    return explain(at.rest());
  for (const std::string& clause : split(at.rest(), ','))
    if (!is_version_clause(trim(clause)))
      return flawed(fmt::format("{} is no version specifier", quote(trim(clause))),
                    "like >=1.2, ~=2.9 or ==1.4.*");
  return requirement;
}

}  // namespace crafter
