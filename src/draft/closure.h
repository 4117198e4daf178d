// What the parts of a form bring along: implied ones, required ones, in the right order.

#pragma once

#include <string>
#include <vector>

#include "base/reader.h"
#include "draft/drafting.h"

namespace crafter {

/// What the form said besides the lists in the Blueprint.
struct Selection {
  std::vector<std::string> switched_off;  ///< deployments that the form says are not wanted
};

/// Adds the parts that fields of the form imply and that parts require, notes conflicts, and puts
/// the result into Blueprint::parts: base chain first, the others by rank, after and before.
void close_selection(Reader& root, const Selection& selection, Drafting& work);

}  // namespace crafter
