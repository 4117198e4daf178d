// A small catalog in memory, for tests: parts with made-up names, and the words of the real one.

#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "catalog/catalog.h"
#include "os/disk.h"
#include "os/memory.h"

namespace crafter::testing {

using Files = std::map<std::string, std::string>;

/// A base, capabilities, deployments and presets that stand to one another in every way there is.
inline Files sample_files() {
  return {
      {"catalog.json", R"({"default_base": "ground", "default_preset": "usual", "promised": {
          "base": ["ground", "water"], "capability": ["tools", "counting", "flying"],
          "deployment": ["box", "cloud"]}})"},
      {"presets/usual.json", R"({"name": "usual", "rank": 20, "summary": "What most want",
          "capabilities": ["tools"], "deployments": ["box"]})"},
      {"presets/small.json", R"({"name": "small", "rank": 10, "summary": "Little",
          "capabilities": ["tools"], "deployments": []})"},
      {"presets/grand.json", R"({"name": "grand", "rank": 30, "summary": "All",
          "capabilities": ["tools", "flying"], "deployments": ["box", "cloud"]})"},
      {"presets/own.json", R"({"name": "own", "rank": 40, "summary": "What is listed",
          "capabilities": [], "deployments": []})"},
      {"parts/ground/part.json", R"({"name": "ground", "kind": "base", "summary": "The base"})"},
      {"parts/ground/files/src/main.py", "print('main')\n"},
      {"parts/hill/part.json",
       R"({"name": "hill", "kind": "base", "summary": "On the base", "extends": "ground"})"},
      {"parts/tools/part.json", R"({"name": "tools", "kind": "capability", "rank": 10,
          "summary": "Tools", "implied_by": ["/custom_tools"]})"},
      {"parts/resources/part.json", R"({"name": "resources", "kind": "capability", "rank": 20,
          "summary": "Resources", "implied_by": ["/custom_resources"]})"},
      {"parts/prompts/part.json", R"({"name": "prompts", "kind": "capability", "rank": 30,
          "summary": "Prompts", "implied_by": ["/custom_prompts"]})"},
      {"parts/counting/part.json", R"({"name": "counting", "kind": "capability", "rank": 40,
          "summary": "Counts", "before": ["keeping"], "options": {"type": "object", "properties": {
            "limit": {"type": "integer", "minimum": 1, "default": 10},
            "store": {"type": "object", "properties": {"path": {"type": "string", "default": "x"}},
                      "default": {}}}}})"},
      {"parts/keeping/part.json", R"({"name": "keeping", "kind": "capability", "rank": 5,
          "summary": "Keeps", "requires": ["counting"], "environment": [
            {"name": "KEEPING_MARK", "secret": true, "description": "sent along"}]})"},
      {"parts/boasting/part.json", R"({"name": "boasting", "kind": "capability", "rank": 60,
          "summary": "Boasts", "options": {"type": "object", "properties": {
            "mode": {"enum": ["quiet", "loud"], "default": "quiet"}}}, "requires": [{
            "part": "counting", "options": {"properties": {"mode": {"const": "quiet"}}}}]})"},
      {"parts/box/part.json", R"({"name": "box", "kind": "deployment", "summary": "A box"})"},
      {"parts/stack/part.json", R"({"name": "stack", "kind": "deployment", "rank": 110,
          "summary": "Boxes", "requires": ["box"], "conflicts": ["counting"]})"},
  };
}

/// The files, with the form's schema and the words of the shipped catalog.
inline std::unique_ptr<Directory> sample_directory(const Files& files = sample_files()) {
  auto made = memory_directory();
  const auto shipped = open_disk(CRAFTER_SOURCE_DIR "/catalog");
  const auto entries = (*shipped)->list();
  for (const Entry& entry : *entries)
    if (entry.kind == EntryKind::file &&
        (entry.path == "form.schema.json" || entry.path.starts_with("words/")))
      (void)made->write(entry.path, *(*shipped)->read(entry.path));
  for (const auto& [path, bytes] : files) (void)made->write(path, bytes);
  return made;
}

inline Catalog sample_catalog(const Files& files = sample_files()) {
  auto catalog = Catalog::load(sample_directory(files));
  if (!catalog) ADD_FAILURE() << catalog.failure().message();
  return *std::move(catalog);
}

inline Catalog shipped_catalog() {
  auto catalog = Catalog::load(*open_disk(CRAFTER_SOURCE_DIR "/catalog"));
  if (!catalog)
    for (const Diagnostic& problem : catalog.failure().diagnostics())
      ADD_FAILURE() << problem.file << problem.pointer << ": " << problem.message;
  return *std::move(catalog);
}

}  // namespace crafter::testing
