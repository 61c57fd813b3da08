/* A shared object that uses a function which nobody has. */
extern int docmill_test_nobody_has_this(void);
__attribute__((visibility("default"))) extern int docmill_test_call(void);

int docmill_test_call(void)
{
    return docmill_test_nobody_has_this();
}
