// How things are said to people: diagnostics like a compiler's, colours, tables.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace crafter::cli {

enum class Tone { strong, good, bad, wary, faint };

/// `text` in a tone; as it is without colour.
std::string painted(bool colour, Tone tone, std::string_view text);

/// What a terminal may be shown of a text from elsewhere: control characters but line feed and tab
/// become "?", so that no generated program can play with the reader's terminal.
std::string harmless(std::string_view text);

/// "form.json:12:5: error: unknown field "complexty" (/complexty)", and the hint below it.
std::string told(const Diagnostic& diagnostic, bool colour);
/// The first of them, briefly.
std::string told(const std::vector<Diagnostic>& diagnostics, bool colour);

/// Rows as columns two spaces apart, one line each, which begins with `margin` spaces.
std::string table(std::vector<std::vector<std::string>> rows, std::size_t margin = 0);

/// "1 file", "3 files".
std::string counted(std::size_t count, std::string_view noun);

}  // namespace crafter::cli
