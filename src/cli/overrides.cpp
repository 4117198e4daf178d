// Turns the flags of `create` into fields of a form.

#include "cli/overrides.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

#include "base/text.h"

namespace crafter::cli {
namespace {

/// What a flag's value is.
enum class Kind { text, words, settings, tools, deployments, assignment };

struct Field {
  std::string_view flag;
  std::string_view pointer;
  Kind kind;
};

constexpr std::array kFields{
    Field{"--description", "/description", Kind::text},
    Field{"--complexity", "/complexity", Kind::text},
    Field{"--template", "/template", Kind::text},
    Field{"--capabilities", "/capabilities", Kind::words},
    Field{"--tools", "/custom_tools", Kind::tools},
    Field{"--deps", "/dependencies", Kind::words},
    Field{"--env", "/environment_vars", Kind::settings},
    Field{"--deploy", "/deployment_config", Kind::deployments},
    Field{"--meta", "/metadata", Kind::settings},
    Field{"--set", "", Kind::assignment},
};

std::vector<std::string> listed(const std::vector<std::string>& values) {
  std::vector<std::string> words;
  for (const std::string& value : values)
    for (const std::string& word : split(value, ',')) words.emplace_back(trim(word));
  return words;
}

/// Collects what one command line overrides, and what is wrong with its values.
class Collector {
 public:
  Collector(const Arguments& arguments, const std::vector<std::string>& deployments,
            const ReadFile& read)
      : arguments_(arguments), deployments_(deployments), read_(read) {}

  void take(const Field& field) {
    switch (field.kind) {
      case Kind::text:
        return put(field.pointer, Json(arguments_.value(field.flag)), field.flag);
      case Kind::words:
        return take_words(field);
      case Kind::settings:
        return take_settings(field);
      case Kind::tools:
        return take_tools(field);
      case Kind::deployments:
        return take_deployments(field);
      case Kind::assignment:
        return take_assignments(field);
    }
  }

  Result<std::vector<Override>> finish() {
    if (!problems_.empty()) return Failure(fault_, std::move(problems_));
    return std::move(overrides_);
  }

 private:
  void put(std::string_view pointer, Json value, std::string_view flag) {
    overrides_.push_back({std::string(pointer), std::move(value), std::string(flag)});
  }

  void complain(std::string_view flag, std::string message, std::string hint) {
    problems_.push_back({.code = "usage.value",
                         .file = std::string(flag),
                         .message = std::move(message),
                         .hint = std::move(hint)});
  }

  void take_words(const Field& field) {
    JsonArray words;
    for (const std::string& word : listed(arguments_.values(field.flag))) words.emplace_back(word);
    put(field.pointer, std::move(words), field.flag);
  }

  void take_settings(const Field& field) {
    for (const std::string& text : arguments_.values(field.flag))
      for (const auto& [name, value] : split_settings(text)) {
        if (name.empty())  // the value may be a secret: not repeated
          complain(field.flag, "NAME=VALUE expected",
                   fmt::format("as in {} APP_MODE=fast", field.flag));
        else
          put(append_pointer(field.pointer, name), Json(value), field.flag);
      }
  }

  /// Many tools in a list, or a single one.
  void take_tools(const Field& field) {
    const std::string value = arguments_.value(field.flag);
    const bool is_file = value.starts_with('@');
    auto text = is_file ? read_(value.substr(1)) : Result<std::string>(value);
    if (!text) return refuse(std::move(text).failure());
    auto tools =
        is_file ? read_document(*text, value.substr(1)) : read_json(*text, std::string(field.flag));
    if (!tools) return refuse(std::move(tools).failure());
    Json found = std::move(tools->value);
    if (found.is_object()) found = JsonArray{std::move(found)};
    put(field.pointer, std::move(found), field.flag);
  }

  void refuse(Failure failure) {
    fault_ = failure.fault() == Fault::not_found ? Fault::not_found : fault_;
    for (const Diagnostic& each : failure.diagnostics()) problems_.push_back(each);
  }

  /// Names nobody knows are passed on: who reads the form says what there is.
  void take_deployments(const Field& field) {
    std::vector<std::string> wanted = listed(arguments_.values(field.flag));
    std::erase(wanted, "none");
    for (const std::string& name : deployments_)
      if (std::ranges::find(wanted, name) == wanted.end())
        put(append_pointer(field.pointer, name), false, field.flag);
    for (const std::string& name : wanted)
      put(append_pointer(field.pointer, name), true, field.flag);
  }

  void take_assignments(const Field& field) {
    for (const std::string& text : arguments_.values(field.flag)) {
      const std::size_t equals = text.find('=');
      const std::string path = text.substr(0, equals);
      const std::string pointer = equals == text.npos ? std::string() : pointer_of(path);
      if (pointer.empty()) {
        complain(field.flag, fmt::format("PATH=VALUE expected, not {}", quote(text)),
                 "as in --set metadata.license=MIT or --set /metadata/license=MIT");
        continue;
      }
      const std::string value = text.substr(equals + 1);
      auto json = parse_json(value);
      put(pointer, json ? *std::move(json) : Json(value), fmt::format("--set {}", path));
    }
  }

  const Arguments& arguments_;
  const std::vector<std::string>& deployments_;
  const ReadFile& read_;
  std::vector<Override> overrides_;
  std::vector<Diagnostic> problems_;
  Fault fault_ = Fault::usage;
};

bool is_name_letter(char c, bool is_first) {
  const auto letter = static_cast<unsigned char>(c);
  return c == '_' || (is_first ? std::isalpha(letter) != 0 : std::isalnum(letter) != 0);
}

/// The length of NAME where `text` begins with NAME=; else 0.
std::size_t leading_name(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && is_name_letter(text[length], length == 0)) ++length;
  return length < text.size() && text[length] == '=' ? length : 0;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> split_settings(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> settings;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && (text[at] != ',' || leading_name(text.substr(at + 1)) == 0)) continue;
    const std::string_view piece = text.substr(begin, at - begin);
    const std::size_t equals = piece.find('=');
    settings.emplace_back(equals == piece.npos ? "" : piece.substr(0, equals),
                          equals == piece.npos ? piece : piece.substr(equals + 1));
    begin = at + 1;
  }
  return settings;
}

std::string pointer_of(std::string_view path) {
  if (path.starts_with('/')) return std::string(path);
  std::string pointer;
  for (const std::string& token : split(path, '.')) {
    if (token.empty()) return "";
    pointer = append_pointer(pointer, token);
  }
  return pointer;
}

std::vector<std::string> deployments_of(const Catalog& catalog) {
  std::vector<std::string> names = catalog.names(PartKind::deployment);
  std::ranges::copy(catalog.promised(PartKind::deployment), std::back_inserter(names));
  return names;
}

Result<std::vector<Override>> overrides_of(const Arguments& arguments,
                                           const std::vector<std::string>& deployments,
                                           const ReadFile& read) {
  Collector collector(arguments, deployments, read);
  for (const Field& field : kFields)
    if (arguments.has(field.flag)) collector.take(field);
  return collector.finish();
}

}  // namespace crafter::cli
