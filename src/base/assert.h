// CRAFTER_ASSERT stops the program when an invariant of our own is broken. It is always on.

#pragma once

#include <cstdio>
#include <cstdlib>

/// Aborts with place and condition. Not for input, never for the state of the disk: the journal
/// makes a crash safe, and a wrong belief about our own values is the only reason for one.
#define CRAFTER_ASSERT(condition)                                                              \
  do {                                                                                         \
    if (!(condition)) {                                                                        \
      std::fprintf(stderr, "mcp-crafter: broken invariant at %s:%d: %s\n", __FILE__, __LINE__, \
                   #condition);                                                                \
      std::abort();                                                                            \
    }                                                                                          \
  } while (false)
