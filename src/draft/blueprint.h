// A Blueprint is a form understood: typed, complete, checked; the input of everything after.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace crafter {

/// A tool as it will be served.
struct Tool {
  std::string name;      ///< on the wire: "get-weather"
  std::string function;  ///< Python identifier and file name, unique without case: "get_weather"
  std::string arguments_type;  ///< Python type of its arguments: "GetWeatherArgs"
  std::string title;
  std::string description;
  Json input_schema;  ///< final, exactly as tools/list shows it
  std::optional<Json> output_schema;
  std::optional<Json> annotations;
  std::string implementation;  ///< line feeds only, common margin removed; "" when absent
  std::vector<std::string> scopes;
  std::optional<double> timeout_seconds;
  std::optional<Json> cache;
  bool probe = true;  ///< whether the proof calls it
  std::string task = "none";
};

struct Resource {
  std::string address;  ///< the uri, or the uriTemplate
  bool is_template = false;
  std::string name;
  std::string function;  ///< Python identifier when there is an implementation, else ""
  std::vector<std::string> variables;  ///< of the uriTemplate, in order
  Json wire;                           ///< as resources/list shows it
  std::optional<std::string> text;
  std::string implementation;
};

struct Prompt {
  std::string name;
  Json wire;      ///< as prompts/list shows it
  Json messages;  ///< the list from the form
};

/// One environment variable. `value` is empty for secrets and placeholders: secret values live in
/// Blueprint::secrets alone.
struct Setting {
  std::string name;
  std::string value;
  std::string description;
  bool secret = false;
  bool required = false;
};

struct Blueprint {
  std::string server_name;
  std::string title;
  std::string description;
  std::string version;         ///< SemVer: "1.2.0-rc.1"
  std::string python_version;  ///< the same as PEP 440: "1.2.0rc1"
  std::string package;         ///< import name of the built wheel: "weather_api"
  std::string base;
  std::string complexity;
  std::vector<std::string> capabilities;  ///< the form's order, implied ones after
  std::vector<std::string> deployments;
  std::vector<std::string> parts;  ///< base chain first, then all others, after/before resolved
  std::map<std::string, Json> options;  ///< by part, defaults filled in
  std::vector<Tool> tools;
  std::vector<Resource> resources;
  std::vector<Prompt> prompts;
  std::vector<std::string> dependencies;  ///< the form's, as given
  std::vector<Setting> settings;          ///< the form's order
  Json deployment;                        ///< deployment_config, complete
  Json metadata;
  Json form;                                   ///< normalised, without secrets: crafter.json
  std::map<std::string, std::string> secrets;  ///< values for .env; never written elsewhere
  std::vector<Diagnostic> warnings;
};

}  // namespace crafter
