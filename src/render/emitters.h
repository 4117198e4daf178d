// One writer for each language: values in, text out. No text is ever pasted into another.

#pragma once

#include <string>

#include "base/json.h"

namespace crafter {

/// YAML 1.2 that YAML 1.1 reads alike: block style, every string in double quotes, keys too unless
/// they are plain words. Begins with "---".
Result<std::string> write_yaml(const Json& value);
/// The same with every "$" of a value doubled: Compose reads "$$" as "$" (keys are not touched).
Result<std::string> write_compose(const Json& value);
/// TOML 1.0 of an object: values first, then tables; short objects in a list stay inline.
Result<std::string> write_toml(const Json& value);
/// Lines NAME=value of a list of {"name", "value", "comment"?}, in the notation that compose,
/// python-dotenv, systemd and bash read alike.
Result<std::string> write_env(const Json& value);
/// A module of Python, of a list of statements (docs/formats/part.md).
Result<std::string> write_python(const Json& value);

/// A value that the language cannot say: internal.
Failure unwritable(std::string_view language, std::string message);

}  // namespace crafter
