// Names that a snippet needs from outside.

#include "render/python_reads.h"

#include <gtest/gtest.h>

#include <string>

namespace crafter {
namespace {

/// Whether `city` is among the names that are read.
bool reads_city(std::string_view body) { return names_read(body).contains("city"); }

TEST(NamesRead, AreThoseThatNothingBoundBefore) {
  for (const char* body :
       {"return city", "return kwargs['a'] + city", "city = city.strip()\nreturn city",
        "if x:\n    city = 'a'\nreturn city", "city += 1", "x = [city for y in z]", "f(a=city)",
        "return f'{city}'", "return f'{city=}'", "return rf'''\n{city!r:>10}'''",
        "f(city\n)", "x = (1,\n  city)", "if city == 1:\n  pass", "# city\nreturn (city)",
        "s = 'a\\'b' + city", "x = 1 \\\n  + city"})
    EXPECT_TRUE(reads_city(body)) << body;
}

TEST(NamesRead, AreNotThoseInStringsAndCommentsOrBound) {
  for (const char* body :
       {"city = kwargs['city']\nreturn city", "return kwargs['city']", "'''the city\nof'''\nreturn 1",
        "return x.city", "f(city=1)", "# city", "return f'{{city}} city'", "return 'city'",
        "for city in kwargs['x']:\n    print(city)", "import city\ncity.x()",
        "with x as city:\n    city.y", "return f'{kwargs[\"city\"]}'", "velocity = capacity", ""})
    EXPECT_FALSE(reads_city(body)) << body;
}

TEST(NamesRead, TakeABuiltinForItselfWhereItIsCalled) {
  EXPECT_FALSE(names_read("return max(1, 2)").contains("max"));
  EXPECT_TRUE(names_read("return max").contains("max"));
  EXPECT_TRUE(names_read("return id + type + kwargs['list']").contains("type"));
}

TEST(NamesRead, EndOnUnfinishedText) {
  for (const char* body : {"f'{", "'", "\"\"\"city", "x\\", "f'{{", "f'{a", "#", "\\", "f'''{\n"})
    names_read(body);
}

}  // namespace
}  // namespace crafter
