// The environment variables a form asks for; secret values go their own way.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/number.h"
#include "base/text.h"
#include "draft/drafting.h"
#include "draft/keys.h"
#include "draft/wildcard.h"

namespace crafter {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr double kExact = 9007199254740992;  // integers up to here are exact

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_variable_name(std::string_view name) {
  const auto fits = [](char c) { return is_upper(c) || is_digit(c) || c == '_'; };
  return !name.empty() && name.size() <= kLongestName && is_upper(name[0]) &&
         std::ranges::all_of(name, fits);
}

/// Notes what is wrong with a name; false when something is.
bool check_name(const std::string& name, const std::string& pointer, Drafting& work) {
  const auto note = [&](std::string message, std::string hint) {
    work.problems.errors.push_back(work.form.document.name_error(
        "form.variable", pointer, std::move(message), std::move(hint)));
    return false;
  };
  if (!is_variable_name(name))
    return note(fmt::format("{} is no name of a variable", quote(name)),
                "up to 64 upper-case letters, digits and _, the first a letter");
  const auto& loaders = work.catalog.words("loader_variables");
  if (std::ranges::any_of(loaders, [&](const auto& word) { return fits_wildcard(name, word); }))
    return note(fmt::format("{} decides what code runs, and on whose word", name),
                "a server's own variables have names of their own, like APP_MODE");
  return true;
}

std::string text_of_number(const Json& number) {
  if (!number.is_double()) return write_json(number);
  const double value = number.get_double();
  if (std::trunc(value) == value && std::fabs(value) <= kExact)
    return fmt::format("{}", static_cast<long long>(value));
  return write_double(value);
}

/// The value as .env has it; nothing when it is no string, number or boolean.
std::optional<std::string> text_of_scalar(const Json& value) {
  if (const auto* text = value.if_string()) return std::string(text->data(), text->size());
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (value.is_number()) return text_of_number(value);
  return std::nullopt;
}

/// Why a value has no notation that compose, python-dotenv, systemd and bash read alike; "" when it
/// has one. Single quotes keep everything but themselves.
std::string_view why_unwritable(const std::string& value) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; };
  if (std::ranges::any_of(value, is_control))
    return "the value has line feeds, tabs or other control characters";
  return value.find('\'') == value.npos ? "" : "the value has a single quote in it";
}

/// Whether readers disagree about a value in single quotes: python-dotenv knows backslashes there.
bool is_ambiguous(const std::string& value) {
  return value.ends_with('\\') || value.find("\\\\") != value.npos;
}

/// Notes values that .env cannot hold; only secret ones are written there. Says nothing of the
/// value.
void check_notation(const Setting& setting, const std::string& value, const std::string& pointer,
                    Problems& problems) {
  const std::string_view why = why_unwritable(value);
  const std::string remedy =
      fmt::format("put it into a file, and its path into {}_FILE", setting.name);
  if (!why.empty())
    problems.error("form.variable_value", pointer, std::string(why), remedy);
  else if (setting.secret && is_ambiguous(value))
    problems.error("form.variable_value", pointer,
                   "the value has two backslashes in a row, or one at its end", remedy);
  else if (is_ambiguous(value) || value.find("${") != value.npos)
    problems.warning("form.variable_value", pointer,
                     "some readers of .env change ${...}, and \\ at the end", remedy);
}

/// What the form says of one variable.
struct Given {
  std::string value;
  std::string value_pointer;
  std::optional<bool> secret;
  bool required = false;
  std::string description;
};

Given read_described(const Json& value, const std::string& pointer, Problems& problems) {
  Reader reader(value, pointer, problems);
  Given given{.value_pointer = reader.at("value")};
  if (const Json* scalar = reader.any("value")) {
    const auto text = text_of_scalar(*scalar);
    if (!text)
      reader.note("value", "field.type", "expected a string, a number, true or false",
                  "leave value out when there is none");
    given.value = text.value_or("");
  }
  given.secret = reader.boolean("secret");
  given.required = reader.boolean("required").value_or(false);
  given.description = read_plain_text(reader, "description").value_or("");
  reader.close();
  return given;
}

Given read_given(const Json& value, const std::string& pointer, Problems& problems) {
  if (value.is_object()) return read_described(value, pointer, problems);
  const auto text = text_of_scalar(value);
  if (!text)
    problems.error(
        "field.type", pointer, "expected a string, a number, true or false",
        R"(or {"value": "...", "secret": true, "required": true, "description": "..."})");
  return {.value = text.value_or(""), .value_pointer = pointer};
}

/// Whether a part of this server reads the variable as a secret.
bool is_declared_secret(std::string_view name, const Drafting& work) {
  const auto declares = [&](const Variable& variable) {
    return variable.name == name && variable.secret;
  };
  return std::ranges::any_of(work.blueprint.parts, [&](const std::string& part) {
    return std::ranges::any_of(work.catalog.find(part)->environment, declares);
  });
}

void settle(const std::string& name, Given given, const std::string& pointer, Drafting& work) {
  const Catalog& catalog = work.catalog;
  const bool is_secret = given.secret.value_or(
      is_declared_secret(name, work) || is_secret_name(name, catalog) ||
      has_password(given.value) || !key_in(given.value, catalog).empty());
  Setting setting{.name = name,
                  .description = std::move(given.description),
                  .secret = is_secret,
                  .required = given.required};
  check_notation(setting, given.value, given.value_pointer, work.problems);
  if (is_placeholder(given.value, catalog))
    work.problems.warning("form.placeholder", pointer,
                          fmt::format("the value of {} only holds a place; it is left blank", name),
                          "fill it in where the server runs");
  else if (!is_secret)
    setting.value = std::move(given.value);
  else if (!given.value.empty())
    work.blueprint.secrets[name] = std::move(given.value);
  work.blueprint.settings.push_back(std::move(setting));
}

}  // namespace

void read_settings(Reader& root, Drafting& work) {
  const JsonObject* variables = root.object("environment_vars");
  if (variables == nullptr) return;
  for (const auto& member : *variables) {
    const std::string name(member.key().data(), member.key().size());
    const std::string pointer = place_in(root.at("environment_vars"), name);
    const bool is_named = check_name(name, pointer, work);
    Given given = read_given(member.value(), pointer, work.problems);
    if (is_named) settle(name, std::move(given), pointer, work);
  }
}

}  // namespace crafter
