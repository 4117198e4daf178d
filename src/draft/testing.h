// Drafting for tests: a small catalog, a checker of Python that knows no Python, short answers.

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "catalog/testing.h"
#include "draft/draft.h"

namespace crafter::testing {

/// Takes every line with @@ in it for a mistake.
class PretendedCheck final : public SyntaxCheck {
 public:
  Result<std::vector<SyntaxProblem>> check(const std::vector<Snippet>& snippets) const override {
    ++asked;
    std::vector<SyntaxProblem> problems;
    for (std::size_t i = 0; i < snippets.size(); ++i) {
      const std::string& text = snippets[i].text;
      const std::size_t at = text.find("@@");
      if (at == text.npos) continue;
      const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n');
      const std::size_t begin = text.rfind('\n', at) + 1;  // npos + 1 is 0
      problems.push_back({.snippet = i,
                          .line = static_cast<int>(line),
                          .column = static_cast<int>(at - begin) + 1,
                          .message = "invalid syntax"});
    }
    return problems;
  }
  mutable int asked = 0;
};

inline const Catalog& catalog() {
  static const Catalog kCatalog = sample_catalog();
  return kCatalog;
}

inline Result<Blueprint> drafted(const std::string& json,
                                 const std::vector<Override>& overrides = {}) {
  TRY(Document document, read_json(json, "form.json"));
  TRY(const Form form, read_form(std::move(document), overrides));
  return draft(form, catalog(), PretendedCheck());
}

/// A form with a name and no deployments, and these members.
inline std::string form_with(const std::string& members) {
  return R"({"server_name": "my-server", "complexity": "small")" +
         (members.empty() ? "" : ", " + members) + "}";
}

/// The blueprint of such a form, which must have no problems.
inline Blueprint blueprint_with(const std::string& members) {
  auto blueprint = drafted(form_with(members));
  if (blueprint) return *std::move(blueprint);
  for (const Diagnostic& problem : blueprint.failure().diagnostics())
    ADD_FAILURE() << problem.pointer << ": " << problem.message << " in " << members;
  return {};
}

/// A tool with these members, in a list of one.
inline std::string tool_with(const std::string& members) {
  return R"("custom_tools": [{"name": "echo", )" + members + "}]";
}

/// A form, or rather some members of one, that has one mistake.
struct Mistake {
  std::string members;
  std::string pointer;
  std::string words = {};  ///< in its message or hint
};

inline void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.members << " at " << mistake.pointer;
}

inline void expect_mistake(const std::string& form, const Mistake& mistake) {
  const auto blueprint = drafted(form);
  ASSERT_FALSE(blueprint) << form;
  EXPECT_EQ(blueprint.failure().fault(), Fault::invalid_input);
  const auto& problems = blueprint.failure().diagnostics();
  for (const Diagnostic& problem : problems)
    EXPECT_EQ(problem.pointer, mistake.pointer) << problem.message << " in " << form;
  EXPECT_EQ(problems.size(), 1U) << form;
  const std::string said = problems[0].message + " " + problems[0].hint;
  EXPECT_NE(said.find(mistake.words), std::string::npos) << said;
  EXPECT_FALSE(problems[0].hint.empty() && problems[0].code.starts_with("form.")) << said;
}

}  // namespace crafter::testing
