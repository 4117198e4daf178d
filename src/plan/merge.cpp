// Two rules: append-unique and deep-merge.

#include "plan/merge.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/assert.h"
#include "base/text.h"

namespace crafter {
namespace {

class Merger {
 public:
  Merger(const std::vector<Contribution>& contributions, const std::string& path)
      : contributions_(contributions), path_(path) {}

  Result<Json> run() {
    Json whole = contributions_.front().value;
    for (; at_ < contributions_.size(); ++at_) merge(whole, contributions_[at_].value, "");
    if (!clashes_.empty()) return Failure(Fault::conflict, std::move(clashes_));
    return whole;
  }

 private:
  void merge(Json& into, const Json& other, const std::string& pointer) {
    if (into.is_object() && other.is_object())
      merge_members(into.get_object(), other.get_object(), pointer);
    else if (into.is_array() && other.is_array())
      append(into.get_array(), other.get_array());
    else if (into.is_structured() || !equal_json(into, other))
      clash(into, other, pointer);
  }

  void merge_members(JsonObject& into, const JsonObject& others, const std::string& pointer) {
    for (const auto& other : others) {
      const auto [member, is_new] = into.emplace(other.key(), other.value());
      if (!is_new) merge(member->value(), other.value(), append_pointer(pointer, other.key()));
    }
  }

  static void append(JsonArray& into, const JsonArray& others) {
    for (const Json& other : others) {
      const auto is_same = [&](const Json& item) { return equal_json(item, other); };
      if (std::ranges::none_of(into, is_same)) into.push_back(other);
    }
  }

  /// The first part that says something there: only objects lie on the way.
  [[nodiscard]] const std::string& first_at(const std::string& pointer) const {
    const auto first = std::ranges::find_if(contributions_, [&](const Contribution& one) {
      return at_pointer(one.value, pointer) != nullptr;
    });
    return first->part;
  }

  void clash(const Json& one, const Json& two, const std::string& pointer) {
    clashes_.push_back(
        {.code = "plan.clash",
         .pointer = pointer,
         .file = path_,
         .message = fmt::format("the parts {} and {} disagree on {} in {}: {} and {}",
                                quote(first_at(pointer)), quote(contributions_[at_].part),
                                pointer.empty() ? "everything" : quote(pointer), quote(path_),
                                quote(write_json(one)), quote(write_json(two))),
         .hint = "let one of the two go"});
  }

  const std::vector<Contribution>& contributions_;
  const std::string& path_;
  std::size_t at_ = 1;  // whose value is being merged in
  std::vector<Diagnostic> clashes_;
};

}  // namespace

Result<Json> merged(const std::vector<Contribution>& contributions, const std::string& path) {
  CRAFTER_ASSERT(!contributions.empty());
  return Merger(contributions, path).run();
}

}  // namespace crafter
