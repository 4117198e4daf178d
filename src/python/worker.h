// An isolated Python interpreter that reads code without ever running it.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "draft/draft.h"
#include "os/process.h"

namespace crafter {

/// Finds an interpreter (3.11 or newer) in `path` (the PATH variable), as an absolute path;
/// unavailable with what to install when there is none.
Result<std::string> find_python(const std::string& path);

/// One `python3 -I -S` process, started at the first question, behind rlimits and, where there is a
/// sandbox, behind its fence. Not thread-safe: one owner.
class PythonWorker final : public SyntaxCheck {
 public:
  explicit PythonWorker(std::string python);
  ~PythonWorker() override;

  /// Whole compile of each snippet as the body of an `async def`: syntax, `break` outside a loop,
  /// `await` in a plain def. At most two seconds a snippet.
  Result<std::vector<SyntaxProblem>> check(const std::vector<Snippet>& snippets) const override;

  /// Reads structured text with Python's own parser (json, tomllib) and returns its value.
  struct Text {
    std::string path;
    std::string language;  ///< "json" or "toml"
    std::string bytes;
  };
  Result<std::vector<Json>> parse(const std::vector<Text>& texts) const;

  /// Compares a placed body with the submitted one: the AST of `submitted` (as a function's body)
  /// must be that of the function `name` in the file, docstring and prelude aside, and none of it
  /// may stand at module level. One problem for each that differs; also files that do not compile.
  struct Placed {
    std::string path;
    std::string bytes;      ///< the whole file
    std::string name;       ///< the function; "" = the file must compile, nothing more
    std::string submitted;  ///< the implementation
  };
  struct PlacedProblem {
    std::string path;
    std::string message;
  };
  Result<std::vector<PlacedProblem>> compare(const std::vector<Placed>& files) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crafter
