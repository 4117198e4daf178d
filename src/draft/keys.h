// What looks like a key, a password or a place to put one.

#pragma once

#include <string>
#include <string_view>

#include "catalog/catalog.h"

namespace crafter {

/// How the key that seems to stand in `text` begins ("ghp_"), or "". Never more of it.
std::string key_in(std::string_view text, const Catalog& catalog);

/// Whether a variable of that name holds a secret, by the words in it: API_KEY, DBPASSWORD. Names
/// of files that hold one (API_KEY_FILE) do not.
bool is_secret_name(std::string_view name, const Catalog& catalog);

/// Whether `text` is an address with a password in it.
bool has_password(std::string_view text);

/// Whether `text` only holds a place: your-api-key, changeme, <token>.
bool is_placeholder(std::string_view text, const Catalog& catalog);

}  // namespace crafter
