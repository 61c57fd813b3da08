/* clean-words: looks up every word in a list, as the script of tests/bench/stages.c does; for comparison. */
#include <docmill/plugin.h>

#include <string.h>

enum { SLOTS = 1024 };

struct words {
    dm_array list; /* of dm_pair */
    const dm_pair *slots[SLOTS];
};

static const dm_option options[] = {
    {.name = "list",
     DM_MAP_AT(struct words, list),
     .def = "{}",
     .max = 512,
     .help = "Words and what they become."},
};
static const dm_rule rules[] = {{"word", "A word of the list.", DM_FIX, 0}};

static uint32_t hash(dm_str s)
{
    uint32_t h = 2166136261U; /* FNV-1a */
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (unsigned char)s.ptr[i]) * 16777619U;
    return h;
}

static const dm_pair *find(const struct words *w, dm_str word)
{
    for (uint32_t i = hash(word);; i++) {
        const dm_pair *const p = w->slots[i % SLOTS];
        if (!p || (p->key.len == word.len && !memcmp(p->key.ptr, word.ptr, word.len)))
            return p;
    }
}

static dm_status open_list(dm_task *t, void *state)
{
    struct words *const w = state;
    (void)t;
    for (uint32_t i = 0; i < w->list.count; i++) {
        const dm_pair *const p = DM_AT(dm_pair, w->list, i);
        uint32_t at = hash(p->key);
        while (w->slots[at % SLOTS])
            at++;
        w->slots[at % SLOTS] = p;
    }
    return DM_OK;
}

/* The bytes of the character at `at` if it is part of a word, as clean-lua has it; 0: it is not. */
static size_t letter(dm_str s, size_t at)
{
    const unsigned char *const p = (const unsigned char *)s.ptr + at;
    if (at >= s.len)
        return 0;
    if (p[0] < 0x80)
        return (p[0] | 0x20u) - (unsigned)'a' < 26 || p[0] - (unsigned)'0' < 10;
    if (p[0] < 0xE0)
        return p[0] == 0xC2 ? 0 : 2;
    return p[0] >= 0xF0 ? 4 : (p[0] == 0xE2 && p[1] <= 0x81) || (p[0] == 0xE3 && p[1] == 0x80) ? 0 : 3;
}

static size_t apostrophe(dm_str s, size_t at)
{
    return at < s.len && s.ptr[at] == '\''                             ? 1
           : s.len - at >= 3 && !memcmp(s.ptr + at, "\xE2\x80\x99", 3) ? 3
                                                                       : 0;
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    const dm_str text = dm_text(t, d);
    for (size_t i = 0; i < text.len;) {
        size_t end = i, n;
        while ((n = letter(text, end)) || (end > i && (n = apostrophe(text, end)) && letter(text, end + n)))
            end += n;
        const dm_pair *const found = end > i ? find(state, (dm_str){text.ptr + i, end - i}) : NULL;
        if (found)
            dm_edit(t, d, (dm_span){i, end}, found->value, 0);
        for (i = end > i ? end : i + 1; i < text.len && ((unsigned char)text.ptr[i] & 0xC0) == 0x80; i++)
            ;
    }
    return DM_OK;
}

static const dm_stage stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .state_size = sizeof(struct words),
    .name = "words",
    .summary = "Looks up every word.",
    .options = DM_ARRAY(options),
    .rules = DM_ARRAY(rules),
    .open = open_list,
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.name = "words", .version = "0.1.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&stage, NULL});
