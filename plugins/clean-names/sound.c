/* How names sound.  Transliterations differ in the same few places: q, k and c; i, y and e; u and o; single
 * and doubled letters; x and ks, j and zh; an h that is there or not. */
#include <string.h>

#include "names.h"

/* The base letter of an accented one of two bytes, U+00C0 to U+017F; 0: none. */
static char base_letter(const unsigned char *p)
{
    static const char latin_1[] = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";
    static const char latin_a[] = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllll"
                                  "lnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
    const unsigned cp = (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    if (cp >= 0xC0 && cp < 0x100)
        return latin_1[cp - 0xC0];
    return cp >= 0x100 && cp < 0x180 && cp - 0x100 < sizeof latin_a - 1 ? latin_a[cp - 0x100] : 0;
}

size_t sound_letters(dm_str name, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < name.len && n < NAME_MAX; i++) {
        const unsigned char c = (unsigned char)name.ptr[i];
        if (c < 0x80) {
            out[n++] = (char)(c | 0x20);
        } else if (c >= 0xC3 && c <= 0xC5 && i + 1 < name.len) {
            const char base = base_letter((const unsigned char *)name.ptr + i++);
            if (!base || base == ' ')
                return 0;
            out[n++] = base;
        } else {
            return 0;
        }
    }
    out[n] = 0;
    return n;
}

static bool is_vowel(char c)
{
    return c == 'a' || c == 'i' || c == 'u';
}

/* The class of the letter of ASCII at `p`, by its lower bits; *used: letters that it takes, some with an h behind them. */
static inline char sound_class(const char *p, size_t *used)
{
    static const char alone[32] = " abkdifghijklmnupkrstuvvxiz",
                      with_h[32] = {['C' % 32] = 'C', ['D' % 32] = 'd', ['G' % 32] = 'g', ['K' % 32] = 'k',
                                    ['P' % 32] = 'f', ['S' % 32] = 'S', ['T' % 32] = 't', ['Z' % 32] = 'j'};
    const unsigned letter = (unsigned char)p[0] % 32;
    const char both = p[1] == 'h'                  ? with_h[letter]
                      : p[0] == 'c' && p[1] == 'k' ? 'k'
                      : p[0] == 'a' && p[1] == 'u' ? 'u' /* Shaukat, Shoukat */
                                                   : 0;
    *used = both ? 2 : 1;
    return both ? both : alone[letter];
}

/* Write ks for each x.  letters  [2 * NAME_MAX + 2]; return  their number */
static size_t expand_x(char *letters, size_t len)
{
    size_t count = len;
    for (size_t i = 0; i < len; i++)
        count += letters[i] == 'x';
    for (size_t from = len + 1, to = count + 1; from-- > 0;) {
        letters[--to] = letters[from];
        if (letters[from] == 'x') {
            letters[to] = 's';
            letters[--to] = 'k';
        }
    }
    return count;
}

/* Whether a letter goes on as the one before did cannot be foreseen, so there is no branch on it. */
struct sound sound_of(dm_str name)
{
    struct sound s = {0};
    char letters[2 * NAME_MAX + 2], last = 0, last_bare = 0;
    size_t len = sound_letters(name, letters);
    if (memchr(letters, 'x', len))
        len = expand_x(letters, len);
    for (size_t i = 0, used; i < len; i += used) {
        const char c = sound_class(letters + i, &used);
        if (c == 'h' && i + used == len && i > 0)
            break;
        const bool is_new = c != last, is_bare = is_new & !is_vowel(c) & (c != last_bare);
        s.full[s.full_len] = last = c;
        s.full_len = (uint8_t)(s.full_len + is_new);
        s.bare[s.bare_len] = c;
        s.bare_len = (uint8_t)(s.bare_len + is_bare);
        last_bare = is_bare ? c : last_bare;
    }
    return s;
}

/* Whether `a` becomes `b` by one letter put in, left out, or changed, or by two that change places. */
static bool is_one_apart(const char *a, size_t na, const char *b, size_t nb)
{
    size_t head = 0, tail = 0;
    while (head < na && head < nb && a[head] == b[head])
        head++;
    while (tail < na - head && tail < nb - head && a[na - 1 - tail] == b[nb - 1 - tail])
        tail++;
    const size_t ra = na - head - tail, rb = nb - head - tail;
    if (ra <= 1 && rb <= 1)
        return true;
    return ra == 2 && rb == 2 && a[head] == b[head + 1] && a[head + 1] == b[head];
}

/* How long a name is without the i, y and j at its end. */
static size_t stem_of(dm_str s)
{
    size_t len = s.len;
    while (len > 0 && strchr("iyj", s.ptr[len - 1]))
        len--;
    return len;
}

/* `Sadovskyi`, `Sadovskiy`, `Sadovsky`: one ending, transliterated. */
static bool have_one_ending(dm_str a, dm_str b)
{
    const size_t x = stem_of(a), y = stem_of(b);
    return x > 0 && x == y && x < a.len && y < b.len && !memcmp(a.ptr, b.ptr, x);
}

/* Forms of one word, or the names of a man and a woman: one goes on where the other ends, or they differ in
 * their last letter, and it is not just y for i, or k for q; and pet names. */
static bool is_inflected(dm_str a, dm_str b)
{
    const bool pet_a = a.ptr[a.len - 1] == 'y' && b.len > 2 && !memcmp(b.ptr + b.len - 2, "ie", 2);
    const bool pet_b = b.ptr[b.len - 1] == 'y' && a.len > 2 && !memcmp(a.ptr + a.len - 2, "ie", 2);
    if (pet_a || pet_b)
        return true;
    if (have_one_ending(a, b))
        return false;
    const size_t n = a.len < b.len ? a.len : b.len;
    if (!memcmp(a.ptr, b.ptr, n))
        return a.len != b.len &&
               !(a.len + b.len == 2 * n + 1 && (a.ptr[a.len - 1] == 'h' || b.ptr[b.len - 1] == 'h'));
    if (a.len != b.len || memcmp(a.ptr, b.ptr, n - 1) != 0)
        return false;
    const char x = a.ptr[n - 1], y = b.ptr[n - 1];
    return !((strchr("yi", x) && strchr("yi", y)) || (strchr("ckq", x) && strchr("ckq", y)) ||
             (strchr("vwf", x) && strchr("vwf", y)) || (strchr("dt", x) && strchr("dt", y)));
}

enum likeness sound_compare(dm_str a, dm_str b)
{
    enum { LONG_SOUND = 6 };
    if (is_inflected(a, b))
        return UNLIKE;
    const struct sound x = sound_of(a), y = sound_of(b);
    if (x.bare_len < SOUND_MIN || y.bare_len < SOUND_MIN)
        return UNLIKE;
    if (x.full_len == y.full_len && !memcmp(x.full, y.full, x.full_len))
        return SAME_SOUND;
    const bool prefix = !memcmp(x.full, y.full, x.full_len < y.full_len ? x.full_len : y.full_len);
    if (prefix || x.full[0] != y.full[0] || x.full_len < LONG_SOUND || y.full_len < LONG_SOUND)
        return UNLIKE;
    return is_one_apart(x.full, x.full_len, y.full, y.full_len) ? ALIKE : UNLIKE;
}
