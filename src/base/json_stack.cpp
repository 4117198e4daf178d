// Makes a JSON value without remembering where its parts stood: quickly.

#include "base/json_stack.h"

namespace crafter {
namespace {

constexpr std::size_t kUsualDepth = 8;

std::size_t count_names(const Json& value) {
  std::size_t count = 0;
  if (const auto* members = value.if_object()) {
    count = members->size();
    for (const auto& member : *members) {
      if (member.value().is_structured()) count += count_names(member.value());
    }
  } else if (const auto* items = value.if_array()) {
    for (const Json& item : *items) count += count_names(item);
  }
  return count;
}

}  // namespace

JsonStack::JsonStack(const Limits& limits)
    : limits_(limits), values_({}, block_.data(), block_.size()) {
  open_.reserve(kUsualDepth);
  values_.reset();
}

bool JsonStack::count() {
  if (!open_.empty()) ++open_.back().size;
  return ++nodes_ <= limits_.nodes || complain();
}

bool JsonStack::open(bool is_object) {
  if (open_.size() >= limits_.depth || !count()) return complain();
  open_.push_back({is_object, 0});
  return true;
}

void JsonStack::close() {
  const Frame frame = open_.back();
  open_.pop_back();
  if (frame.is_object)
    values_.push_object(frame.size);
  else
    values_.push_array(frame.size);
}

bool JsonStack::key(std::string_view name, std::size_t) {
  if (name.size() > limits_.string_bytes) return complain();
  ++names_;
  values_.push_key(name);
  return true;
}

bool JsonStack::text(std::string_view string, std::size_t) {
  if (string.size() > limits_.string_bytes || !count()) return complain();
  values_.push_string(string);
  return true;
}

bool JsonStack::value(const Json& scalar, std::size_t) {
  if (!count()) return false;
  if (const auto* truth = scalar.if_bool())
    values_.push_bool(*truth);
  else if (const auto* whole = scalar.if_int64())
    values_.push_int64(*whole);
  else if (const auto* natural = scalar.if_uint64())
    values_.push_uint64(*natural);
  else if (const auto* number = scalar.if_double())
    values_.push_double(*number);
  else
    values_.push_null();
  return true;
}

/// A name that came twice is once in the finished object.
bool JsonStack::take(Json* value) {
  *value = values_.release();
  return count_names(*value) == names_ || complain();
}

}  // namespace crafter
