#include "words.h"
#include "fold.h"

#include <endian.h>
#include <string.h>

enum { MOST_TOKENS = WORDS_MOST_TOKENS };

/* ---- words of a line ------------------------------------------------------------------------ */

enum token_kind { TOKEN_NONE, TOKEN_WORD, TOKEN_NUMBER, TOKEN_MARK };

/* Bytes of the character at s.ptr[0]. */
static size_t character_size(dm_str s)
{
    const unsigned char c = (unsigned char)*s.ptr;
    const size_t size = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    return size < s.len ? size : s.len;
}

/* Whether a character is part of a word: a small letter, or one beyond ASCII but for the blocks of marks and pictures,
 * U+0080 to U+00BF, U+2000 to U+2BFF, U+E000 to U+F8FF and all from U+10000 on. */
static bool is_letter(dm_str s)
{
    const unsigned char c = (unsigned char)*s.ptr, next = s.len > 1 ? (unsigned char)s.ptr[1] : 0;
    if (c < 0x80)
        return c >= 'a' && c <= 'z';
    return c >= 0xC3 && c < 0xF0 && c != 0xEE && !(c == 0xE2 && next < 0xB0) && !(c == 0xEF && next < 0xA4);
}

enum { EIGHT = 8 }; /* bytes that are looked at at once */

static uint64_t bytes_of(unsigned char c)
{
    return c * 0x0101010101010101u;
}

/* How many of EIGHT bytes are letters of ASCII before another comes. */
static size_t letters_at(const char *p)
{
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    const uint64_t small = le64toh(bytes) | bytes_of(0x20);
    const uint64_t letters =
        (small + bytes_of(0x80 - 'a')) & ~(small + bytes_of(0x80 - 'z' - 1)) & bytes_of(0x80);
    const uint64_t others = ~letters & bytes_of(0x80);
    return others ? (size_t)__builtin_ctzll(others) / 8 : EIGHT;
}

/* Letters, with apostrophes between them.  EIGHT bytes behind the end can be read. */
static size_t word_size(dm_str s)
{
    size_t n = 0;
    for (size_t letters = EIGHT;; letters = EIGHT) {
        for (; letters == EIGHT && n < s.len; n += letters)
            letters = letters_at(s.ptr + n);
        if (n > s.len)
            n = s.len;
        if (n < s.len && (unsigned char)s.ptr[n] >= 0x80 && is_letter(text_from(s, n))) {
            n += character_size(text_from(s, n));
            continue;
        }
        if (n + 1 >= s.len || s.ptr[n] != '\'' || !is_letter(text_from(s, n + 1)))
            return n;
        n++;
    }
}

/* Digits, with points, commas and colons between them. */
static size_t number_size(dm_str s)
{
    size_t n = 1;
    while (n < s.len && (text_is_digit(s.ptr[n]) ||
                         (n + 1 < s.len && text_is_digit(s.ptr[n + 1]) && text_is_digit(s.ptr[n - 1]) &&
                          (s.ptr[n] == '.' || s.ptr[n] == ',' || s.ptr[n] == ':'))))
        n++;
    return n;
}

/* The next word, number or mark at or behind *at, which is moved behind it. */
static enum token_kind next_token(dm_str s, size_t *at, dm_str *out)
{
    while (*at < s.len && (unsigned char)s.ptr[*at] <= ' ')
        (*at)++;
    if (*at == s.len)
        return TOKEN_NONE;
    const dm_str rest = text_from(s, *at);
    enum token_kind kind = TOKEN_MARK;
    size_t size = character_size(rest);
    if (text_is_digit(*rest.ptr)) {
        kind = TOKEN_NUMBER;
        size = number_size(rest);
    } else if (is_letter(rest)) {
        kind = TOKEN_WORD;
        size = word_size(rest);
    }
    *out = kind == TOKEN_NUMBER ? (dm_str){"#\0\0\0\0\0\0\0", 1} : (dm_str){rest.ptr, size};
    *at += size;
    return kind;
}

/* ---- the table ------------------------------------------------------------------------------ */

static uint64_t mix(uint64_t h, uint64_t bytes)
{
    h = (h ^ bytes) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 29;
}

enum { WORD_ROOM = 128 }; /* for a word or pair of the table */

/* EIGHT bytes at s.ptr[s.len] can be read. */
static uint64_t hash_word(dm_str s)
{
    uint64_t h = s.len, bytes;
    size_t i = 0;
    if (s.len == 0)
        return h;
    for (; s.len - i > EIGHT; i += EIGHT) {
        memcpy(&bytes, s.ptr + i, sizeof bytes);
        h = mix(h, bytes);
    }
    memcpy(&bytes, s.ptr + i, sizeof bytes);
    return mix(h, le64toh(bytes) & UINT64_MAX >> (EIGHT - (s.len - i)) * 8);
}

static uint64_t hash_pair(uint64_t first, uint64_t second)
{
    return mix(first * 3, second) | 1;
}

static uint64_t start_of_line(void)
{
    return mix(2, (uint64_t)' ' << 8 | '^'); /* no token has a space */
}

static uint64_t end_of_line(void)
{
    return mix(2, (uint64_t)' ' << 8 | '$');
}

/* The slot of a key, or the free one where it would be. */
static struct words_slot *slot_of(const struct word_weights *w, uint64_t key)
{
    size_t i = key >> 20 & (WORDS_SLOTS - 1);
    while (w->slots[i].number && w->slots[i].key != (uint32_t)(key >> 32))
        i = (i + 1) & (WORDS_SLOTS - 1);
    return &w->slots[i];
}

/* ---- a cheap look --------------------------------------------------------------------------- */

enum { FOUR = 4 };

static size_t bit_of(uint32_t four)
{
    return four * 2654435761u / (UINT32_MAX / WORDS_BITS + 1);
}

static void set_bit(uint64_t *bits, uint32_t four)
{
    bits[bit_of(four) / 64] |= UINT64_C(1) << bit_of(four) % 64;
}

static bool has_bit(const uint64_t *bits, uint32_t four)
{
    return bits[bit_of(four) / 64] >> bit_of(four) % 64 & 1;
}

static bool is_ascii_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* The letters of ASCII at the start of `s`, up to four. */
static uint32_t first_letters(dm_str s)
{
    uint32_t four = 0;
    for (size_t i = 0; i < FOUR && i < s.len && is_ascii_letter(s.ptr[i]); i++)
        four = four << 8 | ((unsigned char)s.ptr[i] | 0x20u);
    return four;
}

static uint32_t last_letters(dm_str s)
{
    uint32_t four = 0;
    for (size_t i = s.len; i > 0 && s.len - i < FOUR && is_ascii_letter(s.ptr[i - 1]); i--)
        four = four << 8 | ((unsigned char)s.ptr[i - 1] | 0x20u);
    return four;
}

bool words_may_weigh(const struct word_weights *w, dm_str line, uint32_t words, bool sentence, bool both)
{
    enum { FEW = 8 };
    const uint32_t first = first_letters(line);
    const bool begins = !first || has_bit(w->heads, first); /* what begins with a sign is seldom */
    if (sentence || (begins && words <= FEW && !both))
        return begins;
    const char last = line.len ? line.ptr[line.len - 1] : ' ';
    if (last == '.' || last == '!' || last == '?' || last == ':')
        line.len--;
    const uint32_t end = last_letters(line);
    const bool ends = end ? has_bit(w->tails, end) : last != ',' && !text_is_digit(last);
    return words <= FEW && !both ? ends : begins && ends;
}

/* Note what begins a line, or ends one, and speaks for a page. */
static void learn_ends(struct word_weights *w, const struct words_weight *it)
{
    enum { SPEAKS = 7 };
    dm_str s = {it->text, strlen(it->text)};
    const bool begins = s.len > 2 && !memcmp(s.ptr, "^ ", 2),
               ends = s.len > 2 && !memcmp(s.ptr + s.len - 2, " $", 2);
    const bool pair = memchr(s.ptr, ' ', s.len) != NULL;
    if (it->weight < SPEAKS || (pair && !begins && !ends))
        return;
    if (begins)
        s = text_from(s, 2);
    if (ends)
        s.len -= 2;
    const uint32_t head = first_letters(s), tail = last_letters(s);
    if (head && !ends)
        set_bit(w->heads, head);
    if (tail && !begins)
        set_bit(w->tails, tail);
}

static bool is_sieved(const struct word_weights *w, uint64_t key)
{
    const uint64_t bit = key >> 40 & (WORDS_SIEVE - 1);
    return w->sieve[bit / 64] >> bit % 64 & 1;
}

static void sieve(struct word_weights *w, uint64_t key)
{
    const uint64_t bit = key >> 40 & (WORDS_SIEVE - 1);
    w->sieve[bit / 64] |= UINT64_C(1) << bit % 64;
}

static bool is_shape(const char *text)
{
    return text[0] == '<' && text[1] && text[1] != ' ';
}

/* "<bias>", "<words3>": what a line of so many words weighs by itself. */
static void note_shape(struct word_weights *w, const struct words_weight *it)
{
    const struct {
        const char *name;
        int *steps;
        size_t count;
    } kinds[] = {{"<bias", &w->bias, 1},
                 {"<words", w->open, WORDS_STEPS},
                 {"<stopped", w->stopped, WORDS_STEPS},
                 {"<strange", w->strange, WORDS_STRANGE_MAX + 1}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const size_t len = strlen(kinds[i].name);
        if (strncmp(it->text, kinds[i].name, len) != 0)
            continue;
        const size_t step = text_is_digit(it->text[len]) ? (size_t)(it->text[len] - '0') : 0;
        if (step < kinds[i].count)
            kinds[i].steps[step] = it->weight;
    }
}

static uint64_t key_of_text(const char *word)
{
    char copy[WORD_ROOM + EIGHT] = {0};
    const dm_str text = {copy, strnlen(word, WORD_ROOM)};
    memcpy(copy, word, text.len);
    const char *const space = memchr(text.ptr, ' ', text.len);
    if (!space)
        return hash_word(text);
    const size_t at = (size_t)(space - text.ptr);
    const dm_str first = {text.ptr, at}, second = text_from(text, at + 1);
    const bool starts = at == 1 && *text.ptr == '^', ends = second.len == 1 && *second.ptr == '$';
    return hash_pair(starts ? start_of_line() : hash_word(first), ends ? end_of_line() : hash_word(second));
}

dm_status words_open(dm_task *t, struct word_weights *w)
{
    w->slots = dm_alloc(t, WORDS_SLOTS * sizeof *w->slots);
    if (!w->slots || words_built_in_count > WORDS_MOST)
        return DM_ELIMIT;
    for (size_t i = 0; i < words_built_in_count; i++) {
        const struct words_weight *const it = &words_built_in[i];
        if (is_shape(it->text)) {
            note_shape(w, it);
            continue;
        }
        const uint64_t key = key_of_text(it->text);
        *slot_of(w, key) = (struct words_slot){(uint32_t)(key >> 32), (int16_t)it->weight, (uint16_t)(i + 1)};
        sieve(w, key);
        learn_ends(w, it);
    }
    return DM_OK;
}

/* ---- a line --------------------------------------------------------------------------------- */

/* What is looked for: at 2 * i the i-th token, behind it the pair with the one before it, last the pair
 * with the line's end.  All of it is known before any is looked for, and most is sieved out without a
 * branch that nobody can foretell. */
struct keys {
    uint64_t of[2 * MOST_TOKENS + 1];
    size_t tokens;
    uint64_t before;
};

static void add_token(struct keys *k, uint64_t key)
{
    k->of[2 * k->tokens] = key;
    k->of[2 * k->tokens + 1] = hash_pair(k->before, key);
    k->before = key;
    k->tokens++;
}

/* The same again weighs nothing. */
static void add_up(const struct word_weights *w, struct keys *k, struct words_sum *sum)
{
    uint8_t sieved[2 * MOST_TOKENS + 1];
    uint64_t seen[WORDS_MOST / 64 + 1] = {0};
    const size_t count = 2 * k->tokens + 1;
    size_t left = 0;
    k->of[count - 1] = hash_pair(k->before, end_of_line());
    for (size_t i = 0; i < count; i++) {
        sieved[left] = (uint8_t)i;
        left += is_sieved(w, k->of[i]);
    }
    sum->strange = k->tokens;
    for (size_t i = 0; i < left; i++) {
        const struct words_slot *const slot = slot_of(w, k->of[sieved[i]]);
        if (!slot->number)
            continue; /* one of a few that the sieve lets through */
        sum->strange -= sieved[i] % 2 == 0 && sieved[i] != count - 1;
        const bool again = seen[slot->number / 64] >> slot->number % 64 & 1;
        seen[slot->number / 64] |= UINT64_C(1) << slot->number % 64;
        sum->found[sum->count] = slot;
        sum->count += !again;
        sum->weight += again ? 0 : slot->weight;
    }
}

/* Letters of ASCII, in capitals or not, with apostrophes between them. */
static size_t raw_word_size(dm_str s)
{
    size_t n = 1;
    while (n < s.len && (is_ascii_letter(s.ptr[n]) ||
                         (s.ptr[n] == '\'' && n + 1 < s.len && is_ascii_letter(s.ptr[n + 1]))))
        n++;
    return n;
}

/* The key of the word at s.ptr[0] once it is folded: EIGHT bytes can be read behind the end.  *size: its bytes */
static uint64_t raw_word(dm_str s, size_t *size)
{
    uint64_t bytes;
    const size_t letters = letters_at(s.ptr);
    *size = letters < s.len ? letters : s.len;
    if (letters == EIGHT || (letters < s.len && s.ptr[letters] == '\''))
        *size = raw_word_size(s);
    uint64_t h = *size;
    size_t i = 0;
    for (; *size - i > EIGHT; i += EIGHT) {
        memcpy(&bytes, s.ptr + i, sizeof bytes);
        h = mix(h, bytes | bytes_of(0x20)); /* an apostrophe has that bit */
    }
    memcpy(&bytes, s.ptr + i, sizeof bytes);
    return mix(h, (le64toh(bytes) | bytes_of(0x20)) & UINT64_MAX >> (EIGHT - (*size - i)) * 8);
}

/* A line of ASCII as it is in the text, of which EIGHT more bytes can be read. */
static void add_raw(struct keys *k, dm_str s)
{
    for (size_t at = 0, size; at < s.len && k->tokens < MOST_TOKENS; at += size) {
        const char c = s.ptr[at];
        size = 1;
        if (c <= ' ')
            continue;
        uint64_t key;
        if (is_ascii_letter(c)) {
            key = raw_word(text_from(s, at), &size);
        } else if (text_is_digit(c)) {
            key = mix(1, '#');
            size = number_size(text_from(s, at));
        } else {
            key = mix(1, (unsigned char)c);
        }
        add_token(k, key);
    }
}

static void add_folded(struct keys *k, dm_str line)
{
    char folded[LINE_MAX_BYTES + EIGHT];
    const dm_str s = {folded, fold(line, folded)};
    memset(folded + s.len, 0, EIGHT);
    dm_str token;
    for (size_t at = 0; k->tokens < MOST_TOKENS && next_token(s, &at, &token);)
        add_token(k, hash_word(token));
}

static int step_of(uint32_t words)
{
    static const uint32_t most[WORDS_STEPS - 1] = {1, 2, 3, 4, 6, 8, 12, 20};
    int i = 0;
    while (i < WORDS_STEPS - 1 && words > most[i])
        i++;
    return i;
}

const char *words_evidence(dm_task *t, struct words_sum *sum)
{
    enum { SAID = 3, ROOM = 120 };
    char *const out = dm_alloc(t, ROOM);
    size_t n = 0;
    for (int said = 0; out && said < SAID; said++) {
        size_t best = SIZE_MAX;
        for (size_t i = 0; i < sum->count; i++)
            if (sum->found[i] && sum->found[i]->weight > 0 &&
                (best == SIZE_MAX || sum->found[i]->weight > sum->found[best]->weight))
                best = i;
        if (best == SIZE_MAX)
            break;
        const char *const text = words_built_in[sum->found[best]->number - 1].text;
        dm_str s = {text, strlen(text)};
        sum->found[best] = NULL;
        if (s.len > 2 && !memcmp(s.ptr, "^ ", 2))
            s = text_from(s, 2);
        if (s.len > 2 && !memcmp(s.ptr + s.len - 2, " $", 2))
            s.len -= 2;
        if (n + s.len + sizeof ", " >= ROOM)
            break;
        if (n && memmem(out, n, s.ptr, s.len))
            continue; /* a part of what has been said */
        memcpy(out + n, n ? ", " : "", n ? 2 : 0);
        n += n ? 2 : 0;
        memcpy(out + n, s.ptr, s.len);
        n += s.len;
    }
    if (!n)
        return NULL;
    out[n] = 0;
    return out;
}

int words_weigh(const struct word_weights *w, const struct lines *lines, const struct line *l,
                struct words_sum *sum)
{
    const dm_str text = line_text(lines, l);
    sum->count = sum->strange = 0;
    sum->weight = 0;
    if (text.len > LINE_MAX_BYTES)
        return 0;
    struct keys keys;
    keys.tokens = 0;
    keys.before = start_of_line();
    if (!l->wide && l->at.end + EIGHT <= lines->text.len)
        add_raw(&keys, text);
    else
        add_folded(&keys, text);
    add_up(w, &keys, sum);
    const int step = step_of(l->words);
    return sum->weight + w->bias + (l->stopped ? w->stopped[step] : w->open[step]) +
           w->strange[sum->strange < WORDS_STRANGE_MAX ? sum->strange : WORDS_STRANGE_MAX];
}
