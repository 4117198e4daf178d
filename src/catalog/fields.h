// Fields of documents that are lists of words or one of a few words.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/reader.h"

namespace crafter {

/// A string of a list, and where it stands.
struct Word {
  std::string text;
  std::string pointer;
};

/// The strings of the list `name`; items of another type are noted and left out.
std::vector<Word> read_words(Reader& reader, std::string_view name);

/// The same, for lists in which nothing may stand twice: what does is noted and left out.
std::vector<Word> read_distinct(Reader& reader, std::string_view name);

/// The texts of `read_distinct`, for who has nothing more to say about them.
std::vector<std::string> read_names(Reader& reader, std::string_view name);

/// A string that must be one of `choices`; another one is noted with the nearest of them.
std::optional<std::string> read_choice(Reader& reader, std::string_view name,
                                       std::span<const std::string> choices);

/// The string `name`, which must be there and not be empty; "" when that was noted.
std::string read_required(Reader& reader, std::string_view name);

/// "there is X", "there are X, Y and Z", "there are none".
std::string list_all(std::span<const std::string> names);

/// "did you mean X? possible: X, Y, Z", for a word that is none of `choices`.
std::string hint_at(std::string_view word, std::span<const std::string> choices);

}  // namespace crafter
