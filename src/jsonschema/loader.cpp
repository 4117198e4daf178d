// Loads schemas: finds resources, anchors and keywords, then follows every reference.

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/describe.h"
#include "base/text.h"
#include "jsonschema/keyword.h"
#include "jsonschema/metaschema_text.h"
#include "jsonschema/program.h"
#include "jsonschema/uri.h"

namespace crafter {
namespace {

/// The base of a schema without $id. Nobody can refer to it from elsewhere.
constexpr std::string_view kNameless = "schema:/";

/// RE2's instructions for all patterns together; as many take about half a second to compile.
constexpr std::size_t kMostPatternCost = 1'000'000;

/// JSON Schema Core, section 8.1.2: the vocabularies that check something.
constexpr std::array<std::pair<std::string_view, Vocabulary>, 4> kVocabularies{
    {{"https://json-schema.org/draft/2020-12/vocab/core", core},
     {"https://json-schema.org/draft/2020-12/vocab/applicator", applicator},
     {"https://json-schema.org/draft/2020-12/vocab/unevaluated", unevaluated},
     {"https://json-schema.org/draft/2020-12/vocab/validation", validation}}};

std::string_view view(const Json& text) {
  return {text.get_string().data(), text.get_string().size()};
}

class Loader {
 public:
  Loader(Program& program, const SchemaLibrary& library) : program_(program), library_(library) {}

  void load(const Json& schema) {
    const bool is_schema = (kind_of(schema) & kSchema) != 0;
    if (!is_schema)
      complain({.pointer = "",
                .keyword = "",
                .schema_pointer = "",
                .message = "expected a schema, found " + describe(schema),
                .hint = "a schema is an object, true or false"});
    add_document(is_schema ? schema : Json(false), kNameless, true);
    while (!pending_.empty()) {
      const Reference reference = pending_.front();
      pending_.pop_front();
      follow(reference);
    }
  }

 private:
  struct Reference {
    const Json* text;
    const SchemaResource* from;
    std::string pointer;  // of the schema that has it
    std::string_view keyword;
    bool own;  // stands in the schema given
  };

  /// Where a schema stands.
  struct Position {
    std::string pointer;
    SchemaResource* resource;
    bool own;
  };

  void add_document(const Json& schema, std::string_view uri, bool own) {
    const Json& root = program_.documents.emplace_back(schema);
    index(root, {"", add_resource(root, std::string(uri), nullptr), own});
  }

  SchemaResource* add_resource(const Json& root, std::string uri, const SchemaResource* around) {
    SchemaResource resource{.uri = uri,
                            .root = &root,
                            .vocabularies = vocabularies_of(root, around),
                            .anchors = {},
                            .dynamic_anchors = {}};
    return &program_.resources.emplace(std::move(uri), std::move(resource)).first->second;
  }

  const Json* find_document(std::string_view uri) const {
    const auto found = library_.find(uri);
    return found != library_.end() ? &found->second : find_metaschema(uri);
  }

  /// A dialect that is unknown is read as 2020-12.
  unsigned vocabularies_of(const Json& root, const SchemaResource* around) const {
    const std::string_view dialect = text_of(root, "$schema");
    if (dialect.empty() && around != nullptr) return around->vocabularies;
    const Json* metaschema = find_document(dialect.substr(0, dialect.find('#')));
    const Json* listed = metaschema == nullptr ? nullptr : find(*metaschema, "$vocabulary");
    if (listed == nullptr) return kAllVocabularies;
    unsigned used = core;
    for (const auto& [uri, bit] : kVocabularies)
      if (find(*listed, uri) != nullptr) used |= bit;
    return used;
  }

  void index(const Json& schema, Position position) {
    if ((kind_of(schema) & kSchema) == 0 || program_.nodes.contains(&schema)) return;
    if (const std::string_view id = text_of(schema, "$id"); !id.empty())
      position.resource =
          add_resource(schema, split_fragment(resolve_uri(position.resource->uri, id)).resource,
                       position.resource);
    Node& node = program_.nodes[&schema];
    node = {&schema, position.pointer, position.resource, {}};
    if (position.own) program_.own.push_back(&node);
    if (!schema.is_object()) return;
    add_anchors(schema, *position.resource);
    for (const auto& member : schema.get_object()) add_member(node, member, position);
    std::ranges::stable_partition(node.rules, [](auto& rule) { return !rule.keyword->is_last; });
  }

  static void add_anchors(const Json& schema, SchemaResource& resource) {
    for (const std::string_view keyword : {"$anchor", "$dynamicAnchor"}) {
      const std::string_view name = text_of(schema, keyword);
      if (name.empty()) continue;
      resource.anchors.emplace(name, &schema);
      if (keyword == "$dynamicAnchor") resource.dynamic_anchors.emplace(name);
    }
  }

  void add_member(Node& node, const boost::json::key_value_pair& member, const Position& position) {
    const std::string_view name(member.key().data(), member.key().size());
    const Json& value = member.value();
    const Keyword* keyword = find_keyword(name);
    if (keyword == nullptr || (keyword->values & kind_of(value)) == 0) return;
    if ((keyword->vocabulary & node.resource->vocabularies) == 0) return;
    if (keyword->check != nullptr) node.rules.push_back({keyword, &value});
    program_.tracks = program_.tracks || keyword->is_last;
    const std::string pointer = append_pointer(position.pointer, name);
    if (name == "$ref" || name == "$dynamicRef")
      pending_.push_back({&value, node.resource, pointer, name, position.own});
    if (name == "pattern") add_pattern(view(value), pointer, name, position.own);
    if (name == "patternProperties") add_patterns(value.get_object(), pointer, position.own);
    index_inside(value, keyword->holds, {pointer, position.resource, position.own});
  }

  void index_inside(const Json& value, Holds holds, const Position& position) {
    if (holds == Holds::schema) return index(value, position);
    if (holds == Holds::list) {
      for (std::size_t i = 0; i < value.get_array().size(); ++i)
        index(value.get_array()[i],
              {append_pointer(position.pointer, i), position.resource, position.own});
    }
    if (holds == Holds::map) {
      for (const auto& [name, part] : value.get_object())
        index(part, {append_pointer(position.pointer, name), position.resource, position.own});
    }
  }

  void add_patterns(const JsonObject& patterns, const std::string& pointer, bool own) {
    for (const auto& member : patterns) {
      const std::string_view text(member.key().data(), member.key().size());
      add_pattern(text, append_pointer(pointer, text), "patternProperties", own);
    }
  }

  void add_pattern(std::string_view text, const std::string& pointer, std::string_view keyword,
                   bool own) {
    const Violation at{.pointer = pointer,
                       .keyword = std::string(keyword),
                       .schema_pointer = pointer,
                       .message = {},
                       .hint = {}};
    auto found = program_.patterns.find(text);
    if (found == program_.patterns.end()) {
      if (pattern_cost_ > kMostPatternCost) return;
      found = program_.patterns.emplace(text, Pattern(text)).first;
      pattern_cost_ += found->second.cost();
      if (pattern_cost_ > kMostPatternCost) complain_of_cost(at);
    }
    if (!found->second.is_usable() && own) complain_of(found->second, text, at);
  }

  void complain_of_cost(Violation at) {
    at.message = "the patterns up to here are too many or too large";
    at.hint = "use fewer or simpler ones";
    complain(std::move(at));
  }

  void complain_of(const Pattern& pattern, std::string_view text, Violation at) {
    if (pattern.problem().empty()) {
      at.severity = Severity::warning;
      at.message = fmt::format("the pattern {} can be slow and is not checked here", quote(text));
      at.hint = "do without look-around, back references and huge repetitions";
    } else {
      at.message = fmt::format("{} is no regular expression: {}", quote(text), pattern.problem());
      at.hint = "mend it; text that is meant as it is needs \\ before ( [ { . * + ? | ^ $";
    }
    complain(std::move(at));
  }

  void follow(const Reference& reference) {
    const std::string_view text = view(*reference.text);
    const SplitUri uri = split_fragment(resolve_uri(reference.from->uri, text));
    SchemaResource* resource = find_resource(uri.resource);
    const Json* target = resource == nullptr ? nullptr : find_fragment(*resource, uri.fragment);
    // A pointer may lead to where the draft knows no schema; what it means there is a schema.
    if (target != nullptr) index(*target, {uri.fragment, resource, false});
    const Node* node = target == nullptr ? nullptr : program_.find(*target);
    if (node == nullptr) return complain_of(reference, resource != nullptr);
    const bool dynamic =
        reference.keyword == "$dynamicRef" && resource->dynamic_anchors.contains(uri.fragment);
    program_.targets[reference.text] = {node, dynamic ? uri.fragment : std::string()};
  }

  SchemaResource* find_resource(std::string_view uri) {
    auto found = program_.resources.find(uri);
    if (found == program_.resources.end()) {
      const Json* document = find_document(uri);
      if (document == nullptr) return nullptr;
      add_document(*document, uri, false);
      found = program_.resources.find(uri);
    }
    // A document may call itself otherwise than by the URI that it was found under.
    const Node* root = program_.find(*found->second.root);
    return root == nullptr ? &found->second : root->resource;
  }

  static const Json* find_fragment(const SchemaResource& resource, std::string_view fragment) {
    if (fragment.empty() || fragment[0] == '/') return at_pointer(*resource.root, fragment);
    const auto anchor = resource.anchors.find(fragment);
    return anchor == resource.anchors.end() ? nullptr : anchor->second;
  }

  void complain_of(const Reference& reference, bool is_known) {
    const std::string_view text = view(*reference.text);
    const bool local = text.starts_with('#') || is_known;
    complain({.pointer = reference.own ? reference.pointer : "",
              .keyword = std::string(reference.keyword),
              .schema_pointer = reference.pointer,
              .message = local
                             ? fmt::format("{} leads nowhere", quote(text))
                             : fmt::format("{} is not part of this schema, and nothing is fetched",
                                           quote(text)),
              .hint = "put the schema under $defs and refer to it as \"#/$defs/name\""});
  }

  void complain(Violation problem) { program_.problems.push_back(std::move(problem)); }

  Program& program_;
  const SchemaLibrary& library_;
  std::deque<Reference> pending_;
  std::size_t pattern_cost_ = 0;
};

}  // namespace

const Node* Program::find(const Json& schema) const {
  const auto found = nodes.find(&schema);
  return found == nodes.end() ? nullptr : &found->second;
}

const Target* Program::target(const Json& reference) const {
  const auto found = targets.find(&reference);
  return found == targets.end() ? nullptr : &found->second;
}

const Pattern* Program::pattern(std::string_view text) const {
  const auto found = patterns.find(text);
  return found == patterns.end() ? nullptr : &found->second;
}

std::shared_ptr<const Program> load_program(const Json& schema, const SchemaLibrary& library) {
  auto program = std::make_shared<Program>();
  Loader(*program, library).load(schema);
  return program;
}

}  // namespace crafter
