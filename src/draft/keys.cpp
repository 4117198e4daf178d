// Recognises secrets by name and by shape; the words and shapes are lists of the catalog.

#include "draft/keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.h"
#include "draft/drafting.h"
#include "draft/wildcard.h"

namespace crafter {
namespace {

constexpr std::size_t kShortestLeak = 8;

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

/// Whether `prefix` begins a word in `text` that goes on for at least `size` characters.
bool has_shape(std::string_view text, std::string_view prefix, std::size_t size) {
  for (std::size_t at = text.find(prefix); at != text.npos; at = text.find(prefix, at + 1)) {
    if (at > 0 && is_key_character(text[at - 1])) continue;
    const std::string_view rest = text.substr(at + prefix.size());
    const auto end = std::ranges::find_if_not(rest, is_key_character);
    if (static_cast<std::size_t>(end - rest.begin()) >= size) return true;
  }
  return false;
}

/// Looks at every text in a value.
class Search {
 public:
  explicit Search(Drafting& work) : work_(work) {
    for (const auto& [name, value] : work.blueprint.secrets)
      if (value.size() >= kShortestLeak) secrets_.push_back({name, value});
  }

  void text(const std::string& pointer, std::string_view text) {
    constexpr std::string_view kHint =
        "keep it in environment_vars, which leave it out of everything but .env";
    if (const std::string begin = key_in(text, work_.catalog); !begin.empty())
      work_.problems.warning(
          "form.key", pointer,
          fmt::format("something that looks like a key ({}…) stands here", begin),
          std::string(kHint));
    for (const auto& [name, value] : secrets_)
      if (text.find(value) != text.npos)
        work_.problems.warning("form.key", pointer,
                               fmt::format("the value of {} stands here", name),
                               std::string(kHint));
  }

  void value(const std::string& pointer, const Json& value) {
    if (const auto* word = value.if_string()) {
      text(pointer, {word->data(), word->size()});
    } else if (const auto* list = value.if_array()) {
      for (std::size_t i = 0; i < list->size(); ++i) this->value(place_in(pointer, i), (*list)[i]);
    } else if (const auto* members = value.if_object()) {
      for (const auto& member : *members)
        this->value(place_in(pointer, {member.key().data(), member.key().size()}), member.value());
    }
  }

 private:
  Drafting& work_;
  std::vector<std::pair<std::string, std::string>> secrets_;
};

}  // namespace

std::string key_in(std::string_view text, const Catalog& catalog) {
  if (const auto begin = text.find("-----BEGIN "); begin != text.npos)
    if (text.substr(begin, 60).find("PRIVATE KEY") != text.npos) return "-----BEGIN";
  for (const std::string& shape : catalog.words("key_shapes")) {
    const std::size_t space = std::min(shape.find(' '), shape.size());
    std::size_t size = 0;
    std::from_chars(shape.data() + std::min(space + 1, shape.size()), shape.data() + shape.size(),
                    size);
    if (has_shape(text, std::string_view(shape).substr(0, space), size))
      return shape.substr(0, space);
  }
  return "";
}

bool is_secret_name(std::string_view name, const Catalog& catalog) {
  const std::vector<std::string> segments = split(name, '_');
  if (segments.back() == "FILE") return false;
  return std::ranges::any_of(catalog.words("secret_words"), [&](const std::string& word) {
    return segments.back().ends_with(word) || std::ranges::find(segments, word) != segments.end();
  });
}

bool has_password(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == text.npos) return false;
  const std::string_view rest = text.substr(scheme + 3);
  const std::string_view authority =
      rest.substr(0, std::min(rest.find_first_of("/?#"), rest.size()));
  const std::size_t at = authority.rfind('@');
  const std::size_t colon = authority.find(':');
  return at != authority.npos && colon < at && colon + 1 < at;
}

bool is_placeholder(std::string_view text, const Catalog& catalog) {
  const std::string folded = lower(trim(text));
  return std::ranges::any_of(catalog.words("placeholders"), [&](const std::string& pattern) {
    return fits_wildcard(folded, pattern);
  });
}

void look_for_keys(Drafting& work) {
  Search search(work);
  for (const Submitted& submitted : work.submitted)
    search.text(submitted.pointer, submitted.code.text);
  search.value(work.at("metadata"), work.blueprint.metadata);
  for (std::size_t i = 0; i < work.blueprint.resources.size(); ++i)
    if (const auto& text = work.blueprint.resources[i].text)
      search.text(append_pointer(place_in(work.at("custom_resources"), i), "text"), *text);
}

}  // namespace crafter
