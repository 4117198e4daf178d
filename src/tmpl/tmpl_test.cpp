// Templates mean what Jinja means; mistakes in them have a place.

#include "tmpl/tmpl.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/assert.h"

namespace crafter {
namespace {

const Json& facts() {
  static const Json kFacts = *parse_json(R"({
    "server": {"name": "weather", "title": "Weather *now*", "description": "a\n<b>x</b>"},
    "tools": [{"name": "one"}, {"name": "two"}, {"name": "three"}],
    "empty": [], "none_yet": null, "yes": true, "count": 3, "half": 0.5
  })");
  return kFacts;
}

std::string report(const Failure& failure) {
  const Diagnostic& first = failure.diagnostics().front();
  std::string text = std::to_string(first.line) + ":" + std::to_string(first.column) + " " +
                     first.code + ": " + first.message;
  return first.hint.empty() ? text : text + " (" + first.hint + ")";
}

std::string rendered(std::string_view text, TemplateLanguage language = TemplateLanguage::plain) {
  const auto parsed = Template::parse(text, "test", language);
  if (!parsed) return report(parsed.failure());
  const auto out = parsed->render(facts());
  return out ? *out : report(out.failure());
}

std::string in_markdown(std::string_view text) {
  return rendered(text, TemplateLanguage::markdown);
}

std::string evaluated(std::string_view expression) {
  const auto value = evaluate(expression, facts(), "test");
  return value ? write_json(*value) : report(value.failure());
}

TEST(Template, AStatementAloneOnItsLineTakesTheLineAway) {
  EXPECT_EQ(rendered("a\n  {% if yes %}  \nb\n{% endif %}\nc\n"), "a\nb\nc\n");
  EXPECT_EQ(rendered("a {% if yes %}b{% endif %}\nc\n"), "a b\nc\n");
  EXPECT_EQ(rendered("{% if yes %}\nb\n{% endif %}"), "b\n");
  EXPECT_EQ(rendered("a\n{# a note #}\nb\n"), "a\nb\n");
  EXPECT_EQ(rendered("a  {%- if yes -%}  b  {%- endif %}\n"), "ab\n");
  EXPECT_EQ(rendered("a  {{- 1 -}}  b"), "a1b");
}

TEST(Template, LoopsCount) {
  EXPECT_EQ(rendered("{% for t in tools %}{{ loop.index }}{{ t.name }}"
                     "{{ '' if loop.last else ', ' }}{% endfor %}"),
            "1one, 2two, 3three");
  EXPECT_EQ(rendered("{% for t in tools if t.name != 'two' %}{{ t.name }}{{ loop.length }}"
                     "{% endfor %}"),
            "one2three2");
  EXPECT_EQ(rendered("{% for t in empty %}x{% else %}none{% endfor %}"), "none");
}

TEST(Template, SetLastsUntilTheRoundEnds) {
  EXPECT_EQ(rendered("{% set a = 1 %}{% for t in tools %}{{ a }}{% set a = 2 %}{{ a }}"
                     "{% endfor %}{{ a }}"),
            "1212121");
  EXPECT_EQ(rendered("{% if yes %}{% set a = 'x' %}{% endif %}{{ a }}"), "x");
}

TEST(Template, MistakesHaveAPlaceAndAHint) {
  EXPECT_EQ(rendered("\n {{ sever.name }}"),
            "2:5 template.undefined: \"sever\" is undefined (did you mean \"server\"?)");
  EXPECT_EQ(rendered("{{ server.nmae }}"),
            "1:11 template.undefined: an object has no member \"nmae\" (did you mean \"name\"?)");
  EXPECT_EQ(rendered("{% if yes %}"), "1:1 template.syntax: this \"if\" is never ended");
  EXPECT_EQ(rendered("{% endif %}"),
            "1:1 template.syntax: there is no statement that \"endif\" could belong to");
  EXPECT_EQ(rendered("{% for a in tools %}{% endif %}"),
            "1:24 template.syntax: \"endif\" does not belong here");
  EXPECT_EQ(rendered("{% fro a in b %}"),
            "1:1 template.syntax: \"fro\" is no statement (did you mean \"for\"?)");
  EXPECT_EQ(rendered("{{ a "), "1:3 template.syntax: this is never closed by }}");
  EXPECT_EQ(rendered("{{ server | lenght }}"),
            "1:13 template.filter: there is no filter \"lenght\" (did you mean \"length\"?)");
  EXPECT_EQ(rendered("{{ server }}"),
            "1:4 template.type: an object has no text of its own (use a member of it, or | "
            "join(\", \"), or | json)");
  EXPECT_EQ(rendered("{{ tools | sort }}"),
            "1:12 template.type: an object and an object have no order");
  EXPECT_EQ(rendered("{{ tools.append(1) }}"), "1:16 template.syntax: nothing can be called");
}

TEST(Template, TooMuchIsRefused) {
  const std::string deep(100, '(');
  EXPECT_EQ(evaluated(deep + "1"), "1:65 template.syntax: the expression is nested too deeply");
  std::string chain = "1";
  for (int i = 0; i < 200; ++i) chain += "+1";
  EXPECT_NE(evaluated(chain).find("nested too deeply"), std::string::npos);
  std::string doubling = "{% set a = 'aaaaaaaaaaaaaaaa' %}";
  for (int i = 0; i < 60; ++i) doubling += "{% set a = a ~ a %}";
  EXPECT_NE(rendered(doubling).find("template.limit"), std::string::npos);
  std::string loops = "{{ 1 }}";
  for (int i = 0; i < 40; ++i) loops = "{% for t in tools %}" + loops + "{% endfor %}";
  EXPECT_NE(rendered(loops).find("template.limit"), std::string::npos);
  for (int i = 0; i < 100; ++i) loops = "{% if yes %}" + loops + "{% endif %}";
  EXPECT_NE(rendered(loops).find("nested too deeply"), std::string::npos);
}

TEST(Expression, HasAValue) {
  EXPECT_EQ(evaluated("tools | length + 1 == 4 and not empty"), "true");
  EXPECT_EQ(evaluated("server.nothing is defined or 'x' in 'text'"), "true");
  EXPECT_EQ(evaluated("server.title is not defined"), "false");
  EXPECT_EQ(evaluated("server['name'] ~ '-' ~ count"), R"("weather-3")");
  EXPECT_EQ(evaluated("[1, 2.5, -3, 'a', none, {'k': [yes]}]"),
            R"([1,2.5,-3,"a",null,{"k":[true]}])");
  EXPECT_EQ(evaluated("server.nothing | default({})"), "{}");
  EXPECT_EQ(evaluated("tools[-1].name"), R"("three")");
  EXPECT_EQ(evaluated("server.title is string and count is number"), "true");
  EXPECT_EQ(evaluated("1 < 2 < 3"),
            "1:7 template.syntax: comparisons cannot be chained (join them by and)");
  EXPECT_EQ(evaluated("9223372036854775807 + 1"),
            "1:21 template.type: the sum is too large for an integer");
}

TEST(Expression, SeesScopesFromTheInnermostOut) {
  const Json item = "inner";
  const Scope all(facts());
  const Scope scope("server", item, all);
  EXPECT_EQ(*evaluate("server", scope, "test"), Json("inner"));
  EXPECT_EQ(*evaluate("count", scope, "test"), Json(3));
}

TEST(Markdown, ValuesCannotBecomeMarkup) {
  EXPECT_EQ(in_markdown("# {{ server.title }}\n"), "# Weather \\*now\\*\n");
  EXPECT_EQ(in_markdown("{{ server.description }}\n"), "a &lt;b>x&lt;/b>\n");
  EXPECT_EQ(in_markdown("<!--% if yes %-->\nx\n<!--% endif %-->\n"), "x\n");
  EXPECT_EQ(in_markdown("<!-- kept -->\n<!--# gone #-->\n"), "<!-- kept -->\n");
  EXPECT_EQ(in_markdown("{{ 'a | b' | code }}\n"), "`a | b`\n");
  EXPECT_EQ(in_markdown("| {{ 'a | b' | code }} |\n"), "| `a \\| b` |\n");
}

TEST(Markdown, FencedCodeStaysAsItIs) {
  EXPECT_EQ(in_markdown("```sh\ncd {{ 'a_*b*' }}\n```\n{{ '*' }}\n"),
            "```sh\ncd a_*b*\n```\n\\*\n");
  EXPECT_EQ(in_markdown("  {{ '# x\\n```\\n' | block('sh') }}\n"),
            "  ````sh\n  # x\n  ```\n  ````\n");
}

TEST(Markdown, MisplacedOutputsAreFoundWhenParsing) {
  EXPECT_EQ(in_markdown("`{{ count }}`"),
            "1:2 template.syntax: this stands in a code span (write {{ ... | code }} without "
            "backticks)");
  EXPECT_EQ(in_markdown("x {{ count | block }}"),
            "1:3 template.syntax: a block must stand alone on its line");
  EXPECT_EQ(in_markdown("```\n{{ count | code }}\n```\n"),
            "2:1 template.syntax: this stands in a fenced code block already (write it without a "
            "filter)");
  EXPECT_EQ(in_markdown("```\nx\n"), "3:1 template.syntax: a fenced code block is never closed");
  EXPECT_EQ(in_markdown("{{ count | code | trim }}"),
            "1:12 template.filter: code must be the last filter of an output");
}

/// Any text either has a meaning or is refused: nothing crashes.
TEST(Template, SurvivesNonsense) {
  const std::vector<std::string> words = {
      "{{",   "}}",      "{%",    "%}",   "<!--%",  "%-->",
      "if",   "else",    "endif", "for",  "endfor", "in",
      "set",  "=",       "==",    "(",    ")",      "[",
      "]",    "{",       "}",     "|",    "'",      "\"",
      "\\",   ".",       ",",     ":",    "not",    "and",
      "is",   "-",       "~",     "+",    " ",      "\n",
      "a",    "tools",   "1",     "0.5",  "loop",   "defined",
      "join", "default", "```",   "code", "block",  "\xC3\xBC",
      "#",    "#}",      "{#",    "elif", "server", "99999999999999999"};
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const auto length = random() % 30;
    for (std::size_t i = 0; i < length; ++i) text += words[random() % words.size()] + " ";
    (void)rendered(text);
    (void)in_markdown(text);
    (void)evaluated(text);
  }
}

}  // namespace
}  // namespace crafter
