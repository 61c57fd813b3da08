/* A shared object that exports SYMBOL, which is not the one that docmill v1 asks for. */
__attribute__((visibility("default"))) extern const int SYMBOL;
const int SYMBOL = 1;
