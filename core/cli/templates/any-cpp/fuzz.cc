// `make fuzz`: any bytes through @NAME@, in docmill's own chain, which aborts when something is wrong.
#include <docmill/fuzz.h>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    docmill_fuzz(&docmill_plugin_v1, "@VERB@-@NAME@", "@WITH@", data, size);
    return 0;
}
