/* Lines that the document has had before, to the letter.  Long ones anywhere; short ones only next to the
 * first; the headline beside a paragraph, too. */
#include "repeats.h"

#include <string.h>

enum {
    SHORTEST = 12,
    LONG = 60,
    LONG_WORDS = 8,
    SHORT = 20,
    SHORT_WORDS = 4,
    SPOKEN = 100,
    ATTRIBUTED = 48 /* what is said by somebody who is named is long enough then */
};

static dm_str text_of(const struct repeats *r, size_t i)
{
    return (dm_str){r->text.ptr + r->lines[i].begin, r->lines[i].end - r->lines[i].begin};
}

static uint64_t hash_text(dm_str s)
{
    uint64_t h = 0x9E3779B97F4A7C15u ^ s.len;
    size_t i = 0;
    for (uint64_t v; i + sizeof v <= s.len; i += sizeof v) {
        memcpy(&v, s.ptr + i, sizeof v);
        h = (h ^ v) * 0xD6E8FEB86659FD93u;
        h ^= h >> 32;
    }
    for (; i < s.len; i++)
        h = (h ^ (unsigned char)s.ptr[i]) * 0x100000001B3u;
    return h ^ h >> 29;
}

static uint64_t eight_bytes(const char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* What two lines that are the same have in common, and few others; never 0. */
static uint32_t make_key(dm_str s)
{
    const uint64_t head = eight_bytes(s.ptr), middle = eight_bytes(s.ptr + (s.len - 8) / 2),
                   tail = eight_bytes(s.ptr + s.len - 8);
    const uint64_t h = ((head ^ s.len) * 0x9E3779B97F4A7C15u ^ middle) * 0xD6E8FEB86659FD93u ^ tail;
    return (uint32_t)(h * 0x9E3779B97F4A7C15u >> 32) | 1;
}

static dm_str trim(const char *begin, const char *end)
{
    while (begin < end && (*begin == ' ' || *begin == '\t' || *begin == '\r'))
        begin++;
    while (begin < end && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
        end--;
    return (dm_str){begin, (size_t)(end - begin)};
}

/* Keys, each where its value says or behind that; 0: free. */
struct keys {
    uint32_t *at;
    size_t mask;
};

/* return  whether it was there */
static bool add_key(struct keys *keys, uint32_t key)
{
    size_t at = key >> 1 & keys->mask;
    while (keys->at[at] && keys->at[at] != key)
        at = (at + 1) & keys->mask;
    const bool found = keys->at[at] == key;
    keys->at[at] = key;
    return found;
}

bool repeats_compare_lines(struct repeats *r, bool *found)
{
    const dm_str s = r->text;
    size_t cap = 16, begin = 0;
    while (cap < s.len / ATTRIBUTED * 2)
        cap *= 2;
    struct keys keys = {dm_alloc(r->task, cap * sizeof *keys.at), cap - 1};
    if (!keys.at)
        return false;
    dm_runs breaks = dm_runs_of(r->classes, 0, s.len, DM_LF);
    for (uint32_t key = 0, headline = 0; begin < s.len && !*found; begin = dm_next_edge(&breaks)) {
        const dm_str line = trim(s.ptr + begin, s.ptr + dm_next_edge(&breaks));
        const uint32_t above = key;
        if (line.len == 0)
            continue;
        key = line.len >= SHORTEST ? make_key(line) : 0;
        *found =
            (key && (key == above || key == headline)) || (line.len >= ATTRIBUTED && add_key(&keys, key));
        headline = headline ? headline : key;
    }
    return true;
}

static bool same_text(const struct repeats *r, size_t i, size_t j)
{
    const dm_str a = text_of(r, i), b = text_of(r, j);
    return a.len == b.len && !memcmp(a.ptr, b.ptr, a.len);
}

/* The words of a line, counted up to LONG_WORDS. */
static size_t count_words(dm_str s)
{
    size_t n = 1;
    for (size_t i = 0; i < s.len && n < LONG_WORDS; i++)
        n += s.ptr[i] == ' ';
    return n;
}

static bool ends_sentence(dm_str s)
{
    while (s.len > 3 &&
           (s.ptr[s.len - 1] == '"' || s.ptr[s.len - 1] == ')' || !memcmp(s.ptr + s.len - 3, "”", 3)))
        s.len -= s.ptr[s.len - 1] == '"' || s.ptr[s.len - 1] == ')' ? 1 : 3;
    const char last = s.ptr[s.len - 1];
    return last == '.' || last == '!' || last == '?' || (s.len > 3 && !memcmp(s.ptr + s.len - 3, "…", 3));
}

/* Speech may well be said twice. */
static bool is_spoken(dm_str s)
{
    return s.ptr[0] == '"' || s.ptr[0] == '\'' ||
           (s.len > 3 && (!memcmp(s.ptr, "“", 3) || !memcmp(s.ptr, "‘", 3))) ||
           (s.len > 2 && !memcmp(s.ptr, "«", 2));
}

/* `“You make your own luck,” said Finn. “Or the ref does.”`: a quotation that names who speaks. */
static bool is_attributed(dm_str s)
{
    static const char *const verbs[] = {"said ", "says ", "added "};
    bool found = false;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs && !found; i++) {
        const char *const verb = memmem(s.ptr, s.len, verbs[i], strlen(verbs[i]));
        const char *const name = verb ? verb + strlen(verbs[i]) : NULL;
        found = name && name < s.ptr + s.len && *name >= 'A' && *name <= 'Z';
    }
    return found && s.len >= ATTRIBUTED;
}

/* `By Nell Corrie`, twice in a row. */
static bool is_byline(dm_str s)
{
    return s.len > SHORTEST && !memcmp(s.ptr, "By ", 3) && s.ptr[3] >= 'A' && s.ptr[3] <= 'Z' &&
           !ends_sentence(s);
}

/* Whether the line is a paragraph, and not a part of one that was wrapped. */
static bool stands_alone(const struct repeats *r, size_t i)
{
    const bool above = r->lines[i].above || ends_sentence(text_of(r, i - 1));
    const bool below = i + 1 == r->count || r->lines[i + 1].above || ends_sentence(text_of(r, i));
    return above && below;
}

/* The line above or below is a paragraph: no refrain, no list; and none of them announces what is said once more. */
static bool is_beside_prose(const struct repeats *r, size_t i)
{
    const dm_str above = text_of(r, i - 1), below = text_of(r, i + 1 < r->count ? i + 1 : i);
    return above.ptr[above.len - 1] != ':' &&
           ((above.len >= LONG && ends_sentence(above)) || (below.len >= LONG && ends_sentence(below)));
}

static bool may_drop(const struct repeats *r, size_t first, size_t i)
{
    const dm_str s = text_of(r, i);
    const size_t words = count_words(s);
    if (i == first + 1 && is_byline(s))
        return (r->lines[first].flags | r->lines[i].flags) == 0;
    if (((r->lines[first].flags | r->lines[i].flags) != 0) || !stands_alone(r, i) || !stands_alone(r, first))
        return false;
    if (is_spoken(s) && s.len < SPOKEN)
        return is_attributed(s) && words >= LONG_WORDS;
    if (first == 0 && i == 1)
        return words >= 3 && s.len >= SHORTEST;
    if (i == first + 1 || r->lines[i - 1].same == first + 1 ||
        (first == 0 && !ends_sentence(s) && is_beside_prose(r, i)))
        return words >= SHORT_WORDS && s.len >= SHORT;
    return words >= LONG_WORDS && s.len >= LONG;
}

static dm_str describe(const struct repeats *r, size_t first)
{
    enum { ROOM = 48 };
    char *const line = dm_alloc(r->task, ROOM);
    if (!line)
        return (dm_str){NULL, 0};
    const int n = snprintf(line, ROOM, "the same as line %zu", r->lines[first].number);
    return (dm_str){line, n > 0 ? (size_t)n : 0};
}

/* Take out a line with one separator: the one behind it, or before it where no line that stays comes after. */
static void drop_line(struct repeats *r, size_t i, bool trailing)
{
    const struct repeats_line *const line = &r->lines[i];
    const dm_span at = {trailing ? line[-1].end : line->begin, trailing ? line->end : line[1].begin};
    const dm_change c = {.size = sizeof c,
                         .rule = RULE_REPEATED_LINE,
                         .at = at,
                         .with = DM_LIT(""),
                         .confidence = line->same == i ? 0.97 : 0.95,
                         .evidence = describe(r, line->same - 1)};
    dm_change_doc(r->task, r->doc, &c);
}

static void drop_lines(struct repeats *r)
{
    bool trailing = true;
    for (size_t i = r->count; i-- > 0;) {
        trailing = trailing && r->lines[i].same;
        if (r->lines[i].same)
            drop_line(r, i, trailing);
    }
}

bool repeats_find_lines(struct repeats *r)
{
    size_t cap = 16;
    while (cap < r->count * 2)
        cap *= 2;
    /* Lines by their hashes; 0: none, else one more than the line's index. */
    struct slot {
        uint64_t hash;
        size_t line;
    } *const slots = dm_alloc(r->task, cap * sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < r->count; i++) {
        const dm_str s = text_of(r, i);
        if (s.len < SHORTEST)
            continue;
        const uint64_t hash = hash_text(s);
        size_t at = (size_t)hash & (cap - 1);
        while (slots[at].line && slots[at].hash != hash)
            at = (at + 1) & (cap - 1);
        const size_t first = slots[at].line ? slots[at].line - 1 : i;
        if (first == i) {
            slots[at] = (struct slot){hash, i + 1};
        } else if (same_text(r, first, i) && may_drop(r, first, i)) {
            r->lines[i].same = first + 1;
        }
    }
    drop_lines(r);
    return true;
}
