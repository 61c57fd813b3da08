/* clean-boilerplate under the rules for all cleaners; what goes may leave others alone. */
#include "fuzz_cleaner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_cleaner("clean-boilerplate", data, size, FUZZ_SETTLES);
    return 0;
}
