/* clean-markup under the rules for all cleaners; a reference may hide another. */
#include "fuzz_cleaner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A tag within a broken tag hides it: each pass takes one layer of such a nest. */
    enum { PASSES = 8 };
    fuzz_cleaner("clean-markup", data, size, PASSES);
    return 0;
}
