// How things are said to people.

#include "cli/speech.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "cli/envelope.h"

namespace crafter::cli {
namespace {

/// "form.json:12:5: "; a flag has no lines, and what is wrong with a whole file has none either.
std::string place(const Diagnostic& diagnostic) {
  if (diagnostic.file.empty()) return "";
  const bool is_flag = diagnostic.file == "NAME" || diagnostic.file.starts_with("--");
  const bool is_whole = is_flag || diagnostic.pointer.empty();
  if (is_whole && diagnostic.line == 1 && diagnostic.column == 1) return diagnostic.file + ": ";
  return fmt::format("{}:{}:{}: ", diagnostic.file, diagnostic.line, diagnostic.column);
}

/// One line after "hint:"; several, such as a program's output, behind bars.
std::string told_hint(std::string_view hint, bool colour) {
  const std::string_view text = trim(hint);
  if (text.find('\n') == text.npos)
    return fmt::format("  {}: {}\n", painted(colour, Tone::good, "hint"), harmless(text));
  std::string lines;
  for (const std::string& line : split(text, '\n'))
    lines += fmt::format("  {} {}\n", painted(colour, Tone::faint, "|"), harmless(line));
  return lines;
}

std::string one_line(std::string_view text) {
  std::string line = harmless(text);
  for (char& c : line)
    if (c == '\n' || c == '\t') c = ' ';
  return line;
}

std::size_t width(std::string_view text) {  // in characters, which is near enough to columns
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string painted(bool colour, Tone tone, std::string_view text) {
  constexpr std::array<std::string_view, 5> kCodes{"1", "32", "1;31", "1;33", "2"};
  if (!colour) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", kCodes.at(static_cast<std::size_t>(tone)), text);
}

std::string harmless(std::string_view text) {
  std::string safe(text);
  for (std::size_t i = 0; i < safe.size(); ++i) {
    const auto c = static_cast<unsigned char>(safe[i]);
    const bool is_c1 = c >= 0x80 && c < 0xA0 && i > 0 && safe[i - 1] == '\xC2';  // U+0080..U+009F
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) safe[i] = '?';
    if (is_c1) safe.replace(--i, 2, "?");
  }
  return safe;
}

std::string told(const Diagnostic& diagnostic, bool colour) {
  const bool is_error = diagnostic.severity == Severity::error;
  std::string line = painted(colour, Tone::strong, harmless(place(diagnostic)));
  line += painted(colour, is_error ? Tone::bad : Tone::wary, is_error ? "error:" : "warning:");
  line += ' ' + harmless(diagnostic.message);
  if (!diagnostic.pointer.empty())
    line += painted(colour, Tone::faint, fmt::format(" ({})", harmless(diagnostic.pointer)));
  return line + '\n' + (diagnostic.hint.empty() ? "" : told_hint(diagnostic.hint, colour));
}

std::string told(const std::vector<Diagnostic>& diagnostics, bool colour) {
  std::string text;
  for (const Diagnostic& diagnostic : brief(diagnostics, kMostBytes))
    text += told(diagnostic, colour);
  return text;
}

std::string table(std::vector<std::vector<std::string>> rows, std::size_t margin) {
  std::vector<std::size_t> widths;
  for (auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = one_line(row[i]);
      widths[i] = std::max(widths[i], width(row[i]));
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line(margin, ' ');
    for (std::size_t i = 0; i < row.size(); ++i)
      line += row[i] + std::string(widths[i] - width(row[i]) + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace crafter::cli
