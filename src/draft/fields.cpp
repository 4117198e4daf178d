// Fields that several steps of drafting read alike: texts, lists of objects, implementations.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "draft/drafting.h"

namespace crafter {
namespace {

constexpr std::size_t kLongestLine = 128;
constexpr std::size_t kLongestPointer = 1024;

int line_of(std::string_view text, std::size_t offset) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, offset), '\n'));
}

}  // namespace

std::string place_in(const std::string& pointer, std::string_view name) {
  return pointer.size() + name.size() > kLongestPointer ? pointer : append_pointer(pointer, name);
}

std::string place_in(const std::string& pointer, std::size_t index) {
  return pointer.size() > kLongestPointer ? pointer : append_pointer(pointer, index);
}

void check_plain_text(Problems& problems, const std::string& pointer, std::string_view text) {
  if (const auto bad = find_forbidden(text))
    problems.error("form.character", pointer, fmt::format("the text holds {}", bad->name),
                   "take it out: readers could not see it, or not see what is there");
}

std::optional<std::string> read_plain_text(Reader& reader, std::string_view name) {
  auto text = reader.text(name);
  if (text) check_plain_text(reader.problems(), reader.at(name), *text);
  return text;
}

std::optional<std::string> read_line(Reader& reader, std::string_view name) {
  auto text = read_plain_text(reader, name);
  if (!text) return text;
  if (text->empty() || text->size() > kLongestLine)
    reader.note(name, "form.length", fmt::format("{} has {} bytes", name, text->size()),
                fmt::format("1 to {} are possible", kLongestLine));
  else if (text->find_first_of("\n\t") != text->npos)
    reader.note(name, "form.line", fmt::format("{} has several lines, or tabs", name),
                "write it on one line");
  return text;
}

std::string read_implementation(Reader& reader, Drafting& work) {
  const auto given = reader.text("implementation");
  if (!given) return "";
  Dedent code = dedent(*given);
  const std::string pointer = reader.at("implementation");
  if (const auto bad = find_forbidden(code.text)) {
    work.problems.error("form.character", pointer,
                        fmt::format("line {} of the implementation holds {}",
                                    line_of(code.text, bad->offset) + code.skipped, bad->name),
                        "take it out, or write it as an escape like \\u200b in a string");
    return "";
  }
  std::string text = code.text;
  work.submitted.push_back({pointer, std::move(code)});
  return text;
}

std::vector<ListItem> read_items(Reader& reader, std::string_view name, std::size_t most) {
  std::vector<ListItem> items;
  const JsonArray* list = reader.list(name);
  if (list == nullptr) return items;
  if (list->size() > most) {
    reader.note(name, "form.too_many",
                fmt::format("{} has {} items, more than {}", name, list->size(), most),
                "split the server into several");
    return items;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string pointer = append_pointer(reader.at(name), i);
    if ((*list)[i].is_object())
      items.push_back({&(*list)[i], pointer});
    else
      Reader((*list)[i], pointer, reader.problems());  // says what it is instead
  }
  return items;
}

}  // namespace crafter
