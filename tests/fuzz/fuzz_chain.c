/* Arbitrary bytes through a pipeline, from the file to the line that is written: the plugins are the real
 * ones, loaded as the program loads them.  At every stage the text is UTF-8, the marks lie in it, and the
 * edits lead back to the extracted text and from there to the result; the line is JSON that holds the text.
 * Cleaning what was cleaned three times changes nothing. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/bench/bench.h"
#include "core/text/str.h"
#include "core/text/utf8.h"
#include "tests/harness/mill.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char pipeline[] = "docmill: 1\n"
                               "stages:\n"
                               "  - extract: text\n"
                               "    with: { invalid: replace }\n" ALL_CLEANERS
                               "  - clean: unicode\n" /* once more, with a rule that only records */
                               "    with: { rules: { compose: flag } }\n"
                               "  - output: jsonl\n"
                               "    with: { path: fuzz.jsonl, edits: full }\n"
                               "run: { state: none }\n";

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

/* ---- from the extracted text to the result ---------------------------------------------------- */

/* The text that the changes of one stage make of `text`. */
static dm_str redo_stage(struct dm_arena *arena, const dm_doc *d, uint32_t stage, dm_str text)
{
    size_t size = text.len, from = 0, to = 0;
    for (size_t i = 0; i < d->edit_count; i++)
        size += d->edits[i].after.len;
    char *const made = dm__arena_raw(arena, size + 1);
    check(made != NULL, "no memory");
    for (size_t i = 0; i < d->edit_count; i++) {
        const dm_edit_record *const e = &d->edits[i];
        if (e->stage != stage || e->target != DM_CHANGE_TEXT || (e->flags & DM_EDIT_FLAGGED) != 0)
            continue;
        check(e->at.begin >= from && e->at.end <= text.len, "an edit lies outside the text, or overlaps");
        check(dm__str_eq((dm_str){text.ptr + e->at.begin, e->at.end - e->at.begin}, e->before),
              "what an edit replaced was not there");
        memcpy(made + to, text.ptr + from, e->at.begin - from);
        to += e->at.begin - from;
        check(to == e->to.begin && to + e->after.len == e->to.end, "an edit is not where it says");
        memcpy(made + to, e->after.ptr, e->after.len);
        to += e->after.len;
        from = e->at.end;
    }
    memcpy(made + to, text.ptr + from, text.len - from);
    return (dm_str){made, to + text.len - from};
}

static bool after_step(void *owner, int32_t step, const dm_doc *d)
{
    (void)owner;
    const char *const fault = dm__bench_fault(d);
    check(fault == NULL, fault);
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    dm_str text = d->extracted;
    for (uint32_t stage = 0; stage <= (uint32_t)step; stage++)
        text = redo_stage(&arena, d, stage, text);
    check(dm__str_eq(text, d->text), "the extracted text and the edits do not give the text");
    dm__arena_fini(&arena);
    return true;
}

/* ---- the line ----------------------------------------------------------------------------------- */

/* A reader of JSON (RFC 8259) that takes nothing else.  `out` receives the string that is read, if any. */
struct json {
    const char *at, *end;
    char *out;
    size_t out_len;
};

static char take(struct json *j)
{
    check(j->at < j->end, "the line ends within a value");
    return *j->at++;
}

static uint32_t take_hex(struct json *j)
{
    uint32_t n = 0;
    for (int i = 0; i < 4; i++) {
        const char *const digits = "0123456789abcdef", c = take(j);
        const char *const digit = memchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c, 16);
        check(digit != NULL, "a bad \\u in the line");
        n = n * 16 + (uint32_t)(digit - digits);
    }
    return n;
}

static void take_string(struct json *j)
{
    j->out_len = 0;
    for (char c; (c = take(j)) != '"';) {
        check((unsigned char)c >= 0x20, "a control character in a string");
        if (c == '\\') {
            static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
            const char kind = take(j);
            const char *const letter = memchr(letters, kind, sizeof letters - 1);
            check(letter != NULL || kind == 'u', "a bad escape in the line");
            const uint32_t rune = letter != NULL ? (uint32_t)meant[letter - letters] : take_hex(j);
            check(rune < 0x80, "an escape where the character itself would do");
            c = (char)rune;
        }
        j->out[j->out_len++] = c;
    }
}

static void take_value(struct json *j, dm_str text, unsigned depth);

/* return  whether it is the member "text" of the object itself */
static bool take_member(struct json *j, dm_str text, unsigned depth)
{
    check(take(j) == '"', "a key that is no string");
    take_string(j);
    const bool is_text = depth == 0 && dm__str_eq((dm_str){j->out, j->out_len}, DM_LIT("text"));
    check(take(j) == ':', "no colon behind a key");
    take_value(j, text, depth + 1);
    check(!is_text || dm__str_eq((dm_str){j->out, j->out_len}, text), "the line holds another text");
    return is_text;
}

/* Up to the bracket that ends an object or a list; the one that begins it has been taken. */
static void take_members(struct json *j, char close, dm_str text, unsigned depth)
{
    bool found = depth > 0;
    char c = take(j);
    if (c != close) {
        j->at--;
        do {
            if (close == '}')
                found = take_member(j, text, depth) || found;
            else
                take_value(j, text, depth + 1);
            c = take(j);
        } while (c == ',');
    }
    check(c == close, "no comma between two values");
    check(found, "the line has no text");
}

static void take_value(struct json *j, dm_str text, unsigned depth)
{
    static const char plain[] = "0123456789-+.eEtrufalsn"; /* numbers, true, false, null */
    const char c = take(j);
    if (c == '{' || c == '[') {
        take_members(j, c == '{' ? '}' : ']', text, depth);
    } else if (c == '"') {
        take_string(j);
    } else {
        check(memchr(plain, c, sizeof plain - 1) != NULL, "no value");
        while (j->at < j->end && memchr(plain, *j->at, sizeof plain - 1) != NULL)
            j->at++;
    }
}

/* The text that came out last, for the next pass. */
struct last {
    char *bytes, *before; /* before: the input of the pass that is under way */
    size_t len;
    bool same; /* as the one before */
};

static void keep_last(struct last *last, dm_str text)
{
    last->same = dm__str_eq((dm_str){last->bytes, last->len}, text);
    char *const copy = malloc(text.len + 1);
    check(copy != NULL, "no memory");
    memcpy(copy, text.ptr, text.len);
    free(last->before);
    *last = (struct last){copy, last->bytes, text.len, last->same};
}

static dm_status rendered(void *owner, int32_t step, const dm_doc *d, dm_str bytes)
{
    (void)step;
    keep_last(owner, d->text);
    check(dm__utf8_check(bytes) == bytes.len, "the line is not UTF-8");
    struct json j = {.at = bytes.ptr, .end = bytes.ptr + bytes.len, .out = malloc(bytes.len)};
    check(j.out != NULL && bytes.len > 2 && *j.at == '{', "no object");
    take_value(&j, d->text, 0);
    check(take(&j) == '\n' && j.at == j.end, "more than one line");
    free(j.out);
    return DM_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { PASSES = 4 };
    static struct mill *mill;
    static struct last last;
    struct dm_outcome out;
    if (mill == NULL) {
        const struct dm_chain_events events = {
            .owner = &last, .after_step = after_step, .rendered = rendered};
        mill = mill_open(pipeline, &events, &out);
        check(mill != NULL, out.why);
    }
    dm_str bytes = {(const char *)data, size};
    for (unsigned pass = 1; pass <= PASSES; pass++) {
        mill_run(mill, DM_LIT("fuzz.txt"), bytes, &out);
        check(out.status == DM_OK || (out.status == DM_EDOC && out.why[0] != '\0'), out.why);
        if (out.status != DM_OK || (pass > 1 && last.same))
            return 0;
        bytes = (dm_str){last.bytes, last.len};
    }
    check(false, "a fourth pass changes what three have cleaned");
    return 0;
}
