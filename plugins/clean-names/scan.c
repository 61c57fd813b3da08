/* One walk through the words of the text.  Lines of code are stepped over. */
#include <string.h>

#include "names.h"

bool names_is_word_byte(unsigned char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9') ||
           (c >= 0x80 && c != 0xE2 && c != 0xC2);
}

/* U+00A0 to U+00BF and the marks of the block U+2000 belong to no word. */
static size_t mark_length(unsigned char c)
{
    return c == 0xE2 ? 3 : c == 0xC2 ? 2 : 1;
}

bool names_begins_at(dm_str s, size_t at)
{
    return at == 0 || !strchr("/@._-\\#&=%+~'$", s.ptr[at - 1]) || s.ptr[at - 1] == 0;
}

bool names_ends_at(dm_str s, size_t at)
{
    if (at >= s.len || s.ptr[at] == 0)
        return true;
    const bool stop = strchr(".:", s.ptr[at]) != NULL;
    if (stop)
        return at + 1 >= s.len || !names_is_word_byte((unsigned char)s.ptr[at + 1]);
    return !strchr("/@_-\\=&(", s.ptr[at]);
}

/* Where the walk is. */
struct walk {
    struct names *n;
    size_t at;
    uint32_t sentence, line;
    bool fenced;
    dm_array marks;
    uint32_t mark;
    size_t code_end;
    size_t capital_end; /* where the last capitalised word ended; 0: another word came since */
};

static bool is_code_line(struct walk *w)
{
    const dm_str s = w->n->text;
    const char *const p = s.ptr + w->at;
    const size_t left = s.len - w->at;
    for (; w->mark < w->marks.count; w->mark++) {
        const dm_mark *mark = DM_AT(dm_mark, w->marks, w->mark);
        if (mark->at.begin > w->at)
            break;
        if (mark->kind == DM_CODE && mark->at.end > w->code_end)
            w->code_end = mark->at.end;
    }
    const bool fence = left >= 3 && (!memcmp(p, "```", 3) || !memcmp(p, "~~~", 3));
    w->fenced ^= fence;
    return fence || w->fenced || w->at < w->code_end || (left > 0 && *p == '\t') ||
           (left >= 4 && !memcmp(p, "    ", 4));
}

/* A line begins.  return  false: it is code, and stepped over */
static bool begin_line(struct walk *w)
{
    w->line++;
    w->sentence++;
    w->capital_end = 0;
    if (!is_code_line(w))
        return true;
    const char *newline = memchr(w->n->text.ptr + w->at, '\n', w->n->text.len - w->at);
    w->at = newline ? (size_t)(newline - w->n->text.ptr) : w->n->text.len;
    return false;
}

/* What a word is made of. */
struct shape {
    size_t end;
    bool small, capital, digits; /* ASCII small letters only; a capital and small letters */
};

static struct shape look_at(dm_str s, size_t at)
{
    const unsigned char *const p = (const unsigned char *)s.ptr;
    struct shape k = {.end = at, .small = true};
    bool inner = false;
    while (k.end < s.len && names_is_word_byte(p[k.end])) {
        const unsigned char c = p[k.end++];
        k.small &= c >= 'a' && c <= 'z';
        inner |= k.end - at > 1 && c >= 'A' && c <= 'Z';
        k.digits |= c >= '0' && c <= '9';
    }
    const bool upper = (p[at] >= 'A' && p[at] <= 'Z') ||
                       (p[at] == 0xC3 && at + 1 < s.len && p[at + 1] <= 0x9E) ||
                       (p[at] == 0xC4 || p[at] == 0xC5);
    k.capital = upper && !inner && !k.digits;
    return k;
}

static bool push_occurrence(struct walk *w, size_t begin, size_t end)
{
    struct names *const n = w->n;
    if (n->met_count == n->met_cap) {
        const size_t cap = n->met_cap ? n->met_cap * 2 : 256;
        struct occurrence *bigger = dm_alloc(n->task, cap * sizeof *bigger);
        if (!bigger)
            return false;
        if (n->met_count)
            memcpy(bigger, n->met, n->met_count * sizeof *bigger);
        n->met = bigger;
        n->met_cap = cap;
    }
    const size_t gap = w->capital_end ? begin - w->capital_end : 0;
    const char *const between = n->text.ptr + w->capital_end;
    const bool joined = (gap == 1 && *between == ' ') || (gap == 2 && !memcmp(between, ". ", 2));
    n->met[n->met_count++] = (struct occurrence){begin, end, w->sentence, w->line, NOBODY, joined};
    w->capital_end = end;
    return true;
}

/* A mark ends a sentence if it is followed by a space, or by a quotation mark; a title's full stop does not. */
static void read_mark(struct walk *w)
{
    const dm_str s = w->n->text;
    const char c = s.ptr[w->at];
    if (c != '.' && c != '!' && c != '?')
        return;
    const struct occurrence *const last = w->n->met_count ? &w->n->met[w->n->met_count - 1] : NULL;
    const bool title = last && last->end == w->at && last->end - last->begin <= 4 &&
                       names_is_title((dm_str){s.ptr + last->begin, last->end - last->begin});
    const bool initial = last && last->end == w->at && last->end - last->begin == 1;
    const bool inside = w->at + 1 < s.len && names_is_word_byte((unsigned char)s.ptr[w->at + 1]);
    if (title || initial || inside)
        return;
    w->sentence++;
    w->capital_end = 0;
}

bool names_scan(struct names *n)
{
    struct walk w = {.n = n, .marks = dm_marks(n->task, n->doc)};
    const dm_str s = n->text;
    bool starts = true;
    while (w.at < s.len) {
        if (starts) {
            starts = false;
            if (!begin_line(&w))
                continue; /* at the line's end */
        }
        const unsigned char c = (unsigned char)s.ptr[w.at];
        if (c == '\n') {
            starts = true;
            w.at++;
        } else if (!names_is_word_byte(c)) {
            read_mark(&w);
            w.at += mark_length(c);
        } else {
            const struct shape k = look_at(s, w.at);
            if (k.small && k.end - w.at > 2)
                names_check_typo(n, w.at, k.end);
            if (!k.capital)
                w.capital_end = 0;
            else if (!push_occurrence(&w, w.at, k.end))
                return false;
            w.at = k.end;
        }
    }
    return true;
}
