// What the isolated interpreter finds in snippets, texts and placed bodies.

#include "python/worker.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

namespace crafter {
namespace {

std::string our_python() { return *find_python(std::getenv("PATH")); }

class Worker : public testing::Test {
 protected:
  /// "line:column message" of the one snippet's problem, or "".
  std::string problem(const std::string& text) {
    const auto found = worker_.check({{text}});
    EXPECT_TRUE(found);
    if (!found || found->empty()) return {};
    const SyntaxProblem& first = found->front();
    return std::to_string(first.line) + ":" + std::to_string(first.column) + " " + first.message;
  }
  std::string difference(const std::string& file, const std::string& submitted,
                         const std::string& name = "f") {
    const auto found = worker_.compare({{"f.py", file, name, submitted}});
    EXPECT_TRUE(found);
    return !found || found->empty() ? "" : found->front().message;
  }

  PythonWorker worker_{our_python()};
};

TEST_F(Worker, AcceptsBodiesOfAsyncFunctions) {
  for (const char* text :
       {"", "# only a comment", "return kwargs['city']", "await ctx.progress(1)",
        "async with a as b:\n    yield b", "import os\nclass A:\n    x = 1", "x = 1 is 1", "'\\d'",
        "def f():\n    return 1", "match x:\n  case 1: pass", "return f'''\nno margin {1 +\n1}'''",
        "x=1\r\ny=2\r\n"})
    EXPECT_EQ(problem(text), "") << text;
}

struct Wrong {
  const char* text;
  const char* problem;
};

class Refused : public Worker, public testing::WithParamInterface<Wrong> {};

TEST_P(Refused, WithThePlaceInTheSnippet) {
  EXPECT_EQ(problem(GetParam().text), GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Snippets, Refused,
    testing::Values(
        Wrong{"x = (1,\n", "1:5 '(' was never closed"},
        Wrong{"x = 1\nbreak", "2:1 'break' outside loop"},
        Wrong{"def g():\n  await x", "2:3 'await' outside async function"},
        Wrong{"yield 1\nreturn 2", "2:1 'return' with value in async generator"},
        Wrong{"from __future__ import annotations",
              "1:1 from __future__ imports must occur at the beginning of the file"},
        Wrong{"import os\nfrom os import *", "2:16 import * only allowed at module level"},
        Wrong{"global kwargs", "1:1 name 'kwargs' is parameter and global"},
        Wrong{"s = '''\nreturn 1",
              "1:5 unterminated triple-quoted string literal (detected at line 2)"},
        Wrong{"```python\nreturn 1\n```", "1:1 a Markdown fence is no Python"},
        Wrong{"Get the weather", "1:5 invalid syntax"}, Wrong{"é = 'é' é", "1:11 invalid syntax"},
        Wrong{"é = 1; é = 1; break", "1:17 'break' outside loop"},
        Wrong{"return 1\n)", "2:1 unmatched ')'"},
        Wrong{"if x:\npass", "2:1 expected an indented block after 'if' statement on line 1"},
        Wrong{"class A:\n  return 1", "2:3 'return' outside function"}));

TEST_F(Worker, RefusesNullBytesAndWhatIsNoText) {
  EXPECT_EQ(problem(std::string("x = 1\ny\0z", 9)), "2:2 a null byte cannot stand in Python");
  EXPECT_EQ(problem("x = '\xff'"), "1:1 not valid UTF-8");
}

TEST_F(Worker, RefusesWhatIsNestedTooDeeplyAndLivesOn) {
  EXPECT_EQ(problem("x = " + std::string(300, '(')), "1:205 too many nested parentheses");
  EXPECT_NE(problem("x = " + std::string(200'000, '-') + "1"), "");
  EXPECT_EQ(problem("x = 1"), "");
}

TEST_F(Worker, GivesUpOnASnippetAfterTwoSeconds) {
  std::string slow = "x = [\n";
  for (int i = 0; i < 60'000; ++i)
    slow += "lambda a, *b, c=1, **d: (a, b, [e for e in d if f(e, lambda: c)]),\n";
  slow += "]";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(problem(slow), "1:1 the compiler took longer than 2 seconds");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_EQ(problem("break"), "1:1 'break' outside loop");
}

TEST_F(Worker, NumbersTheSnippets) {
  const auto found = worker_.check({{"return 1"}, {"break"}, {""}, {")"}});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->front().snippet, 1U);
  EXPECT_EQ(found->back().snippet, 3U);
}

TEST_F(Worker, ReadsJsonAndToml) {
  const auto values = worker_.parse({{"a.json", "json", R"({"b": [1, 2.0, "\u00e9", null]})"},
                                     {"p.toml", "toml", "day = 1979-05-27\n[a.b]\nc = [true]\n"}});
  ASSERT_TRUE(values);
  EXPECT_EQ(write_json(values->front()), R"({"b":[1,2.0,"é",null]})");
  EXPECT_EQ(write_json(values->back()), R"({"day":"1979-05-27","a":{"b":{"c":[true]}}})");
}

TEST_F(Worker, NamesTextsThatDoNotRead) {
  const auto values = worker_.parse({{"a.json", "json", "{\"a\": 1, \"a\": 2}"},
                                     {"b.json", "json", "[NaN]"},
                                     {"c.toml", "toml", "x"}});
  ASSERT_FALSE(values);
  ASSERT_EQ(values.failure().diagnostics().size(), 3U);
  EXPECT_EQ(values.failure().diagnostics().front().file, "a.json");
  EXPECT_EQ(values.failure().message(), "a member stands twice in one object");
}

constexpr const char* kFile = R"("""Says hello."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

if TYPE_CHECKING:
    from ..runtime import Context
    from .args import FArgs


async def f(ctx: Context, /, **kwargs: Unpack[FArgs]) -> Any:
    """Says hello."""
    city = kwargs["city"]
    units = kwargs.get("units")
)";

TEST_F(Worker, FindsPlacedBodiesEqual) {
  const std::string file = kFile;
  EXPECT_EQ(difference(file + "    return city\n", "return city"), "");
  EXPECT_EQ(difference(file + "    # why\n    return '''\nas it was'''\n",
                       "# why\nreturn '''\nas it was'''"),
            "");
  EXPECT_EQ(difference(file + "    \"text\"\n    return 1\n", "\"text\"\nreturn 1"), "");
  EXPECT_EQ(
      difference(file + "    # later\n    raise NotImplementedError(\"not yet\")\n", "# later"),
      "");
  EXPECT_EQ(difference(file + "    raise NotImplementedError(\"not yet\")\n", "pass"), "");
  EXPECT_EQ(difference(file + "    ...\n    raise NotImplementedError(\"not yet\")\n", "..."), "");
}

TEST_F(Worker, FindsADefinitionPlacedAtModuleLevel) {
  const std::string submitted = "import os\nasync def f(ctx, city):\n    return os.sep";
  EXPECT_EQ(difference("\"\"\"Doc.\"\"\"\n" + submitted + "\n", submitted), "");
  EXPECT_NE(difference("\"\"\"Doc.\"\"\"\n" + submitted + ".join(city)\n", submitted), "");
}

TEST_F(Worker, FindsBodiesThatDiffer) {
  const std::string file = kFile;
  const std::string differs = "the body of f is not what was submitted";
  EXPECT_EQ(difference(file + "    return city\n", "return units"), differs);
  EXPECT_EQ(difference(file + "    evil()\n    return city\n", "return city"), differs);
  EXPECT_EQ(difference(file + "    return city\n    x = 1\n", "return city"), differs);
  EXPECT_EQ(difference(file + "    return '''\n    as it was'''\n", "return '''\nas it was'''"),
            differs);
  EXPECT_EQ(difference(file + "    return 1\n", "# nothing"), differs);
  EXPECT_EQ(difference(file + "    x = kwargs[\"y\"]\n    return 1\n", "return 1"), differs);
}

TEST_F(Worker, FindsWhatStandsAtModuleLevel) {
  const std::string file = kFile;
  EXPECT_EQ(difference(file + "    return city\nprint('out')\n", "return city"),
            "line 17: a statement runs when the file is imported");
  EXPECT_EQ(difference(file + "    return city\nif x: import os\n", "return city"),
            "line 17: a statement runs when the file is imported");
  EXPECT_EQ(difference(file + "    pass\ndef f(): pass\n", "pass"),
            "f is defined 2 times instead of once");
  EXPECT_EQ(difference("x = 1\n", "pass"), "f is defined 0 times instead of once");
}

TEST_F(Worker, CompilesWholeFiles) {
  EXPECT_EQ(difference("x = 1\n", "", ""), "");
  EXPECT_EQ(difference("x = 1\nbreak\n", "", ""), "line 2: 'break' outside loop");
}

TEST(FindPython, SaysWhatToInstall) {
  const auto none = find_python("/nowhere:relative:");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.failure().fault(), Fault::unavailable);
  EXPECT_TRUE(find_python(std::getenv("PATH"))->starts_with('/'));
}

TEST(BrokenPython, IsUnavailable) {
  const PythonWorker worker("/bin/false");
  const auto found = worker.check({{"x"}});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.failure().fault(), Fault::unavailable);
}

}  // namespace
}  // namespace crafter
