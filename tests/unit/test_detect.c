/* The detector of languages with a text behind which no memory is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "detect.h"

#include <cmocka.h>

/* Pages of which the last may not be read. */
struct guarded {
    char *pages, *end; /* of what may be read */
    size_t size;
};

static struct guarded guard(void)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *const pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(pages, MAP_FAILED);
    assert_int_equal(mprotect(pages + page, page, PROT_NONE), 0);
    return (struct guarded){pages, pages + page, 2 * page};
}

static void detect_at_end(const struct guarded *g, const char *text, const char *code)
{
    struct detected found = {.code = ""};
    const size_t len = strlen(text);
    memcpy(g->end - len, text, len);
    assert_true(detect_language(g->end - len, len, &found));
    assert_string_equal(found.code, code);
}

/* Behind the last letter, if it is in another script, the detector would look for one more. */
static void test_ends_of_memory(void **unused)
{
    (void)unused;
    const struct guarded g = guard();
    detect_at_end(&g, "Порт Велмора закрыт до пятницы, сказали власти вечером, и суда ждут на рейдеx", "ru");
    detect_at_end(&g, "The port of Velmora stays closed until Friday, the authority said in the eveningя",
                  "en");
    detect_at_end(&g, "Порт Велмора закрыт до пятницы, сказали власти вечером, и суда ждут на рейде語", "ru");
    detect_at_end(&g, "The port of Velmora stays closed until Friday, the authority said in the evening.",
                  "en");
    munmap(g.pages, g.size);
}

static void test_nothing(void **unused)
{
    (void)unused;
    const struct guarded g = guard();
    struct detected found;
    assert_false(detect_language(g.end, 0, &found));
    munmap(g.pages, g.size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends_of_memory),
        cmocka_unit_test(test_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
