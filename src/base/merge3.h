// Merges two changes of one text, line by line.

#pragma once

#include <string>
#include <string_view>

namespace crafter {

struct Merged {
  std::string text;    ///< with git's conflict markers around what is contested
  std::string yours;   ///< the same with your side where it is contested, and no marker
  std::string update;  ///< the same with the other side
  int conflicts = 0;   ///< contested places

  bool operator==(const Merged&) const = default;
};

/// What each side calls itself behind its marker.
struct Labels {
  std::string_view yours = "yours";
  std::string_view update = "update";
};

/// What `base` becomes when both sides' changes are made. Changes that touch each other are
/// contested unless they are the same. Every byte of either side stands in `text`, but for lines
/// that the other side removed or replaced and this side left as they were. Line ends are kept,
/// also a missing last one; markers take those of the lines around them.
Merged merge3(std::string_view base, std::string_view yours, std::string_view update,
              const Labels& labels = {});

}  // namespace crafter
