/* clean-language under the rules for all cleaners; it changes no text. */
#include "fuzz_cleaner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_cleaner("clean-language", data, size, 1);
    return 0;
}
