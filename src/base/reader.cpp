// Takes objects apart, noting wrong types and unknown names.

#include "base/reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/describe.h"
#include "base/text.h"

namespace crafter {
namespace {

/// What to do about a value of the wrong type; the commonest slips have a remedy.
std::string remedy(const Json& value, std::string_view expected) {
  if (value.is_null()) return "give it a value, or take the line away";
  if (expected == "a string" && !value.is_structured())
    return fmt::format("write it between quotes: \"{}\"", write_json(value));
  if (expected == "a list") return "put it between [ and ]";
  if (value.is_string() && !expected.ends_with("object")) return "take the quotes away";
  return {};
}

const JsonObject& object_or_empty(const Json& value) {
  static const JsonObject kEmpty;
  return value.is_object() ? value.get_object() : kEmpty;
}

/// The integer that a number is; 3.0 is one, as in JSON Schema.
std::optional<std::int64_t> integer_of(const Json& value) {
  if (value.is_int64()) return value.get_int64();
  if (!value.is_double() || std::fabs(value.get_double()) >= 0x1p63) return std::nullopt;
  const auto whole = static_cast<std::int64_t>(value.get_double());
  return static_cast<double>(whole) == value.get_double() ? std::optional(whole) : std::nullopt;
}

}  // namespace

void Problems::error(std::string_view code, std::string_view pointer, std::string message,
                     std::string hint) {
  errors.push_back(document->error(code, pointer, std::move(message), std::move(hint)));
}

void Problems::warning(std::string_view code, std::string_view pointer, std::string message,
                       std::string hint) {
  warnings.push_back(document->error(code, pointer, std::move(message), std::move(hint)));
  warnings.back().severity = Severity::warning;
}

Reader::Reader(const Json& value, std::string pointer, Problems& problems)
    : object_(object_or_empty(value)), pointer_(std::move(pointer)), problems_(problems) {
  if (!value.is_object())
    problems_.error("field.type", pointer_,
                    fmt::format("expected an object, found {}", describe(value)),
                    remedy(value, "an object"));
}

std::string Reader::at(std::string_view name) const {
  return name.empty() ? pointer_ : append_pointer(pointer_, name);
}

void Reader::note(std::string_view name, std::string_view code, std::string message,
                  std::string hint) {
  problems_.error(code, at(name), std::move(message), std::move(hint));
}

bool Reader::has(std::string_view name) const { return object_.contains(name); }

const Json* Reader::any(std::string_view name) {
  if (std::ranges::find(known_, name) == known_.end()) known_.emplace_back(name);
  return object_.if_contains(name);
}

void Reader::note_type(std::string_view name, const Json& value, std::string_view expected) {
  note(name, "field.type", fmt::format("expected {}, found {}", expected, describe(value)),
       remedy(value, expected));
}

std::optional<std::string> Reader::text(std::string_view name) {
  const Json* value = any(name);
  if (value == nullptr) return std::nullopt;
  if (const auto* text = value->if_string()) return std::string(text->data(), text->size());
  note_type(name, *value, "a string");
  return std::nullopt;
}

std::optional<bool> Reader::boolean(std::string_view name) {
  const Json* value = any(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  note_type(name, *value, "true or false");
  return std::nullopt;
}

std::optional<std::int64_t> Reader::integer(std::string_view name) {
  const Json* value = any(name);
  if (value == nullptr) return std::nullopt;
  const auto integer = integer_of(*value);
  if (!integer) note_type(name, *value, "an integer");
  return integer;
}

std::optional<double> Reader::number(std::string_view name) {
  const Json* value = any(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->to_number<double>();
  note_type(name, *value, "a number");
  return std::nullopt;
}

const JsonArray* Reader::list(std::string_view name) {
  const Json* value = any(name);
  if (value != nullptr && !value->is_array()) note_type(name, *value, "a list");
  return value == nullptr ? nullptr : value->if_array();
}

const JsonObject* Reader::object(std::string_view name) {
  const Json* value = any(name);
  if (value != nullptr && !value->is_object()) note_type(name, *value, "an object");
  return value == nullptr ? nullptr : value->if_object();
}

void Reader::close() {
  for (const auto& member : object_) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::ranges::find(known_, name) != known_.end()) continue;
    const auto meant = nearest(name, known_);
    problems_.errors.push_back(
        problems_.document->name_error("field.unknown", append_pointer(pointer_, name),
                                       fmt::format("there is no field {}", quote(name)),
                                       meant ? fmt::format("did you mean {}?", quote(*meant))
                                             : fmt::format("known here: {}", enumerate(known_))));
  }
}

}  // namespace crafter
