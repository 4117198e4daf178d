// Requirements and version clauses, as PEP 508 and PEP 440 write them.

#include "draft/requirement.h"

#include <gtest/gtest.h>

namespace crafter {
namespace {

TEST(Requirement, is_a_name_with_extras_and_versions) {
  for (const char* text :
       {"httpx", "httpx>=0.27,<1", "PyYAML >= 6", "python-dateutil~=2.9", "packaging !=21.1",
        "a[b]", "a[b,c-d] == 1.*", "a [ b , c ] >1", "zope.interface", "x==1!2.0.post1+local.7"})
    EXPECT_EQ(parse_requirement(text).problem, "") << text;
  EXPECT_EQ(parse_requirement("PyYAML >=6").name, "PyYAML");
  EXPECT_EQ(parse_requirement("a[b]>=1").name, "a");
}

TEST(Requirement, is_nothing_else) {
  for (const char* text : {"",
                           "  ",
                           "-r file",
                           "--index-url=x",
                           "./local",
                           "/abs",
                           "a b",
                           "a;b",
                           "a; python_version>'3'",
                           "a @ https://x",
                           "a@x",
                           "git+https://x/y.git",
                           "https://x/y.whl",
                           "a (>=1)",
                           "a[b",
                           "a[b,]",
                           "a[]",
                           "a>=",
                           "a>=1,",
                           "a,b",
                           "a==1 b",
                           "a=1",
                           "a>=>1",
                           "_a",
                           "a-",
                           "a>=1\nb",
                           "a>=1 # c",
                           "a==*",
                           "a>=1.*",
                           "\xC3\xA4"})
    EXPECT_NE(parse_requirement(text).problem, "") << text;
}

TEST(VersionClause, is_an_operator_and_a_version) {
  for (const char* text : {"==1",           "==1.0",     "== 1.0",         ">=1.0a1",
                           ">=1.0.alpha-1", "<2.0.dev0", "==1.0-1",        "==1.0.post2",
                           "==1.0.rev3",    "==v1.0",    "==1.0+ubuntu.1", "!=1.*",
                           "==1.1a1.*",     "~=1.4.5",   "~=2.2rc1",       "===anything+at-all",
                           "==1!1.0",       ">=01.2",    "==1.0C2",        "==1.0_preview_3.DEV4"})
    EXPECT_TRUE(is_version_clause(text)) << text;
  for (const char* text : {"",       "1.0",     "==",         "==a",     "==1.",
                           "==1..2", "==1.0+",  "==1.0+a..b", "~=1",     "~=1.*",
                           ">=1.*",  "<=1.0+x", "==1.0x",     "==1.*.2", "==1.0.dev1.*",
                           "===",    "=>1",     "==1.0 2",    "==1!",    "==-1"})
    EXPECT_FALSE(is_version_clause(text)) << text;
}

}  // namespace
}  // namespace crafter
