// A project as it stands on the disk.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "draft/draft.h"
#include "engine/values.h"
#include "os/directory.h"
#include "render/render.h"

namespace crafter {

inline constexpr std::string_view kFormPath = "crafter.json";

/// The form a project was made from: its crafter.json, read as a person's form is.
Result<Document> form_document(const Directory& project);

/// Its files as they are now, to be proven: where submitted code runs. Without derived ones (a data
/// list of the catalog: .venv, caches, .git, .env) and, unless the lock lists them, private ones (a
/// list, too: other .env files, secrets/, data/) and any above 16 MiB. Files know no language: they
/// may have been edited.
Result<Tree> tree_of(const Directory& project, const Catalog& catalog);

/// Its .env, where there is one, in the notation that `create` writes.
Result<std::map<std::string, std::string>> env_of(const Directory& project);

}  // namespace crafter
