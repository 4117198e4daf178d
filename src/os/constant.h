// The part of a Directory that refuses: for trees that cannot be written.

#pragma once

#include "os/directory.h"

namespace crafter {

/// Every change fails (internal): code that changes such a tree has mistaken its Directory.
class ConstantDirectory : public Directory {
 public:
  Result<> write(std::string_view path, std::string_view, Access) override { return refuse(path); }
  Result<> make_folder(std::string_view path) override { return refuse(path); }
  Result<> remove(std::string_view path) override { return refuse(path); }
  Result<> rename(std::string_view from, std::string_view) override { return refuse(from); }
  Result<> exchange(std::string_view one, std::string_view) override { return refuse(one); }
  Result<> sync() override { return {}; }
  [[nodiscard]] std::string location() const override { return ""; }

 private:
  static Failure refuse(std::string_view path) {
    return {Fault::internal, "os.constant",
            "cannot change " + std::string(path) + ": this tree is constant"};
  }
};

}  // namespace crafter
