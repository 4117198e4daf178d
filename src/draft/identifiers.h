// Python names for what a form calls by names of its own.

#pragma once

#include <set>
#include <string>
#include <string_view>

#include "catalog/catalog.h"

namespace crafter {

/// Gives every name an identifier of its own, in the order they are asked for: "get-weather"
/// becomes get_weather; a second name with that result get_weather_2. Identifiers serve as file
/// names too: they differ without regard to case, and are no keyword, builtin, device, nor a name
/// that files of tools use already.
class Identifiers {
 public:
  explicit Identifiers(const Catalog& catalog) : catalog_(catalog) {}

  /// For a name of letters, digits, _ . and -, that begins with a letter or _.
  std::string of_tool(std::string_view name);
  /// For any text.
  std::string of_text(std::string_view text);
  /// "get-weather" becomes GetWeatherArgs.
  std::string type_of(std::string_view name);

 private:
  std::string settle(std::string identifier);

  const Catalog& catalog_;
  std::set<std::string> taken_;  // folded
  std::set<std::string> types_;
};

}  // namespace crafter
