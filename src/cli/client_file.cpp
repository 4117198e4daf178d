#include "cli/client_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/document.h"
#include "base/text.h"

namespace crafter::cli {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

/// A text that is known to be JSON, and where it is to change.
class Patch {
 public:
  Patch(std::string text, const Document& document) : text_(std::move(text)), document_(document) {}

  /// Adds a member in front of those of the object at `pointer`.
  std::string insert(std::string_view pointer, std::string_view name, const Json& value) const {
    const std::size_t inside = offset(pointer) + 1;
    const std::size_t next = text_.find_first_not_of(kSpace, inside);
    const bool is_empty = text_[next] == '}';
    const std::string outer = indent_at(inside);
    const bool has_lines = text_.substr(inside, next - inside).find('\n') != text_.npos;
    const std::string inner = !is_empty && has_lines ? indent_at(next) : outer + "  ";
    const std::string end = !is_empty ? "," : "\n" + outer;
    const std::string rest = !is_empty && !has_lines ? "\n" + inner : "";
    const std::size_t after = is_empty || !has_lines ? next : inside;
    return text_.substr(0, inside) + "\n" + inner + write_json(Json(name)) + ": " +
           indented(value, inner) + end + rest + text_.substr(after);
  }

  /// Writes another value at `pointer`.
  std::string replace(std::string_view pointer, const Json& value) const {
    const std::size_t begin = offset(pointer);
    return text_.substr(0, begin) + indented(value, indent_at(begin)) + text_.substr(end_of(begin));
  }

 private:
  [[nodiscard]] std::size_t offset(std::string_view pointer) const {
    const Place place = document_.place(pointer);
    std::size_t at = 0;
    for (int line = 1; line < place.line; ++line) at = text_.find('\n', at) + 1;
    return at + static_cast<std::size_t>(place.column) - 1;
  }

  /// The white space that the line of `at` begins with.
  [[nodiscard]] std::string indent_at(std::size_t at) const {
    const std::size_t before = at == 0 ? text_.npos : text_.rfind('\n', at - 1);
    const std::size_t begin = before == text_.npos ? 0 : before + 1;
    return text_.substr(begin, text_.find_first_not_of(" \t", begin) - begin);
  }

  /// Where the object that begins at `at` has ended.
  [[nodiscard]] std::size_t end_of(std::size_t at) const {
    int depth = 0;
    bool is_text = false;
    for (; at < text_.size(); ++at) {
      const char byte = text_[at];
      if (is_text && byte == '\\') {
        ++at;
      } else if (byte == '"') {
        is_text = !is_text;
      } else if (!is_text && byte == '{') {
        ++depth;
      } else if (!is_text && byte == '}' && --depth == 0) {
        break;
      }
    }
    return at + 1;
  }

  static std::string indented(const Json& value, const std::string& indent) {
    const std::string plain = write_pretty_json(value);
    std::string text;
    for (const char byte : trim(plain)) {
      text += byte;
      if (byte == '\n') text += indent;
    }
    return text;
  }

  std::string text_;
  const Document& document_;
};

Failure no_object(const Document& document, std::string_view pointer) {
  return {Fault::invalid_input,
          document.error("client.type", pointer, "expected an object", "mend the file first")};
}

/// The old entry with what the new one says; a server that is started has no address.
Json merged(const JsonObject& old, const JsonObject& entry) {
  JsonObject both;
  for (const auto& [name, value] : old)
    if (name != "url" && name != "headers") both[name] = value;
  for (const auto& [name, value] : entry) both[name] = value;
  return both;
}

bool says_so(const JsonObject& old, const JsonObject& entry) {
  return std::ranges::all_of(entry, [&](const auto& member) {
    const Json* there = old.if_contains(member.key());
    return there != nullptr && equal_json(*there, member.value());
  });
}

Result<std::string> patched(std::string_view text, const std::string& file,
                            const ClientEntry& wanted, bool replace) {
  const std::string whole = trim(text).empty() ? "{}\n" : std::string(text);
  TRY(const Document document, read_json(whole, file, kTrusted));
  if (!document.value.is_object()) return no_object(document, "");
  const Patch patch(whole, document);
  const Json* section = find(document.value, wanted.member);
  if (section == nullptr)
    return patch.insert("", wanted.member, JsonObject{{wanted.name, wanted.entry}});
  const std::string at = append_pointer("", wanted.member);
  if (!section->is_object()) return no_object(document, at);
  const Json* old = find(*section, wanted.name);
  if (old == nullptr) return patch.insert(at, wanted.name, wanted.entry);
  const std::string place = append_pointer(at, wanted.name);
  if (!old->is_object()) return no_object(document, place);
  if (says_so(old->get_object(), wanted.entry)) return std::string(text);
  if (replace) return patch.replace(place, merged(old->get_object(), wanted.entry));
  return Failure(Fault::conflict,
                 document.name_error("client.taken", place,
                                     fmt::format("another server is called {}", wanted.name),
                                     "--force changes its command and keeps the rest"));
}

}  // namespace

Result<std::string> with_entry(std::string_view text, const std::string& file,
                               const ClientEntry& wanted, bool replace) {
  TRY(std::string done, patched(text, file, wanted, replace));
  const auto read_back = parse_json(done, file, kTrusted);  // people's files: better look twice
  CRAFTER_ASSERT(read_back);
  const Json* section = find(*read_back, wanted.member);
  const Json* there = section == nullptr ? nullptr : find(*section, wanted.name);
  CRAFTER_ASSERT(there != nullptr && says_so(there->get_object(), wanted.entry));
  return done;
}

}  // namespace crafter::cli
