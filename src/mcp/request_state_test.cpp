// What comes back as requestState: as it was given, by whom, for what, in time; nothing else.

#include "mcp/request_state.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/seal.h"

namespace crafter::mcp {
namespace {

using namespace std::chrono_literals;

class StoppedClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t wall_milliseconds() const override { return now; }
  [[nodiscard]] std::int64_t monotonic_milliseconds() const override { return now; }
  [[nodiscard]] std::array<std::uint8_t, 10> random_bytes() const override { return {}; }

  std::int64_t now = 1'000'000;
};

const std::string kKey(kSealKey, 'k');

Request request() {
  Request made;
  made.method = "tools/call";
  made.params = {{"name", "delete"}, {"arguments", JsonObject{{"what", "a"}, {"n", 1}}}};
  made.principal = "ada";
  return made;
}

const Questions kAsked{{"sure", elicitation("Sure?", {})}, {"why", elicitation("Why?", {})}};

class RequestStatesTest : public testing::Test {
 protected:
  /// The error of reading a request's state, "" when it is taken.
  std::string refusal(const Request& request, bool once = false) {
    const auto read = states.read(request, once);
    const auto* error = std::get_if<RpcError>(&read);
    if (error == nullptr) return "";
    EXPECT_EQ(error->code, kInvalidParams);
    return error->message;
  }

  Request retry(const std::string& with) {
    Request made = request();
    made.id = 2;
    made.params["requestState"] = with;
    made.params["inputResponses"] = JsonObject{{"sure", JsonObject{{"action", "accept"}}}};
    return made;
  }

  StoppedClock clock;
  RequestStates states{kKey, 10min, clock};
  const std::string state = states.write(request(), {{"before", 1}}, kAsked);
};

TEST_F(RequestStatesTest, BringsBackEarlierAnswersAndThoseThatWereAskedFor) {
  Request again = retry(state);
  again.params["inputResponses"].get_object()["unasked"] = JsonObject();
  again.params["inputResponses"].get_object()["before"] = 2;
  const auto read = states.read(again, false);
  EXPECT_EQ(write_json(Json(std::get<JsonObject>(read))),
            R"({"before":1,"sure":{"action":"accept"}})");
}

TEST_F(RequestStatesTest, IsNotReadByItsBearer) {
  const std::string bytes = *read_base64(state);
  EXPECT_EQ(bytes.find("before"), std::string::npos);
  EXPECT_EQ(bytes.find("sure"), std::string::npos);
}

TEST_F(RequestStatesTest, IsNeverTheSameTwice) {
  EXPECT_NE(states.write(request(), {}, kAsked), states.write(request(), {}, kAsked));
}

TEST_F(RequestStatesTest, IsRefusedAfterAnyChange) {
  const std::string bytes = *read_base64(state);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_NE(refusal(retry(write_base64(changed))), "") << at;
    EXPECT_NE(refusal(retry(write_base64(bytes.substr(0, at)))), "") << at;
  }
}

struct Attack {
  std::string_view name;
  std::function<void(Request&, const std::string&)> change;
};

void PrintTo(const Attack& attack, std::ostream* out) { *out << attack.name; }

class AttackTest : public RequestStatesTest, public testing::WithParamInterface<Attack> {};

JsonObject& arguments(Request& request) { return request.params["arguments"].get_object(); }

void set_state(Request& request, Json state) { request.params["requestState"] = std::move(state); }

INSTANTIATE_TEST_SUITE_P(
    Attacks, AttackTest,
    testing::Values(
        Attack{"another principal", [](Request& r, auto&) { r.principal = "eve"; }},
        Attack{"no principal", [](Request& r, auto&) { r.principal = ""; }},
        Attack{"a principal in capitals", [](Request& r, auto&) { r.principal = "Ada"; }},
        Attack{"another method", [](Request& r, auto&) { r.method = "prompts/get"; }},
        Attack{"another tool", [](Request& r, auto&) { r.params["name"] = "delete_all"; }},
        Attack{"no tool", [](Request& r, auto&) { r.params.erase("name"); }},
        Attack{"another argument", [](Request& r, auto&) { arguments(r)["what"] = "b"; }},
        Attack{"one more argument", [](Request& r, auto&) { arguments(r)["more"] = true; }},
        Attack{"one argument less", [](Request& r, auto&) { arguments(r).erase("n"); }},
        Attack{"no arguments", [](Request& r, auto&) { r.params.erase("arguments"); }},
        Attack{"a number as text", [](Request& r, auto&) { arguments(r)["n"] = "1"; }},
        Attack{"a uri besides", [](Request& r, auto&) { r.params["uri"] = "test://x"; }},
        Attack{"text behind it", [](Request& r, auto& s) { set_state(r, Json(s + "-TAMPERED")); }},
        Attack{"text before it", [](Request& r, auto& s) { set_state(r, Json("AAAA" + s)); }},
        Attack{"a group behind it", [](Request& r, auto& s) { set_state(r, Json(s + "AAAA")); }},
        Attack{"itself twice", [](Request& r, auto& s) { set_state(r, Json(s + s)); }},
        Attack{"nothing", [](Request& r, auto&) { set_state(r, Json("")); }},
        Attack{"null", [](Request& r, auto&) { set_state(r, Json()); }},
        Attack{"a number", [](Request& r, auto&) { set_state(r, 7); }},
        Attack{"true", [](Request& r, auto&) { set_state(r, true); }},
        Attack{"a list", [](Request& r, auto& s) { set_state(r, JsonArray{s}); }},
        Attack{"an object", [](Request& r, auto& s) { set_state(r, JsonObject{{"a", s}}); }},
        Attack{"a line end", [](Request& r, auto& s) { set_state(r, Json(s + "\n")); }},
        Attack{"a blank", [](Request& r, auto& s) { set_state(r, Json(" " + s)); }},
        Attack{"plain text", [](Request& r, auto&) { set_state(r, Json("{\"a\":{},\"k\":[]}")); }},
        Attack{"plain text in Base64",
               [](Request& r, auto&) {
                 set_state(r, Json(write_base64(R"({"a":{"sure":1},"k":[],"e":9999999999999})")));
               }},
        Attack{"zeros",
               [](Request& r, auto&) { set_state(r, Json(write_base64(std::string(100, '\0')))); }},
        Attack{"less than a seal",
               [](Request& r, auto&) { set_state(r, Json(write_base64("short"))); }},
        Attack{"a megabyte",
               [](Request& r, auto&) { set_state(r, Json(std::string(1 << 20, 'A'))); }},
        Attack{"another alphabet",
               [](Request& r, auto& s) {
                 std::string text = s;
                 text[0] = '-';
                 set_state(r, Json(text));
               }},
        Attack{"its halves exchanged",
               [](Request& r, auto& s) {
                 const std::string b = *read_base64(s);
                 set_state(r,
                           Json(write_base64(b.substr(b.size() / 2) + b.substr(0, b.size() / 2))));
               }},
        Attack{"another key",
               [](Request& r, auto&) {
                 const StoppedClock clock;
                 RequestStates others(std::string(kSealKey, 'x'), 10min, clock);
                 set_state(r, Json(others.write(request(), {}, kAsked)));
               }},
        Attack{"a key of chance", [](Request& r, auto&) {
                 const StoppedClock clock;
                 RequestStates others("", 10min, clock);
                 set_state(r, Json(others.write(request(), {}, kAsked)));
               }}));

TEST_P(AttackTest, IsRefused) {
  Request again = retry(state);
  ASSERT_EQ(refusal(again), "");
  GetParam().change(again, state);
  EXPECT_NE(refusal(again), "");
}

TEST_F(RequestStatesTest, IsGoodUntilItExpires) {
  clock.now += 600'000;
  EXPECT_EQ(refusal(retry(state)), "");
  clock.now += 1;
  EXPECT_EQ(refusal(retry(state)), "Invalid params: requestState has expired");
  clock.now -= 1;
  EXPECT_EQ(refusal(retry(state)), "");
}

TEST_F(RequestStatesTest, IsGoodOnceWhereThatMatters) {
  EXPECT_EQ(refusal(retry(state), true), "");
  EXPECT_EQ(refusal(retry(state), true), "Invalid params: requestState was used before");
  EXPECT_EQ(refusal(retry(state), false), "");
  EXPECT_EQ(refusal(retry(states.write(request(), {}, kAsked)), true), "");
}

TEST_F(RequestStatesTest, IsNotSpentByThoseWhoMayNotUseIt) {
  Request stolen = retry(state);
  stolen.principal = "eve";
  EXPECT_NE(refusal(stolen, true), "");
  EXPECT_EQ(refusal(retry(state), true), "");
}

TEST_F(RequestStatesTest, IsTakenByAnotherProcessWithTheSameKey) {
  RequestStates other(kKey, 10min, clock);
  EXPECT_TRUE(std::holds_alternative<JsonObject>(other.read(retry(state), false)));
}

TEST_F(RequestStatesTest, DoesNotMindTheOrderOfArguments) {
  Request again = retry(state);
  again.params["arguments"] = JsonObject{{"n", 1}, {"what", "a"}};
  EXPECT_EQ(refusal(again), "");
}

TEST_F(RequestStatesTest, AnswersWithoutStateCountUnlessTheyCountOnce) {
  Request first = retry(state);
  first.params.erase("requestState");
  EXPECT_EQ(std::get<JsonObject>(states.read(first, false)).size(), 1U);
  EXPECT_EQ(std::get<JsonObject>(states.read(first, true)).size(), 0U);
  first.params["inputResponses"] = JsonArray{1};
  EXPECT_EQ(std::get<JsonObject>(states.read(first, false)).size(), 0U);
}

}  // namespace
}  // namespace crafter::mcp
