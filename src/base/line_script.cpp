// Myers's search in linear space (see line_diff.h).

#include "base/line_script.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace crafter {
namespace {

using Number = std::ptrdiff_t;

/// A part of both sequences, and a point in it.
struct Box {
  Number old_begin, old_end, new_begin, new_end;
};
struct Point {
  Number x, y;  // in the old sequence, in the new one
};

/// Myers's search: from both ends at once, to the point where the two meet.
class Search {
 public:
  Search(const LineSequence& old_side, const LineSequence& new_side, LineFlags* old_flags,
         LineFlags* new_flags)
      : old_(old_side),
        new_(new_side),
        old_flags_(*old_flags),
        new_flags_(*new_flags),
        zero_(static_cast<Number>(new_side.lines.size()) + 1),
        forward_(old_side.lines.size() + new_side.lines.size() + 3),
        backward_(forward_.size()),
        most_(std::max<Number>(
            256, static_cast<Number>(std::sqrt(static_cast<double>(forward_.size()))))) {}

  void run() { solve({0, size(old_), 0, size(new_)}); }

 private:
  static Number size(const LineSequence& sequence) {
    return static_cast<Number>(sequence.lines.size());
  }
  static Number line(const LineSequence& sequence, Number at) {
    return sequence.lines[static_cast<std::size_t>(at)];
  }
  static void flag(const LineSequence& sequence, Number begin, Number end, LineFlags& flags) {
    for (Number at = begin; at < end; ++at)
      flags[sequence.places[static_cast<std::size_t>(at)]] = 1;
  }

  [[nodiscard]] bool is_equal(Number x, Number y) const { return line(old_, x) == line(new_, y); }
  Number& forward(Number diagonal) {
    return forward_[static_cast<std::size_t>(diagonal + zero_)];
  }
  Number& backward(Number diagonal) {
    return backward_[static_cast<std::size_t>(diagonal + zero_)];
  }

  void solve(Box box) {
    for (;;) {
      while (box.old_begin < box.old_end && box.new_begin < box.new_end &&
             is_equal(box.old_begin, box.new_begin))
        ++box.old_begin, ++box.new_begin;
      while (box.old_begin < box.old_end && box.new_begin < box.new_end &&
             is_equal(box.old_end - 1, box.new_end - 1))
        --box.old_end, --box.new_end;
      if (box.old_begin == box.old_end || box.new_begin == box.new_end) break;
      const Point middle = meeting(box);
      solve({box.old_begin, middle.x, box.new_begin, middle.y});
      box.old_begin = middle.x;
      box.new_begin = middle.y;
    }
    flag(old_, box.old_begin, box.old_end, old_flags_);
    flag(new_, box.new_begin, box.new_end, new_flags_);
  }

  /// The diagonals that one direction has reached; all inside the box.
  struct Reach {
    Number least, most;

    /// One difference more; `outside` is put on the diagonals beside the new ones.
    template <class At>
    void widen(const Box& box, At at, Number outside) {
      if (least > box.old_begin - box.new_end)
        at(--least - 1) = outside;
      else
        ++least;
      if (most < box.old_end - box.new_begin)
        at(++most + 1) = outside;
      else
        --most;
    }
    [[nodiscard]] bool has(Number diagonal) const { return least <= diagonal && diagonal <= most; }
  };

  Point meeting(const Box& box) {
    const Number first = box.old_begin - box.new_begin;
    const Number last = box.old_end - box.new_end;
    const bool is_odd = ((first - last) & 1) != 0;
    Reach ahead{first, first};
    Reach behind{last, last};
    forward(first) = box.old_begin;
    backward(last) = box.old_end;
    for (Number differences = 1;; ++differences) {
      ahead.widen(box, [&](Number d) -> Number& { return forward(d); }, -1);
      for (Number d = ahead.most; d >= ahead.least; d -= 2) {
        const Number x = step_forward(box, d);
        if (is_odd && behind.has(d) && backward(d) <= x) return {x, x - d};
      }
      behind.widen(box, [&](Number d) -> Number& { return backward(d); },
                   std::numeric_limits<Number>::max());
      for (Number d = behind.most; d >= behind.least; d -= 2) {
        const Number x = step_backward(box, d);
        if (!is_odd && ahead.has(d) && x <= forward(d)) return {x, x - d};
      }
      if (differences >= most_) return furthest(box, ahead);
    }
  }

  Number step_forward(const Box& box, Number d) {
    Number x = forward(d - 1) >= forward(d + 1) ? forward(d - 1) + 1 : forward(d + 1);
    while (x < box.old_end && x - d < box.new_end && is_equal(x, x - d)) ++x;
    return forward(d) = x;
  }
  Number step_backward(const Box& box, Number d) {
    Number x = backward(d - 1) < backward(d + 1) ? backward(d - 1) : backward(d + 1) - 1;
    while (x > box.old_begin && x - d > box.new_begin && is_equal(x - 1, x - d - 1)) --x;
    return backward(d) = x;
  }

  /// Where the way from the beginning got furthest: the search is not worth more.
  Point furthest(const Box& box, const Reach& ahead) {
    Point best{box.old_begin, box.new_begin};
    for (Number d = ahead.most; d >= ahead.least; d -= 2) {
      const Number x = std::min({forward(d), box.old_end, box.new_end + d});
      if (x >= box.old_begin && x - d >= box.new_begin && x + x - d > best.x + best.y)
        best = {x, x - d};
    }
    return best;
  }

  const LineSequence& old_;
  const LineSequence& new_;
  LineFlags& old_flags_;
  LineFlags& new_flags_;
  Number zero_;
  std::vector<Number> forward_;   // how far in the old sequence each diagonal was followed
  std::vector<Number> backward_;  // the same from the end
  Number most_;                   // differences
};

}  // namespace

void flag_differences(const LineSequence& old_side, const LineSequence& new_side,
                      LineFlags* old_flags, LineFlags* new_flags) {
  Search(old_side, new_side, old_flags, new_flags).run();
}

}  // namespace crafter
