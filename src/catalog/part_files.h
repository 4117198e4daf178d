// The files of a part: copied, emitted, rendered.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/reader.h"
#include "catalog/part.h"

namespace crafter {

/// What lies in a part's folder, as paths in the catalog.
struct PartFiles {
  std::string folder;                  ///< "parts/caching"
  std::vector<std::string> copied;     ///< below files/
  std::vector<std::string> templates;  ///< below templates/
};

/// Looks into files/ and templates/ of `folder`; what tools leave behind is passed over.
Result<PartFiles> find_part_files(const Directory& catalog, const std::string& folder);

/// Whether a path has a segment that only tools write: __pycache__, .mypy_cache, a.pyc.
bool is_leftover(std::string_view path);

void read_copied(Reader& reader, const PartFiles& files, Part& part);
void read_emitted(Reader& reader, Part& part);
void read_rendered(Reader& reader, const PartFiles& files, Part& part);

}  // namespace crafter
