// lock.json: written from a tree, read from whatever a person left there.

#include "install/lock.h"

#include "base/digest.h"
#include "install/fixture_test.h"

namespace crafter {
namespace {

TEST(Lock, SaysWhatWasWrittenAndFromWhichParts) {
  const Tree tree = {{"a.sh", {.bytes = "x", .access = Access::executable, .parts = {"p", "q"}}},
                     {"crafter.json", {.bytes = "", .owner = Owner::user}}};
  EXPECT_EQ(write_pretty_json(to_json(lock_of(tree, "0.1.0", "c0ffee"))),
            R"({
  "format": 1,
  "program": "0.1.0",
  "catalog": "c0ffee",
  "files": {
    "a.sh": {
      "digest": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
      "access": "executable",
      "owner": "crafter",
      "parts": [
        "p",
        "q"
      ]
    },
    "crafter.json": {
      "digest": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "access": "normal",
      "owner": "user",
      "parts": []
    }
  }
}
)");
}

TEST(Lock, ReadsBackWhatItWrote) {
  const Lock lock = lock_of(small_tree(), "0.1.0", "c0ffee");
  const auto project = memory_directory();
  must(project->write(kLockPath, write_pretty_json(to_json(lock))));
  const Lock again = must(read_lock(*project));
  EXPECT_EQ(write_json(to_json(again)), write_json(to_json(lock)));
  EXPECT_EQ(again.files.at("scripts/dev.sh").access, Access::executable);
  EXPECT_EQ(again.files.at("crafter.json").owner, Owner::user);
}

TEST(Lock, IsNotFoundWhereThereIsNone) {
  EXPECT_EQ(refusal(read_lock(*memory_directory())).fault(), Fault::not_found);
}

TEST(Lock, RefusesWhatItDidNotWrite) {
  const std::string good = write_json(to_json(lock_of({{"a", {}}}, "0.1.0", "c")));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, text.npos) << from;
    return text.replace(at, from.size(), to);
  };
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{"), std::string("{}"),
        with("\"format\":1", "\"format\":0"), with("\"format\":1", "\"format\":\"1\""),
        with("\"files\":{", "\"fills\":{"), with("\"a\":", "\"../a\":"), with("\"a\":", "\"/a\":"),
        with("\"a\":", "\"\":"), with("\"a\":", "\".env\":"), with("\"a\":", "\"uv.lock\":"),
        with("\"a\":", "\".git/config\":"), with("\"a\":", "\".crafter/proof.json\":"), with("e3b0", "E3B0"), with("e3b0", "e3b"),
        with("\"normal\"", "\"open\""), with("\"crafter\"", "\"nobody\""),
        with("\"parts\":[]", "\"parts\":{}"), with("\"parts\":[]", "\"p\":[]")}) {
    const auto project = memory_directory();
    must(project->write(kLockPath, text));
    const Failure failure = refusal(read_lock(*project));
    EXPECT_EQ(failure.fault(), Fault::invalid_input) << text;
    EXPECT_EQ(code_of(failure), "lock.format") << text;
    EXPECT_EQ(failure.diagnostics().front().file, kLockPath) << text;
  }
}

TEST(Lock, OfALaterFormatIsRefusedAsSuch) {
  const auto project = memory_directory();
  must(project->write(kLockPath, R"({"format": 2})"));
  EXPECT_EQ(refusal(read_lock(*project)).message(), "it has format 2, this program knows 1");
}

TEST(TreeDigest, DependsOnPathsBytesAndAccessAlone) {
  const Tree tree = small_tree();
  Tree same = tree;
  same["empty"].parts = {"other"};
  same["empty"].owner = Owner::user;
  EXPECT_EQ(tree_digest(same), tree_digest(tree));
  Tree other = tree;
  other["empty"].bytes = "x";
  EXPECT_NE(tree_digest(other), tree_digest(tree));
  other = tree;
  other["empty"].access = Access::executable;
  EXPECT_NE(tree_digest(other), tree_digest(tree));
  other = tree;
  other.erase("empty");
  EXPECT_NE(tree_digest(other), tree_digest(tree));
}

}  // namespace
}  // namespace crafter
