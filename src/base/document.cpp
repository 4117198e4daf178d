// Finds places in documents, and the reader that fits a text.

#include "base/document.h"

#include "base/assert.h"

namespace crafter {
namespace {

Place find_place(const std::map<std::string, Place, std::less<>>& places,
                 std::string_view pointer) {
  for (;;) {
    if (const auto found = places.find(pointer); found != places.end()) return found->second;
    if (pointer.empty()) return {};
    pointer = pointer.substr(0, pointer.rfind('/') == pointer.npos ? 0 : pointer.rfind('/'));
  }
}

Diagnostic make_error(const Document& document, Place place, std::string_view code,
                      std::string_view pointer, std::string message, std::string hint) {
  return {.code = std::string(code),
          .pointer = std::string(pointer),
          .file = document.file,
          .line = place.line,
          .column = place.column,
          .message = std::move(message),
          .hint = std::move(hint)};
}

}  // namespace

Place Document::place(std::string_view pointer) const { return find_place(places, pointer); }

Diagnostic Document::error(std::string_view code, std::string_view pointer, std::string message,
                           std::string hint) const {
  return make_error(*this, place(pointer), code, pointer, std::move(message), std::move(hint));
}

Diagnostic Document::name_error(std::string_view code, std::string_view pointer,
                                std::string message, std::string hint) const {
  const auto name = names.find(pointer);
  const Place where = name == names.end() ? place(pointer) : name->second;
  return make_error(*this, where, code, pointer, std::move(message), std::move(hint));
}

Result<Document> read_document(std::string_view text, std::string file, const Limits& limits) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool braced = first != text.npos && text[first] == '{';
  return braced || file.ends_with(".json") ? read_json(text, std::move(file), limits)
                                           : read_yaml(text, std::move(file), limits);
}

}  // namespace crafter
