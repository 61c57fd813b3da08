/* Text without markup: <title>, <style>, <script> and their kin.  Most of a page's bytes are in scripts, so this steps
 * from `<` to `<`. */
#include "tokenizer.h"

#include <string.h>
#include <strings.h>

/* Whether a tag's name that is `name` begins at `at`, and ends there. */
static bool is_named(const struct html_tokenizer *t, size_t at, dm_str name)
{
    if (t->in.len - at <= name.len || strncasecmp(t->in.ptr + at, name.ptr, name.len) != 0)
        return false;
    const char behind = t->in.ptr[at + name.len];
    return html_is_space(behind) || behind == '/' || behind == '>';
}

static bool is_end_tag(const struct html_tokenizer *t, size_t less)
{
    return less + 2 < t->in.len && t->in.ptr[less + 1] == '/' && t->last_start.len > 0 &&
           is_named(t, less + 2, t->last_start);
}

static size_t find(const struct html_tokenizer *t, size_t at, char c)
{
    const char *const p = at < t->in.len ? memchr(t->in.ptr + at, c, t->in.len - at) : NULL;
    return p ? (size_t)(p - t->in.ptr) : t->in.len;
}

/* Where `<!--` in a script ends: behind `-->`; `-->` may begin with the two dashes of its start.  Many scripts may
 * begin a comment that the same `-->` would end, or none: what was found is kept. */
static size_t find_comment_end(struct html_tokenizer *t, size_t dashes)
{
    if (dashes > t->arrow) {
        const char *const p = memmem(t->in.ptr + dashes, t->in.len - dashes, "-->", 3);
        t->arrow = p ? (size_t)(p - t->in.ptr) : t->in.len;
    }
    return t->arrow < t->in.len ? t->arrow + 3 : t->in.len;
}

/* Within `<!--` of a script: `<script` hides the next `</script`, up to which it is "double escaped".
 * return  where the script's end tag stands, or the comment's end */
static size_t pass_comment(struct html_tokenizer *t, size_t from, bool *ends)
{
    static const dm_str script = {"script", 6};
    const size_t stop = find_comment_end(t, from + 2);
    bool hidden = false;
    *ends = false;
    for (size_t less = find(t, from + 4, '<'); less < stop; less = find(t, less + 1, '<')) {
        const bool closes = less + 1 < t->in.len && t->in.ptr[less + 1] == '/';
        if (!hidden && closes && is_end_tag(t, less)) {
            *ends = true;
            return less;
        }
        if (closes == hidden && is_named(t, less + 1 + closes, script))
            hidden = !hidden;
    }
    return stop;
}

size_t html_find_raw_end(struct html_tokenizer *t)
{
    for (size_t less = find(t, t->at, '<'); less < t->in.len; less = find(t, less, '<')) {
        if (is_end_tag(t, less))
            return less;
        bool ends = false;
        const bool comment =
            t->state == HTML_STATE_SCRIPT && t->in.len - less >= 4 && !memcmp(t->in.ptr + less, "<!--", 4);
        less = comment ? pass_comment(t, less, &ends) : less + 1;
        if (ends)
            return less;
    }
    return t->in.len;
}
