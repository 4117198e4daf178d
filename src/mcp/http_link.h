// One connection: requests come in one after the other, answers and events go out.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mcp/http_endpoint.h"
#include "mcp/http_outlet.h"
#include "os/deadline.h"
#include "os/listener.h"
#include "os/poller.h"

namespace crafter::mcp {

/// Used by one thread. Never waits.
class HttpLink {
 public:
  HttpLink(Fd socket, std::uint64_t id, const HttpOptions& options)
      : socket_(std::move(socket)), id_(id), options_(options) {
    rest();
  }

  /// Serves what has come; false when nothing more can be done now.
  void receive();
  bool advance(HttpEndpoint& endpoint, const std::shared_ptr<Mailbox>& mailbox);
  /// Something for the exchange that is being served; for older ones: nothing.
  void deliver(Posting& posting);
  /// Sends what fits.
  void flush();
  /// The client does not answer any more, or has gone.
  void give_up();
  /// It is later: looks at the deadline.
  void tick(Deadline now);
  /// The server ends: idle connections close, what listens ends, answers are the last.
  void wind_up();

  [[nodiscard]] const Fd& socket() const { return socket_; }
  [[nodiscard]] std::uint64_t id() const { return id_; }
  [[nodiscard]] bool is_over() const { return state_ == State::over; }
  [[nodiscard]] bool is_busy() const { return state_ == State::serving || !out_.empty(); }
  /// What is worth being told of.
  [[nodiscard]] Interest interest() const;
  Interest registered = Interest::read;  ///< what the poller was told

 private:
  enum class State { reading, serving, closing, over };

  bool take_request(HttpEndpoint& endpoint, const std::shared_ptr<Mailbox>& mailbox);
  bool take_body(const HttpHead& head, std::string_view* body, std::size_t* size);
  void reply(const HttpReply& reply);
  void refuse(const HttpFlaw& flaw);
  void begin_stream();
  void write_event(std::string_view message);
  void end_exchange();
  void rest();

  const Fd socket_;
  const std::uint64_t id_;
  const HttpOptions& options_;
  State state_ = State::reading;
  std::string in_;
  std::string out_;
  Deadline deadline_;
  std::optional<ChunkReader> chunks_;
  bool has_continued_ = false;

  // Of the exchange that is being served.
  std::uint64_t exchange_ = 0;
  std::shared_ptr<Conversation> talk_;
  bool is_modern_ = false;
  bool is_stream_ = false;
  bool is_kept_alive_ = true;
  bool is_chunked_ = true;  // streams are
  bool is_head_only_ = false;
  bool takes_events_ = true;
  bool is_ending_ = false;
};

}  // namespace crafter::mcp
