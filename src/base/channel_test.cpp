// A Channel keeps order, holds back, and ends.

#include "base/channel.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace crafter {
namespace {

TEST(Channel, HandsValuesOnInOrderThoughItIsSmall) {
  Channel<int> channel(2);
  std::jthread sender([&](std::stop_token stop) {
    for (int i = 0; i < 100; ++i) channel.send(i, stop);
    channel.close();
  });
  std::vector<int> received;
  while (const auto value = channel.receive({})) received.push_back(*value);
  ASSERT_EQ(received.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(received[static_cast<std::size_t>(i)], i);
}

TEST(Channel, GivesWhatIsLeftAfterClosingAndTakesNothingMore) {
  Channel<int> channel(3);
  EXPECT_TRUE(channel.send(1, {}));
  channel.close();
  EXPECT_FALSE(channel.send(2, {}));
  EXPECT_EQ(channel.receive({}), 1);
  EXPECT_EQ(channel.receive({}), std::nullopt);
}

TEST(Channel, LetsGoOfWaitersThatAreAskedToStop) {
  Channel<int> channel(1);
  std::stop_source stop;
  std::jthread receiver([&] { EXPECT_EQ(channel.receive(stop.get_token()), std::nullopt); });
  stop.request_stop();
  receiver.join();
  EXPECT_TRUE(channel.send(1, {}));
  EXPECT_FALSE(channel.send(2, stop.get_token()));
}

}  // namespace
}  // namespace crafter
