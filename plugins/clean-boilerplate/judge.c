#include "judge.h"
#include "caption.h"
#include "fold.h"

#include <string.h>

static void decide(struct line *l, int32_t rule, double confidence, const char *evidence)
{
    if (l->rule != UNDECIDED || l->code)
        return;
    l->rule = rule;
    l->confidence = confidence;
    l->evidence = evidence;
}

/* ---- phrases -------------------------------------------------------------------------------- */

/* A sentence that only begins as a phrase does: "Photo: we went there, and it was closed." */
static bool is_prose(const struct line *l, const struct folded_phrase *p)
{
    enum { WORDS = 9 };
    const bool open = memchr(p->text.ptr, '*', p->text.len);
    const bool sentences = p->class == CLASS_COMMENTS || p->class == CLASS_NEWSLETTER ||
                           p->class == CLASS_COOKIES || p->class == CLASS_COPYRIGHT;
    return open && !sentences && l->stopped && l->words >= WORDS && p->class != CLASS_RELATED;
}

/* What looks like a phrase and is said of what comes, `Contact:`, or a name of code: `    image: base`, `x:` */
static bool is_label(const struct lines *lines, const struct line *l, const struct folded_phrase *p)
{
    const dm_str text = lines->text;
    const char first = text.ptr[l->at.begin], last = text.ptr[l->at.end - 1];
    const bool small = first >= 'a' && first <= 'z';
    if (p->class == CLASS_CREDIT)
        return small && l->at.begin > 0 && text.ptr[l->at.begin - 1] == ' ';
    return p->weak && ((p->class == CLASS_INTERFACE && last == ':') || (small && l->folded.len == 1));
}

static const struct folded_phrase *find_phrase(const struct phrases *phrases, const struct lines *lines,
                                               struct line *l)
{
    if (l->words > LINE_MAX_WORDS || !phrases_may_find(phrases, line_text(lines, l)))
        return NULL;
    return phrases_find(phrases, line_fold(lines, l));
}

static void judge_phrase(const struct phrases *phrases, const struct lines *lines, struct line *l)
{
    const struct folded_phrase *const p = find_phrase(phrases, lines, l);
    if (!p || is_prose(l, p) || is_label(lines, l, p))
        return;
    const int32_t rule = p->class == CLASS_RELATED_HEADING ? CLASS_RELATED : (int32_t)p->class;
    if (p->weak)
        l->weak = rule;
    else
        decide(l, rule, 1, NULL);
}

static bool is_heading_of_list(const struct phrases *phrases, const struct lines *lines, struct line *l)
{
    enum { WORDS = 8 };
    const struct folded_phrase *const p = l->rule == CLASS_RELATED ? find_phrase(phrases, lines, l) : NULL;
    return p && p->class == CLASS_RELATED_HEADING && l->words <= WORDS;
}

/* A short line above a sentence is the heading of what comes, and not the last of a list. */
static bool is_subheading(const struct lines *lines, size_t i)
{
    enum { WORDS = 5 };
    return lines->items[i].words <= WORDS && i + 1 < lines->count && lines->items[i + 1].sentence;
}

/* Titles below "Related stories": lines without a stop, up to the next sentence. */
static void judge_list(struct lines *lines, size_t heading)
{
    enum { MOST = 10, TITLE_MIN = 3, TITLE_MAX = 20 };
    for (size_t i = heading + 1; i < lines->count && i <= heading + MOST; i++) {
        struct line *const l = &lines->items[i];
        if (l->rule != UNDECIDED)
            continue;
        if (l->stopped || l->words < TITLE_MIN || l->words > TITLE_MAX || is_subheading(lines, i))
            return;
        decide(l, CLASS_RELATED, 0.8, "below a heading of related articles");
    }
}

/* ---- company -------------------------------------------------------------------------------- */

/* Items of a list go in a row only: a list of names may have one that is a button elsewhere. */
static bool goes_in_company(const struct line *l)
{
    return l->weak != UNDECIDED && !l->item;
}

/* Weak lines beside one that goes, go too. */
static void spread(struct lines *lines)
{
    for (size_t i = 1; i < lines->count; i++)
        if (goes_in_company(&lines->items[i]) && lines->items[i - 1].rule != UNDECIDED)
            decide(&lines->items[i], lines->items[i].weak, 0.9, "beside other lines of the page");
    for (size_t i = lines->count; i-- > 1;)
        if (goes_in_company(&lines->items[i - 1]) && lines->items[i].rule != UNDECIDED)
            decide(&lines->items[i - 1], lines->items[i - 1].weak, 0.9, "beside other lines of the page");
}

/* Three and more in a row. */
static void judge_rows(struct lines *lines)
{
    enum { ROW = 3 };
    for (size_t i = 0, from; i < lines->count; i++) {
        for (from = i;
             i < lines->count && (lines->items[i].weak != UNDECIDED || lines->items[i].rule != UNDECIDED);)
            i++;
        for (size_t k = from; i - from >= ROW && k < i; k++)
            if (lines->items[k].weak != UNDECIDED)
                decide(&lines->items[k], lines->items[k].weak, 0.9, "in a row of such lines");
    }
}

/* Before the first sentence, but for the title, and behind the last one. */
static void judge_edges(struct lines *lines)
{
    size_t first = 0, last = lines->count;
    while (first < lines->count && !lines->items[first].sentence)
        first++;
    while (last > 0 && !lines->items[last - 1].sentence)
        last--;
    if (first == lines->count)
        return; /* no article here */
    for (size_t i = 1; i < lines->count; i++)
        if ((i < first || i >= last) && goes_in_company(&lines->items[i]))
            decide(&lines->items[i], lines->items[i].weak, 0.8, "before or behind the article");
}

/* Behind the last sentence, short lines below one that goes: what a page has there has more words than any list. */
static void judge_tail(struct lines *lines)
{
    enum { WORDS = 6 };
    size_t last = lines->count;
    while (last > 0 && !lines->items[last - 1].sentence)
        last--;
    for (size_t i = last + 1; last > 0 && i < lines->count; i++) {
        struct line *const l = &lines->items[i];
        if (lines->items[i - 1].rule != UNDECIDED && !l->stopped && !l->item && l->words <= WORDS)
            decide(l, CLASS_INTERFACE, 0.6, "behind the article, below lines of the page");
    }
}

/* ---- lines by their shape ------------------------------------------------------------------- */

static bool begins_with(dm_str s, dm_str with)
{
    return s.len >= with.len && !memcmp(s.ptr, with.ptr, with.len);
}

static char small_letter(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* What sites call their first page. */
static const dm_str homes[] = {
    TEXT("home"),      TEXT("homepage"), TEXT("startseite"),      TEXT("inicio"),   TEXT("portada"),
    TEXT("accueil"),   TEXT("главная"),  TEXT("ana sayfa"),       TEXT("anasayfa"), TEXT("الرئيسية"),
    TEXT("صفحه اصلي"), TEXT("خانه"),     TEXT("página principal")};
enum { HOMES = sizeof homes / sizeof *homes };

/* Whether the first two of its bytes, which there are, are letters of ASCII with which no home begins. */
static bool begins_otherwise(const char *line)
{
    const char first = small_letter(line[0]), second = small_letter(line[1]);
    bool known = first < 'a' || first > 'z' || second < 'a' || second > 'z';
    for (size_t i = 0; i < HOMES; i++)
        known |= homes[i].ptr[0] == first && homes[i].ptr[1] == second;
    return !known;
}

/* "Home / World": the first part is the site's first page. */
static bool is_path_from_home(const struct lines *lines, struct line *l)
{
    static const dm_str marks[] = {TEXT(" > "), TEXT(" / "), TEXT(" \xC2\xBB "), TEXT(" \xE2\x80\xBA "),
                                   TEXT(" | ")};
    if (!l->marked || l->at.end - l->at.begin < 2 || begins_otherwise(lines->text.ptr + l->at.begin))
        return false; /* as most lines begin */
    const dm_str s = line_fold(lines, l);
    for (size_t i = 0; i < HOMES; i++) {
        if (!begins_with(s, homes[i]))
            continue;
        const dm_str rest = {s.ptr + homes[i].len, s.len - homes[i].len};
        for (size_t k = 0; k < sizeof marks / sizeof *marks; k++)
            if (begins_with(rest, marks[k]))
                return true;
    }
    return false;
}

/* "Home > News > World": short parts, two and more marks between them. */
static bool is_breadcrumb(const struct lines *lines, struct line *l)
{
    const dm_str s = line_text(lines, l);
    enum { WORDS = 14 };
    size_t marks = 0;
    if (l->words > WORDS || l->stopped || !l->marked)
        return false;
    for (size_t i = 1; i + 1 < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c == '>')
            marks += s.ptr[i - 1] == ' ' && s.ptr[i + 1] == ' ';
        else if (c >= 0x80 && i + 2 < s.len)
            marks += !memcmp(s.ptr + i, "\xC2\xBB ", 3) || !memcmp(s.ptr + i, "\xE2\x80\xBA", 3);
    }
    return marks >= 2 || is_path_from_home(lines, l);
}

static bool is_plain_word(dm_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || s.ptr[i] == ' '))
            return false;
    return s.len > 0;
}

/* A few small words alone between two paragraphs: what an advertisement's picture was called. */
static bool is_ad_line(const struct lines *lines, size_t i)
{
    enum { WORDS = 4, LETTERS = 5 };
    const struct line *const l = &lines->items[i];
    const dm_str s = line_text(lines, l);
    if (l->words > WORDS || i == 0 || i + 1 == lines->count || s.len < LETTERS || !is_plain_word(s))
        return false;
    return lines->items[i - 1].sentence && lines->items[i + 1].sentence;
}

/* What each line says by itself.  return  whether any is of the page, or would be in company */
static bool judge_each(const struct phrases *phrases, struct lines *lines)
{
    bool found = false;
    for (size_t i = 0; i < lines->count; i++) {
        struct line *const l = &lines->items[i];
        if (l->words == UINT32_MAX)
            continue;
        judge_phrase(phrases, lines, l);
        if ((i > 0 || is_path_from_home(lines, l)) && is_breadcrumb(lines, l))
            decide(l, RULE_BREADCRUMB, 0.9, NULL);
        const char *evidence = NULL;
        const double sure = caption_sureness(lines, i, &evidence);
        if (sure > 0)
            decide(l, RULE_CAPTION, sure, evidence);
        found |= l->rule != UNDECIDED || l->weak != UNDECIDED;
    }
    return found;
}

static void judge_company(const struct phrases *phrases, struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        if (is_heading_of_list(phrases, lines, &lines->items[i]))
            judge_list(lines, i);
    judge_rows(lines);
    spread(lines);
    judge_edges(lines);
    spread(lines);
    judge_tail(lines);
}

void judge_lines(const struct phrases *phrases, struct lines *lines)
{
    if (judge_each(phrases, lines))
        judge_company(phrases, lines);
    for (size_t i = 0; i < lines->count; i++)
        if (is_ad_line(lines, i))
            decide(&lines->items[i], RULE_AD_LINE, 0.8, "a few small words between two paragraphs");
}
