// Writes YAML in block style.

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/number.h"
#include "base/text.h"
#include "render/emitters.h"
#include "render/quoted.h"

namespace crafter {
namespace {

constexpr std::size_t kLongestKey =
    1000;  // YAML 1.2, 7.4.2: simple keys end within 1024 characters

/// Words that some version of YAML takes for something else, lower case.
constexpr std::array<std::string_view, 9> kTaken = {"y",   "n",    "yes",   "no",  "on",
                                                    "off", "true", "false", "null"};

bool is_plain_key(std::string_view key) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  return !key.empty() && is_letter(key[0]) && std::ranges::all_of(key, fits) &&
         std::ranges::find(kTaken, lower(key)) == kTaken.end();
}

/// Readers of YAML 1.1 want a point in a number with an exponent.
std::string number(double value) {
  std::string text = write_double(value);
  if (const std::size_t exponent = text.find('e');
      exponent != text.npos && text.find('.') == text.npos)
    text.insert(exponent, ".0");
  return text;
}

class Writer {
 public:
  explicit Writer(bool doubles_dollars) : doubles_dollars_(doubles_dollars) {}

  Result<std::string> run(const Json& value) {
    out_ = "---\n";
    if (is_filled(value))
      block(value, 0);
    else
      out_ += scalar(value) + "\n";
    if (!problem_.empty()) return unwritable("yaml", problem_);
    return std::move(out_);
  }

 private:
  static bool is_filled(const Json& value) {
    return (value.is_array() && !value.get_array().empty()) ||
           (value.is_object() && !value.get_object().empty());
  }

  /// The lines of a list or object that is not empty. The cursor stands where the first begins.
  void block(const Json& value, std::size_t indent) {
    bool is_first = true;
    const auto begin = [&] {
      if (!is_first) out_.append(indent, ' ');
      is_first = false;
    };
    if (const auto* items = value.if_array()) {
      for (const Json& item : *items) {
        begin();
        out_ += "- ";
        inside_item(item, indent + 2);
      }
      return;
    }
    for (const auto& member : value.get_object()) {
      begin();
      out_ += key(member.key()) + ":";
      behind_key(member.value(), indent);
    }
  }

  void inside_item(const Json& item, std::size_t indent) {
    if (is_filled(item))
      block(item, indent);
    else
      out_ += scalar(item) + "\n";
  }

  void behind_key(const Json& value, std::size_t indent) {
    if (!is_filled(value)) {
      out_ += " " + scalar(value) + "\n";
      return;
    }
    out_.append("\n").append(indent + 2, ' ');
    block(value, indent + 2);
  }

  std::string key(std::string_view key) {
    if (key.size() > kLongestKey) problem_ = fmt::format("the key {} is too long", quote(key));
    return is_plain_key(key) ? std::string(key) : quoted(key);
  }

  [[nodiscard]] std::string scalar(const Json& value) const {
    if (value.is_double()) return number(value.get_double());
    if (!value.is_string()) return write_json(value);
    std::string text(value.get_string());
    for (std::size_t at = 0; doubles_dollars_ && (at = text.find('$', at)) != text.npos; at += 2)
      text.insert(at, 1, '$');
    return quoted(text);
  }

  const bool doubles_dollars_;
  std::string out_;
  std::string problem_;
};

}  // namespace

Result<std::string> write_yaml(const Json& value) { return Writer(false).run(value); }

Result<std::string> write_compose(const Json& value) { return Writer(true).run(value); }

}  // namespace crafter
