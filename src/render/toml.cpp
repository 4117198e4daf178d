// Writes TOML: a table's values first, then the tables in it.

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/number.h"
#include "base/text.h"
#include "render/emitters.h"
#include "render/quoted.h"

namespace crafter {
namespace {

constexpr std::size_t kWidth = 100;

bool is_bare_key(std::string_view key) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !key.empty() && std::ranges::all_of(key, fits);
}

std::string key_text(std::string_view key) {
  return is_bare_key(key) ? std::string(key) : quoted(key);
}

bool is_flat(const Json& object) {
  return std::ranges::none_of(object.get_object(),
                              [](const auto& member) { return member.value().is_structured(); });
}

/// A list that becomes [[tables]]: of objects alone, one of which has something inside.
bool is_list_of_tables(const Json& value) {
  const auto* items = value.if_array();
  const auto is_object = [](const Json& item) { return item.is_object(); };
  return items != nullptr && std::ranges::all_of(*items, is_object) &&
         !std::ranges::all_of(*items, is_flat);
}

bool is_table(const Json& value) { return value.is_object() || is_list_of_tables(value); }

class Writer {
 public:
  Result<std::string> run(const JsonObject& root) {
    TRY(table(root, ""));
    return std::move(out_);
  }

 private:
  Result<> table(const JsonObject& members, const std::string& name) {
    for (const auto& member : members) {
      if (is_table(member.value())) continue;
      TRY(const std::string text, value(member.value(), key_text(member.key()).size() + 3));
      out_ += fmt::format("{} = {}\n", key_text(member.key()), text);
    }
    for (const auto& member : members) {
      const std::string path = name.empty() ? key_text(member.key())
                                            : fmt::format("{}.{}", name, key_text(member.key()));
      if (const auto* inner = member.value().if_object()) {
        if (needs_header(*inner)) header("[" + path + "]");
        TRY(table(*inner, path));
      } else if (is_list_of_tables(member.value())) {
        for (const Json& item : member.value().get_array()) {
          header("[[" + path + "]]");
          TRY(table(item.get_object(), path));
        }
      }
    }
    return {};
  }

  /// A table of nothing but tables is there without being named.
  static bool needs_header(const JsonObject& members) {
    return members.empty() || !std::ranges::all_of(members, [](const auto& member) {
             return is_table(member.value());
           });
  }

  void header(const std::string& text) {
    if (!out_.empty()) out_ += '\n';
    out_ += text + "\n";
  }

  /// A value behind its key; several items stand on a line each, and so does one that is long.
  static Result<std::string> value(const Json& value, std::size_t column) {
    TRY(const std::string line, inline_value(value));
    const auto* items = value.if_array();
    if (items == nullptr || items->empty()) return line;
    if (items->size() == 1 && column + line.size() <= kWidth) return line;
    std::string lines = "[\n";
    for (const Json& item : *items) {
      TRY(const std::string text, inline_value(item));
      lines += fmt::format("    {},\n", text);
    }
    return lines + "]";
  }

  static Result<std::string> inline_value(const Json& value) {
    if (value.is_array()) return inline_list(value.get_array());
    if (value.is_object()) return inline_table(value.get_object());
    if (value.is_string()) return quoted(value.get_string());
    if (value.is_null()) return unwritable("toml", "there is no null in TOML");
    if (value.is_double()) return write_double(value.get_double());
    if (value.is_uint64() && value.get_uint64() > static_cast<std::uint64_t>(INT64_MAX))
      return unwritable("toml", "an integer is too large for TOML");
    return write_json(value);
  }

  static Result<std::string> inline_list(const JsonArray& items) {
    std::vector<std::string> texts;
    for (const Json& item : items) {
      TRY(std::string text, inline_value(item));
      texts.push_back(std::move(text));
    }
    return fmt::format("[{}]", join(texts, ", "));
  }

  static Result<std::string> inline_table(const JsonObject& members) {
    std::vector<std::string> texts;
    for (const auto& member : members) {
      TRY(const std::string text, inline_value(member.value()));
      texts.push_back(fmt::format("{} = {}", key_text(member.key()), text));
    }
    if (texts.empty()) return std::string("{}");
    return fmt::format("{{ {} }}", join(texts, ", "));
  }

  std::string out_;
};

}  // namespace

Result<std::string> write_toml(const Json& value) {
  if (!value.is_object()) return unwritable("toml", "the value is no object");
  return Writer().run(value.get_object());
}

}  // namespace crafter
