// Compares, joins and quotes words.

#include "base/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace crafter {
namespace {

constexpr std::size_t kMostEdits = 2;
constexpr std::size_t kShortestBeginning = 4;
constexpr std::size_t kLongestQuote = 60;

/// Edits between two words that are near, else anything above kMostEdits.
std::size_t near_distance(std::string_view one, std::string_view two) {
  const std::size_t longer = std::max(one.size(), two.size());
  const std::size_t shorter = std::min(one.size(), two.size());
  return longer - shorter > kMostEdits ? kMostEdits + 1 : edit_distance(one, two);
}

std::string one_line(std::string_view text) {
  std::string out;
  for (std::size_t next = 0; next < text.size();) {
    const std::size_t begin = next;
    const char32_t character = next_utf8(text, next);
    const std::string_view bytes = text.substr(begin, next - begin);
    if (character == '"' || character == '\\')
      out.append(1, '\\').append(bytes);
    else if (character == '\n' || character == '\t' || find_forbidden(bytes))
      out += character == '\n'   ? "\\n"
             : character == '\t' ? "\\t"
                                 : fmt::format("\\u{:04x}", static_cast<unsigned>(character));
    else
      out.append(bytes);
  }
  return out;
}

}  // namespace

std::size_t edit_distance(std::string_view one, std::string_view two) {
  std::vector<std::size_t> before_last(two.size() + 1);
  std::vector<std::size_t> last(two.size() + 1);
  std::vector<std::size_t> row(two.size() + 1);
  for (std::size_t j = 0; j <= two.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= one.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= two.size(); ++j) {
      const std::size_t change = one[i - 1] == two[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
      const bool swapped = i > 1 && j > 1 && one[i - 1] == two[j - 2] && one[i - 2] == two[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row.back();
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  const std::string folded = lower(word);
  std::size_t best = std::min(kMostEdits, word.empty() ? 0 : (word.size() - 1) / 2) + 1;
  const std::string* found = nullptr;
  for (const std::string& candidate : candidates) {
    const std::size_t edits = near_distance(folded, lower(candidate));
    if (edits >= best) continue;
    best = edits;
    found = &candidate;
  }
  if (found == nullptr && folded.size() >= kShortestBeginning) {
    const auto begins = [&](const auto& candidate) { return lower(candidate).starts_with(folded); };
    const auto longer = std::ranges::find_if(candidates, begins);
    if (longer != candidates.end()) found = &*longer;
  }
  return found == nullptr ? std::nullopt : std::optional(*found);
}

std::string enumerate(std::span<const std::string> words) {
  if (words.empty()) return "nothing";
  if (words.size() == 1) return words.front();
  return join(words.first(words.size() - 1), ", ") + " and " + words.back();
}

std::string quote(std::string_view text) {
  if (text.size() <= kLongestQuote) return '"' + one_line(text) + '"';
  std::size_t end = kLongestQuote;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return '"' + one_line(text.substr(0, end)) + "...\"";
}

std::string join(std::span<const std::string> words, std::string_view between) {
  std::string all;
  for (std::size_t i = 0; i < words.size(); ++i) all.append(i == 0 ? "" : between).append(words[i]);
  return all;
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0, end = 0; end != text.npos; begin = end + 1) {
    end = text.find(at, begin);
    parts.emplace_back(text.substr(begin, end == text.npos ? end : end - begin));
  }
  return parts;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string lower(std::string_view text) {
  std::string folded(text);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return folded;
}

std::string fold_name(std::string_view name) {
  std::string folded;
  for (const char c : lower(name)) {
    const bool is_dash = c == '-' || c == '_' || c == '.';
    if (!is_dash)
      folded += c;
    else if (!folded.ends_with('-'))
      folded += '-';
  }
  return folded;
}

}  // namespace crafter
