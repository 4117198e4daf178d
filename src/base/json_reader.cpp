// Reads strict JSON (RFC 8259) into a Builder or a JsonStack, without recursion.
//
// Boost.JSON's own parser rounds doubles, drops duplicate members and does not tell its handler
// where a value stands; the grammar is small, so it is read here.

#include "base/assert.h"
#include "base/builder.h"
#include "base/json_lexer.h"
#include "base/json_stack.h"

namespace crafter {
namespace {

template <class Sink>
class JsonReader {
 public:
  JsonReader(std::string_view text, Sink& builder) : lexer_(text, builder), builder_(builder) {}

  void read() {
    while (wanted_ || builder_.depth() > 0) {
      if (!lexer_.skip_space() || !(wanted_ ? read_value() : read_rest())) return;
    }
    if (lexer_.skip_space() && !lexer_.is_at_end())
      builder_.refuse(lexer_.offset(), "json.syntax", "text goes on after the end of the value",
                      "a document holds one value");
  }

 private:
  /// Reads a scalar, or a container up to where its first value begins.
  bool read_value() {
    const std::size_t begin = lexer_.offset();
    const char first = lexer_.peek();
    if (first == '{' || first == '[') {
      lexer_.skip();
      if (!(first == '{' ? builder_.open_object(begin) : builder_.open_array(begin)) ||
          !lexer_.skip_space())
        return false;
      return first == '{' ? close_if('}') || read_name() : close_if(']') || true;
    }
    wanted_ = false;
    if (first != '"') return lexer_.is_at_word() ? lexer_.read_word() : lexer_.refuse("a value");
    std::string_view text;
    return lexer_.read_string(text) && builder_.text(text, begin);
  }

  bool close_if(char end) {
    if (lexer_.peek() != end) return false;
    lexer_.skip();
    builder_.close();
    wanted_ = false;
    return true;
  }

  bool read_name() {
    const std::size_t begin = lexer_.offset();
    if (lexer_.peek() != '"') return lexer_.refuse("a name between double quotes");
    std::string_view name;
    if (!lexer_.read_string(name) || !builder_.key(name, begin) || !lexer_.skip_space())
      return false;
    if (lexer_.peek() != ':') return lexer_.refuse("a colon");
    lexer_.skip();
    wanted_ = true;
    return true;
  }

  /// What may follow a value inside a container: a comma and more, or the end.
  bool read_rest() {
    const bool in_object = builder_.in_object();
    const char end = in_object ? '}' : ']';
    if (close_if(end)) return true;
    if (lexer_.peek() != ',') return lexer_.refuse(in_object ? "a comma or }" : "a comma or ]");
    const std::size_t comma = lexer_.offset();
    lexer_.skip();
    if (!lexer_.skip_space()) return false;
    if (lexer_.peek() == end)
      return builder_.complain(comma, builder_.container(), "json.trailing_comma",
                               "nothing follows this comma", "take it away");
    wanted_ = true;
    return !in_object || read_name();
  }

  JsonLexer<Sink> lexer_;
  Sink& builder_;
  bool wanted_ = true;  // a value comes next, rather than a comma or an end
};

/// Reads into `builder`; false on any problem.
template <class Sink>
bool read_into(Sink& builder, std::string_view text) {
  if (text.find_first_not_of(" \n\r\t") == text.npos)
    return builder.refuse(0, "document.empty", "the text is empty", "write a value");
  JsonReader<Sink>(text, builder).read();
  return builder.is_sound();
}

}  // namespace

Result<Document> read_json(std::string_view text, std::string file, const Limits& limits) {
  TRY(check_text(text, file, limits));
  Document document;
  document.file = std::move(file);
  Builder builder(text, "json", limits, document);
  if (!read_into(builder, text)) return Failure(Fault::invalid_input, builder.take_problems());
  document.value = builder.take();
  return document;
}

Result<Json> parse_json(std::string_view text, std::string_view file, const Limits& limits) {
  TRY(check_text(text, file, limits));
  JsonStack stack(limits);
  Json value;
  if (read_into(stack, text) && stack.take(&value)) return value;
  auto explained = read_json(text, std::string(file), limits);
  CRAFTER_ASSERT(!explained);
  return std::move(explained).failure();
}

}  // namespace crafter
