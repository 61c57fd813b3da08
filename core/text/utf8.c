/* UTF-8 validation.
 *
 * The portable way skips ASCII 32 bytes a step and checks the rest sequence by sequence with the table of
 * the Unicode Standard (3.9, table 3-7).  Where the processor has AVX2, 32 bytes are checked at once
 * after J. Keiser and D. Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte", 2020: three
 * table look-ups on the nibbles of neighbouring bytes name every possible error of two bytes as a bit, and
 * a saturating subtraction tells where third and fourth bytes must be.  It only says that there is an
 * error; the portable way then finds it. */
#include "core/text/utf8.h"

#include <stdint.h>
#include <string.h>

/* Bytes of the well-formed sequence that starts at `p` (n bytes are left); 0: ill-formed. */
static size_t sequence(const unsigned char *p, size_t n)
{
    const unsigned char c = p[0];
    if (c < 0xC2 || c > 0xF4)
        return 0;
    const size_t len = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (n < len)
        return 0;
    /* The bounds of the second byte keep out overlong forms, surrogates and what is past U+10FFFF. */
    const unsigned char low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

static size_t check_portable(const unsigned char *p, size_t len)
{
    size_t i = 0;
    while (i < len) {
        while (len - i >= 32) {
            uint64_t w[4];
            memcpy(w, p + i, sizeof w);
            if (((w[0] | w[1] | w[2] | w[3]) & UINT64_C(0x8080808080808080)) != 0)
                break;
            i += 32;
        }
        /* Not straight back to the wide step: in text of another script it would fail each time. */
        for (const size_t stop = len - i > 64 ? i + 64 : len; i < stop;) {
            if (p[i] < 0x80) {
                i++;
                continue;
            }
            const size_t n = sequence(p + i, len - i);
            if (n == 0)
                return i;
            i += n;
        }
    }
    return len;
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

enum {
    TOO_SHORT = 1 << 0,  /* a lead byte where a continuation must be */
    TOO_LONG = 1 << 1,   /* a continuation after ASCII */
    OVERLONG_3 = 1 << 2, /* E0, then below A0 */
    TOO_LARGE = 1 << 3,  /* F4, then above 8F; F5 and above */
    SURROGATE = 1 << 4,  /* ED, then above 9F */
    OVERLONG_2 = 1 << 5, /* C0, C1 */
    TOO_LARGE_1000 = 1 << 6,
    OVERLONG_4 = 1 << 6, /* F0, then below 90; shares its bit, as the lead bytes differ */
    TWO_CONTS = -128,    /* two continuations: right only where a third or fourth byte must be */
    CARRY = TOO_SHORT | TOO_LONG | TWO_CONTS
};
#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

__attribute__((target("avx2"))) static inline __m256i before(__m256i now, __m256i last, int n)
{
    const __m256i joined = _mm256_permute2x128_si256(last, now, 0x21);
    return n == 1   ? _mm256_alignr_epi8(now, joined, 15)
           : n == 2 ? _mm256_alignr_epi8(now, joined, 14)
                    : _mm256_alignr_epi8(now, joined, 13);
}

/* A bit wherever two neighbouring bytes, or a missing third or fourth byte, are an error. */
__attribute__((target("avx2"))) static inline __m256i find_errors(__m256i now, __m256i last)
{
    const __m256i first_high =
        TWICE(TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TWO_CONTS,
              TWO_CONTS, TWO_CONTS, TWO_CONTS, TOO_SHORT | OVERLONG_2, TOO_SHORT,
              TOO_SHORT | OVERLONG_3 | SURROGATE, TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4);
    const __m256i first_low =
        TWICE(CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4, CARRY | OVERLONG_2, CARRY, CARRY,
              CARRY | TOO_LARGE, CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
              CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
              CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
              CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
              CARRY | TOO_LARGE | TOO_LARGE_1000 | SURROGATE, CARRY | TOO_LARGE | TOO_LARGE_1000,
              CARRY | TOO_LARGE | TOO_LARGE_1000);
    const __m256i second_high =
        TWICE(TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
              TOO_LONG | OVERLONG_2 | TWO_CONTS | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4,
              TOO_LONG | OVERLONG_2 | TWO_CONTS | OVERLONG_3 | TOO_LARGE,
              TOO_LONG | OVERLONG_2 | TWO_CONTS | SURROGATE | TOO_LARGE,
              TOO_LONG | OVERLONG_2 | TWO_CONTS | SURROGATE | TOO_LARGE, TOO_SHORT, TOO_SHORT, TOO_SHORT,
              TOO_SHORT);
    const __m256i nibble = _mm256_set1_epi8(0x0F);
    const __m256i first = before(now, last, 1);
    const __m256i pairs = _mm256_and_si256(
        _mm256_and_si256(
            _mm256_shuffle_epi8(first_high, _mm256_and_si256(_mm256_srli_epi16(first, 4), nibble)),
            _mm256_shuffle_epi8(first_low, _mm256_and_si256(first, nibble))),
        _mm256_shuffle_epi8(second_high, _mm256_and_si256(_mm256_srli_epi16(now, 4), nibble)));
    const __m256i third = _mm256_subs_epu8(before(now, last, 2), _mm256_set1_epi8(0xE0 - 0x80));
    const __m256i fourth = _mm256_subs_epu8(before(now, last, 3), _mm256_set1_epi8(0xF0 - 0x80));
    const __m256i must = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8(-128));
    return _mm256_xor_si256(must, pairs);
}

__attribute__((target("avx2"))) static bool is_valid_avx2(const unsigned char *p, size_t len)
{
    __m256i last = _mm256_setzero_si256(), errors = last;
    unsigned char tail[32] = {0}; /* the last bytes, and zeros that end any sequence */
    for (size_t i = 0; i <= len; i += 32) {
        if (len - i < 32)
            memcpy(tail, p + i, len - i);
        const __m256i now = _mm256_loadu_si256((const __m256i *)(const void *)(len - i < 32 ? tail : p + i));
        /* ASCII after ASCII needs no look; `last` may still owe bytes. */
        if (_mm256_movemask_epi8(_mm256_or_si256(now, last)) != 0)
            errors = _mm256_or_si256(errors, find_errors(now, last));
        last = now;
    }
    return _mm256_testz_si256(errors, errors);
}

size_t dm__utf8_check(dm_str s)
{
    const unsigned char *const p = (const unsigned char *)s.ptr;
    if (s.len >= 64 && __builtin_cpu_supports("avx2") && is_valid_avx2(p, s.len))
        return s.len;
    return check_portable(p, s.len);
}
#else
size_t dm__utf8_check(dm_str s)
{
    return check_portable((const unsigned char *)s.ptr, s.len);
}
#endif

void dm__utf8_blank(char *bytes, size_t len)
{
    for (size_t at = 0; at < len; at++) {
        at += dm__utf8_check((dm_str){bytes + at, len - at});
        if (at < len)
            bytes[at] = ' ';
    }
}
