/* html5lib's tests of HTML tokenizers, all of them, in each state that they name.
 *
 *   html-tokenizer FILE.test...
 *
 * Parse errors are not compared, as the tokenizer tells none.  Left out, and counted: inputs with half of a surrogate
 * pair, which no UTF-8 holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/document/arena.h"
#include "plugins/extract-html/tokenizer/tokenizer.h"
#include "tests/html/json.h"

/* ---- a host that has memory, and nothing else ------------------------------------------------------ */

static struct dm_arena memory;

static void *allocate(dm_task *t, size_t size, size_t align)
{
    (void)t;
    return dm__arena_alloc(&memory, size, align);
}

static const dm_host host = {.size = sizeof host, .alloc = allocate};
static dm_task task = {.size = sizeof task, .host = &host};

/* ---- tokens as text -------------------------------------------------------------------------------- */

struct text {
    char *ptr;
    size_t len;
    bool in_characters; /* texts that follow one another are one */
};

static void put(struct text *t, const char *ptr, size_t len)
{
    t->ptr = realloc(t->ptr, t->len + len + 1);
    memcpy(t->ptr + t->len, ptr, len);
    t->len += len;
    t->ptr[t->len] = 0;
}

static void put_word(struct text *t, const char *word)
{
    put(t, word, strlen(word));
}

static void begin_token(struct text *t, const char *kind)
{
    put_word(t, "\n");
    put_word(t, kind);
    put_word(t, " ");
    t->in_characters = false;
}

static void put_characters(struct text *t, const char *ptr, size_t len)
{
    if (!t->in_characters)
        begin_token(t, "Character");
    put(t, ptr, len);
    t->in_characters = true;
}

struct attr {
    const char *name, *value;
    size_t name_len, value_len;
};

static int compare(const void *a, const void *b)
{
    const struct attr *const x = a, *const y = b;
    const size_t len = x->name_len < y->name_len ? x->name_len : y->name_len;
    const int order = memcmp(x->name, y->name, len);
    return order != 0 ? order : (x->name_len > y->name_len) - (x->name_len < y->name_len);
}

static void put_attrs(struct text *t, struct attr *attrs, size_t count)
{
    qsort(attrs, count, sizeof *attrs, compare);
    for (size_t i = 0; i < count; i++) {
        put_word(t, " | ");
        put(t, attrs[i].name, attrs[i].name_len);
        put_word(t, " = ");
        put(t, attrs[i].value, attrs[i].value_len);
    }
}

/* ---- what is expected ------------------------------------------------------------------------------ */

static const struct json *text_of(const struct json *s, bool twice, struct json *room)
{
    if (!twice || s->kind != JSON_STRING)
        return s;
    *room = json_unescape(s);
    return room;
}

static void put_json(struct text *t, const struct json *s, bool twice)
{
    struct json room;
    s = text_of(s, twice, &room);
    if (s->kind == JSON_STRING)
        put(t, s->text, s->len);
    else
        put_word(t, "(none)");
}

static void expect_tag(struct text *t, const struct json *token, bool twice)
{
    struct attr attrs[HTML_ATTRS_MAX];
    struct json rooms[HTML_ATTRS_MAX];
    const struct json *const given = &token->items[2];
    put_json(t, &token->items[1], twice);
    for (size_t i = 0; i < given->count; i++) {
        const struct json *const value = text_of(&given->items[i], twice, &rooms[i]);
        attrs[i] = (struct attr){given->items[i].key, value->text, strlen(given->items[i].key), value->len};
    }
    put_attrs(t, attrs, given->count);
    if (token->count > 3 && token->items[3].truth)
        put_word(t, " /");
}

static void expect(struct text *t, const struct json *output, bool twice)
{
    for (size_t i = 0; i < output->count; i++) {
        const struct json *const token = &output->items[i];
        if (token->kind != JSON_ARRAY)
            continue;
        const char *const kind = token->items[0].text;
        if (strcmp(kind, "Character") == 0) {
            struct json room;
            const struct json *const s = text_of(&token->items[1], twice, &room);
            put_characters(t, s->text, s->len);
            continue;
        }
        begin_token(t, kind);
        if (strcmp(kind, "StartTag") == 0)
            expect_tag(t, token, twice);
        else
            for (size_t k = 1; k < token->count; k++) {
                put_word(t, " | ");
                if (token->items[k].kind == JSON_BOOL)
                    put_word(t, token->items[k].truth ? "right" : "quirks");
                else
                    put_json(t, &token->items[k], twice);
            }
    }
}

/* ---- what comes ------------------------------------------------------------------------------------ */

static void give_start(struct html_tokenizer *tk, struct text *t, const struct html_token *token)
{
    struct attr attrs[HTML_ATTRS_MAX];
    size_t count = 0;
    const dm_str name = html_fold(tk, token->name);
    put(t, name.ptr, name.len);
    for (uint32_t i = 0; i < token->attr_count; i++) {
        const dm_str key = html_fold(tk, token->attrs[i].name);
        const dm_str value =
            html_cook(tk, token->attrs[i].value, HTML_COOK_REFERENCES | HTML_COOK_VALUE | HTML_COOK_NUL);
        bool again = false;
        for (size_t k = 0; k < count; k++)
            again |= attrs[k].name_len == key.len && memcmp(attrs[k].name, key.ptr, key.len) == 0;
        if (!again)
            attrs[count++] = (struct attr){key.ptr, value.ptr, key.len, value.len};
    }
    put_attrs(t, attrs, count);
    if (token->self_closing)
        put_word(t, " /");
}

static void give_part(struct html_tokenizer *tk, struct text *t, bool there, dm_str raw, bool fold)
{
    const dm_str cooked = fold ? html_fold(tk, raw) : raw;
    const dm_str s = html_cook(tk, cooked, HTML_COOK_NUL);
    put_word(t, " | ");
    if (there)
        put(t, s.ptr, s.len);
    else
        put_word(t, "(none)");
}

static void give(struct html_tokenizer *tk, struct text *t, const struct html_token *token)
{
    switch (token->kind) {
    case HTML_TOKEN_TEXT: {
        const dm_str s = html_cook(tk, token->data, token->cook);
        put_characters(t, s.ptr, s.len);
        return;
    }
    case HTML_TOKEN_START:
        begin_token(t, "StartTag");
        give_start(tk, t, token);
        return;
    case HTML_TOKEN_END:
        begin_token(t, "EndTag");
        give_part(tk, t, true, token->name, true);
        return;
    case HTML_TOKEN_COMMENT:
        begin_token(t, "Comment");
        give_part(tk, t, true, token->data, false);
        return;
    case HTML_TOKEN_DOCTYPE:
        begin_token(t, "DOCTYPE");
        give_part(tk, t, token->has_name, token->name, true);
        give_part(tk, t, token->has_public, token->public_id, false);
        give_part(tk, t, token->has_system, token->system_id, false);
        put_word(t, token->quirks ? " | quirks" : " | right");
    }
}

static enum html_state state_named(const char *name)
{
    static const char *const names[] = {"Data state",        "RCDATA state",    "RAWTEXT state",
                                        "Script data state", "PLAINTEXT state", "CDATA section state"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return (enum html_state)i;
    fprintf(stderr, "html: no state is called %s\n", name);
    exit(1);
}

/* ---- cases ----------------------------------------------------------------------------------------- */

static struct {
    unsigned passed, failed, left_out;
} totals;

static void run(const struct json *test, enum html_state state)
{
    struct json room;
    const bool twice = json_get(test, "doubleEscaped") != NULL;
    const struct json *const in = text_of(json_get(test, "input"), twice, &room);
    const struct json *const last = json_get(test, "lastStartTag");
    struct text wanted = {0}, got = {0};
    if (in->broken) {
        totals.left_out++;
        return;
    }
    expect(&wanted, json_get(test, "output"), twice);
    struct html_tokenizer tk;
    struct html_token token;
    html_tokenizer_init(&tk, &task, (dm_str){in->text, in->len});
    tk.state = state;
    if (last != NULL)
        tk.last_start = (dm_str){last->text, last->len};
    while (html_next(&tk, &token))
        give(&tk, &got, &token);
    const bool same = wanted.len == got.len && (got.len == 0 || memcmp(wanted.ptr, got.ptr, got.len) == 0);
    totals.passed += same;
    totals.failed += !same;
    if (!same)
        printf("FAILED %s (state %d)\n  input: %s\n  wanted:%s\n  got:%s\n",
               json_get(test, "description")->text, (int)state, in->text, wanted.len > 0 ? wanted.ptr : "",
               got.len > 0 ? got.ptr : "");
    free(wanted.ptr);
    free(got.ptr);
}

static void run_file(const char *path)
{
    const struct json file = json_read(path);
    if (json_get(&file, "tests") == NULL) { /* xmlViolation.test: for parsers that make XML of HTML */
        totals.left_out += (unsigned)file.items[0].count;
        return;
    }
    const struct json *const tests = json_get(&file, "tests");
    for (size_t i = 0; i < tests->count; i++) {
        const struct json *const states = json_get(&tests->items[i], "initialStates");
        if (states == NULL)
            run(&tests->items[i], HTML_STATE_DATA);
        for (size_t k = 0; states != NULL && k < states->count; k++)
            run(&tests->items[i], state_named(states->items[k].text));
    }
}

int main(int argc, char **argv)
{
    dm__arena_init(&memory, 0);
    for (int i = 1; i < argc; i++)
        run_file(argv[i]);
    dm__arena_fini(&memory);
    json_free_all();
    printf("%u passed, %u failed, %u left out (half a surrogate pair; results for XML)\n", totals.passed,
           totals.failed, totals.left_out);
    return totals.failed > 0 || totals.passed == 0;
}
