#include "title_features.h"
#include "phrases.h"
#include "title_parts.h"

#include <string.h>
#include <strings.h>

static float share_of(size_t part, size_t whole)
{
    return whole ? (float)part / (float)whole : 0;
}

/* ---- words ------------------------------------------------------------------------------------------ */

static bool ends_with(dm_str whole, dm_str part)
{
    for (size_t i = 1; i < whole.len; i++)
        if (whole.ptr[i - 1] == ' ' && phrase_same((dm_str){whole.ptr + i, whole.len - i}, part))
            return true;
    return false;
}

/* How it stands to another title: from -1, there is none, and 0, neither holds the other, to 7, the same. */
static float relation(dm_str mine, dm_str other)
{
    return !other.len                   ? -1
           : phrase_same(mine, other)   ? 7
           : phrase_begins(mine, other) ? 6
           : ends_with(other, mine)     ? 5
           : phrase_holds(other, mine)  ? 4
           : phrase_begins(other, mine) ? 3
           : ends_with(mine, other)     ? 2
           : phrase_holds(mine, other)  ? 1
                                        : 0;
}

/* The share of its long words that the other has; -1: there is no other; -0.5: it has no such words. */
static float shared(const struct phrase *p, const struct phrase *other)
{
    const size_t words = p->long_count < PHRASE_COMPARED ? p->long_count : PHRASE_COMPARED;
    if (!p->count || !other->count)
        return -1;
    return words ? share_of(phrase_shared(p, other), words) : -0.5F;
}

static bool is_letter(char c)
{
    return html_is_letter(c) || (c >= '0' && c <= '9');
}

/* ---- the address ------------------------------------------------------------------------------------ */

/* The step of the path that has most words: `best-sea-shells.html`.  return  len 0: there is no path */
static dm_str step_of(const struct meta *m)
{
    const dm_str url = m->counts[META_URL] ? m->items[META_URL][0].value : (dm_str){"", 0};
    const char *const slashes = memmem(url.ptr, url.len, "://", 3);
    size_t at = slashes ? (size_t)(slashes - url.ptr) + 3 : 0, most = 0;
    dm_str step = {"", 0};
    while (at < url.len && url.ptr[at] != '/')
        at++;
    while (at < url.len && url.ptr[at] != '?') {
        const size_t from = ++at;
        size_t words = 0;
        for (; at < url.len && url.ptr[at] != '/' && url.ptr[at] != '?'; at++)
            words += is_letter(url.ptr[at]) && (at == from || !is_letter(url.ptr[at - 1]));
        if (words && words >= most) {
            most = words;
            step = (dm_str){url.ptr + from, at - from};
        }
    }
    return step;
}

static bool has_word(dm_str step, dm_str word)
{
    for (size_t i = 0; i + word.len <= step.len; i++)
        if ((i == 0 || !is_letter(step.ptr[i - 1])) &&
            (i + word.len == step.len || !is_letter(step.ptr[i + word.len])) &&
            !strncasecmp(step.ptr + i, word.ptr, word.len))
            return true;
    return false;
}

static float share_in_address(dm_str s, dm_str step)
{
    size_t found = 0, words = 0;
    for (size_t i = 0; i < s.len; i++) {
        const size_t from = i;
        while (i < s.len && is_letter(s.ptr[i]))
            i++;
        words += i > from;
        found += i > from && has_word(step, (dm_str){s.ptr + from, i - from});
    }
    return step.len ? share_of(found, words) : -1;
}

/* ---- one choice ------------------------------------------------------------------------------------- */

static float mark_of(char c)
{
    switch (c) {
    case 0:
        return 0;
    case ':':
        return 1;
    case '-':
        return 2;
    case '|':
        return 4;
    case '/':
        return 5;
    default:
        return 3;
    }
}

static float capitals(dm_str s)
{
    size_t upper = 0, letters = 0;
    for (size_t i = 0; i < s.len; i++) {
        upper += s.ptr[i] >= 'A' && s.ptr[i] <= 'Z';
        letters += is_letter(s.ptr[i]);
    }
    return share_of(upper, letters);
}

/* What all choices are compared with. */
struct page_words {
    struct phrase head, description;
    dm_str step; /* of the address */
};

static void describe(const struct meta *m, const struct title_choices *t, const struct title_choice *c,
                     const struct page_words *page, float f[TITLE_FEATURE_COUNT])
{
    struct phrase words;
    phrase_read(c->value, &words);
    const dm_str h1 = t->first[TITLE_OF_H1], head = t->first[TITLE_OF_HEAD];
    f[TITLE_IS_H1] = (float)(c->whole >> TITLE_OF_H1 & 1);
    f[TITLE_IS_H2] = (float)(c->whole >> TITLE_OF_H2 & 1);
    f[TITLE_HEADINGS] = (float)__builtin_popcount(c->whole & TITLE_OF_HEADINGS);
    f[TITLE_WHOLE] = (float)__builtin_popcount(c->whole);
    f[TITLE_BARE] = (float)__builtin_popcount(c->whole | c->bare);
    f[TITLE_IS_SITE] = title_is_site(m, c->value);
    f[TITLE_WORDS_BEFORE] = (float)c->words_before;
    f[TITLE_WORDS_BEHIND] = (float)c->words_behind;
    f[TITLE_MARK_BEHIND] = mark_of(c->mark_behind);
    f[TITLE_TO_H1] = relation(c->value, h1);
    f[TITLE_TO_HEAD] = relation(c->value, head);
    f[TITLE_TO_OPENGRAPH] = relation(c->value, t->first[TITLE_OF_OPENGRAPH]);
    f[TITLE_LENGTH_TO_H1] = h1.len ? share_of(c->value.len, h1.len) : -1;
    f[TITLE_LENGTH_TO_HEAD] = head.len ? share_of(c->value.len, head.len) : -1;
    f[TITLE_SHARE_IN_HEAD] = shared(&words, &page->head);
    f[TITLE_SHARE_OF_HEAD] = shared(&page->head, &words);
    f[TITLE_SHARE_IN_DESCRIPTION] = shared(&words, &page->description);
    f[TITLE_SHARE_IN_ADDRESS] = share_in_address(c->value, page->step);
    f[TITLE_WORDS] = (float)phrase_words(c->value);
    f[TITLE_BYTES] = (float)c->value.len;
    f[TITLE_CAPITALS] = capitals(c->value);
    f[TITLE_ORDER] = c->from->node ? (float)c->order : 0;
    f[TITLE_RANK] = c->from->node ? (float)c->from->rank : 0;
}

/* ---- the page --------------------------------------------------------------------------------------- */

/* How much of the good text stands before each heading; choices from headings stand in the order of the page. */
static void place(const struct meta *m, const struct title_choices *t,
                  float f[TITLE_CHOICES_MAX][TITLE_FEATURE_COUNT])
{
    const struct content_page *const p = m->page;
    uint32_t good = 0, block = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        const uint32_t node = t->items[i].from->node;
        for (; node && block < p->block_count && p->blocks[block].first < node; block++)
            good += p->blocks[block].good ? p->blocks[block].chars : 0;
        f[i][TITLE_GOOD_BEFORE] = node ? share_of(good, p->good) : 0;
    }
}

static unsigned first_byte(dm_str s)
{
    size_t at = 0;
    const int c = phrase_next(s, &at);
    return c < 0 ? 0 : (unsigned)c & 0xFF;
}

/* Texts of the page that are the choice and nothing else. */
static void count_same(const struct meta *m, const struct title_choices *t,
                       float f[TITLE_CHOICES_MAX][TITLE_FEATURE_COUNT])
{
    enum { SPACES = 30 };
    bool begins[256] = {false};
    unsigned firsts[TITLE_CHOICES_MAX];
    size_t longest = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        const dm_str value = t->items[i].value;
        firsts[i] = first_byte(value);
        begins[firsts[i]] = true;
        longest = value.len > longest ? value.len : longest;
    }
    for (uint32_t n = 0; n < m->tree->count; n++) {
        const dm_str text = m->tree->nodes[n].text;
        if (text.len >= longest * 2 + SPACES || !content_is_text(m->page, n) ||
            m->tree->nodes[n].flags & HTML_BLANK)
            continue;
        const unsigned first = first_byte(text);
        if (!begins[first])
            continue;
        const uint32_t inside = m->page->nodes[n].inside;
        for (uint32_t i = 0; i < t->count; i++) {
            if (firsts[i] != first || text.len >= t->items[i].value.len * 2 + SPACES ||
                !phrase_same(t->items[i].value, text))
                continue;
            f[i][TITLE_SAME_HEADINGS] += (inside & IN_HEADING) != 0;
            f[i][TITLE_SAME_LINKS] += (inside & IN_LINK) != 0;
            f[i][TITLE_SAME_TEXTS] += (inside & IN_LINK) == 0;
        }
    }
}

static bool is_english(dm_str language)
{
    return language.len >= 2 && !strncasecmp(language.ptr, "en", 2);
}

void title_features(const struct meta *m, const struct title_choices *t,
                    float f[TITLE_CHOICES_MAX][TITLE_FEATURE_COUNT])
{
    struct page_words page = {.step = step_of(m)};
    const bool english = m->counts[META_LANGUAGE] && is_english(m->items[META_LANGUAGE][0].value);
    phrase_read(t->first[TITLE_OF_HEAD], &page.head);
    phrase_read(m->counts[META_DESCRIPTION] ? m->items[META_DESCRIPTION][0].value : (dm_str){"", 0},
                &page.description);
    memset(f, 0, t->count * sizeof *f);
    for (uint32_t i = 0; i < t->count; i++) {
        describe(m, t, &t->items[i], &page, f[i]);
        f[i][TITLE_PARTS_OF_HEAD] = (float)t->parts;
        f[i][TITLE_ENGLISH] = english;
    }
    place(m, t, f);
    count_same(m, t, f);
}
