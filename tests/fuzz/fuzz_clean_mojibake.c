/* clean-mojibake under the rules for all cleaners; one pass is enough for it. */
#include "fuzz_cleaner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_cleaner("clean-mojibake", data, size, 1);
    return 0;
}
