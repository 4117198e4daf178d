// Who wants to know of changes, and telling them.

#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/json.h"

namespace crafter::mcp {

/// Something that clients may want to know.
struct Change {
  enum class Kind { tools, prompts, resources, resource, task };

  Kind kind = Kind::tools;
  std::string subject = {};    ///< the resource's URI, the task's id
  JsonObject params = {};      ///< of the notification
  std::string principal = {};  ///< a task's owner
};

/// The method of the notification that tells of it.
std::string_view method_of(Change::Kind kind);

class Listener {
 public:
  virtual ~Listener() = default;
  /// Told of every change, on the thread that caused it; decides itself whether it cares.
  virtual void hear(const Change& change) = 0;
  /// The server is about to end.
  virtual void end() = 0;
};

/// Thread-safe.
class Hub {
 public:
  /// Listens until nobody owns `listener` any more.
  void add(const std::shared_ptr<Listener>& listener);
  void announce(const Change& change);
  void end();

 private:
  std::vector<std::shared_ptr<Listener>> living();

  std::mutex mutex_;
  std::vector<std::weak_ptr<Listener>> listeners_;
};

}  // namespace crafter::mcp
