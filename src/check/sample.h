// The sample project of tests/generated, as a tree with the blueprint it might have come from.

#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

#include "base/digest.h"
#include "catalog/embedded.h"
#include "check/prover.h"
#include "os/disk.h"
#include "os/test_folder.h"
#include "python/test_home.h"

namespace crafter {

inline Tree tree_at(const std::string& path) {
  Tree tree;
  const auto folder = *open_disk(path);
  const auto entries = *folder->list();
  for (const Entry& entry : entries)
    if (entry.kind == EntryKind::file && !entry.path.ends_with(".pyc"))
      tree[entry.path] = {.bytes = *folder->read(entry.path), .access = entry.access};
  return tree;
}

inline Tree sample_tree() {
  const TestFolder folder;
  const auto made =
      run({.words = {"python3", CRAFTER_SOURCE_DIR "/tests/generated/make_sample.py",
                     folder / "sample"},
           .environment = {{"PATH", std::getenv("PATH")}, {"PYTHONDONTWRITEBYTECODE", "1"}}});
  EXPECT_TRUE(made && made->exit_code == 0) << made->errors;
  return tree_at(folder / "sample");
}

inline Tool tool_of(const Json& entry) {
  const Json& wire = entry.at("wire");
  Tool tool{.name = std::string(text_of(wire, "name")),
            .title = std::string(text_of(wire, "title")),
            .description = std::string(text_of(wire, "description")),
            .input_schema = wire.at("inputSchema")};
  if (const Json* schema = find(wire, "outputSchema")) tool.output_schema = *schema;
  if (const Json* annotations = find(wire, "annotations")) tool.annotations = *annotations;
  if (const Json* probe = find(entry, "probe")) tool.probe = probe->as_bool();
  return tool;
}

/// What manifest.json of the sample says, as if a form had said it.
inline Blueprint sample_blueprint(const Tree& tree) {
  const Json manifest = *parse_json(tree.at("src/manifest.json").bytes);
  Blueprint blueprint{.server_name = std::string(text_of(manifest.at("server"), "name")),
                      .version = std::string(text_of(manifest.at("server"), "version"))};
  for (const Json& entry : manifest.at("tools").as_array())
    blueprint.tools.push_back(tool_of(entry));
  for (const Json& entry : manifest.at("resources").as_array()) {
    const Json& wire = entry.at("wire");
    blueprint.resources.push_back(
        {.is_template = find(wire, "uriTemplate") != nullptr, .wire = wire});
  }
  for (const Json& entry : manifest.at("prompts").as_array())
    blueprint.prompts.push_back({.wire = entry.at("wire")});
  blueprint.settings.push_back({.name = "API_KEY", .secret = true, .required = true});
  return blueprint;
}

}  // namespace crafter
