#include "fold.h"

#include <string.h>

/* One character of at most four bytes, folded.  *len: how many it took; return  how many are in out */
static size_t fold_character(const unsigned char *p, size_t left, char out[4], size_t *len)
{
    *len = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (*len > left)
        *len = left;
    memcpy(out, p, *len);
    if (p[0] >= 'A' && p[0] <= 'Z')
        out[0] = (char)(p[0] + 32);
    else if (*len == 2 && p[0] == 0xC3 && p[1] >= 0x80 && p[1] <= 0x9E && p[1] != 0x97)
        out[1] = (char)(p[1] + 32); /* U+00C0 to U+00DE */
    else if (*len == 2 && p[0] == 0xD0 && p[1] >= 0x90 && p[1] <= 0x9F)
        out[1] = (char)(p[1] + 32); /* U+0410 to U+041F */
    else if (*len == 2 && p[0] == 0xD0 && p[1] >= 0xA0 && p[1] <= 0xAF)
        memcpy(out, (const char[]){(char)0xD1, (char)(p[1] - 32)}, 2); /* U+0420 to U+042F */
    else if (*len == 2 && ((p[0] == 0xC4 && p[1] == 0xB0) || (p[0] == 0xC4 && p[1] == 0xB1)))
        return out[0] = 'i', 1; /* the Turkish ones, which capitals of other alphabets do not keep apart */
    else if (*len == 2 && p[0] == 0xC5 && ((p[1] > 0x80 && p[1] < 0x89) || (p[1] > 0xB8 && p[1] < 0xBF)))
        out[1] =
            (char)(p[1] + (p[1] & 1)); /* U+0141 to U+0148 and U+0179 to U+017E, where capitals are odd */
    else if (*len == 2 && p[0] == 0xC4 && p[1] > 0xB8 && p[1] < 0xBF)
        out[1] = (char)(p[1] + (p[1] & 1)); /* U+0139 to U+013E, too */
    else if (*len == 2 && (p[0] == 0xC4 || p[0] == 0xC5 || p[0] == 0xD2) && p[1] < 0xB8 && (p[1] & 1) == 0)
        out[1] =
            (char)(p[1] + 1); /* U+0100 to U+0137, U+014A to U+0177, U+0490 to U+04B7, where they are even */
    else if (*len == 2 && p[0] == 0xD0 && p[1] < 0x90)
        memcpy(out, (const char[]){(char)0xD1, (char)(p[1] + 16)}, 2); /* U+0400 to U+040F */
    else if (*len == 2 && p[0] == 0xD8 && (p[1] == 0xA2 || p[1] == 0xA3 || p[1] == 0xA5))
        out[1] = (char)0xA7; /* alefs, on which not everybody writes the hamza */
    else if (*len == 2 && p[0] == 0xD9 && (p[1] == 0x80 || (p[1] >= 0x8B && p[1] <= 0x92)))
        return out[0] = 0, 0; /* Arabic vowels, and the stroke that makes words longer */
    else if (*len == 2 && p[0] == 0xDB && p[1] == 0x8C)
        memcpy(out, "\xD9\x8A", 2); /* the Persian yeh, as Arabic keyboards have it, and so kaf */
    else if (*len == 2 && p[0] == 0xDA && p[1] == 0xA9)
        memcpy(out, "\xD9\x83", 2);
    else if (*len == 3 && p[0] == 0xE2 && p[1] == 0x80 && (p[2] == 0x8C || p[2] == 0xAF))
        return out[0] = ' ', 1; /* the joiner between Persian words, and the narrow space of French colons */
    else if (*len == 2 && p[0] == 0xC2 && p[1] == 0xA0)
        return out[0] = ' ', 1;
    else if (*len == 3 && p[0] == 0xE2 && p[1] == 0x80 && (p[2] == 0x98 || p[2] == 0x99))
        return out[0] = '\'', 1;
    else if (*len == 3 && p[0] == 0xE2 && p[1] == 0x80 && p[2] >= 0x90 && p[2] <= 0x94)
        return out[0] = '-', 1;
    return *len;
}

enum { LANES = 16 };

/* Vectors as gcc and clang know them on any machine. */
typedef signed char lanes __attribute__((vector_size(LANES)));

static inline lanes load(const char *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

static bool any_lane(lanes v)
{
    uint64_t halves[2];
    memcpy(halves, &v, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

/* Fold LANES characters at p, where p[-1] can be read.
 * return  whether they are ASCII with no more than single spaces, which most texts are made of */
static bool fold_lanes(const char *p, char *out)
{
    const lanes c = load(p), before = load(p - 1);
    const lanes odd = (lanes)((c < ' ') | ((c == ' ') & (before == ' ')));
    if (any_lane(odd))
        return false;
    const lanes small = c + (((c >= 'A') & (c <= 'Z')) & ('a' - 'A'));
    memcpy(out, &small, sizeof small);
    return true;
}

/* Fold what is plain at in.ptr[i], the n-th byte of the result, many bytes at once, and the last ones together with
 * some before them, again.  return  how many */
static size_t fold_many(dm_str in, size_t i, char *out, size_t n)
{
    size_t done = 0;
    if (i == 0 || (in.ptr[i] == ' ' && (n == 0 || out[n - 1] == ' ')))
        return 0; /* where nothing is before it, fold_plain() takes the first one */
    for (; in.len - i - done >= LANES; done += LANES)
        if (!fold_lanes(in.ptr + i + done, out + n + done))
            return done;
    const size_t left = in.len - i - done;
    const bool again = n == i && in.len > LANES && left > 0;
    return again && fold_lanes(in.ptr + in.len - LANES, out + in.len - LANES) ? done + left : done;
}

/* Letters, digits and marks of ASCII, and single spaces between them; only the first of them, if the others may be folded
 * many at once.  return  how many there are at in.ptr[i] */
static size_t fold_plain(dm_str in, size_t i, char *out)
{
    const size_t left = in.len - i, most = i == 0 && left > LANES ? 1 : left;
    size_t n = 0;
    for (; n < most; n++) {
        const unsigned char c = (unsigned char)in.ptr[i + n];
        if (c < ' ' || c >= 0x80 || (c == ' ' && (n == 0 || in.ptr[i + n - 1] == ' ')))
            break;
        out[n] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return n;
}

size_t fold(dm_str in, char *out)
{
    size_t n = 0;
    for (size_t i = 0, len; i < in.len; i += len) {
        char bytes[4];
        len = fold_many(in, i, out, n);
        if (len == 0)
            len = fold_plain(in, i, out + n);
        n += len;
        if (len)
            continue;
        const size_t folded = fold_character((const unsigned char *)in.ptr + i, in.len - i, bytes, &len);
        const bool space = bytes[0] == ' ' || bytes[0] == '\t' || bytes[0] == '\r';
        if (space && (n == 0 || out[n - 1] == ' '))
            continue;
        memcpy(out + n, bytes, folded);
        if (space)
            out[n] = ' ';
        n += folded;
    }
    while (n && out[n - 1] == ' ')
        n--;
    return n;
}

/* Signs of two to four bytes: » « › and what is from U+2000 to U+2BFF or is a picture. */
static size_t sign_at(dm_str s)
{
    const unsigned char *const p = (const unsigned char *)s.ptr;
    if (s.len && fold_drops(*s.ptr))
        return 1;
    if (s.len >= 2 && p[0] == 0xC2 && (p[1] == 0xBB || p[1] == 0xAB || p[1] == 0xB7))
        return 2;
    if (s.len >= 3 && p[0] == 0xE2 && p[1] >= 0x80 && p[1] <= 0xAF &&
        !(p[1] == 0x80 && p[2] >= 0x98 && p[2] <= 0x9F))
        return 3;
    return s.len >= 4 && p[0] == 0xF0 && p[1] == 0x9F ? 4 : 0;
}

static size_t sign_before_end(dm_str s)
{
    if (s.len && (unsigned char)s.ptr[s.len - 1] < 0x80)
        return sign_at((dm_str){s.ptr + s.len - 1, 1});
    for (size_t len = 1; len <= 4 && len <= s.len; len++)
        if (sign_at((dm_str){s.ptr + s.len - len, len}) == len)
            return len;
    return 0;
}

dm_str fold_trim(dm_str s)
{
    for (size_t n; (n = sign_at(s));) {
        s.ptr += n;
        s.len -= n;
    }
    for (size_t n; (n = sign_before_end(s));)
        s.len -= n;
    return s;
}

bool fold_has_four(dm_str s, const char four[4])
{
    enum { FOUR = 4 };
    size_t i = 0;
    for (; i + LANES + FOUR <= s.len; i += LANES)
        if (any_lane((lanes)((load(s.ptr + i) == four[0]) & (load(s.ptr + i + 1) == four[1]) &
                             (load(s.ptr + i + 2) == four[2]) & (load(s.ptr + i + 3) == four[3]))))
            return true;
    for (; i + FOUR <= s.len; i++)
        if (!memcmp(s.ptr + i, four, FOUR))
            return true;
    return false;
}

bool fold_is_one_of(dm_str word, const char *words)
{
    enum { WORD_MAX = 64 };
    char key[WORD_MAX + 3];
    key[0] = '|';
    if (word.len > WORD_MAX)
        return false;
    bool odd = false;
    for (size_t i = 0; i < word.len; i++) {
        key[i + 1] = word.ptr[i];
        odd |= word.ptr[i] == '|' || word.ptr[i] == 0;
    }
    if (odd)
        return false;
    memcpy(key + 1 + word.len, "|", 2);
    return strstr(words, key) != NULL;
}
