// Pipes that are full, and pipes that were told not to wait.

#include "os/duplex.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

namespace crafter {
namespace {

struct Pipe {
  explicit Pipe(int flags) {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC | flags), 0);
    reading = Fd(ends[0]);
    writing = Fd(ends[1]);
  }
  Fd reading;
  Fd writing;
};

std::string read_all(const Fd& fd) {
  std::string all;
  char block[1000];
  for (;;) {
    const auto count = ::read(fd.number(), block, sizeof block);
    if (count == 0 || (count < 0 && errno != EAGAIN)) return all;
    if (count > 0) all.append(block, static_cast<std::size_t>(count));
  }
}

class DuplexTest : public testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Waiting, DuplexTest, testing::Values(0, O_NONBLOCK));

TEST_P(DuplexTest, WritesMoreThanAPipeHolds) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i);
  Pipe pipe(GetParam());
  std::string arrived;
  std::thread reader([&] { arrived = read_all(pipe.reading); });
  {
    Duplex duplex(Fd(), std::move(pipe.writing), {});
    EXPECT_TRUE(duplex.write(text));
  }
  reader.join();
  EXPECT_EQ(arrived, text);
}

TEST_P(DuplexTest, StopsWhenAFullPipeStaysFull) {
  Pipe pipe(GetParam());
  std::stop_source stop;
  Duplex duplex(Fd(), std::move(pipe.writing), stop.get_token());
  std::thread stopper([&] { stop.request_stop(); });
  const auto written = duplex.write(std::string(1 << 20, 'x'));
  stopper.join();
  ASSERT_FALSE(written);
  EXPECT_EQ(written.failure().fault(), Fault::cancelled);
}

TEST_P(DuplexTest, SaysThatNobodyReads) {
  Pipe pipe(GetParam());
  pipe.reading.reset();
  ::signal(SIGPIPE, SIG_IGN);
  Duplex duplex(Fd(), std::move(pipe.writing), {});
  EXPECT_FALSE(duplex.write("x"));
}

}  // namespace
}  // namespace crafter
