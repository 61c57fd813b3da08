/* docmill try: one document through the chain, in this process. */
#include <unistd.h>

#include "core/cli/attempt.h"
#include "core/cli/diff.h"
#include "core/engine/engine.h"

struct try_options {
    const char *as, *stage;
    bool explain, no_sandbox;
};

struct trial {
    const struct dm_cli *cli;
    bool explain, no_memory;
};

static void explain(struct trial *a, const struct dm_doc *d)
{
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    if (d->identity.part > 0)
        printf("\npart %u\n", d->identity.part);
    const unsigned columns = a->cli->out.terminal ? dm__terminal_columns(STDOUT_FILENO) : 110;
    const struct dm_diff diff = {d->extracted, d->text, d->edits, d->edit_count, columns};
    a->no_memory = !dm__diff_write(stdout, &a->cli->out, &arena, &diff);
    dm__arena_fini(&arena);
}

static dm_status on_rendered(void *owner, const struct dm_doc *d, dm_str bytes)
{
    struct trial *a = owner;
    if (a->explain)
        explain(a, d);
    else
        fwrite(bytes.ptr, 1, bytes.len, stdout);
    return a->no_memory ? DM_ELIMIT : DM_OK;
}

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    const struct try_options *o = options;
    if (o->explain && o->as) {
        dm__log_error(&cli->log, "--explain prints changes, --as a rendered document: give one of them");
        return DM_EXIT_REFUSED;
    }
    struct trial trial = {.cli = cli, .explain = o->explain};
    const struct dm_attempt attempt = {.cli = cli,
                                       .file = operands->items[0],
                                       .path = operands->items[1],
                                       .as = o->as,
                                       .stage = o->stage,
                                       .no_sandbox = o->no_sandbox,
                                       .owner = &trial,
                                       .rendered = on_rendered};
    return dm__attempt_run(&attempt);
}

#define AT(f) (uint32_t) offsetof(struct try_options, f)
static const struct dm_arg args[] = {
    {"as", 0, DM_ARG_TEXT, AT(as), "OUTPUT", NULL,
     "print what this output would write: text (the default), markdown, json, or any other that is "
     "installed"},
    {"explain", 'e', DM_ARG_FLAG, AT(explain), NULL, NULL,
     "print what was changed instead, each change with its stage and rule"},
    {"stage", 's', DM_ARG_TEXT, AT(stage), "NAME", NULL,
     "stop after this stage: its name, such as clean-unicode or unicode, or its number"},
    {"no-sandbox", 0, DM_ARG_FLAG, AT(no_sandbox), NULL, NULL,
     "let the plugins do whatever you may do: to find out whether the sandbox is in their way, and for tools "
     "that it is in the way of"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

static const struct dm_example examples[] = {
    {"docmill try pipelines/news.yaml article.txt", "print the clean text of an article"},
    {"docmill try --as markdown pipelines/news.yaml article.txt", "the same as Markdown"},
    {"docmill try --explain pipelines/news.yaml article.txt | less -R",
     "what was changed in it, and by which rule (add --color always for colours in less)"},
    {"docmill try --stage unicode pipelines/news.yaml - < article.txt",
     "only the stages up to clean-unicode, from standard input"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "the document was processed, or dropped by intention"},
    {1, "the document failed; the reason was printed"},
    {2, "a mistake in the pipeline or on the command line"},
    {0, NULL},
};

const struct dm_command dm__command_try = {
    .name = "try",
    .operands = "PIPELINE FILE",
    .summary = "run one document through a pipeline and print its text",
    .about =
        "Runs FILE (`-`: standard input) through the stages of the pipeline in this process, and prints the "
        "result.  Nothing is written to the pipeline's outputs.  This is the same chain that `docmill run` "
        "uses, in the same sandbox, in a form that a debugger can follow.\n\n"
        "With --explain: the lines that were changed, with deletions and insertions, and below them every "
        "change with its stage and rule.  Characters that cannot be seen are shown by their number, such as "
        "‹U+200B›.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 2,
    .most = 2,
    .flags = DM_COMMAND_READS_PIPELINE,
    .options_size = sizeof(struct try_options),
    .run = run,
};
