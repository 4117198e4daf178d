// Talks with the resident interpreter: one line of JSON there, one line back.

#include "python/worker.h"

#include <fmt/core.h>

#include "base/text.h"
#include "os/sandbox.h"
#include "python/scripts.h"

namespace crafter {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kStart{10'000};
constexpr milliseconds kSnippet{2'000};
constexpr milliseconds kFile{10'000};

/// What interpreters of ours may use; CPU time is that of one process's life.
constexpr Rlimits kLimits{.address_space_bytes = 1ULL << 30, .cpu_seconds = 60};

constexpr std::string_view kSlow = "python.slow";

/// The installation an interpreter belongs to: the folder above its bin/.
std::string home_of(const std::string& python) {
  const auto bin = python.rfind('/');
  const auto prefix = bin == std::string::npos ? bin : python.rfind('/', bin - 1);
  return prefix == std::string::npos ? "/usr" : python.substr(0, prefix);
}

std::string without_nonsense(std::string_view text) {
  return find_invalid_utf8(text) ? std::string() : std::string(text);
}

int integer_of(const Json& value, std::string_view name) {
  const Json* member = find(value, name);
  return member == nullptr ? 1 : member->to_number<int>();
}

}  // namespace

struct PythonWorker::State {
  explicit State(std::string interpreter) : python(std::move(interpreter)) {}

  Result<> start();
  Result<Json> ask(const JsonObject& request, milliseconds limit);

  const std::string python;
  std::optional<bool> has_sandbox;
  std::unique_ptr<Child> child;
};

Result<> PythonWorker::State::start() {
  if (child) return {};
  if (!has_sandbox) has_sandbox = static_cast<bool>(sandbox_works());
  Command command{.words = {python, "-I", "-S", "-c", std::string(script("worker.py"))},
                  .environment = {{"LC_ALL", "C.UTF-8"}, {"PATH", "/usr/bin:/bin"}},
                  .output_limit = kTrusted.bytes,
                  .limits = kLimits};
  if (*has_sandbox) command = fenced(command, {.readable = {home_of(python)}});
  TRY(child, Child::start(command));
  const auto ready = child->read_line(kStart);
  if (ready && ready->has_value()) return {};
  const std::string errors = child->errors();
  child.reset();
  return Failure(Fault::unavailable, "python.broken", fmt::format("{} does not start", python),
                 errors);
}

/// A worker that is found dead may have spent its time on earlier questions: a fresh one is asked
/// once more, and only when that dies too it was the question.
Result<Json> PythonWorker::State::ask(const JsonObject& request, milliseconds limit) {
  const std::string line = write_json(request) + "\n";
  for (int attempt = 0; attempt < 2; ++attempt) {
    TRY(start());
    if (child->write(line, kStart)) {
      auto answer = child->read_line(limit);
      if (answer && answer->has_value()) return parse_json(**answer, "worker", kTrusted);
      if (!answer) {
        child.reset();
        return Failure(
            Fault::unavailable, std::string(kSlow),
            fmt::format("the compiler took longer than {} seconds",
                        std::chrono::duration_cast<std::chrono::seconds>(limit).count()));
      }
    }
    child.reset();
  }
  return Failure(Fault::unavailable, std::string(kSlow), "the compiler gave up on it");
}

PythonWorker::PythonWorker(std::string python)
    : state_(std::make_unique<State>(std::move(python))) {}

PythonWorker::~PythonWorker() = default;

Result<std::vector<SyntaxProblem>> PythonWorker::check(const std::vector<Snippet>& snippets) const {
  std::vector<SyntaxProblem> problems;
  for (std::size_t index = 0; index < snippets.size(); ++index) {
    if (find_invalid_utf8(snippets[index].text)) {
      problems.push_back({.snippet = index, .message = "not valid UTF-8"});
      continue;
    }
    auto answer = state_->ask({{"verb", "check"}, {"text", snippets[index].text}}, kSnippet);
    if (!answer && answer.failure().diagnostics().front().code != kSlow)
      return std::move(answer).failure();
    if (!answer)
      problems.push_back({.snippet = index, .message = answer.failure().message()});
    else if (find(*answer, "message") != nullptr)
      problems.push_back({.snippet = index,
                          .line = integer_of(*answer, "line"),
                          .column = integer_of(*answer, "column"),
                          .message = std::string(text_of(*answer, "message"))});
  }
  return problems;
}

Result<std::vector<Json>> PythonWorker::parse(const std::vector<Text>& texts) const {
  std::vector<Json> values;
  std::vector<Diagnostic> problems;
  for (const Text& text : texts) {
    const auto note = [&](std::string message) {
      problems.push_back(
          {.code = "python.parse", .file = text.path, .message = std::move(message)});
    };
    if (find_invalid_utf8(text.bytes)) {
      note("not valid UTF-8");
      continue;
    }
    TRY(Json answer,
        state_->ask({{"verb", "parse"}, {"language", text.language}, {"text", text.bytes}}, kFile));
    if (const Json* value = find(answer, "value"); value != nullptr)
      values.push_back(*value);
    else
      note(std::string(text_of(answer, "error")));
  }
  if (!problems.empty()) return Failure(Fault::invalid_input, std::move(problems));
  return values;
}

Result<std::vector<PythonWorker::PlacedProblem>> PythonWorker::compare(
    const std::vector<Placed>& files) const {
  std::vector<PlacedProblem> problems;
  for (const Placed& file : files) {
    if (find_invalid_utf8(file.bytes)) {
      problems.push_back({file.path, "not valid UTF-8"});
      continue;
    }
    auto answer = state_->ask({{"verb", "compare"},
                               {"path", file.path},
                               {"text", file.bytes},
                               {"name", file.name},
                               {"submitted", without_nonsense(file.submitted)}},
                              kFile);
    if (!answer && answer.failure().diagnostics().front().code != kSlow)
      return std::move(answer).failure();
    if (!answer)
      problems.push_back({file.path, answer.failure().message()});
    else if (const auto error = text_of(*answer, "error"); !error.empty())
      problems.push_back({file.path, std::string(error)});
  }
  return problems;
}

}  // namespace crafter
