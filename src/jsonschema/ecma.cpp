// Walks a pattern once and writes RE2's spelling of each construct.

#include "jsonschema/ecma.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace crafter {
namespace {

constexpr unsigned kMostRepetitions = 1000;  // RE2's limit

/// What \s means in ECMAScript, as the inside of a character class.
constexpr std::string_view kSpace =
    R"(\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";

/// Long names of general categories (Unicode, PropertyValueAliases.txt); RE2 knows the short ones.
constexpr std::pair<std::string_view, std::string_view> kCategories[] = {
    {"Cased_Letter", "L&"},
    {"Close_Punctuation", "Pe"},
    {"Connector_Punctuation", "Pc"},
    {"Control", "Cc"},
    {"Currency_Symbol", "Sc"},
    {"Dash_Punctuation", "Pd"},
    {"Decimal_Number", "Nd"},
    {"Enclosing_Mark", "Me"},
    {"Final_Punctuation", "Pf"},
    {"Format", "Cf"},
    {"Initial_Punctuation", "Pi"},
    {"Letter", "L"},
    {"Letter_Number", "Nl"},
    {"Line_Separator", "Zl"},
    {"Lowercase_Letter", "Ll"},
    {"Mark", "M"},
    {"Math_Symbol", "Sm"},
    {"Modifier_Letter", "Lm"},
    {"Modifier_Symbol", "Sk"},
    {"Nonspacing_Mark", "Mn"},
    {"Number", "N"},
    {"Open_Punctuation", "Ps"},
    {"Other", "C"},
    {"Other_Letter", "Lo"},
    {"Other_Number", "No"},
    {"Other_Punctuation", "Po"},
    {"Other_Symbol", "So"},
    {"Paragraph_Separator", "Zp"},
    {"Private_Use", "Co"},
    {"Punctuation", "P"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Spacing_Mark", "Mc"},
    {"Surrogate", "Cs"},
    {"Symbol", "S"},
    {"Titlecase_Letter", "Lt"},
    {"Uppercase_Letter", "Lu"},
    {"digit", "Nd"},
    {"punct", "P"}};

/// Properties of ECMAScript (table 67) that RE2 has no tables for.
constexpr std::string_view kBinaryProperties[] = {"ASCII",
                                                  "ASCII_Hex_Digit",
                                                  "Alphabetic",
                                                  "Alpha",
                                                  "Any",
                                                  "Assigned",
                                                  "Dash",
                                                  "Emoji",
                                                  "Emoji_Presentation",
                                                  "Extended_Pictographic",
                                                  "Hex_Digit",
                                                  "ID_Continue",
                                                  "ID_Start",
                                                  "Ideographic",
                                                  "Lowercase",
                                                  "Lower",
                                                  "Math",
                                                  "Uppercase",
                                                  "Upper",
                                                  "White_Space",
                                                  "XID_Continue",
                                                  "XID_Start"};

class Rewriter {
 public:
  explicit Rewriter(std::string_view pattern) : rest_(pattern) {}

  Rewritten run() {
    while (!rest_.empty() && done_.problem.empty()) step();
    if (in_class_) fail("a character class is not closed");
    return std::move(done_);
  }

 private:
  bool take(std::string_view prefix) {
    if (!rest_.starts_with(prefix)) return false;
    rest_.remove_prefix(prefix.size());
    return true;
  }

  void put(std::string_view text) { done_.text.append(text); }
  void fail(std::string problem) {
    if (done_.problem.empty()) done_.problem = std::move(problem);
  }
  void put_beyond(std::string_view harmless) {
    done_.beyond = true;
    put(harmless);
  }
  void put_character(std::uint32_t character) { put(fmt::format("\\x{{{:x}}}", character)); }

  void step() {
    if (take("\\")) return in_class_ ? escape_in_class() : escape();
    if (in_class_) return step_in_class();
    if (take("[^]")) return put("(?s:.)");
    if (take("[]")) return put(R"([^\x00-\x{10FFFF}])");
    if (take("(")) return group();
    if (rest_[0] == '{') return repetition();
    in_class_ = rest_[0] == '[';
    pass();
    if (in_class_ && take("^")) put("^");
  }

  void pass() {
    put(rest_.substr(0, 1));
    rest_.remove_prefix(1);
  }

  void step_in_class() {
    if (take("[")) return put("\\[");
    in_class_ = rest_[0] != ']';
    pass();
  }

  void group() {
    if (take("?=") || take("?!") || take("?<=") || take("?<!")) return put_beyond("(?:");
    if (take("?P=")) {
      rest_.remove_prefix(std::min(rest_.find(')'), rest_.size()));
      return put_beyond("(?:");
    }
    put(take("?<") ? "(?P<" : "(");
  }

  /// {3}, {3,} and {3,5}; any other brace is itself.
  void repetition() {
    const std::size_t end = rest_.find('}');
    const std::string_view inside = rest_.substr(1, end == rest_.npos ? 0 : end - 1);
    const std::size_t comma = std::min(inside.find(','), inside.size());
    const std::string_view low = inside.substr(0, comma);
    const std::string_view high = comma < inside.size() ? inside.substr(comma + 1) : low;
    const bool open = comma < inside.size() && high.empty();
    if (!is_number(low) || !(open || is_number(high))) {
      put("\\{");
      return rest_.remove_prefix(1);
    }
    const unsigned least = count(low);
    const unsigned most = open ? least : count(high);
    if (most < least) return fail("a repetition has its bounds the wrong way round");
    rest_.remove_prefix(end + 1);
    if (most > kMostRepetitions) return put_beyond("{1}");
    put(fmt::format("{{{}}}", inside));
  }

  static bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
  }

  static unsigned count(std::string_view digits) {
    unsigned value = kMostRepetitions + 1;  // stays when there are too many digits
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
  }

  void escape() {
    if (rest_.empty()) return fail("a backslash stands at the end");
    if (rest_[0] >= '1' && rest_[0] <= '9') {
      rest_.remove_prefix(1);
      return put_beyond("(?:)");
    }
    if (take("k<")) {
      rest_.remove_prefix(std::min(rest_.find('>'), rest_.size() - 1) + 1);
      return put_beyond("(?:)");
    }
    if (take("s")) return put(fmt::format("[{}]", kSpace));
    if (take("S")) return put(fmt::format("[^{}]", kSpace));
    if (take("Z")) return put("\\z");
    if (take("A")) return put("\\A");
    if (take("b")) return put("\\b");
    if (take("B")) return put("\\B");
    shared_escape();
  }

  void escape_in_class() {
    if (rest_.empty()) return;
    if (take("s")) return put(kSpace);
    if (take("S")) return put("\\S");
    if (take("b")) return put("\\x08");
    shared_escape();
  }

  /// What means the same inside and outside of a class.
  void shared_escape() {
    if (take("p{")) return property("\\p");
    if (take("P{")) return property("\\P");
    if (take("u")) return unicode_escape();
    if (take("x")) return hexadecimal_escape();
    if (take("0")) return put_character(0);
    if (take("c")) return control_escape();
    const char c = rest_[0];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (letter && std::string_view("dDwWtnrfv").find(c) == std::string_view::npos)
      return fail(fmt::format("there is no escape \\{}", c));
    if (static_cast<unsigned char>(c) < 0x80) put("\\");
    pass();
  }

  void control_escape() {
    if (rest_.empty()) return fail("\\c needs a letter");
    put_character(static_cast<unsigned char>(rest_[0]) % 32);
    rest_.remove_prefix(1);
  }

  /// The value of `digits` hexadecimal digits, which are taken; nothing taken when they are not.
  bool take_hexadecimal(std::size_t digits, std::uint32_t& value) {
    if (rest_.size() < digits) return false;
    const char* end = rest_.data() + digits;
    const auto [stop, error] = std::from_chars(rest_.data(), end, value, 16);
    if (error != std::errc() || stop != end) return false;
    rest_.remove_prefix(digits);
    return true;
  }

  void hexadecimal_escape() {
    std::uint32_t value = 0;
    if (!take_hexadecimal(2, value)) return fail("\\x needs two hexadecimal digits");
    put_character(value);
  }

  void unicode_escape() {
    std::uint32_t value = 0;
    if (take("{")) {
      const std::size_t digits = std::min(rest_.find('}'), rest_.size());
      if (!take_hexadecimal(digits, value) || !take("}") || value > 0x10FFFF)
        return fail("\\u{...} needs a code point");
      return put_character(value);
    }
    if (!take_hexadecimal(4, value)) return fail("\\u needs four hexadecimal digits");
    std::uint32_t low = 0;
    const std::string_view before = rest_;
    if (value >= 0xD800 && value < 0xDC00 && take("\\u") && take_hexadecimal(4, low) &&
        low >= 0xDC00 && low < 0xE000)
      return put_character(0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00));
    rest_ = before;
    const bool lone = value >= 0xD800 && value < 0xE000;  // never in valid UTF-8
    put_character(lone ? 0xFFFD : value);
  }

  void property(std::string_view escape) {
    const std::size_t end = rest_.find('}');
    if (end == rest_.npos) return fail(fmt::format("{}{{ is not closed", escape));
    std::string_view name = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    if (const std::size_t equals = name.find('='); equals != name.npos)
      name.remove_prefix(equals + 1);
    if (std::ranges::find(kBinaryProperties, name) != std::end(kBinaryProperties))
      return put_beyond("\\pL");
    const auto known = std::ranges::find(kCategories, name, [](auto& row) { return row.first; });
    const bool cased = known != std::end(kCategories) && known->second == "L&";
    if (cased) return put_beyond("\\pL");
    put(fmt::format("{}{{{}}}", escape, known == std::end(kCategories) ? name : known->second));
  }

  std::string_view rest_;
  Rewritten done_;
  bool in_class_ = false;
};

}  // namespace

Rewritten rewrite_ecma(std::string_view pattern) { return Rewriter(pattern).run(); }

}  // namespace crafter
