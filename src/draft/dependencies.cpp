// The packages a form asks for: well-formed, none twice, and none that is a slip of the pen.

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/text.h"
#include "catalog/fields.h"
#include "draft/drafting.h"
#include "draft/requirement.h"

namespace crafter {
namespace {

/// Shorter names are near one another without being mistaken.
constexpr std::size_t kShortestTypo = 4;

/// Whether one insertion, deletion, change or swap makes `two` of `one`.
bool is_one_edit(std::string_view one, std::string_view two) {
  if (one.size() > two.size()) std::swap(one, two);
  const auto front = std::ranges::mismatch(one, two);
  one = {front.in1, one.end()};
  two = {front.in2, two.end()};
  if (one.size() < two.size()) return one == two.substr(1);
  if (one.empty()) return false;
  if (one.substr(1) == two.substr(1)) return true;
  return one.size() > 1 && one[0] == two[1] && one[1] == two[0] && one.substr(2) == two.substr(2);
}

/// Well-known names by their length, to compare few of them.
class KnownPackages {
 public:
  explicit KnownPackages(const std::vector<std::string>& names) {
    for (const std::string& name : names) by_size_[name.size()].insert(name);
  }

  [[nodiscard]] bool has(const std::string& name) const {
    const auto found = by_size_.find(name.size());
    return found != by_size_.end() && found->second.contains(name);
  }

  /// The known name that is one edit away, or "".
  [[nodiscard]] std::string near(const std::string& name) const {
    for (std::size_t size = name.size() - 1; size <= name.size() + 1; ++size)
      if (const auto found = by_size_.find(size); found != by_size_.end())
        for (const std::string& known : found->second)
          if (is_one_edit(name, known)) return known;
    return "";
  }

 private:
  std::unordered_map<std::size_t, std::set<std::string>> by_size_;
};

bool is_vouched_for(const Form& form, const std::string& folded) {
  return std::ranges::any_of(form.allowed_dependencies,
                             [&](const auto& name) { return fold_name(name) == folded; });
}

void check_name(const Word& word, const std::string& name, const KnownPackages& known,
                Drafting& work) {
  const std::string folded = fold_name(name);
  if (folded == work.blueprint.server_name) {
    work.problems.error("form.dependency", word.pointer, "the server cannot depend on itself",
                        "it has the name of this package; give the server another one");
    return;
  }
  if (known.has(folded) || is_vouched_for(work.form, folded)) return;
  const std::string meant = folded.size() < kShortestTypo ? "" : known.near(folded);
  if (meant.empty())
    work.problems.warning("form.unknown_package", word.pointer,
                          fmt::format("{} is no well-known package", quote(name)),
                          "make sure that it is what you mean before you install it");
  else
    work.problems.error(
        "form.dependency", word.pointer,
        fmt::format("{} is no well-known package, but {} is", quote(name), quote(meant)),
        fmt::format("write {}, or vouch for the other with --allow-dependency {}", quote(meant),
                    name));
}

}  // namespace

void read_dependencies(Reader& root, Drafting& work) {
  const std::vector<Word> words = read_words(root, "dependencies");
  if (words.empty()) return;
  const KnownPackages known(work.catalog.words("well_known_packages"));
  std::set<std::string> seen;
  for (const Word& word : words) {
    const Requirement requirement = parse_requirement(word.text);
    if (!requirement.problem.empty())
      work.problems.error("form.dependency", word.pointer, requirement.problem, requirement.hint);
    else if (!seen.insert(fold_name(requirement.name)).second)
      work.problems.error("form.twice", word.pointer,
                          fmt::format("{} stands in the list already", quote(requirement.name)),
                          "one line for each package: put both versions into it");
    else
      check_name(word, requirement.name, known, work);
    work.blueprint.dependencies.push_back(word.text);
  }
}

}  // namespace crafter
