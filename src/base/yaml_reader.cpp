// Reads YAML into a Builder from the events of libyaml.

#include <fmt/core.h>
#include <yaml.h>

#include <map>
#include <memory>
#include <optional>

#include "base/assert.h"
#include "base/builder.h"
#include "base/text.h"
#include "base/yaml_scalar.h"

namespace crafter {
namespace {

std::string_view view(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

/// Turns libyaml's indexes, which count characters, into offsets in bytes, walking either way.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  std::size_t offset(const yaml_mark_t& mark) {
    for (; index_ < mark.index && offset_ < text_.size(); ++index_) do
        ++offset_;
      while (is_inside());
    for (; index_ > mark.index && offset_ > 0; --index_) do
        --offset_;
      while (is_inside());
    return offset_;
  }

 private:
  [[nodiscard]] bool is_inside() const {
    return offset_ < text_.size() && (static_cast<unsigned char>(text_[offset_]) & 0xC0) == 0x80;
  }

  std::string_view text_;
  std::size_t index_ = 0;
  std::size_t offset_ = 0;
};

/// What to do about a problem that libyaml found, for the commonest ones.
std::string_view hint_for(std::string_view problem, char found) {
  if (found == '\t') return "indent with spaces, not tabs";
  if (problem.starts_with("mapping values are not allowed"))
    return "quote text that has a colon in it, or check the indentation";
  if (problem.starts_with("could not find expected ':'")) return "a name needs a colon after it";
  if (problem.starts_with("found character that cannot start")) return "quote this text";
  if (problem.starts_with("control characters")) return "take it away, or write it as an escape";
  if (problem.starts_with("did not find expected"))
    return "check the indentation, and quote text that begins with a special character";
  return {};
}

class YamlReader {
 public:
  YamlReader(std::string_view text, Builder& builder)
      : text_(text), cursor_(text), builder_(builder) {
    CRAFTER_ASSERT(yaml_parser_initialize(&parser_) == 1);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  YamlReader(const YamlReader&) = delete;
  YamlReader& operator=(const YamlReader&) = delete;
  ~YamlReader() { yaml_parser_delete(&parser_); }

  void read() {
    while (read_event()) {
    }
    if (builder_.is_sound() && documents_ == 0) refuse_empty();
  }

 private:
  /// What an anchor names: a scalar, or the container at a place of the tree.
  struct Anchor {
    std::optional<Json> scalar;
    Builder::Steps steps;
  };

  bool read_event() {
    yaml_event_t event;
    if (yaml_parser_parse(&parser_, &event) != 1) return refuse_syntax();
    const std::unique_ptr<yaml_event_t, decltype(&yaml_event_delete)> owner(&event,
                                                                            yaml_event_delete);
    const std::size_t offset = cursor_.offset(event.start_mark);
    switch (event.type) {
      case YAML_STREAM_START_EVENT:
      case YAML_DOCUMENT_END_EVENT:
        return true;
      case YAML_STREAM_END_EVENT:
        return false;
      case YAML_DOCUMENT_START_EVENT:
        return begin_document(offset);
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        return end_container();
      default:
        return wants_name() ? read_name(event, offset) : read_value(event, offset);
    }
  }

  bool begin_document(std::size_t offset) {
    return ++documents_ == 1 ||
           builder_.refuse(offset, "yaml.documents", "a second document begins here",
                           "a file holds one document");
  }

  bool refuse_empty() {
    return builder_.refuse(0, "document.empty", "the document is empty", "write a value");
  }

  bool refuse_syntax() {
    const bool by_offset = parser_.error == YAML_READER_ERROR;
    const std::size_t offset =
        by_offset ? parser_.problem_offset : cursor_.offset(parser_.problem_mark);
    const std::string_view problem = parser_.problem == nullptr ? "no yaml" : parser_.problem;
    const char found = offset < text_.size() ? text_[offset] : '\0';
    std::string message(problem);
    if (parser_.context != nullptr) message.append(", ").append(parser_.context);
    return builder_.refuse(offset, "yaml.syntax", std::move(message),
                           std::string(hint_for(problem, found)));
  }

  [[nodiscard]] bool wants_name() const { return !wants_name_.empty() && wants_name_.back(); }

  /// After a value in an object comes a name.
  bool end_value() {
    if (!wants_name_.empty()) wants_name_.back() = builder_.in_object();
    return true;
  }

  bool end_container() {
    builder_.close();
    wants_name_.pop_back();
    return end_value();
  }

  bool read_name(const yaml_event_t& event, std::size_t offset) {
    if (event.type != YAML_SCALAR_EVENT)
      return builder_.refuse(offset, "yaml.name", "a name must be a text", "write it out");
    const auto& scalar = event.data.scalar;
    const std::string_view name(reinterpret_cast<const char*>(scalar.value), scalar.length);
    wants_name_.back() = false;
    if (scalar.anchor != nullptr) anchors_[std::string(view(scalar.anchor))] = {Json(name), {}};
    return check_tag(scalar.tag, offset, builder_.container()) && builder_.key(name, offset);
  }

  bool read_value(const yaml_event_t& event, std::size_t offset) {
    switch (event.type) {
      case YAML_ALIAS_EVENT:
        return read_alias(view(event.data.alias.anchor), offset);
      case YAML_SCALAR_EVENT:
        return read_scalar(event, offset);
      case YAML_SEQUENCE_START_EVENT: {
        const auto& start = event.data.sequence_start;
        return check_tag(start.tag, offset, builder_.pointer()) &&
               open(JsonArray(), view(start.anchor), offset);
      }
      default: {
        const auto& start = event.data.mapping_start;
        return check_tag(start.tag, offset, builder_.pointer()) &&
               open(JsonObject(), view(start.anchor), offset);
      }
    }
  }

  bool check_tag(const yaml_char_t* tag, std::size_t offset, const std::string& pointer) {
    return tag == nullptr ||
           builder_.complain(offset, pointer, "yaml.tag",
                             fmt::format("the tag {} is not allowed", quote(view(tag))),
                             "take it away: a value is what it looks like, or quoted text");
  }

  bool open(Json container, std::string_view anchor, std::size_t offset) {
    wants_name_.push_back(container.is_object());
    if (!builder_.open(std::move(container), offset)) return false;
    if (!anchor.empty()) anchors_[std::string(anchor)] = {std::nullopt, builder_.steps()};
    return true;
  }

  bool read_scalar(const yaml_event_t& event, std::size_t offset) {
    const auto& scalar = event.data.scalar;
    const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    if (!check_tag(scalar.tag, offset, builder_.pointer())) return false;
    const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (plain && text.empty() && builder_.depth() == 0) return refuse_empty();
    Number read = plain ? read_plain_scalar(text) : Number{Json(text), {}, {}};
    if (!read.problem.empty() &&
        !builder_.complain(offset, builder_.pointer(), "yaml.number", read.problem, read.hint))
      return false;
    if (scalar.anchor != nullptr) anchors_[std::string(view(scalar.anchor))] = {read.value, {}};
    const bool is_text = read.value.is_string();
    return (is_text ? builder_.text(text, offset)
                    : builder_.value(std::move(read.value), offset)) &&
           end_value();
  }

  bool read_alias(std::string_view name, std::size_t offset) {
    const auto anchor = anchors_.find(name);
    if (anchor == anchors_.end())
      return complain_of_alias(offset, fmt::format("nothing is named &{} before this", name));
    if (anchor->second.scalar) return builder_.copy(*anchor->second.scalar, offset) && end_value();
    if (builder_.is_open(anchor->second.steps))
      return complain_of_alias(offset, fmt::format("*{} stands inside what it names", name));
    const Json* original = builder_.at(anchor->second.steps);
    return builder_.copy(original == nullptr ? Json() : *original, offset) && end_value();
  }

  bool complain_of_alias(std::size_t offset, std::string message) {
    return builder_.complain(offset, builder_.pointer(), "yaml.alias", std::move(message),
                             "write the value out, or quote a text that begins with *") &&
           builder_.value(nullptr, offset) && end_value();
  }

  yaml_parser_t parser_;
  std::string_view text_;
  Cursor cursor_;
  Builder& builder_;
  std::vector<bool> wants_name_;  // for each open container
  std::map<std::string, Anchor, std::less<>> anchors_;
  int documents_ = 0;
};

}  // namespace

Result<Document> read_yaml(std::string_view text, std::string file, const Limits& limits) {
  TRY(check_text(text, file, limits));
  Document document;
  document.file = std::move(file);
  Builder builder(text, "yaml", limits, document);
  YamlReader(text, builder).read();
  if (!builder.is_sound()) return Failure(Fault::invalid_input, builder.take_problems());
  document.value = builder.take();
  return document;
}

}  // namespace crafter
