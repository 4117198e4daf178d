// Three-way merge: both sides' hunks, gathered where they touch.

#include "base/merge3.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/line_diff.h"

namespace crafter {
namespace {

/// Lines [begin, end) of a side.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] bool is_empty() const { return begin == end; }
};

enum class Take { yours, update, contested };

/// A place where one side differs from the base, or both do and from each other.
struct Region {
  Take take;
  Range yours;
  Range update;
};

bool is_equal(const Lines& one, const Range& in_one, const Lines& two, const Range& in_two) {
  const auto at = [](const Lines& lines, std::size_t index) {
    return lines.begin() + static_cast<std::ptrdiff_t>(index);
  };
  return std::equal(at(one, in_one.begin), at(one, in_one.end), at(two, in_two.begin),
                    at(two, in_two.end));
}

/// The hunks of one side, taken one by one.
class Side {
 public:
  Side(const Lines& base, const Lines& lines) : hunks_(diff_lines(base, lines)) {}

  [[nodiscard]] bool is_done() const { return next_ == hunks_.size(); }
  [[nodiscard]] std::size_t begin() const {
    return is_done() ? static_cast<std::size_t>(-1) : hunks_[next_].old_begin;
  }
  /// Takes all hunks that touch [.., end]; where the last of them ends in the base, or `end`.
  std::size_t take_to(std::size_t end) {
    while (!is_done() && begin() <= end) {
      end = std::max(end, hunks_[next_].old_end);
      ++next_;
    }
    return end;
  }
  [[nodiscard]] std::size_t taken() const { return next_; }
  /// Where a line of the base before hunk number `hunk` stands on this side.
  [[nodiscard]] std::size_t here(std::size_t base_line, std::size_t hunk) const {
    if (hunk == 0) return base_line;
    return base_line - hunks_[hunk - 1].old_end + hunks_[hunk - 1].new_end;
  }

 private:
  std::vector<Hunk> hunks_;
  std::size_t next_ = 0;
};

std::vector<Region> regions_of(const Lines& base, const Lines& yours, const Lines& update) {
  Side one(base, yours);
  Side two(base, update);
  std::vector<Region> regions;
  while (!one.is_done() || !two.is_done()) {
    const std::size_t begin = std::min(one.begin(), two.begin());
    const std::size_t had_one = one.taken();
    const std::size_t had_two = two.taken();
    std::size_t end = begin;
    for (std::size_t before = end + 1; before != end;) {
      before = end;
      end = two.take_to(one.take_to(end));
    }
    const Range in_one{one.here(begin, had_one), one.here(end, one.taken())};
    const Range in_two{two.here(begin, had_two), two.here(end, two.taken())};
    if (is_equal(yours, in_one, update, in_two)) continue;  // both made the same change
    regions.push_back({two.taken() == had_two   ? Take::yours
                       : one.taken() == had_one ? Take::update
                                                : Take::contested,
                       in_one, in_two});
  }
  return regions;
}

/// What both sides have in common inside a contested region is not contested.
void refine(const Lines& yours, const Lines& update, const Region& region,
            std::vector<Region>* refined) {
  const auto part = [](const Lines& lines, const Range& range) {
    return Lines(lines.begin() + static_cast<std::ptrdiff_t>(range.begin),
                 lines.begin() + static_cast<std::ptrdiff_t>(range.end));
  };
  if (region.take != Take::contested || region.yours.is_empty() || region.update.is_empty())
    return refined->push_back(region);
  for (const Hunk& hunk : diff_lines(part(yours, region.yours), part(update, region.update)))
    refined->push_back(
        {Take::contested,
         {region.yours.begin + hunk.old_begin, region.yours.begin + hunk.old_end},
         {region.update.begin + hunk.new_begin, region.update.begin + hunk.new_end}});
}

bool has_word(const Lines& lines, const Range& range) {
  return std::any_of(lines.begin() + static_cast<std::ptrdiff_t>(range.begin),
                     lines.begin() + static_cast<std::ptrdiff_t>(range.end),
                     [](std::string_view line) {
                       return std::ranges::any_of(line, [](char c) {
                         return std::isalnum(static_cast<unsigned char>(c)) != 0;
                       });
                     });
}

/// Contested places with little between them are easier to read as one.
std::vector<Region> joined(const Lines& yours, const std::vector<Region>& regions) {
  constexpr std::size_t kLittle = 3;
  std::vector<Region> joint;
  for (const Region& region : regions) {
    const bool may_join = !joint.empty() && joint.back().take == Take::contested &&
                          region.take == Take::contested;
    const Range between{may_join ? joint.back().yours.end : 0, may_join ? region.yours.begin : 0};
    if (may_join && (between.end - between.begin <= kLittle || !has_word(yours, between))) {
      joint.back().yours.end = region.yours.end;
      joint.back().update.end = region.update.end;
    } else {
      joint.push_back(region);
    }
  }
  return joint;
}

enum class Ends { unknown, plain, crlf };

/// How the line at `at` ends, or the one before it when it is the last and does not end.
Ends ends_at(const Lines& lines, std::size_t at) {
  if (at >= lines.size()) return Ends::unknown;
  if (!lines[at].ends_with('\n')) return at == 0 ? Ends::unknown : ends_at(lines, at - 1);
  return lines[at].ends_with("\r\n") ? Ends::crlf : Ends::plain;
}

/// Puts the result together.
class Writer {
 public:
  Writer(const Lines& base, const Lines& yours, const Lines& update, const Labels& labels)
      : base_(base), yours_(yours), update_(update), labels_(labels) {}

  void put(const Region& region) {
    put_all(yours_, {at_, region.yours.begin});
    at_ = region.yours.end;
    if (region.take == Take::yours) return put_all(yours_, region.yours);
    if (region.take == Take::update) return put_all(update_, region.update);
    put_contest(region);
    put_lines(yours_, region.yours, &merged_.yours);
    put_lines(update_, region.update, &merged_.update);
  }

  Merged finish() {
    put_all(yours_, {at_, yours_.size()});
    return std::move(merged_);
  }

 private:
  static void put_lines(const Lines& lines, const Range& range, std::string* text) {
    for (std::size_t at = range.begin; at < range.end; ++at) *text += lines[at];
  }
  void put_all(const Lines& lines, const Range& range) {
    for (std::string* text : {&merged_.text, &merged_.yours, &merged_.update})
      put_lines(lines, range, text);
  }

  void put_contest(const Region& region) {
    ++merged_.conflicts;
    const std::string_view end = line_end(region);
    merged_.text.append("<<<<<<< ").append(labels_.yours).append(end);
    put_side(yours_, region.yours, end);
    merged_.text.append("=======").append(end);
    put_side(update_, region.update, end);
    merged_.text.append(">>>>>>> ").append(labels_.update).append(end);
  }

  /// A marker begins a line, whatever stands before it.
  void put_side(const Lines& lines, const Range& range, std::string_view end) {
    put_lines(lines, range, &merged_.text);
    if (!range.is_empty() && !lines[range.end - 1].ends_with('\n')) merged_.text += end;
  }

  [[nodiscard]] std::string_view line_end(const Region& region) const {
    Ends ends = ends_before(yours_, region.yours);
    if (ends != Ends::plain) ends = ends_before(update_, region.update);
    if (ends != Ends::plain) ends = ends_at(base_, 0);
    return ends == Ends::crlf ? "\r\n" : "\n";
  }
  static Ends ends_before(const Lines& lines, const Range& range) {
    return ends_at(lines, range.begin == 0 ? 0 : range.begin - 1);
  }

  const Lines& base_;
  const Lines& yours_;
  const Lines& update_;
  const Labels& labels_;
  std::size_t at_ = 0;
  Merged merged_;
};

}  // namespace

Merged merge3(std::string_view base, std::string_view yours, std::string_view update,
              const Labels& labels) {
  const Lines base_lines = lines_of(base);
  const Lines your_lines = lines_of(yours);
  const Lines update_lines = lines_of(update);
  std::vector<Region> regions;
  for (const Region& region : regions_of(base_lines, your_lines, update_lines))
    refine(your_lines, update_lines, region, &regions);
  Writer writer(base_lines, your_lines, update_lines, labels);
  for (const Region& region : joined(your_lines, regions)) writer.put(region);
  return writer.finish();
}

}  // namespace crafter
