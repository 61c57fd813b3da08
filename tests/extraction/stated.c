#include "tests/extraction/stated.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
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

/* `2022-01.26` and `2022-11-1` are written so in a truth. */
static void day_of(const char *s, int day[3])
{
    day[0] = day[1] = day[2] = 0;
    for (int i = 0; i < 3 && isdigit((unsigned char)*s); i++) {
        char *end;
        day[i] = (int)strtol(s, &end, 10);
        s = *end == '-' || *end == '.' ? end + 1 : end;
    }
}

bool stated_same_date(const char *got, const char *truth)
{
    int a[3], b[3];
    day_of(got, a);
    day_of(truth, b);
    return a[0] == b[0] && a[1] == b[1] && (a[2] == b[2] || b[2] == 0);
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

bool stated_same_author(const char *got, const char *truth)
{
    char *const a = fold(got), *const b = fold(truth);
    char *mine[NAMES_MAX], *theirs[NAMES_MAX];
    const size_t m = names_of(a, mine), n = names_of(b, theirs);
    bool same = m > 0;
    for (size_t i = 0; same && i < m; i++)
        same = holds(theirs, n, mine[i]);
    for (size_t i = 0; same && i < n; i++)
        same = holds(mine, m, theirs[i]);
    free(a);
    free(b);
    return same;
}
