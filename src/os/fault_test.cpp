// What the operating system's error numbers become.

#include "os/fault.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace crafter {
namespace {

struct Row {
  int error;
  Fault fault;
  const char* code;
  const char* message;
};

class FaultTest : public testing::TestWithParam<Row> {};

INSTANTIATE_TEST_SUITE_P(
    Errors, FaultTest,
    testing::Values(
        Row{ENOENT, Fault::not_found, "os.not_found", "cannot write /w/a: it does not exist"},
        Row{ELOOP, Fault::conflict, "os.link_in_the_way",
            "cannot write /w/a: a symbolic link is in the way"},
        Row{ENOTDIR, Fault::conflict, "os.in_the_way",
            "cannot write /w/a: a file is in the way of a folder"},
        Row{ENOSPC, Fault::unavailable, "os.no_space",
            "cannot write /w/a: no space left on the device"},
        Row{EDQUOT, Fault::unavailable, "os.quota", "cannot write /w/a: the disk quota is used up"},
        Row{EROFS, Fault::unavailable, "os.read_only",
            "cannot write /w/a: the file system is read-only"},
        Row{EACCES, Fault::unavailable, "os.permission", "cannot write /w/a: permission denied"},
        Row{EIO, Fault::unavailable, "os.io", "cannot write /w/a: input/output error"},
        Row{EMFILE, Fault::unavailable, "os.too_many_files",
            "cannot write /w/a: too many files are open here"},
        Row{EDOM, Fault::unavailable, "os.other",
            "cannot write /w/a: Numerical argument out of domain"}));

TEST_P(FaultTest, SaysWhoHasToActAndWhere) {
  const Failure failure = system_failure(GetParam().error, "write", "/w/a");
  EXPECT_EQ(failure.fault(), GetParam().fault);
  EXPECT_EQ(failure.diagnostics()[0].code, GetParam().code);
  EXPECT_EQ(failure.message(), GetParam().message);
}

}  // namespace
}  // namespace crafter
