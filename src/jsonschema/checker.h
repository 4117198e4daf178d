// A Checker runs a Program on one value.

#pragma once

#include <string>
#include <vector>

#include "jsonschema/keyword.h"

namespace crafter {

/// Counts its work, so that no schema can keep it busy: one that refers to itself without end, or
/// doubles at every step, makes the value refused. One Checker, one value, one thread.
class Checker {
 public:
  static constexpr std::size_t kMostSteps = 4'000'000;  // about half a second

  /// Notes violations in `found`; with nullptr it only answers, and stops at the first.
  Checker(const Program& program, std::vector<Violation>* found, std::size_t most = kMostSteps)
      : program_(program), found_(found), most_steps_(most) {}

  /// Whether the value fits one of the Program's schemas.
  bool run(const Node& node, const Json& value);

  /// Applies a subschema to the same value.
  bool in_place(const Site& site, const Json& schema) {
    return check(program_.find(schema), site.value, site.spot, site.marks);
  }
  /// The same, with what it finds going to `found` (nullptr: nowhere).
  bool aside(const Site& site, const Json& schema, Marks& marks, std::vector<Violation>* found);
  /// Applies a subschema to an item or a member.
  bool item(const Site& site, const Json& schema, std::size_t index);
  /// The same, without noting what it finds.
  bool item_fits(const Site& site, const Json& schema, std::size_t index);
  bool member(const Site& site, const Json& schema, const boost::json::key_value_pair& member);
  /// Applies a subschema to a name; what it finds stands at the object.
  bool name(const Site& site, const Json& schema, const Json& name);
  bool refer(const Site& site);

  /// Notes a violation of the keyword at work. Always false.
  bool fail(const Site& site, std::string message, std::string hint = {});
  /// The same for a member of the value.
  bool fail_member(const Site& site, std::string_view name, std::string message,
                   std::string hint = {});
  void append(std::vector<Violation> found);

  /// Whether violations are wanted: then keywords go on after the first.
  [[nodiscard]] bool explains() const { return found_ != nullptr; }
  [[nodiscard]] const Program& program() const { return program_; }
  /// Counts work that grows with the value; false when there was too much.
  bool spend(std::size_t steps);
  [[nodiscard]] std::size_t spent() const { return steps_; }

 private:
  bool check(const Node* node, const Json& value, const Spot& spot, Marks& marks);
  bool check_rules(const Node& node, const Json& value, const Spot& spot, Marks& marks);
  const Node* dynamic_target(const Target& target) const;
  void note(Violation violation);
  [[nodiscard]] Marks fresh_marks(const Json& value) const;

  const Program& program_;
  std::vector<Violation>* found_;
  const std::size_t most_steps_;
  std::vector<const SchemaResource*> scope_;  // entered, outermost first; kept for references
  std::size_t depth_ = 0;
  std::size_t steps_ = 0;
  bool exhausted_ = false;
};

/// The JSON pointer of a place.
std::string pointer_of(const Spot& spot);

}  // namespace crafter
