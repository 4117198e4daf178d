// The tables of state.db: docs/formats/state.md.

#pragma once

#include <string>

#include "base/result.h"
#include "queue/sqlite.h"

namespace crafter {

/// "MCPC": tells our files from other programs' (PRAGMA application_id).
inline constexpr std::int64_t kApplicationId = 0x4d435043;
/// Grows with every change that older programs would misread (PRAGMA user_version).
inline constexpr std::int64_t kSchemaVersion = 2;

/// Opens state.db for writing; makes file (0600) and folder (0700) when they are not there, the
/// tables when there are none, and brings those of an earlier format up to ours. Any number of
/// processes may do so at once, and be killed at it.
/// unavailable with code "state.newer" when the file was made for a later program, "state.foreign"
/// when it is another program's: such a file is not changed.
Result<Database> open_for_writing(const std::string& path);

/// A connection that cannot change anything; one for writing is open beside it.
Result<Database> open_for_reading(const std::string& path);

}  // namespace crafter
