// Makes a JSON value without remembering where its parts stood: quickly.

#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace crafter {

/// Driven by the JSON reader like a Builder, with the same limits. Stops at the first problem and
/// does not explain it: who wants to know reads again, into a Builder. Containers are made when
/// they end, at once in their right size.
class JsonStack {
 public:
  explicit JsonStack(const Limits& limits);

  bool open_object(std::size_t) { return open(true); }
  bool open_array(std::size_t) { return open(false); }
  void close();
  bool key(std::string_view name, std::size_t);
  bool value(const Json& scalar, std::size_t);
  bool text(std::string_view string, std::size_t);

  /// A problem, whatever it is. Always false.
  template <class... Words>
  bool complain(const Words&...) {
    return is_sound_ = false;
  }
  template <class... Words>
  bool refuse(const Words&...) {
    return is_sound_ = false;
  }

  [[nodiscard]] std::size_t depth() const { return open_.size(); }
  [[nodiscard]] bool in_object() const { return open_.back().is_object; }
  /// Places are not known here.
  [[nodiscard]] std::string container() const { return {}; }
  [[nodiscard]] std::string pointer() const { return {}; }

  [[nodiscard]] bool is_sound() const { return is_sound_; }
  /// The value, unless an object in it has a name twice: then false.
  bool take(Json* value);

 private:
  struct Frame {
    bool is_object;
    std::size_t size;  // values, names not counted
  };

  bool open(bool is_object);
  bool count();

  const Limits limits_;
  std::size_t nodes_ = 0;
  std::size_t names_ = 0;
  bool is_sound_ = true;
  std::vector<Frame> open_;
  std::array<unsigned char, 2048> block_;  // what the stack needs for most texts
  boost::json::value_stack values_;
};

}  // namespace crafter
