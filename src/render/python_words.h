// Words of Python: names, literals, docstrings.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace crafter {

inline constexpr std::size_t kPythonWidth = 100;

/// An ASCII identifier that is no keyword.
bool is_python_name(std::string_view word);
bool is_python_keyword(std::string_view word);
/// A function or type that every module has: `len`, `id`.
bool is_python_builtin(std::string_view word);

/// A string literal on one line, in the quotes that need fewer escapes.
std::string python_literal(std::string_view text);

/// A docstring on one line that ends with a full stop and fits behind `indent` spaces; too long a
/// text is cut at a word. Never empty: `fallback` stands in. A capital begins it where a plain word
/// does.
std::string python_docstring(std::string_view text, std::string_view fallback, std::size_t indent);

}  // namespace crafter
