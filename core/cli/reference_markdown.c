/* The page of docs/reference about one stage, written from what the plugin declares.  It holds no
 * version and no path, so that it changes only when the plugin's tables do. */
#include <string.h>

#include "core/cli/option_words.h"
#include "core/cli/reference.h"
#include "core/cli/stage_name.h"
#include "core/text/str.h"

/* A cell of a table: `|` would end it, a line break the table. */
static void cell(FILE *to, dm_str s)
{
    fputc(' ', to);
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '|')
            fputc('\\', to);
        fputc(s.ptr[i] == '\n' ? ' ' : s.ptr[i], to);
    }
    fputs(" |", to);
}

static void code_cell(FILE *to, struct dm_arena *arena, dm_str s)
{
    const dm_str quoted = s.len == 0 ? s : dm__arena_printf(arena, "`%.*s`", (int)s.len, s.ptr);
    cell(to, quoted);
}

static void text_cell(FILE *to, const char *s)
{
    cell(to, s ? dm__str(s) : DM_LIT(""));
}

/* The smallest use: the name, and each option that has no default. */
static void example(FILE *to, struct dm_arena *arena, const dm_stage *s)
{
    fprintf(to, "```yaml\n- %s: %s\n", dm__kind_verb(s->kind), s->name);
    bool first = true;
    for (uint32_t i = 0; i < s->options.count; i++) {
        const dm_option *o = DM_AT(dm_option, s->options, i);
        if (o->def)
            continue;
        fprintf(to, "%s    %s: ...\n", first ? "  with:\n" : "", o->name);
        first = false;
    }
    const dm_str needs = dm__stage_needs(arena, s);
    if (needs.len == 0) {
        fputs("```\n", to);
        return;
    }
    fprintf(to,
            "  allow: [%s]\n```\n\nIt needs more than the sandbox gives: %s. A pipeline must allow that.\n",
            needs.ptr, needs.ptr);
}

static void options(FILE *to, struct dm_arena *arena, dm_array all)
{
    if (all.count == 0)
        return;
    fputs("\n## Options\n\n| option | type | default | range | what it does |\n|---|---|---|---|---|\n", to);
    for (uint32_t i = 0; i < all.count; i++) {
        const dm_option *o = DM_AT(dm_option, all, i);
        fputc('|', to);
        code_cell(to, arena, dm__str(o->name));
        text_cell(to, dm__option_words_type(o));
        if (o->def)
            code_cell(to, arena, dm__option_words_default(arena, o));
        else
            text_cell(to, "required");
        cell(to, dm__option_words_range(arena, o));
        text_cell(to, o->help);
        fputc('\n', to);
    }
}

static const char *mode_word(uint32_t mode)
{
    return mode == DM_FIX ? "fix" : mode == DM_FLAG ? "flag" : "off";
}

static void rules(FILE *to, struct dm_arena *arena, dm_array all)
{
    if (all.count == 0)
        return;
    fputs("\n## Rules\n\nEach can be set to `fix`, `flag` (recorded, not made) or `off` with "
          "`with: { rules: { RULE: MODE } }`.\n\n| rule | by default | what it changes |\n|---|---|---|\n",
          to);
    for (uint32_t i = 0; i < all.count; i++) {
        const dm_rule *r = DM_AT(dm_rule, all, i);
        fputc('|', to);
        code_cell(to, arena, dm__str(r->id));
        const dm_str mode = r->threshold > 0 ? dm__arena_printf(arena, "%s, from a confidence of %g",
                                                                mode_word(r->mode), r->threshold)
                                             : dm__str(mode_word(r->mode));
        cell(to, mode);
        text_cell(to, r->help);
        fputc('\n', to);
    }
}

static void metrics(FILE *to, struct dm_arena *arena, dm_array all)
{
    if (all.count == 0)
        return;
    fputs("\n## Metrics\n\n| metric | unit | what it counts |\n|---|---|---|\n", to);
    for (uint32_t i = 0; i < all.count; i++) {
        const dm_metric *m = DM_AT(dm_metric, all, i);
        fputc('|', to);
        code_cell(to, arena, dm__str(m->id));
        text_cell(to, m->unit);
        text_cell(to, m->help);
        fputc('\n', to);
    }
}

void dm__reference_markdown(FILE *to, struct dm_arena *arena, struct dm_stage_ref ref)
{
    const dm_stage *s = ref.stage;
    const dm_str name = dm__stage_full_name(arena, s);
    fprintf(
        to,
        "<!-- Written by `docmill plugins %.*s --markdown` from the plugin's tables: change those. -->\n\n",
        (int)name.len, name.ptr);
    fprintf(to, "# %.*s\n\n%s %s. %s\n\n", (int)name.len, name.ptr, s->kind == DM_CLEANER ? "A" : "An",
            dm__kind_noun(s->kind), s->summary);
    example(to, arena, s);
    options(to, arena, s->options);
    rules(to, arena, s->rules);
    metrics(to, arena, s->metrics);
    if (s->doc && *s->doc)
        fprintf(to, "\n%s%s", s->doc, s->doc[strlen(s->doc) - 1] == '\n' ? "" : "\n");
}
