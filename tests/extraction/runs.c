#include "tests/extraction/runs.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { RUN = 4 };

struct hashes {
    uint64_t *items;
    size_t count;
};

static int is_word(utf8proc_int32_t c)
{
    if (c == '_')
        return 1;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return 1;
    default:
        return 0;
    }
}

static uint64_t mix(uint64_t h, uint64_t value)
{
    h = (h ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 29;
}

static struct hashes words_of(const char *s, size_t len)
{
    struct hashes out = {malloc((len / 2 + 1) * sizeof(uint64_t)), 0};
    uint64_t h = 0;
    int within = 0;
    if (!out.items)
        abort();
    for (size_t at = 0; at < len;) {
        utf8proc_int32_t c;
        const utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)s + at, (utf8proc_ssize_t)(len - at), &c);
        const int word = n > 0 && is_word(c);
        if (word)
            h = mix(within ? h : 1, (uint64_t)c);
        else if (within)
            out.items[out.count++] = h;
        within = word;
        at += n > 0 ? (size_t)n : 1;
    }
    if (within)
        out.items[out.count++] = h;
    return out;
}

static int compare(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* In the place of the words, sorted. */
static struct hashes runs_of(const char *s, size_t len)
{
    struct hashes h = words_of(s, len);
    const size_t size = h.count < RUN ? h.count : RUN;
    const size_t count = h.count ? h.count - size + 1 : 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t run = size;
        for (size_t k = 0; k < size; k++)
            run = mix(run, h.items[i + k]);
        h.items[i] = run;
    }
    h.count = count;
    qsort(h.items, h.count, sizeof *h.items, compare);
    return h;
}

struct runs_match runs_compare(const char *out, size_t out_len, const char *truth, size_t truth_len)
{
    const struct hashes a = runs_of(out, out_len), b = runs_of(truth, truth_len);
    struct runs_match m = {0, a.count, b.count};
    for (size_t i = 0, k = 0; i < a.count && k < b.count;) {
        const int order = compare(&a.items[i], &b.items[k]);
        m.both += order == 0;
        i += order <= 0;
        k += order >= 0;
    }
    free(a.items);
    free(b.items);
    return m;
}
