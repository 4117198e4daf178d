// What the operating system's error numbers mean to us: one table.

#include "os/fault.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace crafter {
namespace {

struct Meaning {
  int error;
  Fault fault;
  std::string_view code;
  std::string_view fact;
  std::string_view hint;
};

constexpr std::string_view kFree = "free some space and do it again";
constexpr std::string_view kRights = "check who owns it and what its permissions are";

constexpr std::array kMeanings{
    Meaning{ENOENT, Fault::not_found, "os.not_found", "it does not exist", ""},
    Meaning{EEXIST, Fault::conflict, "os.exists", "something is there already", ""},
    Meaning{ENOTEMPTY, Fault::conflict, "os.exists", "a folder that is not empty is there", ""},
    Meaning{ENOTDIR, Fault::conflict, "os.in_the_way", "a file is in the way of a folder", ""},
    Meaning{EISDIR, Fault::conflict, "os.in_the_way", "a folder is in the way", ""},
    Meaning{ELOOP, Fault::conflict, "os.link_in_the_way", "a symbolic link is in the way",
            "links are never followed: remove the link"},
    Meaning{EXDEV, Fault::unavailable, "os.other_file_system", "it is on another file system", ""},
    Meaning{ENAMETOOLONG, Fault::conflict, "os.name_too_long", "its name is too long", ""},
    Meaning{ETXTBSY, Fault::conflict, "os.busy", "a program is running from it", ""},
    Meaning{EBUSY, Fault::conflict, "os.busy", "it is in use", ""},
    Meaning{ENOSPC, Fault::unavailable, "os.no_space", "no space left on the device", kFree},
    Meaning{EDQUOT, Fault::unavailable, "os.quota", "the disk quota is used up", kFree},
    Meaning{EFBIG, Fault::unavailable, "os.too_large", "it is too large", ""},
    Meaning{EROFS, Fault::unavailable, "os.read_only", "the file system is read-only", ""},
    Meaning{EACCES, Fault::unavailable, "os.permission", "permission denied", kRights},
    Meaning{EPERM, Fault::unavailable, "os.permission", "operation not permitted", kRights},
    Meaning{EIO, Fault::unavailable, "os.io", "input/output error", "check the disk"},
    Meaning{ENODEV, Fault::unavailable, "os.io", "the device is gone", "check the disk"},
    Meaning{EMFILE, Fault::unavailable, "os.too_many_files", "too many files are open here",
            "raise the limit: ulimit -n"},
    Meaning{ENFILE, Fault::unavailable, "os.too_many_files", "too many files are open", ""},
    Meaning{EAGAIN, Fault::unavailable, "os.exhausted", "the system has no more of it now", ""},
    Meaning{ENOMEM, Fault::unavailable, "os.no_memory", "out of memory", ""},
    Meaning{ENOEXEC, Fault::unavailable, "os.not_a_program", "it is no program", ""},
    Meaning{ESRCH, Fault::unavailable, "os.no_process", "there is no such process", ""},
    Meaning{ECONNREFUSED, Fault::unavailable, "os.refused", "nobody listens there", ""},
    Meaning{ECONNRESET, Fault::unavailable, "os.closed", "the other side closed it", ""},
    Meaning{EPIPE, Fault::unavailable, "os.closed", "the other side closed it", ""},
    Meaning{ETIMEDOUT, Fault::unavailable, "os.time", "no answer in time", ""},
    Meaning{ENOSYS, Fault::unavailable, "os.kernel", "the kernel does not know how",
            "Linux 5.6 or newer is needed"},
    Meaning{EINVAL, Fault::unavailable, "os.unsupported", "it is not supported there", ""},
};

}  // namespace

Failure system_failure(int error, std::string_view verb, std::string_view subject) {
  const auto* found = std::ranges::find(kMeanings, error, &Meaning::error);
  const bool is_known = found != kMeanings.end();
  const std::string other = std::generic_category().message(error);
  return {is_known ? found->fault : Fault::unavailable,
          std::string(is_known ? found->code : "os.other"),
          fmt::format("cannot {} {}: {}", verb, subject, is_known ? found->fact : other),
          std::string(is_known ? found->hint : "")};
}

}  // namespace crafter
