// Works on lines that the lexer of base has told apart; the proof compares syntax trees afterwards.

#include "render/place.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/python_lines.h"
#include "base/text.h"
#include "render/python_reads.h"
#include "render/python_words.h"

namespace crafter {
namespace {

constexpr std::string_view kIndent = "    ";

std::string_view stripped(std::string_view text) {
  constexpr std::string_view kSpace = " \t\f\v";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

bool is_empty(const PythonLine& line) { return !line.in_string && stripped(line.text).empty(); }

/// What a line without strings says before its comment.
std::string_view code_of(std::string_view line) { return line.substr(0, line.find('#')); }

bool is_idle(const PythonLine& line) {
  if (line.in_string) return false;
  return std::ranges::all_of(split(code_of(line.text), ';'), [](const std::string& statement) {
    const std::string_view word = stripped(statement);
    return word.empty() || word == "pass" || word == "...";
  });
}

/// The lines without empty ones at both ends.
std::vector<PythonLine> lines_of(std::string_view implementation) {
  std::vector<PythonLine> lines = python_lines(implementation);
  while (!lines.empty() && is_empty(lines.back())) lines.pop_back();
  lines.erase(lines.begin(), std::ranges::find_if_not(lines, is_empty));
  return lines;
}

std::string indented(const std::vector<PythonLine>& lines) {
  std::string text;
  for (const PythonLine& line : lines) {
    if (line.in_string)
      text += line.text;
    else if (!is_empty(line))
      text.append(kIndent).append(line.text);
    text += '\n';
  }
  return text;
}

/// In as few lines as fit.
std::string not_implemented(const Body& body) {
  const std::string first = fmt::format("{} is not implemented yet: ", body.tool);
  const std::string second = fmt::format("edit {}", body.file);
  const std::string whole = python_literal(first + second);
  const std::string line = fmt::format("{}raise NotImplementedError({})\n", kIndent, whole);
  if (line.size() <= kPythonWidth + 1) return line;
  const bool fits = 2 * kIndent.size() + whole.size() <= kPythonWidth;
  const std::string inside = fits ? whole
                                  : fmt::format("{}\n{}{}{}", python_literal(first), kIndent,
                                                kIndent, python_literal(second));
  return fmt::format("{0}raise NotImplementedError(\n{0}{0}{1}\n{0})\n", kIndent, inside);
}

std::string unwritten(const Body& body) {
  std::string text;
  for (const PythonLine& line : lines_of(body.implementation)) {
    const std::string_view comment = line.text.substr(code_of(line.text).size());
    if (!line.blank && comment.empty()) continue;
    if (!comment.empty()) text.append(kIndent).append(stripped(comment));
    text += '\n';
  }
  return text + not_implemented(body);
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// `city = kwargs["city"]` for each bare name that the snippet reads.
std::string prelude(const Body& body) {
  const auto read = names_read(body.implementation);
  const auto taken = names_read(body.signature);
  std::string text;
  for (const std::string& name : body.properties) {
    if (!is_python_name(name) || name == "__debug__" || taken.contains(name)) continue;
    if (!read.contains(name)) continue;
    text += contains(body.present, name)
                ? fmt::format("{}{} = kwargs[\"{}\"]\n", kIndent, name, name)
                : fmt::format("{}{} = kwargs.get(\"{}\")\n", kIndent, name, name);
  }
  return text;
}

/// `name` or `async def name` ... at the beginning of the line, as a word.
bool begins_with(std::string_view line, std::string_view word) {
  if (!line.starts_with(word)) return false;
  const std::string_view rest = line.substr(word.size());
  return rest.empty() || std::string_view(" \t(:=[").find(rest[0]) != std::string_view::npos;
}

bool is_assignment(std::string_view line) {
  const std::size_t end = line.find_first_of(" \t:=");
  if (end == line.npos || !is_python_name(line.substr(0, end))) return false;
  const std::string_view rest = stripped(line.substr(end));
  return rest.starts_with(':') || (rest.starts_with('=') && !rest.starts_with("=="));
}

/// What may stand at the top of a module that defines a tool. Closing brackets and the like never
/// begin a logical line.
bool is_declaration(std::string_view line) {
  for (const std::string_view word : {"def", "async def", "class", "import", "from"})
    if (begins_with(line, word)) return true;
  return line.starts_with('@') || line.starts_with('"') || line.starts_with('\'') ||
         is_assignment(line);
}

}  // namespace

bool is_unwritten(std::string_view implementation) {
  return std::ranges::all_of(python_lines(implementation), is_idle);
}

bool is_definition(std::string_view implementation, std::string_view name) {
  bool is_defined = false;
  for (const PythonLine& line : python_lines(implementation)) {
    if (line.in_string || line.continues || line.blank) continue;
    if (line.text.starts_with(' ') || line.text.starts_with('\t')) continue;
    if (!is_declaration(line.text)) return false;
    for (const std::string_view word : {"def ", "async def "})
      if (line.text.starts_with(word) && begins_with(line.text.substr(word.size()), name))
        is_defined = true;
  }
  return is_defined;
}

std::string placed_body(const Body& body) {
  if (is_unwritten(body.implementation)) return unwritten(body);
  return prelude(body) + indented(lines_of(body.implementation));
}

}  // namespace crafter
