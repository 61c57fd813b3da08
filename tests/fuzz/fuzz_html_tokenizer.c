/* The first byte of the data chooses the state in which the rest is read, and what ends it.  Tokens move on, stay within
 * the input, and are UTF-8 when cooked, if the input is; reading twice gives the same. */
#include <stdint.h>
#include <stdlib.h>

#include "core/text/utf8.h"
#include "plugins/extract-html/tokenizer/tokenizer.h"
#include "tests/harness/task.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static uint64_t sum_of(uint64_t sum, dm_str s)
{
    for (size_t i = 0; i < s.len; i++)
        sum = sum * 31 + (unsigned char)s.ptr[i];
    return sum * 31 + s.len;
}

static uint64_t check_text(const struct html_tokenizer *t, dm_str raw, unsigned how, uint64_t sum)
{
    require(raw.len == 0 || (raw.ptr >= t->in.ptr && raw.ptr + raw.len <= t->in.ptr + t->in.len));
    const dm_str cooked = html_cook(t, raw, how);
    require(cooked.len == 0 || dm__utf8_check(cooked) == cooked.len);
    return sum_of(sum, cooked);
}

static uint64_t check_token(const struct html_tokenizer *t, const struct html_token *token, uint64_t sum)
{
    require(token->attr_count <= HTML_ATTRS_MAX);
    sum = check_text(t, token->data, token->cook, sum * 31 + token->kind);
    sum = sum_of(sum, html_fold(t, token->name));
    for (uint32_t i = 0; i < token->attr_count; i++) {
        require(token->attrs[i].name.len > 0);
        sum = sum_of(sum, html_fold(t, token->attrs[i].name));
        sum =
            check_text(t, token->attrs[i].value, HTML_COOK_REFERENCES | HTML_COOK_VALUE | HTML_COOK_NUL, sum);
    }
    return sum;
}

static uint64_t read_all(dm_str in, unsigned how)
{
    static const dm_str enders[] = {{"title", 5}, {"style", 5}, {"script", 6}, {"", 0}};
    static struct html_tokenizer t;
    struct html_token token;
    uint64_t sum = 0;
    size_t after = 0;
    html_tokenizer_init(&t, &task_alone, in);
    t.state = (enum html_state)(how % (HTML_STATE_CDATA + 1));
    t.last_start = enders[how / 8 % 4];
    t.foreign = how & 64;
    while (html_next(&t, &token)) {
        require(token.at.begin >= after && token.at.end > token.at.begin && token.at.end <= in.len);
        after = token.at.end;
        sum = check_token(&t, &token, sum);
    }
    require(t.at >= in.len);
    dm__arena_reset(&task_arena);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const dm_str in = {(const char *)data + 1, size - 1};
    if (dm__utf8_check(in) < in.len)
        return 0;
    const uint64_t first = read_all(in, data[0]), second = read_all(in, data[0]);
    require(first == second);
    return 0;
}
