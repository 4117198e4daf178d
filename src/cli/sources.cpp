// Reads the forms that a command line names.

#include "cli/sources.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/document.h"
#include "base/text.h"
#include "os/disk.h"

namespace crafter::cli {
namespace {

Failure usage(std::string_view code, std::string message, std::string hint) {
  return {Fault::usage, fmt::format("usage.{}", code), std::move(message), std::move(hint)};
}

/// NAME counts beside a form that has no name; another name in it is a contradiction.
Result<> put_name(const std::string& name, FormSource& form) {
  const std::string own = name_in(form.text, form.file);
  if (own == name) return {};
  if (!own.empty())
    return usage("name",
                 fmt::format("NAME is {}, but {} says {}", quote(name), form.file, quote(own)),
                 "leave NAME out, or change server_name there");
  form.overrides.insert(form.overrides.begin(), Override{"/server_name", Json(name), "NAME"});
  return {};
}

}  // namespace

std::string name_in(std::string_view text, const std::string& file) {
  const auto document = read_document(text, file);
  if (!document) return "";
  const Json* arguments = find(document->value, "arguments");
  const bool is_call = arguments != nullptr && find(document->value, "tool") != nullptr;
  return std::string(text_of(is_call ? *arguments : document->value, "server_name"));
}

Result<std::string> read_named_file(const Session& session, const std::string& named) {
  // One byte more than a form may have: the reader then says so with the limit it knows.
  constexpr std::size_t kMost = Limits{}.bytes + 1;
  auto text = read_user_file(named == "-" ? named : session.path(named), kMost);
  if (text || text.failure().fault() == Fault::not_found) return text;
  Diagnostic why = text.failure().diagnostics().front();
  why.file = named;
  return Failure(Fault::invalid_input, std::move(why));
}

FormSource bare_form(const Session& session, std::vector<Override> overrides) {
  const auto allowed = session.arguments().values("--allow-dependency");
  return {.overrides = std::move(overrides),
          .allowed_dependencies = {allowed.begin(), allowed.end()}};
}

Result<FormSource> read_form_source(const Session& session, const std::string& named) {
  FormSource form = bare_form(session, {});
  if (trim(named).starts_with('{')) {
    form.text = named;
    form.file = "--form";
  } else {
    TRY(form.text, read_named_file(session, named));
    form.file = named;
  }
  return form;
}

Result<std::vector<Source>> sources_of(const Session& session, std::vector<Override> overrides) {
  const std::vector<std::string> named = session.arguments().values("--form");
  const std::string name = session.arguments().operand(0);
  if (!name.empty() && named.size() > 1)
    return usage("name", "NAME cannot be given to several forms", "leave it out");
  if (std::ranges::count(named, "-") > 1)
    return usage("form", "standard input can be read once", "use --form - only once");
  std::vector<Source> sources;
  for (const std::string& each : named) sources.push_back({each, read_form_source(session, each)});
  if (named.empty()) sources.push_back({name, bare_form(session, {})});
  for (Source& source : sources) {
    if (!source.form) continue;
    source.form->overrides = overrides;
    if (!name.empty()) TRY(put_name(name, *source.form));
  }
  return sources;
}

}  // namespace crafter::cli
