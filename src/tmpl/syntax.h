// The syntax tree of expressions and templates.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"

namespace crafter::tmpl {

/// No tree is higher: whoever walks one may recurse.
inline constexpr int kDeepest = 64;

enum class Op {
  literal,  ///< literal
  name,     ///< name
  member,   ///< parts[0].name
  item,     ///< parts[0][parts[1]]
  list,     ///< [parts...]
  object,   ///< {parts[0]: parts[1], ...}
  filter,   ///< parts[0] | name(parts[1]...)
  test,     ///< parts[0] is name
  negate,   ///< not parts[0]
  both,     ///< and
  either,   ///< or
  equal,
  unequal,
  less,
  greater,
  at_most,
  at_least,
  within,   ///< in
  outside,  ///< not in
  add,
  concat,  ///< ~
  choose,  ///< parts[0] if parts[1] else parts[2]
};

struct Expression {
  Op op = Op::literal;
  std::size_t offset = 0;  ///< where it stands in the text
  int height = 1;
  std::string name;
  Json literal;
  std::vector<Expression> parts;
};

/// How a value is written where it stands.
enum class Escape { none, text, fenced, code, block };

struct Statement;
using Statements = std::vector<Statement>;

struct Text {
  std::string text;
};

struct Output {
  Expression value;
  Escape escape = Escape::none;
  bool in_table = false;  ///< a table's cell: | would end it, even in a code span
  std::string indent;     ///< block: what stands before it in its line
  std::string language;   ///< block: named behind the fence
};

/// One branch of an if; the else has no condition.
struct Branch {
  std::optional<Expression> condition;
  Statements body;
};

struct If {
  std::vector<Branch> branches;
};

struct For {
  std::string name;
  Expression list;
  std::optional<Expression> condition;
  Statements body;
  Statements otherwise;
};

struct Set {
  std::string name;
  Expression value;
};

struct Statement {
  std::size_t offset = 0;
  std::variant<Text, Output, If, For, Set> what;
};

/// A text with a name, to say where in it something is wrong.
struct Source {
  std::string_view text;
  std::string_view name;

  /// invalid_input at an offset; `code` follows "template.".
  [[nodiscard]] Failure error(std::size_t offset, std::string_view code, std::string message,
                              std::string hint = {}) const;
};

/// "did you mean ...?" or "".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace crafter::tmpl
