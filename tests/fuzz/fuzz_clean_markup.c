/* clean-markup under the rules for all cleaners; a reference may hide another. */
#include "fuzz_cleaner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_cleaner("clean-markup", data, size, FUZZ_SETTLES);
    return 0;
}
