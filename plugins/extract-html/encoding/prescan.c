/* What a page says of its encoding in its first bytes (HTML Standard, 13.2.3.2).  The tokenizer reads them, as all
 * encodings that a page can declare so have ASCII for its tags. */
#include "encoding.h"
#include "tokenizer/tokenizer.h"

#include <string.h>
#include <strings.h>

static bool is_word(dm_str s, const char *word)
{
    return s.len == strlen(word) && !strncasecmp(s.ptr, word, s.len);
}

static size_t skip_spaces(dm_str s, size_t at)
{
    while (at < s.len && html_is_space(s.ptr[at]))
        at++;
    return at;
}

/* The charset in `text/html; charset=utf-8`. */
static dm_str charset_in(dm_str s)
{
    static const char word[] = "charset";
    for (size_t at = 0; at + sizeof word < s.len; at++) {
        if (strncasecmp(s.ptr + at, word, sizeof word - 1) != 0)
            continue;
        size_t from = skip_spaces(s, at + sizeof word - 1);
        if (from == s.len || s.ptr[from] != '=')
            continue;
        from = skip_spaces(s, from + 1);
        if (from == s.len)
            break;
        const char quote = s.ptr[from];
        if (quote == '"' || quote == '\'') {
            const char *const close = memchr(s.ptr + from + 1, quote, s.len - from - 1);
            return close ? (dm_str){s.ptr + from + 1, (size_t)(close - s.ptr) - from - 1} : (dm_str){"", 0};
        }
        size_t end = from;
        while (end < s.len && s.ptr[end] != ';' && !html_is_space(s.ptr[end]))
            end++;
        return (dm_str){s.ptr + from, end - from};
    }
    return (dm_str){"", 0};
}

static const struct html_encoding *declared_in(const struct html_token *meta)
{
    dm_str label = {"", 0}, content = {"", 0};
    bool is_type = false;
    for (uint32_t i = meta->attr_count; i-- > 0;) { /* of two with one name the first counts */
        const struct html_token_attr *const a = &meta->attrs[i];
        if (is_word(a->name, "charset"))
            label = a->value;
        else if (is_word(a->name, "content"))
            content = a->value;
        else if (is_word(a->name, "http-equiv"))
            is_type = is_word(a->value, "content-type");
    }
    if (!label.len && is_type)
        label = charset_in(content);
    const struct html_encoding *const found = html_encoding_labelled(label);
    /* A page in UTF-16 could not have been read so far. */
    return found && !strncmp(found->name, "utf-16", 6) ? html_encoding_labelled(DM_LIT("utf-8")) : found;
}

const struct html_encoding *html_prescan(dm_task *t, dm_str bytes)
{
    struct html_tokenizer *const tk = dm_alloc(t, sizeof *tk);
    struct html_token token;
    if (!tk)
        return NULL;
    html_tokenizer_init(tk, t, bytes);
    while (html_next(tk, &token)) {
        const struct html_encoding *const found =
            token.kind == HTML_TOKEN_START && is_word(token.name, "meta") ? declared_in(&token) : NULL;
        if (found)
            return found;
    }
    return NULL;
}
