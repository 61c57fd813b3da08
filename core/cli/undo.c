/* docmill undo: the text of one document without some of what the stages did to it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/cli/attempt.h"
#include "core/cli/printable.h"
#include "core/cli/stage_name.h"
#include "core/document/without.h"
#include "core/engine/engine.h"
#include "core/text/str.h"

enum { SHOWN = 60 /* columns of a quoted text */ };

struct undo_options {
    struct dm_words edits, rules, stages;
    bool list, no_sandbox;
};

/* A rule of one step, or of all. */
struct choice {
    int32_t step; /* -1: all */
    dm_str rule;  /* empty: all */
};

struct undoing {
    const struct dm_cli *cli;
    const struct undo_options *options;
    struct choice *choices;
    size_t choice_count;
    uint64_t *numbers;
    uint64_t before; /* edits of the parts that came before */
    FILE *out;       /* kept until it is known that all numbers exist */
};

/* ---- what was asked for ------------------------------------------------------------------------- */

static bool step_has_rule(const struct dm_step *step, dm_str rule)
{
    for (size_t i = 0; i < step->instance_count; i++) {
        const dm_array rules = step->instances[i].stage->rules;
        for (uint32_t k = 0; k < rules.count; k++) {
            if (dm__str_eq(dm__str(DM_AT(dm_rule, rules, k)->id), rule))
                return true;
        }
    }
    return false;
}

static bool has_rule(const struct dm_pipeline *p, struct choice c)
{
    for (size_t i = 0; i < p->step_count; i++) {
        if ((c.step < 0 || (size_t)c.step == i) && step_has_rule(&p->steps[i], c.rule))
            return true;
    }
    return false;
}

static bool find_rule(const struct undoing *u, const struct dm_pipeline *p, const char *word,
                      struct choice *c)
{
    const char *const slash = strchr(word, '/');
    *c = (struct choice){-1, dm__str(slash ? slash + 1 : word)};
    if (slash) {
        const dm_str stage = dm__arena_str(u->cli->arena, (dm_str){word, (size_t)(slash - word)});
        c->step = stage.ptr ? dm__step_lookup(u->cli->arena, &u->cli->log, p, stage.ptr) : -1;
        if (c->step < 0)
            return false;
    }
    if (has_rule(p, *c))
        return true;
    const dm_str shown = dm__printable_quoted(u->cli->arena, dm__str(word), SHOWN);
    dm__log_error(&u->cli->log, "no stage of the pipeline has a rule %.*s; --list names the rules at work",
                  (int)shown.len, shown.ptr);
    return false;
}

static bool read_number(const struct undoing *u, const char *word, uint64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoull(word, &end, 10);
    if (word[0] >= '0' && word[0] <= '9' && *end == '\0' && errno == 0 && *out > 0)
        return true;
    const dm_str shown = dm__printable_quoted(u->cli->arena, dm__str(word), SHOWN);
    dm__log_error(&u->cli->log, "--edit takes the number of an edit, from 1, not %.*s", (int)shown.len,
                  shown.ptr);
    return false;
}

static bool on_ready(void *owner, const struct dm_pipeline *p)
{
    struct undoing *const u = owner;
    const struct undo_options *const o = u->options;
    for (size_t i = 0; i < o->edits.count; i++) {
        if (!read_number(u, o->edits.items[i], &u->numbers[i]))
            return false;
    }
    for (size_t i = 0; i < o->rules.count; i++) {
        if (!find_rule(u, p, o->rules.items[i], &u->choices[u->choice_count++]))
            return false;
    }
    for (size_t i = 0; i < o->stages.count; i++) {
        const int32_t step = dm__step_lookup(u->cli->arena, &u->cli->log, p, o->stages.items[i]);
        if (step < 0)
            return false;
        u->choices[u->choice_count++] = (struct choice){step, DM_LIT("")};
    }
    return true;
}

static bool is_chosen(const struct undoing *u, const dm_edit_record *r, uint64_t number)
{
    for (size_t i = 0; i < u->options->edits.count; i++) {
        if (u->numbers[i] == number)
            return true;
    }
    for (size_t i = 0; i < u->choice_count; i++) {
        const struct choice *const c = &u->choices[i];
        if ((c->step < 0 || (uint32_t)c->step == r->stage) &&
            (c->rule.len == 0 || dm__str_eq(c->rule, r->rule)))
            return true;
    }
    return false;
}

/* ---- edits in words ----------------------------------------------------------------------------- */

static void write_str(FILE *to, dm_str s)
{
    fwrite(s.ptr, 1, s.len, to);
}

/* Where reading a text has come to; edits of one stage stand in its order. */
struct place {
    dm_str text; /* that the stage received */
    size_t at, line, column;
};

static void move_place(struct place *p, size_t to)
{
    for (; p->at < to && p->at < p->text.len; p->at++) {
        const unsigned char c = (unsigned char)p->text.ptr[p->at];
        p->line += c == '\n';
        p->column = c == '\n' ? 1 : p->column + ((c & 0xC0) != 0x80);
    }
}

/* A line each: 3  5:7  clean-unicode/zero-width  "a" -> "b" (only flagged) (confidence 0.75) (line 3)
 * place  NULL: not told */
static void write_edit(FILE *to, struct dm_arena *arena, const dm_edit_record *r, uint64_t number,
                       const struct place *place)
{
    fprintf(to, "%llu  ", (unsigned long long)number);
    if (place && r->target == DM_CHANGE_TEXT)
        fprintf(to, "%zu:%zu  ", place->line, place->column);
    else if (place)
        fputs("-  ", to);
    write_str(to, dm__printable(arena, r->stage_name));
    fputc('/', to);
    write_str(to, dm__printable(arena, r->rule));
    fputs("  ", to);
    if (r->target == DM_CHANGE_META) {
        write_str(to, dm__printable(arena, r->key));
        fputs(": ", to);
    } else if (r->target != DM_CHANGE_TEXT) {
        fputs("mark: ", to);
    }
    write_str(to, dm__printable_quoted(arena, r->before.ptr ? r->before : DM_LIT(""), SHOWN));
    fputs(" -> ", to);
    write_str(to, dm__printable_quoted(arena, r->after.ptr ? r->after : DM_LIT(""), SHOWN));
    if (r->flags & DM_EDIT_FLAGGED)
        fputs(" (only flagged)", to);
    if (r->confidence < 1)
        fprintf(to, " (confidence %.2f)", r->confidence);
    if (r->evidence.len > 0) {
        fputs(" (", to);
        write_str(to, dm__printable(arena, r->evidence));
        fputc(')', to);
    }
    fputc('\n', to);
}

static void say(const struct undoing *u, struct dm_arena *arena, const char *what, const dm_edit_record *r,
                uint64_t number)
{
    if (u->cli->common.quiet)
        return;
    fprintf(stderr, "%s: ", what);
    write_edit(stderr, arena, r, number, NULL);
}

/* ---- undoing ------------------------------------------------------------------------------------ */

static dm_status undo(const struct undoing *u, struct dm_arena *arena, const struct dm_doc *d)
{
    bool *const taken = dm__arena_alloc(arena, d->edit_count + 1, 1);
    if (!taken)
        return DM_ELIMIT;
    for (size_t i = 0; i < d->edit_count; i++)
        taken[i] = is_chosen(u, &d->edits[i], u->before + i + 1);
    const dm_str text = dm__edit_without(arena, d->text, d->edits, d->edit_count, taken);
    if (!text.ptr)
        return DM_ELIMIT;
    for (size_t i = 0; i < d->edit_count; i++) {
        const dm_edit_record *const r = &d->edits[i];
        const bool chosen = is_chosen(u, r, u->before + i + 1);
        if (taken[i])
            say(u, arena, chosen ? "undone" : "undone with it", r, u->before + i + 1);
        else if (chosen)
            say(u, arena, r->flags & DM_EDIT_FLAGGED ? "was never made" : "not of the text", r,
                u->before + i + 1);
    }
    write_str(u->out, text);
    return DM_OK;
}

static dm_status list(const struct undoing *u, struct dm_arena *arena, const struct dm_doc *d)
{
    struct place place = {.line = 1, .column = 1};
    for (size_t i = 0; i < d->edit_count; i++) {
        const dm_edit_record *const r = &d->edits[i];
        if (i == 0 || r->stage != d->edits[i - 1].stage) {
            const dm_str text = dm__edit_undo(arena, d->text, d->edits, d->edit_count, r->stage);
            if (!text.ptr)
                return DM_ELIMIT;
            place = (struct place){text, 0, 1, 1};
        }
        if (r->target == DM_CHANGE_TEXT)
            move_place(&place, r->at.begin);
        write_edit(u->out, arena, r, u->before + i + 1, &place);
    }
    return DM_OK;
}

static dm_status on_rendered(void *owner, const struct dm_doc *d, dm_str bytes)
{
    (void)bytes;
    struct undoing *const u = owner;
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    const dm_status status = u->options->list ? list(u, &arena, d) : undo(u, &arena, d);
    u->before += d->edit_count;
    dm__arena_fini(&arena);
    return status;
}

/* return  false: a number beyond the last edit, which was said */
static bool check_numbers(const struct undoing *u)
{
    for (size_t i = 0; i < u->options->edits.count; i++) {
        if (u->numbers[i] > u->before) {
            dm__log_error(&u->cli->log, "there is no edit %llu; the document has %llu",
                          (unsigned long long)u->numbers[i], (unsigned long long)u->before);
            return false;
        }
    }
    return true;
}

static int attempt(struct undoing *u, const struct dm_words *operands)
{
    char *kept = NULL;
    size_t size = 0;
    u->out = open_memstream(&kept, &size);
    if (!u->out) {
        dm__log_error(&u->cli->log, "out of memory");
        return DM_EXIT_FAILED;
    }
    const struct dm_attempt a = {.cli = u->cli,
                                 .file = operands->items[0],
                                 .path = operands->items[1],
                                 .no_sandbox = u->options->no_sandbox,
                                 .owner = u,
                                 .ready = on_ready,
                                 .rendered = on_rendered};
    int status = dm__attempt_run(&a);
    if (status == DM_EXIT_OK && !check_numbers(u))
        status = DM_EXIT_REFUSED;
    if (fclose(u->out) != 0 && status == DM_EXIT_OK) {
        dm__log_error(&u->cli->log, "out of memory");
        status = DM_EXIT_FAILED;
    }
    if (status == DM_EXIT_OK)
        fwrite(kept, 1, size, stdout);
    free(kept);
    return status;
}

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    const struct undo_options *const o = options;
    const size_t choices = o->rules.count + o->stages.count;
    const bool any = o->edits.count + choices > 0;
    if (any == o->list) {
        dm__log_error(&cli->log, "say what to undo, with --edit, --rule or --stage, or --list alone");
        return DM_EXIT_REFUSED;
    }
    struct undoing u = {.cli = cli, .options = o};
    u.choices = dm__arena_alloc(cli->arena, (choices + 1) * sizeof *u.choices, sizeof(void *));
    u.numbers = dm__arena_alloc(cli->arena, (o->edits.count + 1) * sizeof *u.numbers, sizeof(void *));
    if (!u.choices || !u.numbers) {
        dm__log_error(&cli->log, "out of memory");
        return DM_EXIT_FAILED;
    }
    return attempt(&u, operands);
}

#define AT(f) (uint32_t) offsetof(struct undo_options, f)
static const struct dm_arg args[] = {
    {"edit", 'e', DM_ARG_LIST, AT(edits), "N", NULL,
     "undo the edit with this number, as --list prints it; may be given several times"},
    {"rule", 'r', DM_ARG_LIST, AT(rules), "[STAGE/]RULE", NULL,
     "undo all edits of this rule; may be given several times"},
    {"stage", 's', DM_ARG_LIST, AT(stages), "NAME", NULL,
     "undo all edits of this stage: its name, such as clean-unicode or unicode, or its number; may be given "
     "several times"},
    {"list", 'l', DM_ARG_FLAG, AT(list), NULL, NULL, "print all edits with their numbers instead"},
    {"no-sandbox", 0, DM_ARG_FLAG, AT(no_sandbox), NULL, NULL, "let the plugins do whatever you may do"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

static const struct dm_example examples[] = {
    {"docmill undo --list pipelines/news.yaml article.txt", "what was changed, numbered"},
    {"docmill undo --edit 3 pipelines/news.yaml article.txt", "the clean text without the third edit"},
    {"docmill undo --stage unicode pipelines/news.yaml - < article.txt",
     "without what clean-unicode did, and what builds on it"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "the text was printed, or the document was dropped by intention"},
    {1, "the document failed; the reason was printed"},
    {2, "there is no such edit, rule or stage, or a mistake in the pipeline or on the command line"},
    {0, NULL},
};

const struct dm_command dm__command_undo = {
    .name = "undo",
    .operands = "PIPELINE FILE",
    .summary = "print the text of a document without some of its edits",
    .about =
        "Runs FILE (`-`: standard input) through the pipeline as `docmill try` does, takes back the edits "
        "that were asked for, and prints the text.  Later edits that touch what an undone one had put "
        "there build on it: they are undone with it, and named on standard error.\n\n"
        "Edits that were only flagged were never made, and changes of metadata and marks are not of the "
        "text: both stay as they are.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 2,
    .most = 2,
    .flags = DM_COMMAND_READS_PIPELINE,
    .options_size = sizeof(struct undo_options),
    .run = run,
};
