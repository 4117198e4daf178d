// The flags of `create` as fields of a form.

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "cli/arguments.h"
#include "draft/draft.h"

namespace crafter::cli {

/// Reads a file that a flag names, as in --tools @tools.json.
using ReadFile = std::function<Result<std::string>(const std::string& path)>;

/// What --deploy chooses from; those that are only promised can be turned off at least.
std::vector<std::string> deployments_of(const Catalog& catalog);

/// What the flags say, in the order of the form's fields, --set last. `deployments` are the names
/// --deploy chooses from: those it does not name are off. All problems at once (usage).
Result<std::vector<Override>> overrides_of(const Arguments& arguments,
                                           const std::vector<std::string>& deployments,
                                           const ReadFile& read);

/// "K=V,K2=V2" as pairs: a comma separates only where NAME= follows it, so that values may hold
/// commas. A piece without "=" has an empty name.
std::vector<std::pair<std::string, std::string>> split_settings(std::string_view text);

/// "metadata.license" and "/metadata/license" as a pointer; "" when it is neither.
std::string pointer_of(std::string_view path);

}  // namespace crafter::cli
