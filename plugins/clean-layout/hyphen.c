/* Words that were broken at the end of a line.  The document's own spelling decides whether the hyphen
 * stays; where it is silent, what the parts are. */
#include <string.h>

#include "chars.h"
#include "layout.h"

enum { PART_MAX = 40 };

static bool is_word_at(dm_str s, size_t at)
{
    const uint32_t cp = char_decode(s, at);
    return char_is_letter(cp) || char_is_digit(cp) || cp == '-';
}

static bool equals(dm_str s, const char *word)
{
    for (size_t i = 0; i < s.len; i++)
        if (((unsigned char)s.ptr[i] | 0x20) != (unsigned char)word[i] || !word[i])
            return false;
    return word[s.len] == 0;
}

/* Whether `list`, words with a space after each, has the word. */
static bool is_among(dm_str word, const char *list)
{
    char key[PART_MAX + 3] = " ";
    if (word.len == 0 || word.len > PART_MAX)
        return false;
    for (size_t i = 0; i < word.len; i++)
        key[i + 1] = (char)((unsigned char)word.ptr[i] | 0x20);
    key[word.len + 1] = ' ';
    key[word.len + 2] = 0;
    return strstr(list, key) != NULL;
}

/* "two- and three-room flats": the word ends with the hyphen. */
static bool is_suspended(dm_str tail)
{
    return is_among(tail, " and or to nor und oder bis et ou y e o en of ");
}

bool layout_read_hyphen(const struct layout *l, size_t line, bool wrapped, struct layout_hyphen *out)
{
    const struct layout_line *const a = &l->lines[line], *const b = a + 1;
    const dm_str s = l->text;
    if (((a->flags | b->flags) & LINE_FIXED) || (b->flags & LINE_STARTS) || a->width > WIDTH_MAX)
        return false;
    size_t head = a->end - (a->last == '-' ? 1 : 3), tail = b->begin;
    const size_t head_end = head;
    while (head > a->begin && is_word_at(s, char_before(s, head)) && head_end - head <= PART_MAX)
        head = char_before(s, head);
    while (tail < b->end && is_word_at(s, tail) && s.ptr[tail] != '-' && tail - b->begin <= PART_MAX)
        tail += char_length(s, tail);
    *out = (struct layout_hyphen){
        line, wrapped, {s.ptr + head, head_end - head}, {s.ptr + b->begin, tail - b->begin}};
    /* A line that is one such part and no more belongs to a list of prefixes, perhaps. */
    const bool alone = head == a->begin || ((b->flags & LINE_HYPHEN) && tail + 3 >= b->end);
    return out->head.len > 0 && out->tail.len > 0 && out->head.len <= PART_MAX && out->tail.len <= PART_MAX &&
           !is_suspended(out->tail) && (wrapped || (char_case(b->first) == CASE_LOWER && !alone));
}

/* ---- with or without ------------------------------------------------------------------------- */

static const char compound_ends[] =
    " term terms range scale time level based backed led held run owned made born known style old year "
    "yearold profile class sized speaking friendly free related driven wide rate risk income cost speed "
    "quality security powered controlled sponsored funded elected appointed trained armed dominated occupied "
    "called so looking standing lasting reaching ranging established respected educated paid off up down out "
    "fashioned handed minded hearted wing footed sided day night week month hour minute metre meter mile "
    "storey story person thirds quarters half third fourth ";

static const char compound_starts[] =
    " long short high low mid full part half well ill self old new left right far near hard soft large small "
    "big deep wide broad close good best better all cross first second third one two three four five six "
    "seven "
    "eight nine ten twenty thirty forty fifty sixty seventy eighty ninety middle working world state "
    "government military ";

static const char tens[] = " twenty thirty forty fifty sixty seventy eighty ninety ";
static const char units[] = " one two three four five six seven eight nine first second third fourth fifth "
                            "sixth seventh eighth ninth ";

static bool is_capitals(dm_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 'A' || s.ptr[i] > 'Z')
            return false;
    return s.len > 1;
}

/* Words that take their hyphen with them by what they are. */
static bool is_compound(dm_str head, dm_str tail)
{
    const enum letter_case first = char_case(char_decode(tail, 0));
    const unsigned char last = (unsigned char)head.ptr[head.len - 1];
    if (first != CASE_LOWER && first != CASE_LESS)
        return true;
    if (memchr(head.ptr, '-', head.len) || char_is_digit(last) || is_capitals(head))
        return true;
    if (is_among(head, tens) && is_among(tail, units))
        return true;
    if (is_among(head, compound_starts) && is_among(tail, compound_ends))
        return true;
    if (equals(head, "self") && tail.len >= 4 && !is_among(tail, " ishly ishness less lessly lessness "))
        return true;
    return equals(head, "vice") && is_among(tail, " president chairman chair minister admiral premier ");
}

/* What becomes of the hyphen. */
struct verdict {
    bool keep;
    double confidence;
    dm_str spelt; /* the word as the document has it elsewhere; empty: it has not */
};

static dm_str spell(dm_task *t, dm_str head, const char *between, dm_str tail)
{
    const size_t room = head.len + tail.len + 32;
    char *const line = dm_alloc(t, room);
    if (!line)
        return (dm_str){NULL, 0};
    const int n = snprintf(line, room, "elsewhere: %.*s%s%.*s", (int)head.len, head.ptr, between,
                           (int)tail.len, tail.ptr);
    return (dm_str){line, n > 0 ? (size_t)n : 0};
}

/* Particles that make one word with what follows, however often both stand alone. */
static bool is_particle(dm_str head)
{
    return is_among(head,
                    " over under after out up in with through some any every no where there here back down "
                    "fore on be for to a an how what who when more mean never none other ");
}

static struct verdict judge(dm_task *t, const struct layout_words *w, const struct layout_hyphen *h)
{
    const dm_str none = DM_LIT(""), hyphen = DM_LIT("-");
    const unsigned with = layout_words_found(w, h->head, hyphen, h->tail);
    const unsigned without = layout_words_found(w, h->head, none, h->tail);
    if (with > 0 && with >= without)
        return (struct verdict){true, 0.98, spell(t, h->head, "-", h->tail)};
    if (without > 0)
        return (struct verdict){false, 0.98, spell(t, h->head, "", h->tail)};
    if (is_compound(h->head, h->tail))
        return (struct verdict){true, 0.9, none};
    const bool head_alone = layout_words_found(w, h->head, none, none) > 0 && h->head.len >= 4;
    const bool tail_alone = layout_words_found(w, h->tail, none, none) > 0 && h->tail.len >= 4;
    if (head_alone && tail_alone && !is_particle(h->head))
        return (struct verdict){true, 0.8, none};
    return (struct verdict){false, 0.9, none};
}

static void join_word(struct layout *l, const struct layout_hyphen *h, const struct verdict *v)
{
    const struct layout_line *const a = &l->lines[h->line];
    const size_t hyphen = a->last == '-' ? 1 : 3;
    const dm_change c = {.size = sizeof c,
                         .rule = RULE_HYPHEN_BREAK,
                         .at = {v->keep ? a->end : a->end - hyphen, a[1].begin},
                         .with = DM_LIT(""),
                         .confidence = v->confidence,
                         .evidence = v->spelt};
    dm_change_doc(l->task, l->doc, &c);
}

dm_status layout_join_hyphens(struct layout *l, const struct layout_hyphen *hyphens, size_t count)
{
    const dm_str none = DM_LIT("");
    struct layout_words words;
    if (count == 0)
        return DM_OK;
    if (!layout_words_init(&words, l->task, count * 4))
        return DM_ELIMIT;
    for (size_t i = 0; i < count; i++) {
        const dm_str head = hyphens[i].head, tail = hyphens[i].tail;
        layout_words_ask(&words, head, DM_LIT("-"), tail);
        layout_words_ask(&words, head, none, tail);
        layout_words_ask(&words, head, none, none);
        layout_words_ask(&words, tail, none, none);
    }
    layout_words_count(&words, l->text);
    for (size_t i = 0; i < count; i++) {
        const struct verdict v = judge(l->task, &words, &hyphens[i]);
        join_word(l, &hyphens[i], &v);
    }
    return DM_OK;
}
