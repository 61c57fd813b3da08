/* clean-punctuation under the rules for all cleaners. */
#include "fuzz_cleaner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_cleaner("clean-punctuation", data, size, FUZZ_SETTLES);
    return 0;
}
