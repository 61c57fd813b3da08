/* Content hashes: known values, and a file hashes as its bytes do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text/hash.h"
#include "core/text/str.h"

#include <cmocka.h>

static void test_known_values(void **unused)
{
    (void)unused;
    /* as `xxhsum -H2` prints them */
    static const struct {
        const char *text, *hash;
    } cases[] = {
        {"", "99aa06d3014798d86001c324468d497f"},
        {"a", "a96faf705af16834e6c632b61e964e1f"},
        {"docmill\n", "f4bdeb3719a72e0ca7bb81dff7a3e6a8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char hex[DM_HASH_DIGITS + 1];
        dm__hash_bytes(dm__str(cases[i].text), hex);
        assert_string_equal(hex, cases[i].hash);
    }
}

static void test_file_as_bytes(void **unused)
{
    (void)unused;
    enum { SIZE = 200 * 1000 }; /* several reads */
    char *const bytes = malloc(SIZE);
    assert_non_null(bytes);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (char)(i * 31 >> 3);
    FILE *const file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, SIZE, file), SIZE);
    assert_int_equal(fflush(file), 0);
    assert_int_equal(lseek(fileno(file), 0, SEEK_SET), 0);

    char of_bytes[DM_HASH_DIGITS + 1], of_file[DM_HASH_DIGITS + 1];
    dm__hash_bytes((dm_str){bytes, SIZE}, of_bytes);
    assert_true(dm__hash_fd(fileno(file), of_file));
    assert_string_equal(of_file, of_bytes);
    fclose(file);
    free(bytes);
}

static void test_unreadable(void **unused)
{
    (void)unused;
    char hex[DM_HASH_DIGITS + 1];
    assert_false(dm__hash_fd(-1, hex));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_values),
        cmocka_unit_test(test_file_as_bytes),
        cmocka_unit_test(test_unreadable),
    };
    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
