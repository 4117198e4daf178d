// What a command line finds around it, as values: the environment, the terminals, how to speak.

#pragma once

#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.h"
#include "engine/values.h"

namespace crafter::cli {

using Environment = std::map<std::string, std::string>;

/// Everything the program is given. Only `main` makes one of the real world.
struct Outside {
  std::vector<std::string> words;  ///< the arguments
  Environment environment;
  std::string folder;  ///< absolute: where the user stands
  bool input_is_terminal = false;
  bool output_is_terminal = false;
  bool error_is_terminal = false;
  std::stop_token stop;  ///< Ctrl-C
};

/// How to speak and whether to ask.
struct Manner {
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  bool output_colour = false;
  bool error_colour = false;
  bool live = false;         ///< progress may redraw its lines on standard error
  bool interactive = false;  ///< questions may be asked
};

Manner manner_of(const Arguments& arguments, const Outside& outside);

/// What the engine wants to know: -C and --catalog, the caches, PATH, and the variables of proxies,
/// certificates and package indexes that reach the network tools.
Surroundings surroundings_of(const Arguments& arguments, const Outside& outside);

}  // namespace crafter::cli
