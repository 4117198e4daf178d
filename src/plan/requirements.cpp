// Takes requirements apart, joins them, and writes them down again.

#include "plan/requirements.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace crafter {
namespace {

/// Comparisons in the order they are written in; two-letter ones are tried before their beginnings.
constexpr std::array<std::string_view, 8> kComparisons = {
    "===", "==", "~=", ">=", ">", "<=", "<", "!="};

using Clause = std::pair<std::size_t, std::string>;  // place of its comparison, version

struct Requirement {
  std::string name;
  std::set<std::string> extras;
  std::set<Clause> clauses;
  std::string address;  // behind "@"
  std::string marker;
  std::string by;
};

Failure malformed(const Demand& demand) {
  return {Fault::internal, "plan.requirement",
          fmt::format("{} of {} is no requirement", quote(demand.requirement), demand.by)};
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

/// Reads ">=1.0, <2" into clauses; false when it is something else.
bool read_clauses(std::string_view text, std::set<Clause>& clauses) {
  if (trim(text).empty()) return true;
  for (const std::string& clause : split(text, ',')) {
    const std::string_view whole = trim(clause);
    const auto* comparison = std::ranges::find_if(
        kComparisons, [&](std::string_view sign) { return whole.starts_with(sign); });
    if (comparison == kComparisons.end()) return false;
    const std::string_view version = trim(whole.substr(comparison->size()));
    if (version.empty() || version.find_first_of(" \t\n\"'<>=") != version.npos) return false;
    clauses.emplace(comparison - kComparisons.begin(), version);
  }
  return true;
}

/// Reads "[a, b]" off the front of `rest`; true too when there is none.
bool read_extras(std::string_view& rest, std::set<std::string>& extras) {
  if (!rest.starts_with('[')) return true;
  const std::size_t end = rest.find(']');
  if (end == rest.npos) return false;
  for (const std::string& extra : split(rest.substr(1, end - 1), ','))
    if (!trim(extra).empty()) extras.emplace(trim(extra));
  rest = trim(rest.substr(end + 1));
  return true;
}

Result<Requirement> read(const Demand& demand) {
  std::string_view rest = trim(demand.requirement);
  const auto* name_end = std::ranges::find_if_not(rest, is_name_character);
  Requirement found;
  found.by = demand.by;
  found.name = rest.substr(0, static_cast<std::size_t>(name_end - rest.begin()));
  rest = trim(rest.substr(found.name.size()));
  if (found.name.empty() || !read_extras(rest, found.extras)) return malformed(demand);
  const bool has_address = rest.starts_with('@');
  const std::size_t marker = rest.find(has_address ? " ;" : ";");
  if (marker != rest.npos) found.marker = trim(rest.substr(rest.find(';', marker) + 1));
  rest = trim(rest.substr(0, marker));
  if (has_address)
    found.address = trim(rest.substr(1));
  else if (rest.starts_with('(') && rest.ends_with(')'))
    rest = rest.substr(1, rest.size() - 2);
  if (!has_address && !read_clauses(rest, found.clauses)) return malformed(demand);
  return found;
}

std::string written(const Requirement& requirement) {
  std::string text = requirement.name;
  if (!requirement.extras.empty())
    text += fmt::format(
        "[{}]",
        join(std::vector<std::string>(requirement.extras.begin(), requirement.extras.end()), ","));
  std::vector<std::string> clauses;
  for (const auto& [comparison, version] : requirement.clauses)
    clauses.push_back(std::string(kComparisons[comparison]) + version);
  if (!requirement.address.empty())
    text += " @ " + requirement.address;
  else
    text += join(clauses, ",");
  if (!requirement.marker.empty()) text += " ; " + requirement.marker;
  return text;
}

/// An address and a range exclude each other, as two addresses do.
bool is_at_odds(const Requirement& one, const Requirement& two) {
  if (one.address == two.address) return false;
  const bool is_bare_one = one.address.empty() && one.clauses.empty();
  const bool is_bare_two = two.address.empty() && two.clauses.empty();
  return !is_bare_one && !is_bare_two;
}

Result<> join_into(Requirement& first, Requirement&& other) {
  if (is_at_odds(first, other))
    return Failure(Fault::conflict, "plan.requirement",
                   fmt::format("{} and {} want different sources of {}", first.by, other.by,
                               quote(first.name)),
                   "let one of them go");
  if (first.address.empty()) first.address = std::move(other.address);
  first.extras.merge(other.extras);
  first.clauses.merge(other.clauses);
  return {};
}

}  // namespace

Result<std::vector<std::string>> merged_requirements(const std::vector<Demand>& demands) {
  std::map<std::pair<std::string, std::string>, Requirement> merged;
  for (const Demand& demand : demands) {
    TRY(Requirement requirement, read(demand));
    auto key = std::pair(fold_name(requirement.name), requirement.marker);
    const auto [place, is_new] = merged.try_emplace(std::move(key), requirement);
    if (!is_new) TRY(join_into(place->second, std::move(requirement)));
  }
  std::vector<std::string> texts;
  for (const auto& [key, requirement] : merged) texts.push_back(written(requirement));
  return texts;
}

}  // namespace crafter
