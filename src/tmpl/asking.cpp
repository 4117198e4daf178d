// What can be asked about a value behind `is`.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "tmpl/filters.h"

namespace crafter::tmpl {
namespace {

bool is_always(const Json&) { return true; }
bool is_string(const Json& value) { return value.is_string(); }
bool is_number(const Json& value) { return value.is_number() || value.is_bool(); }  // as in Python
bool is_boolean(const Json& value) { return value.is_bool(); }
bool is_mapping(const Json& value) { return value.is_object(); }
bool is_none(const Json& value) { return value.is_null(); }

struct Test {
  std::string_view name;
  bool (*passes)(const Json&);
};

constexpr std::array<Test, 6> kTests = {{{"defined", is_always},
                                         {"string", is_string},
                                         {"number", is_number},
                                         {"boolean", is_boolean},
                                         {"mapping", is_mapping},
                                         {"none", is_none}}};

}  // namespace

bool has_test(std::string_view name) {
  return std::ranges::find(kTests, name, &Test::name) != kTests.end();
}

std::vector<std::string> test_names() {
  std::vector<std::string> names;
  for (const Test& test : kTests) names.emplace_back(test.name);
  return names;
}

bool passes_test(std::string_view name, const Json& value) {
  return std::ranges::find(kTests, name, &Test::name)->passes(value);
}

}  // namespace crafter::tmpl
