// Puts a server into a client's configuration file, and leaves every other byte of it alone.

#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace crafter::cli {

/// What shall stand in a file: {MEMBER: {NAME: ENTRY}}.
struct ClientEntry {
  std::string_view member;
  std::string name;
  JsonObject entry;
};

/// The text with the entry in it; the same text when it says so already. `file` names it in
/// diagnostics. Fails with invalid_input, naming the place, when the text is no strict JSON or its
/// parts are no objects, and with conflict (code "client.taken") when another server has the name,
/// unless `replace`: then what the entry says is changed and the rest of the old one stays.
Result<std::string> with_entry(std::string_view text, const std::string& file,
                               const ClientEntry& wanted, bool replace);

}  // namespace crafter::cli
