// Who the server is: its name, title, description and version.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "draft/drafting.h"

namespace crafter {
namespace {

constexpr std::size_t kShortestName = 2;
constexpr std::size_t kLongestName = 40;
constexpr std::size_t kLongestNumber = 9;

struct Reserved {
  std::string_view words;
  std::string_view reason;
};
constexpr std::array<Reserved, 5> kReserved{{
    {"python_keywords", "is a keyword of Python"},
    {"python_modules", "is a module of Python's standard library"},
    {"runtime_modules", "is a package that every server imports"},
    {"device_names", "is a device on Windows"},
    {"reserved_names", "is a folder of every project"},
}};

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What is wrong with the letters of a name; empty when nothing is.
std::string_view flaw_of(std::string_view name) {
  const auto fits = [](char c) { return is_small(c) || is_digit(c) || c == '-'; };
  if (name.size() < kShortestName) return "is too short";
  if (name.size() > kLongestName) return "is too long";
  if (!is_small(name[0])) return "does not begin with a lower-case letter";
  if (!std::ranges::all_of(name, fits)) return "has other characters than a-z, 0-9 and -";
  if (name.ends_with('-')) return "ends with a hyphen";
  if (name.find("--") != name.npos) return "has two hyphens side by side";
  return {};
}

/// The nearest name that has no flaw, or empty.
std::string mended(std::string_view name) {
  std::string out;
  for (const char c : lower(name)) {
    if (is_small(c) || is_digit(c))
      out += c;
    else if (!out.empty() && !out.ends_with('-'))
      out += '-';
  }
  out.erase(0, std::min(out.find_first_of("abcdefghijklmnopqrstuvwxyz"), out.size()));
  out.resize(std::min(out.size(), kLongestName));
  while (out.ends_with('-')) out.pop_back();
  return flaw_of(out).empty() ? out : "";
}

/// Why nobody may be called so, or empty.
std::string_view reason_against(const Catalog& catalog, const std::string& name,
                                const std::string& package) {
  for (const auto& [list, reason] : kReserved)
    for (const std::string& word : catalog.words(list))
      if (lower(word) == name || lower(word) == package) return reason;
  return {};
}

void read_name(Reader& root, Drafting& work) {
  Blueprint& blueprint = work.blueprint;
  const auto name = root.text("server_name");
  if (!root.has("server_name"))
    root.note("server_name", "form.missing", "server_name is missing",
              "every server has a name, like weather-api");
  if (!name) return;
  blueprint.server_name = *name;
  blueprint.package = *name;
  std::ranges::replace(blueprint.package, '-', '_');
  if (const auto flaw = flaw_of(*name); !flaw.empty()) {
    const std::string better = mended(*name);
    root.note("server_name", "form.server_name", fmt::format("{} {}", quote(*name), flaw),
              fmt::format("2 to 40 lower-case letters, digits and single hyphens{}",
                          better.empty() ? "" : fmt::format(", like {}", quote(better))));
    return;
  }
  const auto reason = reason_against(work.catalog, *name, blueprint.package);
  if (!reason.empty())
    root.note("server_name", "form.reserved_name", fmt::format("{} {}", quote(*name), reason),
              fmt::format("add a word, like {}", quote(*name + "-server")));
}

/// Takes a number without leading zeros off the front of `text`; false when there is none.
bool take_number(std::string_view& text) {
  const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
  if (size == 0 || size > kLongestNumber || (size > 1 && text[0] == '0')) return false;
  text.remove_prefix(size);
  return true;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

struct Phase {
  std::string_view semver;
  std::string_view pep440;
};
constexpr std::array<Phase, 3> kPhases{{{"-alpha.", "a"}, {"-beta.", "b"}, {"-rc.", "rc"}}};

/// The version as PEP 440 writes it; empty when it is none.
std::string python_version(std::string_view version) {
  std::string_view rest = version;
  const bool is_triple = take_number(rest) && take(rest, ".") && take_number(rest) &&
                         take(rest, ".") && take_number(rest);
  if (!is_triple) return {};
  const std::string_view release = version.substr(0, version.size() - rest.size());
  if (rest.empty()) return std::string(release);
  for (const auto& [semver, pep440] : kPhases) {
    std::string_view number = rest;
    if (!take(number, semver)) continue;
    std::string_view end = number;
    if (take_number(end) && end.empty()) return fmt::format("{}{}{}", release, pep440, number);
  }
  return {};
}

}  // namespace

void read_identity(Reader& root, Drafting& work) {
  Blueprint& blueprint = work.blueprint;
  read_name(root, work);
  blueprint.title = read_plain_text(root, "title").value_or("");
  blueprint.description = read_plain_text(root, "description")
                              .value_or(fmt::format("MCP server: {}", blueprint.server_name));
  blueprint.version = root.text("version").value_or("0.1.0");
  blueprint.python_version = python_version(blueprint.version);
  if (blueprint.python_version.empty())
    root.note("version", "form.version", fmt::format("{} is no version", quote(blueprint.version)),
              "MAJOR.MINOR.PATCH, like 1.2.0, or with -alpha.1, -beta.1 or -rc.1 behind it");
}

}  // namespace crafter
