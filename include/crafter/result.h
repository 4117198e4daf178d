// A Result<T> is either a T or the reasons there is none.

#pragma once

#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace crafter {

/// Fault says who has to act. It is the whole taxonomy: the CLI's exit code, a JSON-RPC error code
/// and the state of a build are all derived from it, each in one table at its own edge.
enum class Fault {
  usage,            ///< the caller's words are off (a flag, a combination of flags)
  invalid_input,    ///< the form, or another document, is wrong
  input_needed,     ///< an answer is missing and nobody may be asked
  not_found,        ///< a server, build, file or tool that does not exist
  conflict,         ///< something is in the way: a name taken, an edited file
  unverified,       ///< the proof failed: the project does not do what it must
  unavailable,      ///< the surroundings lack something: a program, the network, disk space
  cancelled,        ///< somebody asked for it to stop
  internal,         ///< our own mistake
};

enum class Severity { error, warning };

/// A Diagnostic is one thing that is wrong, said the way a compiler says it: place, fact, hint.
/// Words are lower case without full stop. Lines and columns count from 1; columns count bytes.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;     ///< stable, dotted: "form.unknown_field", "proof.tools"
  std::string pointer;  ///< JSON pointer into the document, "" for the whole of it
  std::string file;     ///< as the user named it: "form.yaml", "-", "--complexity", "part.json"
  int line = 1;
  int column = 1;
  std::string message;  ///< the fact
  std::string hint;     ///< what to do about it, or empty

  bool operator==(const Diagnostic&) const = default;
};

/// A Failure carries every diagnostic found, not only the first.
class [[nodiscard]] Failure {
 public:
  Failure(Fault fault, Diagnostic only) : fault_(fault), diagnostics_{std::move(only)} {}
  Failure(Fault fault, std::vector<Diagnostic> all) : fault_(fault), diagnostics_(std::move(all)) {}
  /// For a failure that has no place in a document.
  Failure(Fault fault, std::string code, std::string message, std::string hint = {})
      : fault_(fault) {
    diagnostics_.push_back({.code = std::move(code),
                            .message = std::move(message),
                            .hint = std::move(hint)});
  }

  [[nodiscard]] Fault fault() const { return fault_; }
  [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }
  /// The first diagnostic's message: what a one-line report says.
  [[nodiscard]] const std::string& message() const { return diagnostics_.front().message; }

 private:
  Fault fault_;
  std::vector<Diagnostic> diagnostics_;  // never empty
};

template <class T = std::monostate>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}
  Result() requires std::is_same_v<T, std::monostate>
  = default;

  explicit operator bool() const { return state_.index() == 0; }

  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

  Failure& failure() & { return std::get<1>(state_); }
  [[nodiscard]] const Failure& failure() const& { return std::get<1>(state_); }
  Failure&& failure() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Failure> state_;
};

}  // namespace crafter

// TRY is the only control-flow macro in the code base.
//
//   TRY(auto blueprint, draft(form, catalog));   // binds the value, or returns the failure
//   TRY(journal.append(event));                  // nothing to bind
#define CRAFTER_CAT_(a, b) a##b
#define CRAFTER_CAT(a, b) CRAFTER_CAT_(a, b)
#define CRAFTER_TRY_BIND(tmp, declaration, expression) \
  auto tmp = (expression);                             \
  if (!tmp) return std::move(tmp).failure();           \
  declaration = *std::move(tmp)
#define CRAFTER_TRY_DO(tmp, expression)                                 \
  do {                                                                  \
    if (auto tmp = (expression); !tmp) return std::move(tmp).failure(); \
  } while (false)
#define CRAFTER_TRY_2(declaration, expression) \
  CRAFTER_TRY_BIND(CRAFTER_CAT(result_, __LINE__), declaration, expression)
#define CRAFTER_TRY_1(expression) CRAFTER_TRY_DO(CRAFTER_CAT(result_, __LINE__), expression)
#define CRAFTER_PICK(_1, _2, name, ...) name
#define TRY(...) CRAFTER_PICK(__VA_ARGS__, CRAFTER_TRY_2, CRAFTER_TRY_1, _)(__VA_ARGS__)
