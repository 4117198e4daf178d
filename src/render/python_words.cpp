// Tables of Python's own words, and how text is written between quotes.

#include "render/python_words.h"

#include <algorithm>
#include <array>

#include "render/quoted.h"
#include "tmpl/visible.h"

namespace crafter {
namespace {

constexpr std::array<std::string_view, 35> kKeywords = {
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};

constexpr std::array<std::string_view, 71> kBuiltins = {
    "abs",       "aiter",      "all",        "anext",   "any",      "ascii",     "bin",
    "bool",      "breakpoint", "bytearray",  "bytes",   "callable", "chr",       "classmethod",
    "compile",   "complex",    "delattr",    "dict",    "dir",      "divmod",    "enumerate",
    "eval",      "exec",       "filter",     "float",   "format",   "frozenset", "getattr",
    "globals",   "hasattr",    "hash",       "help",    "hex",      "id",        "input",
    "int",       "isinstance", "issubclass", "iter",    "len",      "list",      "locals",
    "map",       "max",        "memoryview", "min",     "next",     "object",    "oct",
    "open",      "ord",        "pow",        "print",   "property", "range",     "repr",
    "reversed",  "round",      "set",        "setattr", "slice",    "sorted",    "staticmethod",
    "str",       "sum",        "super",      "tuple",   "type",     "vars",      "zip",
    "__import__"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_other_script(char c) { return static_cast<unsigned char>(c) >= 0x80; }

/// Characters, not bytes: the nearest that there is to columns.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void replace_all(std::string& text, std::string_view old, std::string_view fresh) {
  for (std::size_t at = 0; (at = text.find(old, at)) != text.npos; at += fresh.size())
    text.replace(at, old.size(), fresh);
}

/// Whole words as long as they fit, or what fits of the first.
std::string shortened(std::string text, std::size_t columns) {
  while (width(text) > columns) {
    const std::size_t space = text.rfind(' ');
    if (space == text.npos) {
      do {
        text.pop_back();
      } while (!text.empty() && is_other_script(text.back()));
    } else {
      text.erase(space);
    }
  }
  return text;
}

void capitalise(std::string& text) {
  std::string_view word = std::string_view(text).substr(0, text.find(' '));
  while (!word.empty() && std::string_view(".,!?:;").find(word.back()) != std::string_view::npos)
    word.remove_suffix(1);
  const auto is_plain = [](char c) { return (is_letter(c) && c != '_') || c == '\''; };
  if (!word.empty() && std::ranges::all_of(word, is_plain) && word[0] >= 'a' && word[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
}

}  // namespace

bool is_python_keyword(std::string_view word) {
  return std::ranges::find(kKeywords, word) != kKeywords.end();
}

bool is_python_builtin(std::string_view word) {
  return std::ranges::find(kBuiltins, word) != kBuiltins.end();
}

bool is_python_name(std::string_view word) {
  return !word.empty() && is_letter(word[0]) &&
         std::ranges::all_of(word, [](char c) { return is_letter(c) || is_digit(c); }) &&
         !is_python_keyword(word);
}

std::string python_literal(std::string_view text) {
  const bool has_double = text.find('"') != text.npos;
  return quoted(text, has_double && text.find('\'') == text.npos ? '\'' : '"');
}

std::string python_docstring(std::string_view text, std::string_view fallback, std::size_t indent) {
  const std::size_t columns = kPythonWidth - indent - std::string_view("r\"\"\"...\"\"\"").size();
  std::string line = tmpl::visible_line(text);
  if (line.empty()) line = fallback;
  replace_all(line, "\"\"\"", "'''");
  const bool is_cut = width(line) > columns;
  line = shortened(std::move(line), columns);
  while (!line.empty() && std::string_view(" .,:;?!").find(line.back()) != std::string_view::npos)
    line.pop_back();
  if (line.empty()) line = fallback.substr(0, fallback.find_last_not_of('.') + 1);
  capitalise(line);
  const std::string_view raw = line.find('\\') == line.npos ? "" : "r";
  return std::string(raw) + "\"\"\"" + line + (is_cut ? "...\"\"\"" : ".\"\"\"");
}

}  // namespace crafter
