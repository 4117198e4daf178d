// Makes up numbers, texts, lists and objects.

#include <algorithm>
#include <cmath>

#include "jsonschema/sample_text.h"
#include "jsonschema/sampler.h"

namespace crafter {
namespace {

constexpr double kMostItems = 1000;
constexpr double kLongestText = 20'000;

/// Calls `use` with each number that `keyword` has in the nodes.
template <class Use>
void each_number(const Nodes& all, std::string_view keyword, Use use) {
  for (const Node* node : all)
    if (const Json* value = find(*node->schema, keyword); value != nullptr && value->is_number())
      use(value->to_number<double>());
}

/// The largest size that `keyword` asks for, within reason.
std::size_t largest(const Nodes& all, std::string_view keyword, double most) {
  double size = 0;
  each_number(all, keyword, [&](double value) { size = std::max(size, value); });
  return static_cast<std::size_t>(std::min(std::ceil(size), most));
}

std::size_t smallest(const Nodes& all, std::string_view keyword, double most) {
  double size = most;
  each_number(all, keyword, [&](double value) { size = std::min(size, std::max(value, 0.0)); });
  return static_cast<std::size_t>(size);
}

Json number(double value) {
  if (std::fabs(value) < 0x1p53 && value == std::trunc(value))
    return static_cast<std::int64_t>(value);
  return value;
}

std::string_view view(const Json& text) {
  return {text.get_string().data(), text.get_string().size()};
}

/// The strings in a list; none when it is no list.
std::vector<std::string> texts_in(const Json* list) {
  std::vector<std::string> texts;
  if (list == nullptr || !list->is_array()) return texts;
  for (const Json& text : list->get_array())
    if (text.is_string()) texts.emplace_back(view(text));
  return texts;
}

}  // namespace

std::vector<Json> Sampler::numbers(const Wish& wish, const Nodes& all) const {
  const auto variation = static_cast<double>(wish.variation);
  std::vector<double> bases{1, 0};
  for (const std::string_view low : {"minimum", "exclusiveMinimum"})
    each_number(all, low, [&](double value) {
      bases.insert(bases.end(), {value, std::floor(value) + 1, value + 0.5});
    });
  for (const std::string_view high : {"maximum", "exclusiveMaximum"})
    each_number(all, high, [&](double value) {
      bases.insert(bases.end(), {value - 2 * variation, std::ceil(value) - 1 - 2 * variation,
                                 value - 0.5 - 2 * variation, value / 2});
    });
  std::vector<Json> found;
  for (const double base : bases) found.push_back(number(base + variation));
  each_number(all, "multipleOf", [&](double step) {
    for (const double base : bases)
      for (const double more : {0.0, 1.0})
        found.push_back(number(step * (std::ceil(base / step) + more + variation)));
  });
  std::erase_if(
      found, [](auto& value) { return value.is_double() && !std::isfinite(value.get_double()); });
  return found;
}

std::vector<Json> Sampler::texts(const Wish& wish, const Nodes& all) const {
  const std::size_t least = largest(all, "minLength", kLongestText);
  const std::size_t most = smallest(all, "maxLength", kLongestText);
  std::vector<Json> found;
  for (const Node* node : all) {
    const auto format = sample_format(text_of(*node->schema, "format"));
    if (format && wish.variation == 0) found.emplace_back(*format);
    const Json* pattern = find(*node->schema, "pattern");
    if (pattern == nullptr || !pattern->is_string()) continue;
    for (const std::size_t extra : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{3},
                                    std::size_t{5}, std::size_t{8}, std::size_t{16}, least})
      if (auto text = sample_pattern(view(*pattern), extra + wish.variation / 10, wish.variation))
        found.emplace_back(*text);
  }
  found.emplace_back(sample_word(least, most, wish.variation));
  found.emplace_back(sample_word(least, least, wish.variation));
  found.emplace_back(sample_word(std::max<std::size_t>(least, 8), most, wish.variation));
  return found;
}

std::optional<Json> Sampler::item(const Wish& wish, const Nodes& all, std::size_t index) {
  Wish inside{.nodes = {}, .variation = wish.variation, .depth = wish.depth + 1};
  const std::size_t wanted = std::max(largest(all, "minContains", kMostItems), std::size_t{1});
  for (const Node* node : all) {
    const Json* prefix = find(*node->schema, "prefixItems");
    const bool listed = prefix != nullptr && prefix->is_array();
    const bool own = listed && index < prefix->get_array().size();
    const Json* schema = own ? &prefix->get_array()[index] : find(*node->schema, "items");
    if (find(*node->schema, "uniqueItems") != nullptr) inside.variation = wish.variation + index;
    const Json* contained = index < wanted ? find(*node->schema, "contains") : nullptr;
    for (const Json* part : {schema, contained})
      if (part != nullptr && program_.find(*part) != nullptr)
        inside.nodes.push_back(program_.find(*part));
  }
  return sample(inside);
}

std::optional<Json> Sampler::list(const Wish& wish, const Nodes& all, std::size_t size) {
  JsonArray items;
  for (std::size_t i = 0; i < size; ++i) {
    auto value = item(wish, all, i);
    if (!value && i > 0) value = item(wish, all, 0);  // there may be no other
    if (!value) return std::nullopt;
    items.push_back(*std::move(value));
  }
  return items;
}

/// One item where items are described, for a list without any says little; else as few as may be.
std::vector<Json> Sampler::lists(const Wish& wish, const Nodes& all) {
  const auto has = [&](std::string_view keyword) {
    return std::ranges::any_of(all, [&](auto* node) { return find(*node->schema, keyword); });
  };
  const std::size_t contained =
      has("contains") ? std::max(largest(all, "minContains", kMostItems), std::size_t{1}) : 0;
  const std::size_t least = std::max(largest(all, "minItems", kMostItems), contained);
  std::size_t described = 0;
  for (const Node* node : all)
    if (const Json* prefix = find(*node->schema, "prefixItems"); prefix && prefix->is_array())
      described = std::max(described, prefix->get_array().size());
  std::vector<Json> found;
  const std::size_t telling = std::max<std::size_t>(least, has("items") ? 1 : 0);
  for (const std::size_t size : {telling, least, described})
    if (auto value = list(wish, all, size)) found.push_back(*std::move(value));
  return found;
}

/// The schemas that the member `name` of an object has to fit.
Nodes Sampler::member_nodes(const Nodes& all, const std::string& name) const {
  Nodes nodes;
  const auto add = [&](const Json* schema) {
    const Node* node = schema == nullptr ? nullptr : program_.find(*schema);
    if (node != nullptr) nodes.push_back(node);
    return schema != nullptr;
  };
  for (const Node* node : all) {
    const Json* properties = find(*node->schema, "properties");
    bool known = properties != nullptr && add(find(*properties, name));
    const Json* patterns = find(*node->schema, "patternProperties");
    if (patterns != nullptr && patterns->is_object())
      for (const auto& [text, schema] : patterns->get_object())
        if (program_.pattern(text) != nullptr && program_.pattern(text)->matches(name))
          known = add(&schema) || known;
    if (!known) add(find(*node->schema, "additionalProperties"));
  }
  return nodes;
}

bool Sampler::add_member(const Wish& wish, const Nodes& all, const std::string& name,
                         JsonObject& object) {
  if (object.contains(name)) return true;
  auto value = sample(
      {.nodes = member_nodes(all, name), .variation = wish.variation, .depth = wish.depth + 1});
  if (value) object.emplace(name, *std::move(value));
  return value.has_value();
}

bool Sampler::add_required(const Wish& wish, const Nodes& all, JsonObject& object) {
  for (const Node* node : all)
    for (const std::string& name : texts_in(find(*node->schema, "required")))
      if (!add_member(wish, all, name, object)) return false;
  return true;
}

void Sampler::add_dependent(const Wish& wish, const Nodes& all, JsonObject& object) {
  for (const Node* node : all) {
    const Json* dependent = find(*node->schema, "dependentRequired");
    if (dependent == nullptr || !dependent->is_object()) continue;
    for (const auto& [name, names] : dependent->get_object())
      if (object.contains(name))
        for (const std::string& other : texts_in(&names)) add_member(wish, all, other, object);
  }
}

/// Known members, then invented ones, until there are as many as there must be.
void Sampler::add_optional(const Wish& wish, const Nodes& all, JsonObject& object) {
  const std::size_t least = largest(all, "minProperties", kMostItems);
  for (const Node* node : all)
    if (const Json* known = find(*node->schema, "properties"); known && known->is_object())
      for (const auto& member : known->get_object())
        if (object.size() < least) add_member(wish, all, std::string(member.key()), object);
  for (std::size_t i = 1; object.size() < least && i <= 2 * least; ++i)
    add_member(wish, all, "property" + std::to_string(i), object);
}

std::vector<Json> Sampler::objects(const Wish& wish, const Nodes& all) {
  JsonObject object;
  if (!add_required(wish, all, object)) return {};
  std::vector<Json> found{object};
  add_dependent(wish, all, object);
  found.emplace_back(object);
  add_optional(wish, all, object);
  found.emplace_back(std::move(object));
  return found;
}

}  // namespace crafter
