// URI references (RFC 3986), as far as schemas identify each other by them.

#pragma once

#include <string>
#include <string_view>

namespace crafter {

/// The target of `reference` seen from `base`, an absolute URI (RFC 3986, section 5.2).
std::string resolve_uri(std::string_view base, std::string_view reference);

/// The part before "#" and, percent-decoded, the part behind it.
struct SplitUri {
  std::string resource;
  std::string fragment;
};
SplitUri split_fragment(std::string_view uri);

}  // namespace crafter
