/* Regular expressions on PCRE2.
 *
 * A plugin matches again and again along one long text, so a match must not cost the length of the
 * rest: PCRE2_MATCH_INVALID_UTF lets the machine code check the UTF-8 as it goes, where a plain match
 * would check all of the subject first. */
#include "core/pipeline/regex.h"

#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "core/text/str.h"

enum {
    STEPS_MAX = 10 * 1000 * 1000,
    HEAP_MAX_KIB = 64 * 1024,
    STACK_MIN = 32 * 1024,
    STACK_MAX = 1024 * 1024
};

struct dm_regex {
    const struct dm_regex *next; /* in `all` */
    pcre2_code *code;
    struct match_state *state; /* made by the first match */
    size_t len;
    char pattern[];
};

struct match_state {
    pcre2_match_data *data; /* NULL: not made yet */
};

/* Every expression of the process; and what all matches share, NULL until the first. */
static const struct dm_regex *all;
static pcre2_match_context *limits;

static const struct dm_regex *lookup(dm_str pattern)
{
    const struct dm_regex *re = all;
    while (re != NULL && !dm__str_eq((dm_str){re->pattern, re->len}, pattern))
        re = re->next;
    return re;
}

static pcre2_code *compile(dm_str pattern, int *code, size_t *offset)
{
    const uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
    pcre2_compile_context *const context = pcre2_compile_context_create(NULL);
    if (context == NULL) {
        *code = PCRE2_ERROR_NOMEMORY;
        return NULL;
    }
    pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
    const PCRE2_SPTR text = (PCRE2_SPTR)(pattern.len != 0 ? pattern.ptr : "");
    pcre2_code *const made = pcre2_compile(text, pattern.len, options, code, offset, context);
    pcre2_compile_context_free(context);
    return made;
}

static dm_str describe(struct dm_arena *arena, int code)
{
    PCRE2_UCHAR words[256];
    if (pcre2_get_error_message(code, words, sizeof words) < 0)
        return dm__arena_printf(arena, "error %d", code);
    return dm__arena_printf(arena, "%s", (const char *)words);
}

static struct dm_regex *create(dm_str pattern, pcre2_code *code)
{
    struct dm_regex *const re = malloc(sizeof *re + pattern.len);
    struct match_state *const state = calloc(1, sizeof *state);
    if (re == NULL || state == NULL) {
        free(re);
        free(state);
        return NULL;
    }
    *re = (struct dm_regex){.next = all, .code = code, .state = state, .len = pattern.len};
    if (pattern.len != 0)
        memcpy(re->pattern, pattern.ptr, pattern.len);
    return re;
}

const dm_regex *dm__regex_compile(struct dm_arena *arena, dm_str pattern, dm_str *error, size_t *offset)
{
    *offset = 0;
    const struct dm_regex *const known = lookup(pattern);
    if (known != NULL)
        return known;
    int why = PCRE2_ERROR_NOMEMORY;
    pcre2_code *const code = compile(pattern, &why, offset);
    struct dm_regex *const re = code != NULL ? create(pattern, code) : NULL;
    if (re == NULL) {
        pcre2_code_free(code);
        *error = describe(arena, code != NULL ? PCRE2_ERROR_NOMEMORY : why);
        return NULL;
    }
    all = re;
    return re;
}

static bool prepare_limits(void)
{
    if (limits != NULL)
        return true;
    pcre2_match_context *const made = pcre2_match_context_create(NULL);
    pcre2_jit_stack *const stack = made != NULL ? pcre2_jit_stack_create(STACK_MIN, STACK_MAX, NULL) : NULL;
    if (made == NULL)
        return false;
    pcre2_set_match_limit(made, STEPS_MAX);
    pcre2_set_heap_limit(made, HEAP_MAX_KIB);
    if (stack != NULL) /* NULL where this machine has no JIT */
        pcre2_jit_stack_assign(made, NULL, stack);
    limits = made;
    return true;
}

/* Without machine code (a pattern or kernel that does not allow it) the interpreter does the same. */
static bool prepare(const struct dm_regex *re)
{
    if (re->state->data != NULL)
        return true;
    if (!prepare_limits())
        return false;
    pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE);
    re->state->data = pcre2_match_data_create_from_pattern(re->code, NULL);
    return re->state->data != NULL;
}

int32_t dm__regex_match(const dm_regex *re, dm_str subject, size_t from, dm_span *groups, uint32_t cap)
{
    if (from > subject.len)
        return 0;
    if (!prepare(re))
        return DM_ELIMIT;
    const PCRE2_SPTR text = (PCRE2_SPTR)(subject.len != 0 ? subject.ptr : "");
    const int found = pcre2_match(re->code, text, subject.len, from, 0, re->state->data, limits);
    if (found == PCRE2_ERROR_NOMATCH)
        return 0;
    if (found < 0)
        return DM_ELIMIT;
    const PCRE2_SIZE *const pairs = pcre2_get_ovector_pointer(re->state->data);
    for (uint32_t i = 0; i < cap; i++)
        groups[i] =
            i < (uint32_t)found ? (dm_span){pairs[2 * i], pairs[2 * i + 1]} : (dm_span){SIZE_MAX, SIZE_MAX};
    return found;
}

dm_str dm__regex_pattern(const dm_regex *re)
{
    return (dm_str){re->pattern, re->len};
}
