# Puts files into the program: the catalog, and the scripts of src/python. The assembler reads the
# bytes itself (.incbin), so a megabyte costs nothing to compile and a changed file is seen by ninja.

# Writes `output`, a C++ source in which `name`() gives the `files` below `root`, sorted by path,
# and `name`_count() how many there are; `header` declares both.
function(crafter_embed output header name root)
  set(files ${ARGN})
  list(SORT files)
  set(assembly "")
  set(symbols "")
  set(rows "")
  set(paths "")
  list(LENGTH files count)
  set(index 0)
  foreach(file IN LISTS files)
    set(symbol ${name}_${index})
    string(APPEND assembly "asm(\".pushsection .rodata\\n\"\n"
      "    \"${symbol}_begin: .incbin \\\"${root}/${file}\\\"\\n\"\n"
      "    \"${symbol}_end: .byte 0\\n\"\n    \".popsection\\n\");\n")
    string(APPEND symbols "[[gnu::visibility(\"hidden\")]] extern const char ${symbol}_begin[];\n"
      "[[gnu::visibility(\"hidden\")]] extern const char ${symbol}_end[];\n")
    string(APPEND rows "      {\"${file}\", {${symbol}_begin, ${symbol}_end}},\n")
    list(APPEND paths ${root}/${file})
    math(EXPR index "${index} + 1")
  endforeach()
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
// Made by cmake/embed.cmake.

#include "@header@"

@assembly@
extern "C" {
@symbols@}

namespace crafter {

const EmbeddedFile* @name@() {
  static const EmbeddedFile files[] = {
@rows@      {{}, {}},
  };
  return files;
}

std::size_t @name@_count() { return @count@; }

}  // namespace crafter
]])
  set_source_files_properties(${output} PROPERTIES OBJECT_DEPENDS "${paths}")
  target_sources(crafter PRIVATE ${output})
endfunction()

file(GLOB scripts CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/src/python/scripts
  src/python/scripts/*.py src/python/scripts/*.txt)
crafter_embed(${CMAKE_BINARY_DIR}/embedded/scripts.cpp python/scripts.h embedded_scripts
  ${CMAKE_SOURCE_DIR}/src/python/scripts ${scripts})

# What only our own tests and tools need stays out.
file(GLOB_RECURSE catalog CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/catalog catalog/*)
list(FILTER catalog EXCLUDE REGEX "^conftest.py$|^parts/[^/]+/tests/|\\.pyc$|(^|/)\\.(venv|[a-z]+_cache)/")
crafter_embed(${CMAKE_BINARY_DIR}/embedded/catalog.cpp catalog/embedded.h embedded_catalog
  ${CMAKE_SOURCE_DIR}/catalog ${catalog})
