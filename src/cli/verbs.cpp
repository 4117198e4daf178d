// The tables of verbs and flags: the whole command line on two screens.

#include "cli/verbs.h"

#include <algorithm>
#include <array>

namespace crafter::cli {
namespace {

constexpr std::array kEverywhere{
    Flag{"--json", 0, "", "one envelope {ok, command, data, warnings, error} on stdout", ""},
    Flag{"--dry-run", 0, "", "show what would happen, and write nothing", ""},
    Flag{"--yes", 'y', "", "answer every question with yes", ""},
    Flag{"--non-interactive", 0, "", "never ask: exit 4 where an answer is missing", ""},
    Flag{"--quiet", 'q', "", "no words but errors", ""},
    Flag{"--verbose", 'v', "", "more words", ""},
    Flag{"--color", 0, "WHEN", "auto, always, never; NO_COLOR is obeyed", "auto always never"},
    Flag{"-C", 'C', "DIR", "work as if started in DIR", ""},
    Flag{"--catalog", 0, "DIR", "lay the parts in DIR over the built-in ones", ""},
    Flag{"--help", 'h', "", "help, also of a verb", ""},
    Flag{"--version", 0, "", "the version", ""},
};

constexpr std::string_view kLevels = "none syntax full";
constexpr Flag kProof{"--proof", 0, "LEVEL", "none, syntax, or full (the default)", kLevels};
constexpr Flag kUnsandboxed{"--unsandboxed", 0, "", "run its code without a sandbox; recorded", ""};
constexpr Flag kAllow{"--allow-dependency", 0, "NAME", "this package is meant as it is written",
                      ""};

// Fields of a form.
constexpr Flag kDescription{"--description", 0, "TEXT", "what the server is for", ""};
constexpr Flag kComplexity{"--complexity", 0, "NAME",
                           "simple, standard, advanced, enterprise, custom", ""};
constexpr Flag kCapabilities{"--capabilities", 0, "A,B",
                             "what it can do: mcp-crafter capabilities", ""};
constexpr Flag kTemplate{"--template", 0, "NAME", "what it is built on: mcp-crafter templates", ""};
constexpr Flag kTools{"--tools", 0, "JSON|@FILE", "its tools, as custom_tools in a form", ""};
constexpr Flag kDeps{"--deps", 0, "A,B", "Python packages it needs, such as httpx>=0.27", ""};
constexpr Flag kEnv{"--env", 0, "K=V[,K=V]", "variables of its environment; may be repeated", ""};
constexpr Flag kDeploy{"--deploy", 0, "A,B",
                       "what it is deployed with, in place of the preset's; or none", ""};
constexpr Flag kMeta{"--meta", 0, "K=V[,K=V]", "metadata, such as author=Ada; may be repeated", ""};
constexpr Flag kSet{"--set", 0, "PATH=VALUE",
                    "any other field, as in metadata.license=MIT; JSON or text", ""};

constexpr std::array kFields{kDescription, kComplexity, kCapabilities, kTemplate, kTools,
                             kDeps,        kEnv,        kDeploy,       kMeta,     kSet};

/// Several flags as one table.
template <std::size_t... Sizes>
constexpr auto joined(const std::array<Flag, Sizes>&... tables) {
  std::array<Flag, (Sizes + ...)> all{};
  auto end = all.begin();
  ((end = std::copy(tables.begin(), tables.end(), end)), ...);
  return all;
}

constexpr auto kCreateFlags = joined(
    std::array{Flag{"--form", 0, "FORM",
                    "a file, - for standard input, or JSON; several make a batch", ""}},
    kFields, std::array{kProof, kUnsandboxed, kAllow});
constexpr std::array kNewFields{
    Flag{"--form", 0, "FORM", "a file, -, or JSON: its fields replace those there", ""}};
constexpr auto kUpdateFlags =
    joined(kNewFields, kFields,
           std::array{
               Flag{"--conflict", 0, "STYLE",
                    "write conflicts: inline (markers) or rej (beside the file)", "inline rej"},
               kProof, kUnsandboxed, kAllow});
constexpr auto kDiffFlags =
    joined(kNewFields, kFields,
           std::array{Flag{"--exit-code", 0, "", "exit 6 when update would change something", ""},
                      kAllow});
constexpr std::array kValidateFlags{kAllow};
constexpr std::array kStatusFlags{
    Flag{"--follow", 'f', "", "print its events until it ends; exit as it does", ""},
};
constexpr std::array kCheckFlags{
    kProof,
    kUnsandboxed,
    Flag{"--drift", 0, "", "also compare its files with what was written: exit 6", ""},
};
constexpr std::array kRunFlags{
    Flag{"--http", 0, "", "Streamable HTTP at /mcp instead of stdio", ""},
    Flag{"--host", 0, "HOST", "where it listens, 127.0.0.1 by default", ""},
    Flag{"--port", 0, "PORT", "8000 by default", ""},
};
constexpr std::array kServeFlags{
    Flag{"--http", 0, "[HOST:]PORT", "Streamable HTTP at /mcp instead of stdio", ""},
    Flag{"--token-file", 0, "FILE", "the token that callers must bring; or lines NAME:TOKEN", ""},
    Flag{"--no-token", 0, "", "let everybody on this machine call", ""},
    Flag{"--allow-host", 0, "A,B", "Host headers to answer to besides local ones", ""},
    Flag{"--allow-origin", 0, "A,B", "Origins of pages that may call, besides local ones", ""},
    kProof,
    kUnsandboxed,
};
constexpr std::array kInstallFlags{
    Flag{"--project", 0, "", "into the file of this folder instead of the user's", ""},
    Flag{"--force", 0, "", "change another server of that name; what else it says stays", ""},
};
constexpr std::array kDeleteFlags{
    Flag{"--force", 0, "", "also when files were edited or added", ""},
    Flag{"--purge", 0, "", "then empty the trash of the workspace", ""},
};

constexpr std::string_view kCreateDetails =
    "A project is made in the workspace, or here where there is none yet, and handed over once it\n"
    "is proven: its files read back, its dependencies installed, its tests passed, the server\n"
    "started and its tools called, in a sandbox. Flags override the form. Its path goes to\n"
    "standard output.\n";
constexpr std::string_view kUpdateDetails =
    "Applies an edited NAME/crafter.json; flags and --form replace the fields they name. What you\n"
    "edited elsewhere is merged with what the update changes, what you deleted stays deleted. The\n"
    "merged project is proven before anything is written. A conflict stops it (exit 5) unless\n"
    "--conflict says how to write it: then it is unproven, yours to mend, and the exit is 5.\n";
constexpr std::string_view kDiffDetails =
    "The files that update would change, and how; nothing is written. Fields are changed as with\n"
    "update.\n";
constexpr std::string_view kRunDetails =
    "Standard input and output belong to the server. Its environment is yours.\n";
constexpr std::string_view kServeDetails =
    "A model makes, updates, looks at and deletes servers through its tools. Over HTTP callers\n"
    "bring a bearer token: --token-file, MCP_CRAFTER_TOKEN, or one that is made once and kept in\n"
    "the workspace. Lines NAME:TOKEN in the file tell several callers apart: each sees what it\n"
    "made, and only \"owner\" sees everything.\n"
    "Beyond this machine it also wants --allow-host.\n";
constexpr std::string_view kInstallDetails =
    "CLIENT is claude-code, claude-desktop, cursor or vscode; without NAME it learns of the\n"
    "crafter itself. Its file keeps everything else as it is; --dry-run prints what would go into\n"
    "it. Secrets are never written there: a server finds them in its .env.\n";
constexpr std::string_view kCheckDetails =
    "Exits 7 when the proof fails, naming the step, and 6 when --drift finds changed files.\n";
constexpr std::string_view kDeleteDetails =
    "Shows what goes and asks. Files that were edited or added stop it (exit 5) unless --force.\n"
    "The folder moves to the trash of the workspace; its .env is erased.\n";
constexpr std::string_view kCallDetails =
    "ARGS is a JSON object, or - to read it from standard input. A tool's own error exits 1.\n";

constexpr std::string_view kMake = "make servers";
constexpr std::string_view kUse = "use them";
constexpr std::string_view kLook = "look around";
constexpr std::string_view kProgram = "the program itself";

constexpr std::array kVerbs{
    Verb{kMake, "create", "[NAME]", "make a server from a form, flags or questions, and prove it",
         kCreateDetails,
         "  mcp-crafter create weather-api --complexity standard --deps httpx\n"
         "  mcp-crafter create --form one.json --form two.yaml --json\n",
         kCreateFlags, create},
    Verb{kMake, "validate", "FORM", "say everything that is wrong with a form, and write nothing",
         "", "  mcp-crafter validate form.json\n", kValidateFlags, validate},
    Verb{kMake,
         "init",
         "",
         "make this folder a workspace; the first create does so, too",
         "",
         "  mcp-crafter init -C servers\n",
         {},
         init},
    Verb{kMake, "update", "NAME", "bring a changed form into a server, and keep what you edited",
         kUpdateDetails,
         "  mcp-crafter update weather-api --set version=0.2.0\n"
         "  mcp-crafter update weather-api --form changes.json --conflict inline\n",
         kUpdateFlags, update},
    Verb{kMake, "diff", "NAME", "show what update would do to the files of a server", kDiffDetails,
         "  mcp-crafter diff weather-api --exit-code\n", kDiffFlags, diff},
    Verb{kMake, "delete", "NAME", "move a server to the trash", kDeleteDetails,
         "  mcp-crafter delete weather-api --yes\n", kDeleteFlags, remove},
    Verb{kUse, "run", "NAME", "start a server, on stdio or over HTTP", kRunDetails,
         "  mcp-crafter run weather-api --http --port 8080\n", kRunFlags, run},
    Verb{kUse,
         "call",
         "NAME TOOL [ARGS]",
         "start a server, call a tool, show its answer",
         kCallDetails,
         "  mcp-crafter call weather-api get_weather '{\"city\": \"Oslo\"}'\n",
         {},
         call},
    Verb{kUse,
         "inspect",
         "NAME",
         "start a server and show all that it offers",
         "",
         "  mcp-crafter inspect weather-api --json\n",
         {},
         inspect},
    Verb{kUse, "install", "CLIENT [NAME]", "tell an MCP client of a server, or of the crafter",
         kInstallDetails,
         "  mcp-crafter install claude-code --project\n"
         "  mcp-crafter install vscode weather-api --dry-run\n",
         kInstallFlags, install},
    Verb{kUse, "serve", "", "serve the crafter itself over MCP, on stdio or HTTP", kServeDetails,
         "  mcp-crafter serve --http 8000\n", kServeFlags, serve},
    Verb{kUse, "check", "NAME", "prove a server again, as it is on the disk now", kCheckDetails,
         "  mcp-crafter check weather-api --drift\n", kCheckFlags, check},
    Verb{kLook,
         "list",
         "",
         "the servers of this workspace",
         "",
         "  mcp-crafter list --json\n",
         {},
         list},
    Verb{kLook,
         "info",
         "NAME",
         "one server: its form, files and proof",
         "",
         "  mcp-crafter info weather-api -v\n",
         {},
         info},
    Verb{kLook, "status", "[BUILD_ID]", "how a build is doing; without an id, the latest ones", "",
         "  mcp-crafter status --json\n", kStatusFlags, status},
    Verb{kLook,
         "templates",
         "",
         "what servers can be built on",
         "",
         "  mcp-crafter templates\n",
         {},
         templates},
    Verb{kLook,
         "capabilities",
         "",
         "what servers can be given",
         "",
         "  mcp-crafter capabilities --json\n",
         {},
         capabilities},
    Verb{kLook,
         "schema",
         "",
         "the JSON Schema of forms",
         "",
         "  mcp-crafter schema > form.schema.json\n",
         {},
         schema},
    Verb{kProgram,
         "doctor",
         "",
         "what this machine has of what is needed",
         "",
         "  mcp-crafter doctor\n",
         {},
         doctor},
    Verb{kProgram,
         "version",
         "",
         "the version, and the protocol's",
         "",
         "  mcp-crafter version\n",
         {},
         version},
    Verb{kProgram,
         "help",
         "[VERB]",
         "this page, or a verb's",
         "",
         "  mcp-crafter help create\n",
         {},
         help},
};

}  // namespace

std::span<const Verb> verbs() { return kVerbs; }
std::span<const Flag> flags_everywhere() { return kEverywhere; }

}  // namespace crafter::cli
