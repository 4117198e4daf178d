// Python modules are made of docstrings, types and submitted bodies; text stays text.

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "render/emitters.h"
#include "render/python_type.h"
#include "render/python_words.h"

namespace crafter {
namespace {

std::string python(std::string_view statements) {
  const auto text = write_python(*parse_json(statements));
  return text ? *text : text.failure().message();
}

std::string type(std::string_view schema) { return type_text(python_type(*parse_json(schema))); }

TEST(PythonDocstring, IsOneLineThatEndsWithAFullStop) {
  const std::pair<const char*, const char*> kCases[] = {
      {"get weather", R"("""Get weather.""")"},
      {"Get\n  weather.", R"("""Get weather.""")"},
      {"Is it raining?", R"("""Is it raining.""")"},
      {"get_weather now", R"("""get_weather now.""")"},
      {"say \"hi\"", R"("""Say "hi".""")"},
      {"a \"\"\" b", R"("""A ''' b.""")"},
      {"C:\\n \\\"\"\"", R"(r"""C:\n \'''.""")"},
      {"größe \xE2\x80\xAE", R"("""größe.""")"},
      {" \n", R"("""Nothing said.""")"},
      {"...", R"("""Nothing said.""")"},
  };
  for (const auto& [text, wanted] : kCases)
    EXPECT_EQ(python_docstring(text, "Nothing said.", 4), wanted);
  const std::string cut =
      python_docstring(std::string(40, 'x') + " " + std::string(60, 'y'), "-", 4);
  EXPECT_EQ(cut, "\"\"\"X" + std::string(39, 'x') + "...\"\"\"");
  EXPECT_LE(python_docstring(std::string(300, 'x'), "-", 4).size(), 96U);
}

TEST(PythonLiteral, TakesTheQuotesThatNeedFewerEscapes) {
  EXPECT_EQ(python_literal("a'b"), R"("a'b")");
  EXPECT_EQ(python_literal("a\"b"), R"('a"b')");
  EXPECT_EQ(python_literal("a\"b'\\\n\x7F\xE2\x80\xAE\xF3\xA0\x80\x81é"),
            R"("a\"b'\\\n\u007f\u202e\U000e0001é")");
}

TEST(PythonType, IsAsPreciseAsPythonAllows) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"({"type": "string"})", "str"},
      {R"({"type": ["string", "null", "integer"]})", "str | int | None"},
      {R"({"type": ["number", "integer"]})", "float"},
      {R"({"type": "array", "items": {"type": "boolean"}})", "list[bool]"},
      {R"({"type": "array"})", "list[Any]"},
      {R"({"type": "object", "properties": {"a": {}}})", "dict[str, Any]"},
      {R"({"enum": ["a", 1, true, null, "a"]})", R"(Literal["a", 1, True] | None)"},
      {R"({"const": "x\"y"})", R"(Literal['x"y'])"},
      {R"({"enum": [1.5], "type": "number"})", "float"},
      {R"({"enum": []})", "Any"},
      {R"({"anyOf": [{"type": "string"}, {"enum": ["a", 2]}, {"const": 3}]})",
       "str | Literal[2, 3]"},
      {R"({"anyOf": [{"type": ["null", "string"]}, {"type": "array"}]})", "str | list[Any] | None"},
      {R"({"oneOf": [{"type": "string"}, true]})", "Any"},
      {R"({"$ref": "#/$defs/x"})", "Any"},
      {"true", "Any"},
  };
  for (const auto& [schema, wanted] : kCases) EXPECT_EQ(type(schema), wanted) << schema;
}

TEST(TypedDict, IsAClassWhereItCanBe) {
  EXPECT_EQ(python(R"([{"doc": "types"}, {"typed_dict": {"name": "A", "doc": "fields", "schema": {
      "properties": {"city": {"type": "string"}, "days": {"type": "integer", "default": 3},
                     "note": {}}, "required": ["city"]}}},
      {"typed_dict": {"name": "B", "doc": "none", "schema": {}}}])"),
            R"py("""Types."""

from typing import Any, NotRequired, TypedDict


class A(TypedDict):
    """Fields."""

    city: str
    days: int
    note: NotRequired[Any]


class B(TypedDict):
    """None."""
)py");
}

TEST(TypedDict, IsACallForNamesThatNoClassTakes) {
  EXPECT_EQ(python(R"([{"typed_dict": {"name": "A", "doc": "f", "schema": {"properties": {
      "max-hits": {"type": "integer"}, "class": {"enum": ["first class of the train",
      "second class of the train",
      "no seat at all, standing", "on the roof"]}}}}}])"),
            R"py(from typing import Literal, NotRequired, TypedDict

A = TypedDict(
    "A",
    {
        "max-hits": NotRequired[int],
        "class": NotRequired[
            Literal[
                "first class of the train",
                "second class of the train",
                "no seat at all, standing",
                "on the roof",
            ]
        ],
    },
)
"""F."""
)py");
  EXPECT_EQ(python(R"([{"typed_dict": {"name": "A", "doc": "f",
                        "schema": {"properties": {"str": {"type": "string"}}}}}])"),
            "from typing import NotRequired, TypedDict\n\n"
            "A = TypedDict(\"A\", {\"str\": NotRequired[str]})  # noqa: UP013\n\"\"\"F.\"\"\"\n");
}

TEST(Python, SurroundsDefinitionsByTwoBlankLines) {
  EXPECT_EQ(python(R"([{"doc": "d"}, {"lines": ["import a", "import b"]}, {"lines": ["X = 1"]},
      {"function": {"name": "f", "signature": "ctx: Context", "returns": "Any", "doc": "does",
                    "body": {"implementation": "return 1"}}}, {"lines": ["Y = 1"]}])"),
            "\"\"\"D.\"\"\"\n\nimport a\nimport b\n\nX = 1\n\n\n"
            "async def f(ctx: Context) -> Any:\n    \"\"\"Does.\"\"\"\n    return 1\n\n\nY = 1\n");
}

TEST(Python, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(python("{}"), "the value is no list");
  EXPECT_EQ(python(R"([{"text": "x"}])"), "\"text\" is no statement");
  EXPECT_EQ(python(R"([{"lines": ["a\nb"]}])"), "lines has more than text");
  EXPECT_EQ(python(R"([{"function": {"name": "class", "returns": "x", "body": {}}}])"),
            "a function needs name, returns and body");
  EXPECT_EQ(python(R"([{"typed_dict": {"name": "a b", "schema": {}}}])"),
            R"(a typed_dict needs name and schema, not "{\"name\":\"a b\",\"schema\":{}}")");
}

}  // namespace
}  // namespace crafter
