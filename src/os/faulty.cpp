// A tree whose changes begin to fail: how the tests pull the plug.

#include <fmt/core.h>

#include <utility>

#include "os/memory.h"

namespace crafter {
namespace {

class Faulty final : public Directory {
 public:
  Faulty(std::unique_ptr<Directory> inner, std::shared_ptr<int> left)
      : inner_(std::move(inner)), left_(std::move(left)) {}

  [[nodiscard]] Result<std::string> read(std::string_view path) const override {
    return inner_->read(path);
  }
  [[nodiscard]] Result<std::vector<Entry>> list(std::string_view under) const override {
    return inner_->list(under);
  }
  [[nodiscard]] Result<std::optional<Entry>> look(std::string_view path) const override {
    return inner_->look(path);
  }
  Result<> write(std::string_view path, std::string_view bytes, Access access) override {
    TRY(spend("write", path));
    return inner_->write(path, bytes, access);
  }
  Result<> make_folder(std::string_view path) override {
    TRY(spend("make", path));
    return inner_->make_folder(path);
  }
  Result<> remove(std::string_view path) override {
    TRY(spend("remove", path));
    return inner_->remove(path);
  }
  Result<> rename(std::string_view from, std::string_view to) override {
    TRY(spend("rename", from));
    return inner_->rename(from, to);
  }
  Result<> exchange(std::string_view one, std::string_view two) override {
    TRY(spend("exchange", one));
    return inner_->exchange(one, two);
  }
  Result<> sync() override {
    TRY(spend("sync", "the folder"));
    return inner_->sync();
  }
  [[nodiscard]] Result<std::unique_ptr<Directory>> open(std::string_view path) const override {
    TRY(auto folder, inner_->open(path));
    return std::unique_ptr<Directory>(std::make_unique<Faulty>(std::move(folder), left_));
  }
  [[nodiscard]] std::string location() const override { return inner_->location(); }

 private:
  Result<> spend(std::string_view verb, std::string_view path) {
    if (*left_ > 0 && --*left_ > 0) return {};
    return Failure(Fault::unavailable, "os.io",
                   fmt::format("cannot {} {}: this folder fails on purpose", verb, path));
  }

  std::unique_ptr<Directory> inner_;
  std::shared_ptr<int> left_;  // operations before the failing one, and that one; shared by views
};

}  // namespace

std::unique_ptr<Directory> faulty_directory(std::unique_ptr<Directory> inner, int failing) {
  return std::make_unique<Faulty>(std::move(inner), std::make_shared<int>(failing));
}

}  // namespace crafter
