// What the tests of install share: a small tree, a workspace in memory and one on the disk.

#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "install/install.h"
#include "os/disk.h"
#include "os/memory.h"
#include "os/test_folder.h"

namespace crafter {

inline const std::string kBuildId = "01a20475-8ae0-729a-8302-944038bf0994";

inline Tree small_tree() {
  Tree tree;
  tree["src/main.py"] = {.bytes = "print(1)\n", .parts = {"first"}};
  tree["scripts/dev.sh"] = {
      .bytes = "#!/bin/sh\n", .access = Access::executable, .parts = {"first"}};
  tree["crafter.json"] = {.bytes = "{}\n", .owner = Owner::user, .parts = {"first", "second"}};
  tree["empty"] = {};
  tree["bytes.bin"] = {.bytes = std::string("\0\xff\r\n", 4)};
  return tree;
}

inline Extras some_extras() {
  return {.secrets = {{"API_KEY", "s3cret value"}, {"TOKEN", "abc"}},
          .proof = {.level = ProofLevel::full, .lock = "version = 1\n"},
          .proven_at = "2026-11-22T17:30:01Z",
          .catalog_digest = "c0ffee",
          .program_version = "0.1.0"};
}

/// The value of a result that must be there.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.failure().message());  // gtest reports it
  return *std::move(result);
}

template <class T>
Failure refusal(const Result<T>& result) {
  if (result) throw std::runtime_error("it was not refused");
  return result.failure();
}

inline std::string code_of(const Failure& failure) { return failure.diagnostics().front().code; }

/// Everything in a folder as text: kind, access, path and bytes of each entry.
inline std::string picture(const Directory& folder) {
  std::string text;
  for (const Entry& entry : must(folder.list())) {
    text += std::to_string(static_cast<int>(entry.kind)) + " " +
            std::to_string(static_cast<int>(entry.access)) + " " + entry.path;
    if (entry.kind == EntryKind::file) text += "\n" + must(folder.read(entry.path));
    text += "\n";
  }
  return text;
}

/// A workspace that holds nothing but its state folder.
struct Premises {
  explicit Premises(std::unique_ptr<Directory> folder) : workspace(std::move(folder)) {
    must(workspace->make_folder(kStateFolder));
    state = must(workspace->open(kStateFolder));
  }
  Result<Installed> install(const std::string& name = "weather", const Tree& tree = small_tree(),
                            const Extras& extras = some_extras()) {
    return install_new(*workspace, *state, name, kBuildId, tree, extras);
  }
  Result<> trash(const std::string& name = "weather") {
    return move_to_trash(*workspace, *state, name, kBuildId);
  }
  [[nodiscard]] bool has(const std::string& path) const {
    return must(workspace->look(path)).has_value();
  }
  [[nodiscard]] std::unique_ptr<Directory> project() const {
    return must(workspace->open("weather"));
  }

  std::unique_ptr<Directory> workspace;
  std::unique_ptr<Directory> state;
};

inline Premises in_memory() { return Premises(memory_directory()); }

inline Result<std::vector<std::string>> nothing_runs() { return std::vector<std::string>(); }

}  // namespace crafter
