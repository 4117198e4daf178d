// Loads a catalog: parts, presets, words; looks them up by kind and name.

#include "catalog/catalog.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "catalog/fields.h"
#include "catalog/part_files.h"

namespace crafter {
namespace {

constexpr PartKind kKinds[] = {PartKind::base, PartKind::capability, PartKind::deployment};

/// The names right below `folder`, without folder and `ending`; files or folders, as `kind` says.
Result<std::vector<std::string>> children(const Directory& files, const std::string& folder,
                                          EntryKind kind, std::string_view ending) {
  std::vector<std::string> names;
  TRY(const auto entry, files.look(folder));
  if (!entry) return names;
  TRY(const auto entries, files.list(folder));
  for (const Entry& found : entries) {
    const std::string_view name = std::string_view(found.path).substr(folder.size() + 1);
    if (found.kind == kind && name.find('/') == name.npos && name.ends_with(ending))
      names.emplace_back(name.substr(0, name.size() - ending.size()));
  }
  return names;
}

/// Problems of several documents, reported together.
class Findings {
 public:
  /// The value, or nothing when its problems were noted.
  template <class T>
  std::optional<T> keep(Result<T> result) {
    if (result) return *std::move(result);
    if (result.failure().fault() != Fault::invalid_input) fault_ = result.failure().fault();
    for (const Diagnostic& problem : result.failure().diagnostics()) all_.push_back(problem);
    return std::nullopt;
  }

  Result<> done() && {
    if (all_.empty()) return {};
    return Failure(fault_, std::move(all_));
  }

 private:
  Fault fault_ = Fault::invalid_input;
  std::vector<Diagnostic> all_;
};

Result<Preset> read_preset(const Directory& files, const std::string& name) {
  const std::string path = fmt::format("presets/{}.json", name);
  TRY(const std::string text, files.read(path));
  TRY(const Document document, read_json(text, path, kTrusted));
  Problems problems{&document, {}, {}};
  Reader reader(document.value, "", problems);
  Preset preset;
  preset.name = read_required(reader, "name");
  preset.rank = reader.number("rank").value_or(preset.rank);
  preset.summary = read_required(reader, "summary");
  preset.capabilities = read_names(reader, "capabilities");
  preset.deployments = read_names(reader, "deployments");
  if (!preset.name.empty() && preset.name != name)
    reader.note("name", "catalog.preset", fmt::format("the preset is not called {}", quote(name)),
                "call it as its file");
  reader.close();
  if (problems.errors.empty()) return preset;
  return Failure(Fault::invalid_input, std::move(problems.errors));
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (const std::string& line : split(text, '\n'))
    if (const auto word = trim(line); !word.empty() && !word.starts_with('#'))
      lines.emplace_back(word);
  return lines;
}

/// What can reach a project; tests and READMEs of parts cannot.
bool counts(std::string_view path) {
  if (is_leftover(path)) return false;
  if (!path.starts_with("parts/")) return true;
  const std::string_view inside = path.substr(std::min(path.find('/', 6), path.size()));
  return inside == "/part.json" || inside.starts_with("/files/") ||
         inside.starts_with("/templates/");
}

/// Names of things with a rank, in the order of lists.
template <class Things, class Fits>
std::vector<std::string> by_rank(const Things& things, Fits fits) {
  std::vector<std::pair<double, std::string>> ranked;
  for (const auto& [name, thing] : things)
    if (fits(thing)) ranked.emplace_back(thing.rank, name);
  std::ranges::sort(ranked);
  std::vector<std::string> names;
  for (auto& [rank, name] : ranked) names.push_back(std::move(name));
  return names;
}

}  // namespace

Result<Catalog> Catalog::load(std::unique_ptr<Directory> files) {
  Catalog catalog;
  catalog.files_ = std::move(files);
  TRY(catalog.read_all());
  TRY(catalog.take_digest());
  return catalog;
}

Result<> Catalog::read_all() {
  Findings findings;
  findings.keep(read_words());
  findings.keep(read_settings());
  findings.keep(read_parts());
  findings.keep(read_presets());
  TRY(std::move(findings).done());
  return check_relations();
}

Result<> Catalog::read_parts() {
  TRY(const auto names, children(*files_, "parts", EntryKind::folder, ""));
  Findings findings;
  for (const std::string& name : names)
    if (auto part = findings.keep(read_part(*files_, name))) parts_.emplace(name, *std::move(part));
  return std::move(findings).done();
}

Result<> Catalog::read_presets() {
  TRY(const auto names, children(*files_, "presets", EntryKind::file, ".json"));
  Findings findings;
  for (const std::string& name : names)
    if (auto preset = findings.keep(read_preset(*files_, name)))
      presets_.emplace(name, *std::move(preset));
  return std::move(findings).done();
}

Result<> Catalog::read_words() {
  TRY(const auto names, children(*files_, "words", EntryKind::file, ".txt"));
  for (const std::string& name : names) {
    TRY(const std::string text, files_->read(fmt::format("words/{}.txt", name)));
    words_.emplace(name, lines_of(text));
  }
  return {};
}

Result<> Catalog::read_settings() {
  TRY(const std::string schema, files_->read("form.schema.json"));
  TRY(form_template_, parse_json(schema, "form.schema.json", kTrusted));
  TRY(const std::string text, files_->read("catalog.json"));
  TRY(const Document document, read_json(text, "catalog.json", kTrusted));
  Problems problems{&document, {}, {}};
  Reader reader(document.value, "", problems);
  default_base_ = read_required(reader, "default_base");
  default_preset_ = read_required(reader, "default_preset");
  if (reader.object("promised") != nullptr) {
    Reader promised(*reader.any("promised"), reader.at("promised"), problems);
    for (const PartKind kind : kKinds) promised_[kind] = read_names(promised, spelled(kind));
    promised.close();
  }
  reader.close();
  if (problems.errors.empty()) return {};
  return Failure(Fault::invalid_input, std::move(problems.errors));
}

Result<> Catalog::take_digest() {
  TRY(const auto entries, files_->list());
  std::string sum;
  for (const Entry& entry : entries) {
    if (entry.kind != EntryKind::file || !counts(entry.path)) continue;
    TRY(const std::string bytes, files_->read(entry.path));
    sum += fmt::format("{}\n{}\n", entry.path, sha256(bytes));
  }
  digest_ = sha256(sum);
  return {};
}

const Part* Catalog::find(std::string_view name) const {
  const auto found = parts_.find(name);
  return found == parts_.end() ? nullptr : &found->second;
}

const Part* Catalog::find(PartKind kind, std::string_view name) const {
  const Part* part = find(name);
  return part != nullptr && part->kind == kind ? part : nullptr;
}

std::vector<std::string> Catalog::names(PartKind kind) const {
  return by_rank(parts_, [&](const Part& part) { return part.kind == kind; });
}

std::vector<std::string> Catalog::promised(PartKind kind) const {
  const auto found = promised_.find(kind);
  std::vector<std::string> names = found == promised_.end() ? none_ : found->second;
  std::erase_if(names, [&](const auto& name) { return find(kind, name) != nullptr; });
  return names;
}

const Preset* Catalog::preset(std::string_view name) const {
  const auto found = presets_.find(name);
  return found == presets_.end() ? nullptr : &found->second;
}

std::vector<std::string> Catalog::preset_names() const {
  return by_rank(presets_, [](const Preset&) { return true; });
}

const std::string& Catalog::default_base() const { return default_base_; }
const std::string& Catalog::default_preset() const { return default_preset_; }

const std::vector<std::string>& Catalog::words(std::string_view name) const {
  const auto found = words_.find(name);
  return found == words_.end() ? none_ : found->second;
}

Result<std::string> Catalog::read(std::string_view path) const { return files_->read(path); }

}  // namespace crafter
