// Merges triples of texts from standard input: for each, three sizes and texts come in, and the
// number of conflicts, a size and the merged text go out.

#include <cstddef>
#include <iostream>
#include <string>

#include "base/merge3.h"

namespace {

std::string text() {
  std::size_t size = 0;
  std::cin >> size;
  std::cin.get();
  std::string bytes(size, '\0');
  std::cin.read(bytes.data(), static_cast<std::streamsize>(size));
  return bytes;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  while (std::cin >> std::ws && !std::cin.eof()) {
    const std::string base = text();
    const std::string yours = text();
    const std::string update = text();
    const crafter::Merged merged = crafter::merge3(base, yours, update);
    std::cout << merged.conflicts << ' ' << merged.text.size() << '\n' << merged.text;
    std::cout << merged.yours.size() << '\n' << merged.yours;
  }
}
