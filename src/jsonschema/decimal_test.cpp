// Multiples as people count them.

#include "jsonschema/decimal.h"

#include <gtest/gtest.h>

namespace crafter {
namespace {

TEST(IsMultiple, CountsInDecimal) {
  struct Row {
    const char* number;
    const char* divisor;
    bool multiple;
  };
  for (const Row& row : std::initializer_list<Row>{{"0.0075", "0.0001", true},
                                                   {"0.00751", "0.0001", false},
                                                   {"1.1", "0.1", true},
                                                   {"4.02", "0.01", true},
                                                   {"0", "7", true},
                                                   {"-6", "3", true},
                                                   {"7", "2", false},
                                                   {"1e308", "0.5", true},
                                                   {"1e308", "0.123456789", false},
                                                   {"12391239123", "1e-8", true},
                                                   {"0.1", "10", false},
                                                   {"1000", "10.0", true},
                                                   {"18446744073709551615", "3", true},
                                                   {"18446744073709551615", "4", false},
                                                   {"1e300", "18446744073709551557", false},
                                                   {"3e-300", "1.5e-300", true}})
    EXPECT_EQ(is_multiple(*parse_json(row.number), *parse_json(row.divisor)), row.multiple)
        << row.number << " " << row.divisor;
}

}  // namespace
}  // namespace crafter
