// Reads lists of words and choices, noting what is no word and no choice.

#include "catalog/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"

namespace crafter {

std::vector<Word> read_words(Reader& reader, std::string_view name) {
  std::vector<Word> words;
  const JsonArray* list = reader.list(name);
  if (list == nullptr) return words;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string pointer = append_pointer(reader.at(name), i);
    if (const auto* text = (*list)[i].if_string())
      words.push_back({std::string(text->data(), text->size()), pointer});
    else
      reader.problems().error("field.type", pointer, "expected a string",
                              "this is a list of strings");
  }
  return words;
}

std::vector<Word> read_distinct(Reader& reader, std::string_view name) {
  std::vector<Word> words = read_words(reader, name);
  std::set<std::string, std::less<>> seen;
  std::erase_if(words, [&](const Word& word) {
    if (seen.insert(word.text).second) return false;
    reader.problems().error("field.twice", word.pointer,
                            fmt::format("{} stands in the list already", quote(word.text)),
                            "name it once");
    return true;
  });
  return words;
}

std::vector<std::string> read_names(Reader& reader, std::string_view name) {
  std::vector<std::string> names;
  for (Word& word : read_distinct(reader, name)) names.push_back(std::move(word.text));
  return names;
}

std::optional<std::string> read_choice(Reader& reader, std::string_view name,
                                       std::span<const std::string> choices) {
  auto word = reader.text(name);
  if (!word || std::ranges::find(choices, *word) != choices.end()) return word;
  reader.note(name, "field.choice", fmt::format("there is no {} {}", name, quote(*word)),
              hint_at(*word, choices));
  return std::nullopt;
}

std::string read_required(Reader& reader, std::string_view name) {
  const bool is_there = reader.has(name);
  const auto text = reader.text(name);
  if (!is_there)
    reader.note(name, "field.missing", fmt::format("{} is missing", name), "every one needs it");
  if (text && text->empty()) reader.note(name, "field.empty", fmt::format("{} is empty", name));
  return text.value_or("");
}

std::string list_all(std::span<const std::string> names) {
  if (names.empty()) return "there are none";
  return fmt::format("there {} {}", names.size() == 1 ? "is" : "are", enumerate(names));
}

std::string hint_at(std::string_view word, std::span<const std::string> choices) {
  const std::string all = fmt::format("possible: {}", join(choices, ", "));
  const auto meant = nearest(word, choices);
  return meant ? fmt::format("did you mean {}? {}", quote(*meant), all) : all;
}

}  // namespace crafter
