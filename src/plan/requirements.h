// Python requirements (PEP 508), merged: what parts and form ask for, each package once.

#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace crafter {

/// One requirement and who asks for it: "the form" or a part's name, as messages say it.
struct Demand {
  std::string requirement;  ///< "httpx[http2]>=0.27,<1; python_version < '3.12'"
  std::string by;
};

/// Sorted by name. Requirements of one package (names folded as PEP 503 says, markers equal) become
/// one, spelled as in the first: extras joined and sorted; every version clause once, lower bounds
/// first. Two addresses of one package are a conflict; what is no requirement is internal.
Result<std::vector<std::string>> merged_requirements(const std::vector<Demand>& demands);

}  // namespace crafter
