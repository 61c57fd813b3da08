/* clean-names under the rules for all cleaners.  Of three spellings, two passes may be needed to leave one. */
#include "fuzz_cleaner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_cleaner("clean-names", data, size, FUZZ_SETTLES);
    return 0;
}
