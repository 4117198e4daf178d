// The sessions of all clients of the older revisions over HTTP.

#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "mcp/session.h"
#include "os/deadline.h"

namespace crafter::mcp {

/// Used by one thread.
class Sessions {
 public:
  Sessions(Engine& engine, std::size_t most, std::chrono::milliseconds life)
      : engine_(engine), most_(most), life_(life) {}

  struct Opened {
    std::string id;
    std::shared_ptr<Session> session;
  };
  /// No session when there are too many.
  Opened open(const std::string& principal);
  /// nullptr when there is none of this principal.
  std::shared_ptr<Session> find(std::string_view id, std::string_view principal);
  void close(std::string_view id);
  /// Closes those that nobody used for long.
  void sweep();
  /// Ends the streams of messages that belong to no request.
  void end_streams();
  void close_all();

 private:
  struct Kept {
    std::shared_ptr<Session> session;
    Deadline end;
  };

  Engine& engine_;
  const std::size_t most_;
  const std::chrono::milliseconds life_;
  std::map<std::string, Kept, std::less<>> by_id_;
};

}  // namespace crafter::mcp
