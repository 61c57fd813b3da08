#include "tests/extraction/stated.h"
#include "tests/extraction/dated.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static bool is_quote(utf8proc_int32_t c)
{
    return c == '"' || c == '\'' || c == '`' || c == 0xB4 || c == 0xAB || c == 0xBB ||
           (c >= 0x2018 && c <= 0x201F) || c == 0x2039 || c == 0x203A;
}

static bool is_space(utf8proc_int32_t c)
{
    return c <= ' ' || c == 0xA0 || utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

/* return  the caller frees it */
static char *fold(const char *s)
{
    utf8proc_uint8_t *const composed =
        utf8proc_NFKC((const utf8proc_uint8_t *)s); /* NULL: not UTF-8, which nothing is equal to */
    const char *const in = composed ? (const char *)composed : "";
    char *const out = malloc(4 * strlen(in) + 1);
    size_t len = 0;
    if (!out)
        abort();
    for (size_t at = 0; in[at];) {
        utf8proc_int32_t c;
        at += (size_t)utf8proc_iterate((const utf8proc_uint8_t *)in + at, -1, &c);
        if (is_space(c)) {
            if (len && out[len - 1] != ' ')
                out[len++] = ' ';
            continue;
        }
        c = is_quote(c) ? '"' : utf8proc_tolower(c);
        len += (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)out + len);
    }
    len -= len && out[len - 1] == ' ';
    out[len] = 0;
    free(composed);
    return out;
}

bool stated_same_title(const char *got, const char *truth)
{
    char *const a = fold(got), *const b = fold(truth);
    const bool same = !strcmp(a, b);
    free(a);
    free(b);
    return same;
}

bool stated_same_date(const char *got, const char *truth)
{
    const struct day a = day_read(got), b = day_read(truth);
    return a.year == b.year && a.month == b.month && (a.day == b.day || b.day == 0);
}

enum { NAMES_MAX = 32 };

/* Cut a folded list into names, in place.  return  how many there are */
static size_t names_of(char *s, char **names)
{
    static const char *const words[] = {" and ", " und ", " et ", " y ", " i ", " with ", " mit "};
    static const char *const before[] = {"by ", "von ", "par ", "por ", "de ", "di "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (char *found; (found = strstr(s, words[i]));)
            memset(found, ';', strlen(words[i]));
    size_t count = 0;
    char *rest = NULL;
    for (char *name = strtok_r(s, ";,&/", &rest); name && count < NAMES_MAX;
         name = strtok_r(NULL, ";,&/", &rest)) {
        name += strspn(name, " ");
        for (size_t i = 0; i < sizeof before / sizeof *before; i++)
            if (!strncmp(name, before[i], strlen(before[i])))
                name += strlen(before[i]);
        size_t len = strlen(name);
        while (len && name[len - 1] == ' ')
            name[--len] = 0;
        if (len)
            names[count++] = name;
    }
    return count;
}

static bool holds(char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(names[i], name))
            return true;
    return false;
}

static bool same_names(char *const *mine, size_t m, char *const *theirs, size_t n)
{
    bool same = m > 0;
    for (size_t i = 0; same && i < m; i++)
        same = holds(theirs, n, mine[i]);
    for (size_t i = 0; same && i < n; i++)
        same = holds(mine, m, theirs[i]);
    return same;
}

bool stated_same_author(const char *got, const char *truth)
{
    char *const a = fold(got), *const b = fold(truth);
    char *mine[NAMES_MAX], *theirs[NAMES_MAX];
    const size_t m = names_of(a, mine), n = names_of(b, theirs);
    const bool same = same_names(mine, m, theirs, n);
    free(a);
    free(b);
    return same;
}

/* ---- for what pages state ------------------------------------------------------------------------- */

/* fold(), and dashes become hyphens, soft ones go.  return  the caller frees it */
static char *fold_dashes(const char *s)
{
    char *const out = fold(s);
    size_t len = 0;
    for (size_t at = 0; out[at];) {
        utf8proc_int32_t c;
        const size_t from = at;
        at += (size_t)utf8proc_iterate((const utf8proc_uint8_t *)out + at, -1, &c);
        if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212) {
            out[len++] = '-';
        } else if (c != 0xAD && c != 0x200B && c != 0x200C && c != 0x200D && c != 0xFEFF) {
            memmove(out + len, out + from, at - from);
            len += at - from;
        }
    }
    out[len] = 0;
    return out;
}

/* As they are in folded text: guillemets are quotation marks there. */
static const char *const separators[] = {" - ",  " | ", " \" ", " \xC2\xB7 ", " \xE2\x80\xA2 ",
                                         " :: ", "| ",  ": "};
enum { SEPARATORS = sizeof separators / sizeof *separators };

/* Cut the site's name from one of the ends, in place. */
static void take_off(char *s, const char *site)
{
    const size_t len = strlen(s), n = strlen(site);
    for (size_t i = 0; n && i < SEPARATORS; i++) {
        const size_t mark = strlen(separators[i]);
        if (len <= n + mark)
            continue;
        if (!strcmp(s + len - n, site) && !memcmp(s + len - n - mark, separators[i], mark)) {
            s[len - n - mark] = 0;
            return;
        }
        if (!memcmp(s, site, n) && !memcmp(s + n, separators[i], mark)) {
            memmove(s, s + n + mark, len - n - mark + 1);
            return;
        }
    }
}

static bool same_without(const char *a, const char *b, const char *site)
{
    char *const x = strdup(a), *const y = strdup(b);
    if (!x || !y)
        abort();
    take_off(x, site);
    take_off(y, site);
    const bool same = *x && !strcmp(x, y);
    free(x);
    free(y);
    return same;
}

static bool is_headline(const struct page *p, const char *folded)
{
    bool found = false;
    for (size_t i = 0; i < p->headline_count && !found; i++) {
        char *const headline = fold_dashes(p->headlines[i]);
        found = !strcmp(headline, folded);
        free(headline);
    }
    return found;
}

/* Part <title> at its first or last separator.  Changes s.  return  false: it has none */
static bool part(char *s, bool last, char **before, char **behind)
{
    char *at = NULL;
    size_t len = 0;
    for (size_t i = 0; i + 1 < SEPARATORS; i++)
        for (char *found = strstr(s, separators[i]); found;
             found = last ? strstr(found + 1, separators[i]) : NULL)
            if (!at || (last ? found > at : found < at)) {
                at = found;
                len = strlen(separators[i]);
            }
    if (!at)
        return false;
    *at = 0;
    *before = s;
    *behind = at + len;
    return true;
}

static bool same_without_end(const struct page *p, const char *a, const char *b, bool last)
{
    char *const title = fold_dashes(p->title), *before, *behind;
    const bool parted = part(title, last, &before, &behind);
    const bool same =
        parted && is_headline(p, last ? before : behind) && same_without(a, b, last ? behind : before);
    free(title);
    return same;
}

bool stated_is_title(const struct page *p, const char *got, const char *truth)
{
    char *const a = fold_dashes(got), *const b = fold_dashes(truth), *const site = fold_dashes(p->site);
    const bool same = *a && (!strcmp(a, b) || same_without(a, b, site) || same_without_end(p, a, b, true) ||
                             same_without_end(p, a, b, false));
    free(a);
    free(b);
    free(site);
    return same;
}

bool stated_is_date(const struct page *p, const char *got, const char *truth)
{
    (void)p;
    return stated_same_date(got, truth);
}

static bool is_role(const char *name)
{
    static const char *const words[] = {
        " staff ",         " senior ",     " writer ",      " editor ",        " reporter ",
        " correspondent ", " journalist ", " contributor ", " columnist ",     " founder ",
        " ceo ",           " professor ",  " md ",          " phd ",           " ph d ",
        " m d ",           " rn ",         " rdn ",         " mba ",           " jd ",
        " esq ",           " cfa ",        " cpa ",         " redakteur ",     " redakteurin ",
        " journalistin ",  " autorin ",    " autor ",       " korrespondent ", " korrespondentin ",
        " redactor ",      " redactora ",  " periodista ",  " journaliste "};
    char *const folded = page_words(name, strlen(name));
    bool found = false;
    for (size_t i = 0; i < sizeof words / sizeof *words && !found; i++)
        found = strstr(folded, words[i]) != NULL;
    free(folded);
    return found;
}

/* Cut marks and titles from the ends.  return  a part of `name` */
static char *bare(char *name)
{
    static const char *const titles[] = {"dr. ", "dr ", "prof. ", "prof ", "professor "};
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        name += strspn(name, " .:-\"");
        if (!strncmp(name, titles[i], strlen(titles[i]))) {
            name += strlen(titles[i]);
            i = (size_t)-1;
        }
    }
    size_t len = strlen(name);
    while (len && strchr(" .:-\"", name[len - 1]))
        name[--len] = 0;
    return name;
}

/* names_of() without roles and titles. */
static size_t bare_names_of(char *s, char **names)
{
    const size_t count = names_of(s, names);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!is_role(names[i]))
            names[kept++] = names[i];
    kept = kept ? kept : count;
    for (size_t i = 0; i < kept; i++)
        names[i] = bare(names[i]);
    return kept;
}

bool stated_is_author(const struct page *p, const char *got, const char *truth)
{
    (void)p;
    char *const a = fold_dashes(got), *const b = fold_dashes(truth);
    char *mine[NAMES_MAX], *theirs[NAMES_MAX];
    const size_t m = bare_names_of(a, mine), n = bare_names_of(b, theirs);
    const bool same = same_names(mine, m, theirs, n);
    free(a);
    free(b);
    return same;
}

static bool has(const struct page *p, const char *text)
{
    char *const words = page_words(text, strlen(text));
    const bool found = page_has(p, words);
    free(words);
    return found;
}

bool stated_has_title(const struct page *p, const char *truth)
{
    return has(p, truth);
}

bool stated_has_date(const struct page *p, const char *truth)
{
    return day_is_on(p, day_read(truth));
}

bool stated_has_author(const struct page *p, const char *truth)
{
    char *const s = fold_dashes(truth);
    char *names[NAMES_MAX];
    const size_t count = bare_names_of(s, names);
    bool all = count > 0;
    for (size_t i = 0; i < count && all; i++)
        all = has(p, names[i]);
    free(s);
    return all;
}
