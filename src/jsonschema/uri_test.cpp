// References are resolved as RFC 3986 says.

#include "jsonschema/uri.h"

#include <gtest/gtest.h>

namespace crafter {
namespace {

TEST(ResolveUri, FollowsTheExamplesOfRfc3986) {
  const std::pair<const char*, const char*> rows[] = {{"g:h", "g:h"},
                                                      {"g", "http://a/b/c/g"},
                                                      {"./g", "http://a/b/c/g"},
                                                      {"g/", "http://a/b/c/g/"},
                                                      {"/g", "http://a/g"},
                                                      {"//g", "http://g"},
                                                      {"?y", "http://a/b/c/d;p?y"},
                                                      {"g?y", "http://a/b/c/g?y"},
                                                      {"#s", "http://a/b/c/d;p?q#s"},
                                                      {"g#s", "http://a/b/c/g#s"},
                                                      {";x", "http://a/b/c/;x"},
                                                      {"", "http://a/b/c/d;p?q"},
                                                      {".", "http://a/b/c/"},
                                                      {"./", "http://a/b/c/"},
                                                      {"..", "http://a/b/"},
                                                      {"../g", "http://a/b/g"},
                                                      {"../..", "http://a/"},
                                                      {"../../../g", "http://a/g"},
                                                      {"/./g", "http://a/g"},
                                                      {"/../g", "http://a/g"},
                                                      {"g.", "http://a/b/c/g."},
                                                      {"..g", "http://a/b/c/..g"},
                                                      {"./g/.", "http://a/b/c/g/"},
                                                      {"g/../h", "http://a/b/c/h"},
                                                      {"g?y/../x", "http://a/b/c/g?y/../x"}};
  for (const auto& [reference, target] : rows)
    EXPECT_EQ(resolve_uri("http://a/b/c/d;p?q", reference), target) << reference;
}

TEST(ResolveUri, KeepsNamesThatAreNoPaths) {
  EXPECT_EQ(resolve_uri("urn:uuid:1-2", "#a"), "urn:uuid:1-2#a");
  EXPECT_EQ(resolve_uri("http://a", "g"), "http://a/g");
}

TEST(SplitFragment, DecodesWhatIsBehindTheMark) {
  EXPECT_EQ(split_fragment("http://a/b#/c%25d%2f").fragment, "/c%d/");
  EXPECT_EQ(split_fragment("http://a/b#x").resource, "http://a/b");
  EXPECT_EQ(split_fragment("http://a/b").fragment, "");
  EXPECT_EQ(split_fragment("#%zz%4").fragment, "%zz%4");
}

}  // namespace
}  // namespace crafter
