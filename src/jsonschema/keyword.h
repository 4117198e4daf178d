// A Keyword says which values it looks at and how it judges them.

#pragma once

#include <string_view>

#include "base/json.h"
#include "jsonschema/program.h"

namespace crafter {

class Checker;

/// Sets of kinds of values.
using Kinds = unsigned;
inline Kinds kind_of(const Json& value) { return 1U << static_cast<unsigned>(value.kind()); }
inline constexpr Kinds kNull = 1U << static_cast<unsigned>(boost::json::kind::null);
inline constexpr Kinds kBoolean = 1U << static_cast<unsigned>(boost::json::kind::bool_);
inline constexpr Kinds kInteger = 1U << static_cast<unsigned>(boost::json::kind::int64) |
                                  1U << static_cast<unsigned>(boost::json::kind::uint64);
inline constexpr Kinds kNumber = kInteger | 1U << static_cast<unsigned>(boost::json::kind::double_);
inline constexpr Kinds kText = 1U << static_cast<unsigned>(boost::json::kind::string);
inline constexpr Kinds kList = 1U << static_cast<unsigned>(boost::json::kind::array);
inline constexpr Kinds kObject = 1U << static_cast<unsigned>(boost::json::kind::object);
inline constexpr Kinds kSchema = kBoolean | kObject;
inline constexpr Kinds kAny = ~0U;

/// The vocabularies of 2020-12 that contain keywords which check.
enum Vocabulary : unsigned { core = 1, applicator = 2, unevaluated = 4, validation = 8 };
inline constexpr unsigned kAllVocabularies = core | applicator | unevaluated | validation;

/// How schemas stand inside a keyword's value.
enum class Holds { nothing, schema, list, map };

/// A place in the value under test; the way back to the root.
struct Spot {
  const Spot* parent = nullptr;
  std::string_view name;
  std::size_t index = 0;
  bool is_item = false;
};

/// The parts of a list or object that some schema evaluated, by index.
using Marks = std::vector<bool>;

/// A keyword at work on a value.
struct Site {
  Checker& checker;
  const Node& node;
  const Rule& rule;
  const Json& value;
  const Spot& spot;
  Marks& marks;  ///< empty when nobody asks
};

struct Keyword {
  std::string_view name;
  Vocabulary vocabulary;
  Kinds values;     ///< of the keyword itself; with any other it is ignored
  Kinds instances;  ///< that it looks at
  Holds holds;
  bool (*check)(const Site&);  ///< nullptr when other keywords look at it
  bool is_last = false;        ///< needs the marks of the others
};

/// The keyword of that name, or nullptr.
const Keyword* find_keyword(std::string_view name);

}  // namespace crafter
