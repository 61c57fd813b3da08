/* Changes in words. */
#include "core/cli/causes.h"

#include <string.h>

#include "core/cli/figure.h"
#include "core/cli/printable.h"
#include "core/cli/rune.h"
#include "core/document/edit.h"
#include "core/text/str.h"

enum {
    AROUND = 12, /* code points of the word around a change */
    TELLING = 3, /* visible code points that tell enough by themselves */
    SHOWN = 60   /* columns of a quoted text */
};

/* The text that each stage received, for the words around its changes; going back is done once a
 * stage. */
bool dm__causes_init(struct dm_cause_list *list, struct dm_arena *arena, const struct dm_diff *diff)
{
    *list = (struct dm_cause_list){.arena = arena, .diff = diff};
    if (diff->count == 0)
        return true;
    list->stages = diff->edits[diff->count - 1].stage + 1;
    list->received = dm__arena_alloc(arena, list->stages * sizeof *list->received, sizeof(void *));
    if (!list->received)
        return false;
    dm_str text = diff->now;
    for (size_t end = diff->count; end > 0;) {
        const uint32_t stage = diff->edits[end - 1].stage;
        text = dm__edit_undo(arena, text, diff->edits, end, stage);
        if (!text.ptr)
            return false;
        list->received[stage] = text;
        while (end > 0 && diff->edits[end - 1].stage == stage)
            end--;
    }
    return true;
}

void dm__causes_add(struct dm_cause_list *list, const struct dm_cause *causes)
{
    for (; causes; causes = causes->next) {
        const dm_edit_record **items =
            dm__arena_grow(list->arena, list->items, list->count, &list->cap, sizeof(dm_edit_record *));
        if (!items)
            return;
        list->items = items;
        list->items[list->count++] = causes->edit;
    }
}

/* ---- one change --------------------------------------------------------------------------------- */

static bool ends_word(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The word that a change lies in: a lone U+200B says little. */
static dm_span around(dm_str text, dm_span at)
{
    for (int n = 0; n < AROUND && at.begin > 0 && !ends_word(text.ptr[at.begin - 1]); n++) {
        do
            at.begin--;
        while (at.begin > 0 && ((unsigned char)text.ptr[at.begin] & 0xC0) == 0x80);
    }
    uint32_t rune;
    for (int n = 0; n < AROUND && at.end < text.len && !ends_word(text.ptr[at.end]); n++)
        dm__rune_next(text, &at.end, &rune);
    return at;
}

/* Code points that a reader sees. */
static size_t count_visible(dm_str s)
{
    size_t count = 0;
    for (size_t at = 0; at < s.len;) {
        uint32_t rune;
        count += dm__rune_next(s, &at, &rune) && rune > ' ' && dm__rune_visible(rune) &&
                 !dm__rune_mistakable(rune) && dm__rune_width(rune) > 0;
    }
    return count;
}

/* A change of next to nothing that can be seen is shown with the word around it. */
static bool needs_word(dm_str before, dm_str after)
{
    return before.len + after.len < SHOWN && count_visible(before) < TELLING &&
           count_visible(after) < TELLING;
}

static dm_str join(struct dm_arena *arena, dm_str a, dm_str b, dm_str c)
{
    char *out = dm__arena_raw(arena, a.len + b.len + c.len + 1);
    if (!out)
        return DM_LIT("?");
    const dm_str parts[] = {a, b, c};
    size_t len = 0;
    for (size_t i = 0; i < 3; i++) {
        if (parts[i].len > 0)
            memcpy(out + len, parts[i].ptr, parts[i].len);
        len += parts[i].len;
    }
    return (dm_str){out, len};
}

static void write_str(FILE *to, dm_str s)
{
    fwrite(s.ptr, 1, s.len, to);
}

/* Before and after, with the word around them where they alone say too little. */
static void write_text_change(const struct dm_cause_list *list, FILE *to, const dm_edit_record *r)
{
    struct dm_arena *arena = list->arena;
    dm_str before = r->before, after = r->after;
    const dm_str text = list->received[r->stage];
    if (needs_word(before, after) && r->at.end <= text.len) {
        const dm_span word = around(text, r->at);
        const dm_str head = dm__str_slice(text, (dm_span){word.begin, r->at.begin});
        const dm_str tail = dm__str_slice(text, (dm_span){r->at.end, word.end});
        before = join(arena, head, before, tail);
        after = join(arena, head, after, tail);
    }
    write_str(to, dm__printable_quoted(arena, before, SHOWN));
    fputs(" -> ", to);
    write_str(to, dm__printable_quoted(arena, after, SHOWN));
}

static void write_value(FILE *to, struct dm_arena *arena, dm_str s)
{
    write_str(to, s.ptr ? dm__printable_quoted(arena, s, SHOWN) : DM_LIT("nothing"));
}

static void write_change(const struct dm_cause_list *list, FILE *to, const dm_edit_record *r)
{
    struct dm_arena *arena = list->arena;
    switch (r->target) {
    case DM_CHANGE_TEXT:
        write_text_change(list, to, r);
        return;
    case DM_CHANGE_META:
        write_str(to, dm__printable(arena, r->key));
        fputs(": ", to);
        break;
    default:
        fputs("mark: ", to);
    }
    write_value(to, arena, r->before);
    fputs(" -> ", to);
    write_value(to, arena, r->after);
}

static dm_str rule_name(struct dm_arena *arena, const dm_edit_record *r)
{
    return dm__printable(arena, join(arena, r->stage_name, DM_LIT("/"), r->rule));
}

static void write_line(const struct dm_cause_list *list, FILE *to, const struct dm_style *style,
                       const dm_edit_record *r, size_t name_width)
{
    const dm_str name = rule_name(list->arena, r);
    fprintf(to, "         %s%.*s%s%*s  ", dm__tone(style, DM_TONE_NAME), (int)name.len, name.ptr,
            dm__tone(style, DM_TONE_PLAIN), (int)(name_width - dm__text_width(name)), "");
    write_change(list, to, r);
    const char *open = " (", *close = "";
    if (r->flags & DM_EDIT_FLAGGED) {
        fprintf(to, "%s%sonly flagged%s", open, dm__tone(style, DM_TONE_WARNING),
                dm__tone(style, DM_TONE_PLAIN));
        open = ", ";
        close = ")";
    }
    if (r->confidence < 1) {
        fprintf(to, "%sconfidence %.2f", open, r->confidence);
        open = ", ";
        close = ")";
    }
    if (r->evidence.len > 0) {
        fputs(open, to);
        write_str(to, dm__printable(list->arena, r->evidence));
        close = ")";
    }
    fprintf(to, "%s\n", close);
}

void dm__causes_write(struct dm_cause_list *list, FILE *to, const struct dm_style *style)
{
    size_t widest = 0;
    for (size_t i = 0; i < list->count; i++) {
        const size_t width = dm__text_width(rule_name(list->arena, list->items[i]));
        if (width > widest)
            widest = width;
    }
    for (size_t i = 0; i < list->count; i++)
        write_line(list, to, style, list->items[i], widest);
    list->count = 0;
}

/* ---- all changes -------------------------------------------------------------------------------- */

void dm__causes_summary(struct dm_cause_list *list, FILE *to, const struct dm_style *style)
{
    const struct dm_diff *d = list->diff;
    size_t made = 0, flagged = 0;
    for (size_t i = 0; i < d->count; i++) {
        if (d->edits[i].flags & DM_EDIT_FLAGGED)
            flagged++;
        else
            made++;
    }
    fprintf(to, "%s%s change%s%s", dm__tone(style, DM_TONE_STRONG), made ? dm__figure_count(made).text : "no",
            made == 1 ? "" : "s", dm__tone(style, DM_TONE_PLAIN));
    const char *sep = ": ";
    for (size_t begin = 0, end; begin < d->count; begin = end) {
        size_t here = 0;
        for (end = begin; end < d->count && d->edits[end].stage == d->edits[begin].stage; end++)
            here += !(d->edits[end].flags & DM_EDIT_FLAGGED);
        if (here == 0)
            continue;
        const dm_str name = dm__printable(list->arena, d->edits[begin].stage_name);
        fprintf(to, "%s%.*s %s", sep, (int)name.len, name.ptr, dm__figure_count(here).text);
        sep = ", ";
    }
    if (flagged > 0)
        fprintf(to, "; %s only flagged", dm__figure_count(flagged).text);
    fputc('\n', to);
}

void dm__causes_others(struct dm_cause_list *list, FILE *to, const struct dm_style *style)
{
    const struct dm_diff *d = list->diff;
    for (size_t i = 0; i < d->count; i++) {
        if (d->edits[i].target != DM_CHANGE_TEXT)
            dm__causes_add(list, &(struct dm_cause){.edit = &d->edits[i]});
    }
    if (list->count == 0)
        return;
    fprintf(to, "%smetadata and marks%s\n", dm__tone(style, DM_TONE_STRONG), dm__tone(style, DM_TONE_PLAIN));
    dm__causes_write(list, to, style);
}
