// Who asked for a build, and keys that make asking twice asking once.

#include "queue/fixture_test.h"

namespace crafter {
namespace {

const Json kForm = JsonObject{{"server_name", "weather"}};

class AskerTest : public InFolder {
 protected:
  std::unique_ptr<Journal> journal_ = open();
};

TEST_F(AskerTest, AKeyIsGoodForOneBuildOfOnePrincipal) {
  const Asker ada{"ada", "key-1", "digest"};
  const Build build = must(journal_->add("create", "a", kForm, ada));
  const auto again = journal_->add("create", "b", kForm, ada);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.failure().fault(), Fault::conflict);
  EXPECT_EQ(code_of(again.failure()), "build.asked");
  EXPECT_EQ(must(journal_->latest(10)).size(), 1U) << "nothing was added";
  must(journal_->add("create", "b", kForm, {"ben", "key-1", "digest"}));
  must(journal_->add("create", "c", kForm, {"ada", "", ""}));
  must(journal_->add("create", "d", kForm, {"ada", "", ""}));

  const Build kept = must(open()->asked("ada", "key-1")).value();
  EXPECT_EQ(kept.id, build.id);
  EXPECT_EQ(kept.asker.principal, "ada");
  EXPECT_EQ(kept.asker.key, "key-1");
  EXPECT_EQ(kept.asker.request, "digest");
  EXPECT_FALSE(must(journal_->asked("ada", "key-2")));
  EXPECT_FALSE(must(journal_->asked("eve", "key-1")));
  EXPECT_FALSE(must(journal_->asked("ada", ""))) << "no key is no key";
}

TEST_F(AskerTest, AServerStaysWithWhoCreatedIt) {
  const Build made = must(journal_->add("create", "a", kForm, {"ada", "", ""}));
  must(journal_->start(made.id));
  must(journal_->finish(made.id, BuildState::success, "done", {}));
  const Build update = must(journal_->add("update", "a", kForm));
  must(journal_->start(update.id));
  must(journal_->finish(update.id, BuildState::success, "done", {}));
  const auto servers = must(journal_->servers());
  ASSERT_EQ(servers.size(), 1U);
  EXPECT_EQ(servers.front().build_id, update.id);
  EXPECT_EQ(servers.front().principal, "ada");
  EXPECT_EQ(must(journal_->find(update.id))->asker.principal, "owner");
}

}  // namespace
}  // namespace crafter
