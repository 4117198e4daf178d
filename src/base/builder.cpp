// Puts values where they belong; counts nodes, depth and bytes; keeps places and problems.

#include "base/builder.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace crafter {
namespace {

/// Places of longer pointers are not kept: a few huge names, nested, would multiply.
constexpr std::size_t kLongestPointer = 1024;
/// Nobody repairs more at once, and a text full of nonsense deserves a short answer.
constexpr std::size_t kMostProblems = 50;

}  // namespace

Place Ruler::place(std::size_t offset) {
  if (offset < line_begin_) *this = Ruler(text_);
  while (line_end_ < offset) {
    line_begin_ = line_end_ + 1;
    line_end_ = text_.find('\n', line_begin_);
    ++line_;
  }
  return {line_, static_cast<int>(offset - line_begin_) + 1};
}

Builder::Builder(std::string_view text, std::string_view language, const Limits& limits,
                 Document& document)
    : language_(language), limits_(limits), ruler_(text), document_(document) {}

std::string Builder::pointer() const {
  if (open_.empty()) return {};
  const Frame& frame = open_.back();
  if (const auto* items = frame.container->if_array())
    return path_.size() < kLongestPointer ? append_pointer(path_, items->size()) : path_;
  if (frame.slot == nullptr || path_.size() + frame.key.size() > kLongestPointer) return path_;
  return append_pointer(path_, frame.key);
}

bool Builder::complain(std::size_t offset, std::string_view pointer, std::string_view code,
                       std::string message, std::string hint) {
  sound_ = false;
  const Place place = ruler_.place(offset);
  problems_.push_back({.code = std::string(code),
                       .pointer = std::string(pointer),
                       .file = document_.file,
                       .line = place.line,
                       .column = place.column,
                       .message = std::move(message),
                       .hint = std::move(hint)});
  return problems_.size() < kMostProblems;
}

bool Builder::refuse(std::size_t offset, std::string_view code, std::string message,
                     std::string hint) {
  complain(offset, "", code, std::move(message), std::move(hint));
  return false;
}

bool Builder::limit(std::size_t offset, std::string_view code, std::string message,
                    std::string hint) {
  complain(offset, pointer(), code, std::move(message), std::move(hint));
  return false;
}

bool Builder::check_length(std::string_view string, std::size_t offset) {
  if (string.size() <= limits_.string_bytes) return true;
  return complain(
      offset, pointer(), "document.string_too_long",
      fmt::format("the text has {} bytes, more than {}", string.size(), limits_.string_bytes),
      "keep long texts in a file of their own");
}

Json* Builder::put(Json value, std::size_t offset) {
  document_.places.emplace(pointer(), ruler_.place(offset));
  if (open_.empty()) return &(root_ = std::move(value));
  Frame& frame = open_.back();
  if (frame.slot != nullptr) return &(*frame.slot = std::move(value));
  return &frame.container->get_array().emplace_back(std::move(value));
}

bool Builder::value(Json scalar, std::size_t offset) {
  if (++nodes_ > limits_.nodes)
    return limit(offset, "document.too_many_values",
                 fmt::format("there are more than {} values", limits_.nodes), "split the document");
  put(std::move(scalar), offset);
  return true;
}

bool Builder::text(std::string_view string, std::size_t offset) {
  return check_length(string, offset) && value(Json(string), offset);
}

bool Builder::open(Json container, std::size_t offset) {
  if (open_.size() >= limits_.depth)
    return limit(offset, "document.too_deep",
                 fmt::format("values are nested more than {} deep", limits_.depth),
                 "flatten the document");
  std::string path = pointer();
  const std::size_t path_size = path_.size();
  if (++nodes_ > limits_.nodes) return value(nullptr, offset);
  open_.push_back({.container = put(std::move(container), offset),
                   .offset = offset,
                   .path_size = path_size,
                   .slot = nullptr,
                   .key = {}});
  path_ = std::move(path);
  return true;
}

void Builder::close() {
  path_.resize(open_.back().path_size);
  open_.pop_back();
}

bool Builder::key(std::string_view name, std::size_t offset) {
  Frame& frame = open_.back();
  const auto [member, is_new] = frame.container->get_object().emplace(name, nullptr);
  frame.slot = &member->value();
  frame.key = member->key();
  if (!check_length(name, offset)) return false;
  if (is_new) {
    document_.names.emplace(pointer(), ruler_.place(offset));
    return true;
  }
  const auto first = document_.names.find(pointer());
  return complain(
      offset, pointer(), language_ + ".duplicate_key",
      fmt::format("{} stands here twice", quote(name)),
      first == document_.names.end()
          ? "keep one of them"
          : fmt::format("it stands in line {} already; keep one of them", first->second.line));
}

Builder::Steps Builder::steps() const {
  Steps steps;
  for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
    const Json& container = *open_[i].container;
    const auto* items = container.if_array();
    steps.push_back((items != nullptr ? items->size() : container.get_object().size()) - 1);
  }
  return steps;
}

bool Builder::is_open(const Steps& wanted) const {
  const Steps here = steps();
  return wanted.size() <= here.size() && std::equal(wanted.begin(), wanted.end(), here.begin());
}

const Json* Builder::at(const Steps& steps) const {
  const Json* value = &root_;
  for (const std::size_t step : steps) {
    const auto* items = value->if_array();
    const auto* members = value->if_object();
    const std::size_t size = items != nullptr ? items->size() : members ? members->size() : 0;
    if (step >= size) return nullptr;
    value = items != nullptr ? &(*items)[step] : &members->begin()[step].value();
  }
  return value;
}

/// Counts `original` as if its parts had been read here.
bool Builder::admit(const Json& original, std::size_t depth, std::size_t offset) {
  if (!original.is_structured()) {
    copied_bytes_ += original.is_string() ? original.get_string().size() : 0;
  } else if (depth >= limits_.depth) {
    return limit(offset, "document.too_deep", "an alias makes the document too deep", "");
  }
  if (++nodes_ > limits_.nodes || copied_bytes_ > limits_.bytes)
    return limit(offset, "document.too_large", "the aliases make the document too large",
                 "write less, or fewer aliases");
  const auto inside = [&](const Json& part) { return admit(part, depth + 1, offset); };
  if (const auto* items = original.if_array()) return std::ranges::all_of(*items, inside);
  if (const auto* members = original.if_object())
    return std::ranges::all_of(*members, [&](const auto& member) {
      copied_bytes_ += member.key().size();
      return inside(member.value());
    });
  return true;
}

bool Builder::copy(const Json& original, std::size_t offset) {
  if (!admit(original, open_.size(), offset)) return false;
  put(Json(original), offset);
  return true;
}

Result<> check_text(std::string_view text, std::string_view file, const Limits& limits) {
  const auto fail = [&](std::string code, std::size_t offset, std::string message,
                        std::string hint) {
    const Place place = Ruler(text).place(offset);
    return Failure(Fault::invalid_input, Diagnostic{.code = std::move(code),
                                                    .pointer = "",
                                                    .file = std::string(file),
                                                    .line = place.line,
                                                    .column = place.column,
                                                    .message = std::move(message),
                                                    .hint = std::move(hint)});
  };
  if (text.size() > limits.bytes)
    return fail("document.too_large", 0,
                fmt::format("the text has {} bytes, more than {}", text.size(), limits.bytes),
                "split it, or keep long texts in files of their own");
  if (text.starts_with("\xEF\xBB\xBF"))
    return fail("document.bom", 0, "the text begins with a byte order mark",
                "save it as UTF-8 without byte order mark");
  if (const auto offset = find_invalid_utf8(text))
    return fail("document.utf8", *offset, "the text is not valid UTF-8 here", "save it as UTF-8");
  return {};
}

}  // namespace crafter
