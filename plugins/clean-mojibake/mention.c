/* Mentions: mojibake that a text shows on purpose, as `é becomes Ã©` and `the sign “Â£”` do.  What is right stands
 * beside what is wrong, with a word between them that says so; or a broken character stands between quotes, alone. */
#include "mojibake.h"

#include <string.h>

enum { WORD_MAX = 64, GAP_MAX = 40 };

/* A word that was decoded, without the quotes and stops around it. */
struct word {
    size_t first, end; /* cells */
    char decoded[WORD_MAX];
    size_t length;
    bool whole;  /* all of it was decoded */
    bool single; /* to one character */
};

static bool is_quote(uint32_t cp)
{
    return cp == '"' || cp == '\'' || cp == '`' || cp == '(' || cp == ')' || cp == '[' || cp == ']' ||
           cp == 0xAB || cp == 0xBB || (cp >= 0x2018 && cp <= 0x201F);
}

static bool is_changed(const struct cell *c)
{
    return c->rule != RULE_NONE;
}

/* A space that was decoded is of a word. */
static bool is_blank(const struct cell *c)
{
    return !is_changed(c) &&
           (c->cp == ' ' || c->cp == '\t' || c->cp == NO_BREAK_SPACE || c->cp == 0x202F /* of French */);
}

static bool is_edge(const struct cell *c)
{
    return !is_changed(c) && (is_quote(c->cp) || (c->cp < 0x80 && char_kind(c->cp) == KIND_OTHER));
}

static bool touch(const struct piece *p, size_t i)
{
    return p->cells[i].end == p->cells[i + 1].begin;
}

/* The word around the cell `i`, which was decoded. */
static struct word read_word(const struct piece *p, size_t i)
{
    struct word w = {.first = i, .end = i + 1, .whole = true};
    while (w.first > 0 && touch(p, w.first - 1) && !is_blank(&p->cells[w.first - 1]))
        w.first--;
    while (w.end < p->count && touch(p, w.end - 1) && !is_blank(&p->cells[w.end]))
        w.end++;
    while (w.first < i && is_edge(&p->cells[w.first]))
        w.first++;
    while (w.end > i + 1 && is_edge(&p->cells[w.end - 1]))
        w.end--;
    size_t characters = 0;
    for (size_t k = w.first; k < w.end && w.length + 4 <= WORD_MAX; k++) {
        w.whole &= is_changed(&p->cells[k]);
        characters += p->cells[k].cp != 0;
        if (p->cells[k].cp)
            w.length += char_encode(p->cells[k].cp, w.decoded + w.length);
    }
    w.single = characters == 1;
    return w;
}

/* Not between two brackets that are no pair. */
static bool is_quoted(const struct piece *p, const struct word *w)
{
    if (w->first == 0 || w->end >= p->count || is_changed(&p->cells[w->first - 1]) ||
        is_changed(&p->cells[w->end]))
        return false;
    const uint32_t before = p->cells[w->first - 1].cp, behind = p->cells[w->end].cp;
    return is_quote(before) && is_quote(behind) && before != ')' && before != ']' && behind != '(' &&
           behind != '[';
}

/* ---- words that say so ---------------------------------------------------------------------- */

static bool is_one_of(dm_str word, const char *words)
{
    for (size_t n; *words; words += n + (words[n] == ' ')) {
        n = strcspn(words, " ");
        if (n == word.len && !memcmp(words, word.ptr, n))
            return true;
    }
    return false;
}

static const char turns[] = "into becomes become became see sees saw type types string sequence sign";
static const char links[] =
    "into becomes become became as for is was by not of to instead = -> => \xE2\x86\x92 zu wird "
    "statt als devient par en por place typed wrote";

static size_t word_end(dm_str s, size_t i)
{
    while (i < s.len && s.ptr[i] != ' ')
        i++;
    return i;
}

/* Whether what is between two words is short, ends no sentence and says that the one becomes the other. */
static bool links_words(dm_str gap)
{
    bool found = false;
    if (gap.len > GAP_MAX)
        return false;
    for (size_t i = 0, end; i < gap.len; i = end + 1) {
        end = word_end(gap, i);
        if (end > i && strchr(".!?", gap.ptr[end - 1]))
            return false;
        found |= is_one_of((dm_str){gap.ptr + i, end - i}, links);
    }
    return found;
}

/* Whether a word may end before, or begin at, s[at]: no letter or digit is there. */
static bool is_open(dm_str s, size_t at, bool before)
{
    if (before ? at == 0 : at >= s.len)
        return true;
    size_t from = before ? at - 1 : at;
    while (from > 0 && ((unsigned char)s.ptr[from] & 0xC0) == 0x80)
        from--;
    const uint32_t cp = char_decode(s, from);
    return !char_is_letter(cp) && char_kind(cp) != KIND_DIGIT;
}

/* Whether the word as it should be stands near, and a word between them says why. */
static bool has_twin(dm_str line, dm_span at, const struct word *w)
{
    const size_t far = GAP_MAX + WORD_MAX;
    if (!w->length) /* nothing is left of it, and nothing stands everywhere */
        return false;
    const size_t from = at.begin > far ? at.begin - far : 0,
                 to = line.len - at.end > far ? at.end + far : line.len;
    for (size_t i = from; i < to;) {
        const char *const found = memmem(line.ptr + i, to - i, w->decoded, w->length);
        if (!found)
            return false;
        const size_t begin = (size_t)(found - line.ptr), end = begin + w->length;
        i = begin + 1;
        if (!is_open(line, begin, true) || !is_open(line, end, false))
            continue;
        if ((end <= at.begin && links_words((dm_str){line.ptr + end, at.begin - end})) ||
            (begin >= at.end && links_words((dm_str){line.ptr + at.end, begin - at.end})))
            return true;
    }
    return false;
}

/* `we see â€™ everywhere`: no quote or apostrophe stands between two spaces. */
static bool is_seen(dm_str line, dm_span at, const struct word *w)
{
    if (!w->single || at.begin < 2 || line.ptr[at.begin - 1] != ' ' || at.end >= line.len ||
        line.ptr[at.end] != ' ')
        return false;
    const char *const space = memrchr(line.ptr, ' ', at.begin - 1);
    const size_t begin = space ? (size_t)(space - line.ptr) + 1 : 0;
    dm_str quotes = {w->decoded, w->length};
    return quotes.len == 3 && !memcmp(quotes.ptr, "\xE2\x80", 2) && (unsigned char)quotes.ptr[2] >= 0x98 &&
           (unsigned char)quotes.ptr[2] <= 0x9D &&
           is_one_of((dm_str){line.ptr + begin, at.begin - 1 - begin}, turns);
}

struct mentions mentions_count(const struct piece *p, dm_str line)
{
    struct mentions m = {0, 0};
    for (size_t i = 0; (i = piece_skip_right(p, i)) < p->count; i++) {
        const struct word w = read_word(p, i);
        const dm_span at = {p->cells[w.first].begin, p->cells[w.end - 1].end};
        m.words++;
        if (w.length + 4 <= WORD_MAX &&
            ((w.whole && w.single && is_quoted(p, &w)) || is_seen(line, at, &w) || has_twin(line, at, &w)))
            m.shown++;
        i = w.end - 1;
    }
    return m;
}
