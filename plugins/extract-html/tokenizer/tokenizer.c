/* The states of the standard's tokenizer that are about text: data, RCDATA, RAWTEXT, script data, plain text and
 * CDATA sections; and what each `<` leads to. */
#include "tokenizer.h"

#include <string.h>

void html_tokenizer_init(struct html_tokenizer *t, dm_task *task, dm_str in)
{
    t->task = task;
    t->in = in;
    t->at = 0;
    t->state = HTML_STATE_DATA;
    t->last_start = (dm_str){"", 0};
    t->arrow = 0;
    t->foreign = false;
    t->odd = in.len > 0 && (memchr(in.ptr, 0, in.len) || memchr(in.ptr, '\r', in.len));
}

static dm_str between(const struct html_tokenizer *t, size_t begin, size_t end)
{
    return (dm_str){t->in.ptr + begin, end - begin};
}

static bool give_text(struct html_tokenizer *t, size_t end, unsigned cook, struct html_token *out)
{
    out->kind = HTML_TOKEN_TEXT;
    out->at = (dm_span){t->at, end};
    out->name = (dm_str){"", 0};
    out->data = between(t, t->at, end);
    out->cook = cook;
    out->attr_count = 0;
    t->at = end;
    return true;
}

/* Whether the `<` at `at` begins something other than text. */
static bool begins_markup(const struct html_tokenizer *t, size_t at)
{
    const char next = at + 1 < t->in.len ? t->in.ptr[at + 1] : 0;
    if (next == '/')
        return at + 2 < t->in.len;
    return html_is_letter(next) || next == '!' || next == '?';
}

/* Where text ends that begins at `at`. */
static size_t find_markup(const struct html_tokenizer *t, size_t at)
{
    while (at < t->in.len) {
        const char *const less =
            t->in.ptr[at] == '<' ? t->in.ptr + at : memchr(t->in.ptr + at, '<', t->in.len - at);
        if (!less)
            return t->in.len;
        at = (size_t)(less - t->in.ptr);
        if (begins_markup(t, at))
            return at;
        at++;
    }
    return at;
}

/* A tag that the input cuts off is nothing, and nothing is behind it. */
static bool take_tag(struct html_tokenizer *t, size_t name, enum html_token_kind kind, struct html_token *out)
{
    const size_t begin = t->at;
    const size_t end = html_read_tag(t, name, out);
    if (end == 0) {
        t->at = t->in.len;
        return false;
    }
    out->kind = kind;
    out->at = (dm_span){begin, end};
    t->at = end;
    t->state = HTML_STATE_DATA;
    if (kind == HTML_TOKEN_START)
        t->last_start = out->name;
    else
        out->attr_count = 0;
    return true;
}

static bool starts_with(const struct html_tokenizer *t, size_t at, const char *what, size_t len)
{
    return t->in.len - at >= len && !memcmp(t->in.ptr + at, what, len);
}

/* What begins with the `<` at t->at.  return  false: nothing that is a token, and t->at is behind it */
static bool take_markup(struct html_tokenizer *t, struct html_token *out)
{
    const size_t begin = t->at, at = begin + 1;
    const char c = t->in.ptr[at];
    if (html_is_letter(c))
        return take_tag(t, at, HTML_TOKEN_START, out);
    if (c == '/' && html_is_letter(t->in.ptr[at + 1]))
        return take_tag(t, at + 1, HTML_TOKEN_END, out);
    if (c == '/' && t->in.ptr[at + 1] == '>') {
        t->at = at + 2;
        return false;
    }
    if (c == '!' && t->foreign && starts_with(t, at + 1, "[CDATA[", 7)) {
        t->at = at + 8;
        t->state = HTML_STATE_CDATA;
        return false;
    }
    *out = (struct html_token){.kind = HTML_TOKEN_COMMENT, .cook = HTML_COOK_NUL};
    t->at =
        c == '!' ? html_read_declaration(t, at + 1, out) : html_read_bogus(t, c == '/' ? at + 1 : at, out);
    out->at = (dm_span){begin, t->at};
    return true;
}

/* return  false: the section is at its end, and the state is DATA again */
static bool next_in_cdata(struct html_tokenizer *t, struct html_token *out)
{
    const char *const close =
        t->at < t->in.len ? memmem(t->in.ptr + t->at, t->in.len - t->at, "]]>", 3) : NULL;
    const size_t end = close ? (size_t)(close - t->in.ptr) : t->in.len;
    if (end > t->at)
        return give_text(t, end, 0, out);
    t->at = close ? end + 3 : end;
    t->state = HTML_STATE_DATA;
    return false;
}

static bool next_in_data(struct html_tokenizer *t, struct html_token *out)
{
    while (t->at < t->in.len) {
        const size_t end = find_markup(t, t->at);
        if (end > t->at)
            return give_text(t, end, HTML_COOK_REFERENCES, out);
        if (take_markup(t, out))
            return true;
        if (t->state == HTML_STATE_CDATA && next_in_cdata(t, out))
            return true;
    }
    return false;
}

static bool next_in_raw(struct html_tokenizer *t, struct html_token *out)
{
    const size_t end = html_find_raw_end(t);
    const unsigned cook = HTML_COOK_NUL | (t->state == HTML_STATE_RCDATA ? HTML_COOK_REFERENCES : 0u);
    if (end > t->at)
        return give_text(t, end, cook, out);
    return take_tag(t, t->at + 2, HTML_TOKEN_END, out);
}

bool html_next(struct html_tokenizer *t, struct html_token *out)
{
    if (t->at >= t->in.len)
        return false;
    switch (t->state) {
    case HTML_STATE_DATA:
        return next_in_data(t, out);
    case HTML_STATE_RCDATA:
    case HTML_STATE_RAWTEXT:
    case HTML_STATE_SCRIPT:
        return next_in_raw(t, out);
    case HTML_STATE_PLAINTEXT:
        return give_text(t, t->in.len, HTML_COOK_NUL, out);
    case HTML_STATE_CDATA:
        return next_in_cdata(t, out) || next_in_data(t, out);
    }
    return false;
}
