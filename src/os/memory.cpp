// A tree in memory that behaves as the disk does.

#include "os/memory.h"

#include <fmt/core.h>

#include <utility>

#include "os/path.h"

namespace crafter {
namespace {

struct Node {
  EntryKind kind = EntryKind::file;
  Access access = Access::normal;
  std::string bytes;
};

using Nodes = std::map<std::string, Node, std::less<>>;

Failure missing(std::string_view verb, std::string_view path) {
  return {Fault::not_found, "os.not_found",
          fmt::format("cannot {} {}: it does not exist", verb, path)};
}

Failure blocked(std::string_view verb, std::string_view path, std::string_view fact) {
  return {Fault::conflict, "os.in_the_way", fmt::format("cannot {} {}: {}", verb, path, fact)};
}

/// Takes `path` and all below it out of the tree, named anew as `to`.
Nodes take(Nodes& nodes, std::string_view path, std::string_view to) {
  Nodes taken;
  for (auto at = nodes.lower_bound(path); at != nodes.end() && at->first.starts_with(path);) {
    if (at->first != path && !is_below(at->first, path)) {
      ++at;
      continue;
    }
    taken.emplace(std::string(to) + at->first.substr(path.size()), std::move(at->second));
    at = nodes.erase(at);
  }
  return taken;
}

class Memory final : public Directory {
 public:
  Memory(std::shared_ptr<Nodes> nodes, std::string top)
      : nodes_(std::move(nodes)), top_(std::move(top)) {}

  [[nodiscard]] Result<std::string> read(std::string_view path) const override;
  [[nodiscard]] Result<std::vector<Entry>> list(std::string_view under) const override;
  [[nodiscard]] Result<std::optional<Entry>> look(std::string_view path) const override;
  Result<> write(std::string_view path, std::string_view bytes, Access access) override;
  Result<> make_folder(std::string_view path) override;
  Result<> remove(std::string_view path) override;
  Result<> rename(std::string_view from, std::string_view to) override;
  Result<> exchange(std::string_view one, std::string_view two) override;
  Result<> sync() override { return {}; }
  [[nodiscard]] Result<std::unique_ptr<Directory>> open(std::string_view path) const override;
  [[nodiscard]] std::string location() const override { return ""; }

 private:
  [[nodiscard]] std::string full(std::string_view path) const { return join_path(top_, path); }
  [[nodiscard]] const Node* find(std::string_view path) const {
    const auto found = nodes_->find(full(path));
    return found == nodes_->end() ? nullptr : &found->second;
  }
  [[nodiscard]] Result<> need_folder(std::string_view path, std::string_view verb) const;

  std::shared_ptr<Nodes> nodes_;
  std::string top_;  // of this view; "" for the whole
};

/// Fails unless there is a folder `path` ("" always is).
Result<> Memory::need_folder(std::string_view path, std::string_view verb) const {
  if (path.empty()) return {};
  TRY(need_folder(split_path(path).first, verb));
  const Node* node = find(path);
  if (node == nullptr) return missing(verb, path);
  if (node->kind != EntryKind::folder) return blocked(verb, path, "a file is in the way");
  return {};
}

Result<std::string> Memory::read(std::string_view path) const {
  TRY(check_path(path));
  TRY(need_folder(split_path(path).first, "read"));
  const Node* node = find(path);
  if (node == nullptr) return missing("read", path);
  if (node->kind == EntryKind::folder) return blocked("read", path, "it is a folder");
  return node->bytes;
}

Result<std::vector<Entry>> Memory::list(std::string_view under) const {
  if (!under.empty()) TRY(check_path(under));
  TRY(need_folder(under, "list"));
  const std::string above = under.empty() ? top_ : full(under);
  std::vector<Entry> entries;
  for (const auto& [path, node] : *nodes_) {
    if (!is_below(path, above)) continue;
    entries.push_back({path.substr(top_.empty() ? 0 : top_.size() + 1), node.kind, node.access});
  }
  return entries;
}

Result<std::optional<Entry>> Memory::look(std::string_view path) const {
  TRY(check_path(path));
  const Node* node = find(path);
  if (node == nullptr) return std::optional<Entry>();
  return std::optional(Entry{std::string(path), node->kind, node->access});
}

Result<> Memory::write(std::string_view path, std::string_view bytes, Access access) {
  TRY(check_path(path));
  if (const auto [above, name] = split_path(path); !above.empty()) TRY(make_folder(above));
  const Node* node = find(path);
  if (node != nullptr && node->kind == EntryKind::folder)
    return blocked("write", path, "a folder is in the way");
  nodes_->insert_or_assign(full(path), Node{EntryKind::file, access, std::string(bytes)});
  return {};
}

Result<> Memory::make_folder(std::string_view path) {
  TRY(check_path(path));
  if (const auto [above, name] = split_path(path); !above.empty()) TRY(make_folder(above));
  const auto [node, is_new] = nodes_->try_emplace(full(path), Node{EntryKind::folder, {}, {}});
  if (node->second.kind != EntryKind::folder) return blocked("make", path, "a file is in the way");
  return {};
}

Result<> Memory::remove(std::string_view path) {
  TRY(check_path(path));
  take(*nodes_, full(path), "");
  return {};
}

Result<> Memory::rename(std::string_view from, std::string_view to) {
  TRY(check_path(from));
  TRY(check_path(to));
  TRY(need_folder(split_path(from).first, "rename"));
  TRY(need_folder(split_path(to).first, "rename to"));
  if (find(from) == nullptr) return missing("rename", from);
  if (is_below(to, from)) return blocked("rename to", to, "it is inside of what is renamed");
  if (find(to) != nullptr) return blocked("rename to", to, "something is there already");
  nodes_->merge(take(*nodes_, full(from), full(to)));
  return {};
}

Result<> Memory::exchange(std::string_view one, std::string_view two) {
  TRY(check_path(one));
  TRY(check_path(two));
  if (find(one) == nullptr) return missing("exchange", one);
  if (find(two) == nullptr) return missing("exchange", two);
  if (is_below(one, two) || is_below(two, one))
    return blocked("exchange", one, "one is inside of the other");
  Nodes first = take(*nodes_, full(one), full(two));
  nodes_->merge(take(*nodes_, full(two), full(one)));
  nodes_->merge(first);
  return {};
}

Result<std::unique_ptr<Directory>> Memory::open(std::string_view path) const {
  TRY(check_path(path));
  TRY(need_folder(path, "open"));
  return std::unique_ptr<Directory>(std::make_unique<Memory>(nodes_, full(path)));
}

}  // namespace

std::unique_ptr<Directory> memory_directory() {
  return std::make_unique<Memory>(std::make_shared<Nodes>(), "");
}

}  // namespace crafter
