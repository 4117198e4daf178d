// A Builder makes a value out of what a parser finds, within limits, and notes what is wrong.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"

namespace crafter {

/// Finds line and column of an offset; cheap when asked in the order of the text.
class Ruler {
 public:
  explicit Ruler(std::string_view text) : text_(text), line_end_(text.find('\n')) {}
  Place place(std::size_t offset);

 private:
  std::string_view text_;
  std::size_t line_begin_ = 0;
  std::size_t line_end_;
  int line_ = 1;
};

/// The JSON and the YAML reader drive the same Builder, so that both know the same limits, find
/// the same duplicates and count pointers alike. Offsets are bytes of the text. Whatever returns
/// false means: stop reading.
///
/// Places go into the document; problems are collected. (json_stack.h does without both.)
class Builder {
 public:
  /// `language` begins the codes of problems: "json", "yaml".
  Builder(std::string_view text, std::string_view language, const Limits& limits,
          Document& document);

  bool open(Json container, std::size_t offset);
  bool open_object(std::size_t offset) { return open(JsonObject(), offset); }
  bool open_array(std::size_t offset) { return open(JsonArray(), offset); }
  void close();
  bool key(std::string_view name, std::size_t offset);
  bool value(Json scalar, std::size_t offset);
  bool text(std::string_view string, std::size_t offset);
  /// A whole value that stood elsewhere before; each of its nodes counts.
  bool copy(const Json& original, std::size_t offset);

  /// Notes a problem at `pointer`. True when reading may go on: there are not too many yet.
  bool complain(std::size_t offset, std::string_view pointer, std::string_view code,
                std::string message, std::string hint = {});
  /// Notes a problem of the whole text. Always false.
  bool refuse(std::size_t offset, std::string_view code, std::string message,
              std::string hint = {});

  [[nodiscard]] std::size_t depth() const { return open_.size(); }
  [[nodiscard]] bool in_object() const { return open_.back().container->is_object(); }
  /// Where the open container began.
  [[nodiscard]] std::size_t opened_at() const { return open_.back().offset; }
  /// Pointer of the open container.
  [[nodiscard]] const std::string& container() const { return path_; }
  /// Pointer of the value that comes next. It ends early where it would become very long.
  [[nodiscard]] std::string pointer() const;

  /// The way to a container from the root: the index of an item or member at each level.
  using Steps = std::vector<std::size_t>;
  /// The way to the innermost open container.
  [[nodiscard]] Steps steps() const;
  [[nodiscard]] bool is_open(const Steps& steps) const;
  /// What stands there, or nullptr.
  [[nodiscard]] const Json* at(const Steps& steps) const;

  [[nodiscard]] bool is_sound() const { return sound_; }
  Json take() { return std::move(root_); }
  std::vector<Diagnostic> take_problems() { return std::move(problems_); }

 private:
  struct Frame {
    Json* container;  // stays in place while open: only the innermost container grows
    std::size_t offset;
    std::size_t path_size;  // of the pointer of the container around it
    Json* slot = nullptr;   // of the last key
    std::string_view key;   // as the object keeps it
  };

  Json* put(Json value, std::size_t offset);
  bool admit(const Json& original, std::size_t depth, std::size_t offset);
  bool limit(std::size_t offset, std::string_view code, std::string message, std::string hint);
  bool check_length(std::string_view string, std::size_t offset);

  const std::string language_;
  const Limits limits_;
  Ruler ruler_;
  Document& document_;
  Json root_;
  std::vector<Frame> open_;
  std::string path_;
  std::size_t nodes_ = 0;
  std::size_t copied_bytes_ = 0;
  std::vector<Diagnostic> problems_;
  bool sound_ = true;
};

/// What every text must be, whatever its language: not too long, UTF-8, without byte order mark.
Result<> check_text(std::string_view text, std::string_view file, const Limits& limits);

}  // namespace crafter
