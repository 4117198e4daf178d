// Compares texts line by line: numbers the lines, finds a short script, puts its hunks in place.

#include "base/line_diff.h"

#include <algorithm>
#include <unordered_map>

#include "base/line_script.h"

namespace crafter {
namespace {

using Number = std::ptrdiff_t;

/// The two texts as numbers: equal lines have equal numbers.
struct Numbered {
  std::vector<Number> lines[2];
  std::vector<Number> counts[2];  // how often each number occurs in either text
};

Numbered numbered(const Lines& old_lines, const Lines& new_lines) {
  Numbered numbers;
  std::unordered_map<std::string_view, Number> known;
  const Lines* texts[] = {&old_lines, &new_lines};
  for (std::size_t side = 0; side < 2; ++side)
    for (const std::string_view line : *texts[side]) {
      const auto number = known.try_emplace(line, static_cast<Number>(known.size())).first->second;
      numbers.lines[side].push_back(number);
    }
  for (std::size_t side = 0; side < 2; ++side) {
    numbers.counts[side].resize(known.size());
    for (const Number line : numbers.lines[side])
      ++numbers.counts[side][static_cast<std::size_t>(line)];
  }
  return numbers;
}

/// How a line takes part: not at all (the other text has none like it), or as one of many.
enum class Rank : char { alone, matched, frequent };

/// About the square root, rounded up to a power of two.
Number frequent_from(std::size_t count) {
  Number limit = 1;
  for (; count > 0; count >>= 2) limit <<= 1;
  return std::min<Number>(limit, 1024);
}

/// How many lines beside `at` in one direction are alone and how many frequent, to the next that is
/// matched or a hundred away.
struct Neighbours {
  std::size_t alone = 0;
  std::size_t frequent = 1;
};

Neighbours beside(const std::vector<Rank>& ranks, std::size_t at, int step) {
  constexpr std::size_t kWindow = 100;
  Neighbours found;
  for (std::size_t away = 1; away <= kWindow; ++away) {
    if (step < 0 ? away > at : at + away >= ranks.size()) break;
    const Rank rank = ranks[step < 0 ? at - away : at + away];
    if (rank == Rank::matched) break;
    ++(rank == Rank::alone ? found.alone : found.frequent);
  }
  return found;
}

/// A frequent line (a blank one, a brace) amid lines that are alone is no anchor for a match.
bool is_lost(const std::vector<Rank>& ranks, std::size_t at) {
  const Neighbours before = beside(ranks, at, -1);
  const Neighbours after = beside(ranks, at, +1);
  if (before.alone == 0 || after.alone == 0) return false;
  const std::size_t frequent = before.frequent + after.frequent;
  return frequent * 4 < frequent + before.alone + after.alone;
}

/// What is left to search of the lines [begin, end) of one side; all others there are flagged.
LineSequence searched(const Numbered& numbers, std::size_t side, std::size_t begin, std::size_t end,
                  LineFlags* flags) {
  const auto& lines = numbers.lines[side];
  const Number limit = frequent_from(lines.size());
  std::vector<Rank> ranks;
  for (std::size_t at = begin; at < end; ++at) {
    const Number count = numbers.counts[1 - side][static_cast<std::size_t>(lines[at])];
    ranks.push_back(count == 0 ? Rank::alone : count >= limit ? Rank::frequent : Rank::matched);
  }
  LineSequence sequence;
  for (std::size_t at = begin; at < end; ++at) {
    const Rank rank = ranks[at - begin];
    if (rank == Rank::alone || (rank == Rank::frequent && is_lost(ranks, at - begin))) {
      (*flags)[at] = 1;
      continue;
    }
    sequence.lines.push_back(lines[at]);
    sequence.places.push_back(at);
  }
  return sequence;
}

/// Slides the flagged groups of one side along equal lines: groups that touch become one, and each
/// comes to stand beside a group of the other side, or as far down as it can.
void slide(const std::vector<Number>& lines, const LineFlags& other, LineFlags* flags) {
  std::vector<char> gaps{0};  // whether the other side has a group before its n-th plain line
  for (const char flag : other) flag != 0 ? void(gaps.back() = 1) : gaps.push_back(0);
  LineFlags& own = *flags;
  const std::size_t size = lines.size();
  std::size_t begin = 0;
  for (std::size_t plain = 0; begin < size; ++begin, ++plain) {
    std::size_t end = begin;
    while (end < size && own[end] != 0) ++end;
    if (end == begin) continue;
    std::size_t before = 0;
    std::size_t earliest = 0;
    bool is_beside = false;
    do {
      before = end - begin;
      while (begin > 0 && lines[begin - 1] == lines[end - 1]) {
        own[--begin] = 1, own[--end] = 0, --plain;
        while (begin > 0 && own[begin - 1] != 0) --begin;
      }
      earliest = end;
      is_beside = gaps[plain] != 0;
      while (end < size && lines[begin] == lines[end]) {
        own[begin++] = 0, own[end++] = 1, ++plain;
        while (end < size && own[end] != 0) ++end;
        is_beside = is_beside || gaps[plain] != 0;
      }
    } while (before != end - begin);
    while (is_beside && end > earliest && gaps[plain] == 0)
      own[--begin] = 1, own[--end] = 0, --plain;
    begin = end;
  }
}

std::vector<Hunk> hunks_of(const LineFlags& old_flags, const LineFlags& new_flags) {
  std::vector<Hunk> hunks;
  std::size_t x = 0;
  std::size_t y = 0;
  while (x < old_flags.size() || y < new_flags.size()) {
    Hunk hunk{x, x, y, y};
    while (hunk.old_end < old_flags.size() && old_flags[hunk.old_end] != 0) ++hunk.old_end;
    while (hunk.new_end < new_flags.size() && new_flags[hunk.new_end] != 0) ++hunk.new_end;
    if (hunk.old_begin != hunk.old_end || hunk.new_begin != hunk.new_end) hunks.push_back(hunk);
    x = hunk.old_end + 1;
    y = hunk.new_end + 1;
  }
  return hunks;
}

}  // namespace

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

std::vector<Hunk> diff_lines(const Lines& old_lines, const Lines& new_lines) {
  const Numbered numbers = numbered(old_lines, new_lines);
  const auto& [before, after] = numbers.lines;
  const auto least = std::min(before.size(), after.size());
  std::size_t head = 0;
  while (head < least && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < least - head && before.end()[-1 - static_cast<Number>(tail)] ==
                                    after.end()[-1 - static_cast<Number>(tail)])
    ++tail;
  LineFlags old_flags(before.size());
  LineFlags new_flags(after.size());
  const LineSequence old_side = searched(numbers, 0, head, before.size() - tail, &old_flags);
  const LineSequence new_side = searched(numbers, 1, head, after.size() - tail, &new_flags);
  flag_differences(old_side, new_side, &old_flags, &new_flags);
  slide(before, new_flags, &old_flags);
  slide(after, old_flags, &new_flags);
  return hunks_of(old_flags, new_flags);
}

}  // namespace crafter
