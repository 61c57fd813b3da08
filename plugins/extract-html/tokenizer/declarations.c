/* Comments, and declarations that are none: doctypes and what is only like them. */
#include "tokenizer.h"

#include <string.h>
#include <strings.h>

static size_t find_end(dm_str s, size_t at)
{
    const char *const close = at < s.len ? memchr(s.ptr + at, '>', s.len - at) : NULL;
    return close ? (size_t)(close - s.ptr) : s.len;
}

static size_t behind(dm_str s, size_t close)
{
    return close < s.len ? close + 1 : close;
}

size_t html_read_bogus(const struct html_tokenizer *t, size_t at, struct html_token *out)
{
    const size_t end = find_end(t->in, at);
    out->kind = HTML_TOKEN_COMMENT;
    out->data = (dm_str){t->in.ptr + at, end - at};
    return behind(t->in, end);
}

/* ---- comments ------------------------------------------------------------------------------------ */

/* What stands before the end of the input of a comment that is not closed: dashes that began to close it do not
 * belong to it. */
static size_t cut_length(dm_str s)
{
    static const char *const tails[] = {"--!", "--", "-"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        const size_t len = strlen(tails[i]);
        if (s.len >= len && !memcmp(s.ptr + s.len - len, tails[i], len))
            return s.len - len;
    }
    return s.len;
}

/* The text behind `<!--`. */
static size_t read_comment(dm_str s, size_t at, struct html_token *out)
{
    const dm_str rest = {s.ptr + at, s.len - at};
    const size_t abrupt = rest.len > 0 && rest.ptr[0] == '>'                         ? 1
                          : rest.len > 1 && rest.ptr[0] == '-' && rest.ptr[1] == '>' ? 2
                                                                                     : 0;
    if (abrupt) {
        out->data = (dm_str){"", 0};
        return at + abrupt;
    }
    for (size_t i = 0; i < rest.len; i++) {
        const char *const dash = memchr(rest.ptr + i, '-', rest.len - i);
        if (!dash)
            break;
        i = (size_t)(dash - rest.ptr);
        const size_t left = rest.len - i;
        const size_t close = left >= 3 && !memcmp(dash, "-->", 3)    ? 3
                             : left >= 4 && !memcmp(dash, "--!>", 4) ? 4
                                                                     : 0;
        if (close) {
            out->data = (dm_str){rest.ptr, i};
            return at + i + close;
        }
    }
    out->data = (dm_str){rest.ptr, cut_length(rest)};
    return s.len;
}

/* ---- doctypes ------------------------------------------------------------------------------------ */

static size_t skip_spaces(dm_str s, size_t at)
{
    while (at < s.len && html_is_space(s.ptr[at]))
        at++;
    return at;
}

static bool is_quote(dm_str s, size_t at)
{
    return at < s.len && (s.ptr[at] == '"' || s.ptr[at] == '\'');
}

static bool is_keyword(dm_str s, size_t at, const char *word)
{
    const size_t len = strlen(word);
    return s.len - at >= len && !strncasecmp(s.ptr + at, word, len);
}

/* An identifier in quotes at `at`.  return  where it ends; at a `>` or the input's end it was cut off */
static size_t read_identifier(dm_str s, size_t at, dm_str *id, bool *cut)
{
    const char quote = s.ptr[at++];
    size_t end = at;
    while (end < s.len && s.ptr[end] != quote && s.ptr[end] != '>')
        end++;
    *id = (dm_str){s.ptr + at, end - at};
    *cut = end == s.len || s.ptr[end] == '>';
    return *cut ? end : end + 1;
}

/* Behind the name: identifiers.  return  where the `>` is to be looked for */
static size_t read_identifiers(dm_str s, size_t at, struct html_token *out)
{
    const bool public = is_keyword(s, at, "PUBLIC");
    out->quirks = true;
    if (!public && !is_keyword(s, at, "SYSTEM"))
        return at;
    at = skip_spaces(s, at + 6);
    if (!is_quote(s, at))
        return at;
    bool cut = false;
    if (public) {
        at = read_identifier(s, at, &out->public_id, &cut);
        out->has_public = true;
        if (cut)
            return at;
        at = skip_spaces(s, at);
    }
    if (is_quote(s, at)) {
        at = read_identifier(s, at, &out->system_id, &cut);
        out->has_system = true;
        out->quirks = cut || skip_spaces(s, at) == s.len;
        return at;
    }
    out->quirks = at == s.len || s.ptr[at] != '>';
    return at;
}

/* Behind the word DOCTYPE. */
static size_t read_doctype(dm_str s, size_t at, struct html_token *out)
{
    out->kind = HTML_TOKEN_DOCTYPE;
    out->public_id = out->system_id = (dm_str){"", 0};
    at = skip_spaces(s, at);
    const size_t begin = at;
    while (at < s.len && s.ptr[at] != '>' && !html_is_space(s.ptr[at]))
        at++;
    out->name = (dm_str){s.ptr + begin, at - begin};
    out->has_name = at > begin;
    at = skip_spaces(s, at);
    out->quirks = at == s.len || !out->has_name;
    if (at < s.len && s.ptr[at] != '>')
        at = find_end(s, read_identifiers(s, at, out));
    return behind(s, at);
}

size_t html_read_declaration(const struct html_tokenizer *t, size_t at, struct html_token *out)
{
    const dm_str s = t->in;
    if (s.len - at >= 2 && !memcmp(s.ptr + at, "--", 2))
        return read_comment(s, at + 2, out);
    if (is_keyword(s, at, "DOCTYPE"))
        return read_doctype(s, at + 7, out);
    return html_read_bogus(t, at, out);
}
