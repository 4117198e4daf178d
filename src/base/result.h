// The one error regime of the house: Result, Failure, Diagnostic and TRY.

#pragma once

#include "crafter/result.h"  // IWYU pragma: export
