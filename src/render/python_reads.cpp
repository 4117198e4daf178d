// Follows a snippet word by word, over strings and comments, and into the fields of f-strings.

#include "render/python_reads.h"

#include <algorithm>
#include <array>
#include <string>

#include "render/python_words.h"

namespace crafter {
namespace {

constexpr std::array<std::string_view, 3> kBinding{"for", "as", "import"};

bool is_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// r, b, u and f in any order and case, as far as they can stand before a quote.
bool is_prefix(std::string_view word) {
  return word.size() <= 2 && std::ranges::all_of(word, [](char c) {
           return std::string_view("rRbBuUfF").find(c) != std::string_view::npos;
         });
}

class Reads {
 public:
  std::set<std::string_view> of(std::string_view body) {
    code(body);
    return std::move(read_);
  }

 private:
  void code(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const char c = text[at];
      if (c == '#') {
        at = std::min(text.find('\n', at), text.size());
      } else if (c == '"' || c == '\'') {
        at = string(text, at, false);
      } else if (is_part(c)) {
        at = word(text, at);
      } else {
        mark(text, at);
        ++at;
      }
    }
  }

  void mark(std::string_view text, std::size_t at) {
    const char c = text[at];
    if (c == '(' || c == '[' || c == '{') ++depth_;
    if ((c == ')' || c == ']' || c == '}') && depth_ > 0) --depth_;
    if (c != '\n' || depth_ > 0 || (at > 0 && text[at - 1] == '\\')) return;
    bound_.merge(binding_);  // a name is bound when its statement is over
    binding_.clear();
    at_margin_ = at + 1 < text.size() && text[at + 1] != ' ' && text[at + 1] != '\t';
    last_ = {};
  }

  std::size_t word(std::string_view text, std::size_t begin) {
    std::size_t end = begin;
    while (end < text.size() && is_part(text[end])) ++end;
    const std::string_view found = text.substr(begin, end - begin);
    const bool is_quoted = end < text.size() && (text[end] == '"' || text[end] == '\'');
    if (is_quoted && is_prefix(found))
      return string(text, end, found.find_first_of("fF") != found.npos);
    if (found[0] < '0' || found[0] > '9') name(text, found, end);
    last_ = found;
    return end;
  }

  void name(std::string_view text, std::string_view found, std::size_t end) {
    const auto begin = static_cast<std::size_t>(found.data() - text.data());
    const std::size_t next = std::min(text.find_first_not_of(" \t", end), text.size());
    const std::string_view after = text.substr(next);
    const bool is_set = after.starts_with('=') && !after.starts_with("==");
    if (begin > 0 && text[begin - 1] == '.') return;
    if (is_set && depth_ > 0) return;  // a keyword of a call
    if (after.starts_with('(') && is_python_builtin(found)) return;
    const bool is_bound =
        (is_set && depth_ == 0) || std::ranges::find(kBinding, last_) != kBinding.end();
    if (!is_bound && !bound_.contains(found)) read_.insert(found);
    if (is_bound && at_margin_) binding_.insert(found);
  }

  /// Past the string whose quote stands at `at`.
  std::size_t string(std::string_view text, std::size_t at, bool has_fields) {
    const std::string_view three = text.substr(at, 3);
    const bool is_long = three == "\"\"\"" || three == "'''";
    const std::string_view quote = text.substr(at, is_long ? 3 : 1);
    const std::size_t begin = at + quote.size();
    std::size_t end = begin;
    while (end < text.size() && !text.substr(end).starts_with(quote)) {
      if (!is_long && text[end] == '\n') break;
      end += text[end] == '\\' ? 2 : 1;
    }
    end = std::min(end, text.size());
    if (has_fields) fields(text.substr(begin, end - begin));
    return std::min(end + quote.size(), text.size());
  }

  void fields(std::string_view content) {
    ++depth_;  // what looks like an assignment is none
    for (std::size_t at = 0; at < content.size(); ++at) {
      if (content[at] != '{') continue;
      if (content.substr(at).starts_with("{{")) {
        ++at;
        continue;
      }
      const std::size_t end = end_of_field(content, at);
      field(content.substr(at + 1, end - at - 1));
      at = end;
    }
    --depth_;
  }

  /// `name=` in a field shows a value and assigns nothing.
  void field(std::string_view text) {
    if (text.ends_with('=')) text.remove_suffix(1);
    code(text);
  }

  static std::size_t end_of_field(std::string_view content, std::size_t at) {
    std::size_t depth = 0;
    for (; at < content.size(); ++at) {
      if (content[at] == '{') ++depth;
      if (content[at] == '}' && --depth == 0) return at;
    }
    return content.size();
  }

  std::set<std::string_view> read_;
  std::set<std::string_view> bound_;
  std::set<std::string_view> binding_;  // by the statement that is not over yet
  std::string_view last_;               // the word before, in the same statement
  std::size_t depth_ = 0;
  bool at_margin_ = true;
};

}  // namespace

std::set<std::string_view> names_read(std::string_view body) { return Reads().of(body); }

}  // namespace crafter
