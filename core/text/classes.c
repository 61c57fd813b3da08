/* Classes of bytes.  The portable way looks each byte up, and gathers one bit of eight of them with a
 * multiplication; where the processor has AVX2, 32 bytes are compared at once. */
#include "core/text/classes.h"

#include <endian.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

__attribute__((target("avx2"))) static inline uint64_t equal(__m256i a, __m256i b, char c)
{
    const __m256i wanted = _mm256_set1_epi8(c);
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, wanted)) |
           (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, wanted)) << 32;
}

/* Whether the bytes are `count` ones from `first` on: less than that when it is taken off them. */
__attribute__((target("avx2"))) static inline uint64_t within(__m256i a, __m256i b, char first, char count)
{
    const __m256i from = _mm256_set1_epi8(first), last = _mm256_set1_epi8((char)(count - 1));
    const __m256i x = _mm256_sub_epi8(a, from), y = _mm256_sub_epi8(b, from);
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(x, last), x)) |
           (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(y, last), y)) << 32;
}

__attribute__((target("avx2"))) static inline void compare_avx2(const char *p, dm_classes *out)
{
    const __m256i a = _mm256_loadu_si256((const __m256i *)(const void *)p),
                  b = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));
    *out = (dm_classes){
        .small = within(a, b, 'a', 26),
        .capital = within(a, b, 'A', 26),
        .digit = within(a, b, '0', 10),
        .wide = (uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32,
        .space = equal(a, b, ' '),
        .tab = equal(a, b, '\t'),
        .lf = equal(a, b, '\n'),
        .cr = equal(a, b, '\r'),
    };
}
#endif

/* A bit for each class, in the order of dm_classes. */
static unsigned char class_of(unsigned char c)
{
    if (c >= 0x80)
        return 1 << 3;
    if ((unsigned char)((c | 0x20) - 'a') < 26)
        return c & 0x20 ? 1 << 0 : 1 << 1;
    if ((unsigned char)(c - '0') < 10)
        return 1 << 2;
    return c == ' ' ? 1 << 4 : c == '\t' ? 1 << 5 : c == '\n' ? 1 << 6 : c == '\r' ? 1 << 7 : 0;
}

static void look_up(const char *p, dm_classes *out)
{
    uint64_t *const all[] = {&out->small, &out->capital, &out->digit, &out->wide,
                             &out->space, &out->tab,     &out->lf,    &out->cr};
    *out = (dm_classes){0};
    for (unsigned at = 0; at < DM_CLASSES_BYTES; at += 8) {
        unsigned char classes[8];
        uint64_t eight;
        for (unsigned i = 0; i < 8; i++)
            classes[i] = class_of((unsigned char)p[at + i]);
        memcpy(&eight, classes, sizeof eight);
        eight = le64toh(eight);
        for (unsigned k = 0; k < 8; k++) /* bit k of each byte, side by side in the uppermost one */
            *all[k] |= (eight >> k & 0x0101010101010101u) * 0x0102040810204080u >> 56 << at;
    }
}

/* The last bytes of a text, and zeros, which are of no class. */
static const char *copy_tail(dm_str s, char tail[DM_CLASSES_BYTES])
{
    const size_t len = s.len % DM_CLASSES_BYTES;
    memset(tail, 0, DM_CLASSES_BYTES);
    if (len != 0)
        memcpy(tail, s.ptr + s.len - len, len);
    return tail;
}

void dm__classify_portable(dm_str s, dm_classes *out)
{
    char tail[DM_CLASSES_BYTES];
    for (size_t at = 0; at <= s.len; at += DM_CLASSES_BYTES)
        look_up(s.len - at >= DM_CLASSES_BYTES ? s.ptr + at : copy_tail(s, tail), out++);
}

#if defined(__x86_64__) && defined(__GNUC__)
/* A loop of its own, so that what is compared with stays in registers. */
__attribute__((target("avx2"))) static void classify_avx2(dm_str s, dm_classes *out)
{
    char tail[DM_CLASSES_BYTES];
    for (size_t at = 0; at <= s.len; at += DM_CLASSES_BYTES)
        compare_avx2(s.len - at >= DM_CLASSES_BYTES ? s.ptr + at : copy_tail(s, tail), out++);
}

void dm__classify(dm_str s, dm_classes *out)
{
    (__builtin_cpu_supports("avx2") ? classify_avx2 : dm__classify_portable)(s, out);
}
#else
void dm__classify(dm_str s, dm_classes *out)
{
    dm__classify_portable(s, out);
}
#endif
