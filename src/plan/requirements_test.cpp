// Requirements are merged by package.

#include "plan/requirements.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"

namespace crafter {
namespace {

std::string merged_text(const std::vector<std::string>& requirements) {
  std::vector<Demand> demands;
  for (const std::string& requirement : requirements)
    demands.push_back({requirement, demands.empty() ? "the form" : "the part \"b\""});
  const auto merged = merged_requirements(demands);
  return merged ? join(*merged, " | ") : merged.failure().message();
}

TEST(Requirements, OfOnePackageBecomeOne) {
  EXPECT_EQ(merged_text({"httpx>=0.27", "httpx>=0.28,<1"}), "httpx>=0.27,>=0.28,<1");
  EXPECT_EQ(merged_text({"httpx >=0.28 , <1", "httpx<1,>=0.28"}), "httpx>=0.28,<1");
  EXPECT_EQ(merged_text({"PyJWT[crypto]>=2", "pyjwt[a]", "py.jwt"}), "py.jwt | PyJWT[a,crypto]>=2");
  EXPECT_EQ(merged_text({"b_c==1.*", "B-C~=1.0", "b.c!=1.1"}), "b_c==1.*,~=1.0,!=1.1");
  EXPECT_EQ(merged_text({"a (>=1)", "a===1.0+local"}), "a===1.0+local,>=1");
}

TEST(Requirements, AreSortedByName) {
  EXPECT_EQ(merged_text({"zoo", "Apple>1", "mcp>=2.3,<3"}), "Apple>1 | mcp>=2.3,<3 | zoo");
  EXPECT_EQ(merged_text({}), "");
}

TEST(Requirements, KeepMarkersApart) {
  EXPECT_EQ(merged_text({"a>=1; os_name=='nt'", "a>=2"}), "a>=2 | a>=1 ; os_name=='nt'");
}

TEST(Requirements, HaveOneSource) {
  EXPECT_EQ(merged_text({"a @ https://x/a.whl", "a"}), "a @ https://x/a.whl");
  EXPECT_EQ(merged_text({"a", "a @ https://x/a.whl ; os_name=='nt'"}),
            "a | a @ https://x/a.whl ; os_name=='nt'");
  EXPECT_EQ(merged_text({"a @ https://x/a.whl", "a>1"}),
            "the form and the part \"b\" want different sources of \"a\"");
}

TEST(Requirements, AreRefusedWhenTheyAreNone) {
  for (const char* text : {"", ">=1", "a b", "a=1", "a>=", "a[b", "a>=1,", "a>=1 2", "a>='1'"})
    EXPECT_NE(merged_text({text}).find("is no requirement"), std::string::npos) << text;
}

}  // namespace
}  // namespace crafter
