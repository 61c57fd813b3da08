/* docmill try: one document through the chain, in this process. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cli/attempt.h"
#include "core/cli/diff.h"
#include "core/cli/figure.h"
#include "core/cli/page_keeper.h"
#include "core/cli/printable.h"
#include "core/cli/report_page.h"
#include "core/engine/engine.h"
#include "core/text/str.h"

struct try_options {
    const char *as, *stage, *report;
    bool explain, trace, no_sandbox;
};

struct trial {
    const struct dm_cli *cli;
    bool explain, no_memory;
    const char *report, *input;   /* paths; report NULL: no page */
    struct dm_page_keeper keeper; /* of the page */
    struct dm_report_page page;
    bool any; /* a document is on it */
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

static void add_to_page(struct trial *a, const struct dm_doc *d)
{
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    const struct dm_diff diff = {d->extracted, d->text, d->edits, d->edit_count, 0};
    a->no_memory = !dm__report_page_add(&a->page, &arena, &diff, d->identity.part);
    a->any = true;
    dm__arena_fini(&arena);
}

static dm_status on_rendered(void *owner, const struct dm_doc *d, dm_str bytes)
{
    struct trial *a = owner;
    if (a->report)
        add_to_page(a, d);
    else if (a->explain)
        explain(a, d);
    else
        fwrite(bytes.ptr, 1, bytes.len, stdout);
    return a->no_memory ? DM_ELIMIT : DM_OK;
}

/* ---- the page ----------------------------------------------------------------------------------- */

/* In the sandbox no file can be made: whoever is to do so starts before. */
static bool on_ready(void *owner, const struct dm_pipeline *p)
{
    struct trial *const a = owner;
    (void)p;
    const int error = a->report ? dm__page_keeper_start(&a->keeper, a->report, a->input) : 0;
    if (error == EEXIST)
        dm__log_error(&a->cli->log, "--report: %s is the input, or no regular file", a->report);
    else if (error != 0)
        dm__log_error(&a->cli->log, "--report: %s cannot be written: %s", a->report, strerror(error));
    return error == 0;
}

/* Only of what went well is there a page; a document that was dropped has none either.
 * return  exit status */
static int write_page(struct trial *a, dm_str html)
{
    const int error = a->any ? dm__page_keeper_commit(&a->keeper, html) : 0;
    if (error != 0) {
        dm__log_error(&a->cli->log, "--report: %s cannot be written: %s", a->report, strerror(error));
        return DM_EXIT_FAILED;
    }
    const size_t changes = a->page.changes;
    const dm_str name = dm__printable(a->cli->arena, dm__str(a->report));
    if (a->any)
        printf("%s change%s: %.*s\n", changes ? dm__figure_count(changes).text : "no",
               changes == 1 ? "" : "s", (int)name.len, name.ptr);
    return DM_EXIT_OK;
}

static int run_page(struct trial *a, const struct dm_attempt *attempt)
{
    char *html = NULL;
    size_t len = 0;
    FILE *const to = open_memstream(&html, &len);
    if (!to) {
        dm__log_error(&a->cli->log, "out of memory");
        return DM_EXIT_FAILED;
    }
    dm__report_page_begin(&a->page, to, dm__attempt_source(attempt->path));
    int status = dm__attempt_run(attempt);
    dm__report_page_end(&a->page);
    const bool bad = ferror(to) != 0;
    if (fclose(to) != 0 || bad) {
        dm__log_error(&a->cli->log, "out of memory");
        status = DM_EXIT_FAILED;
    }
    if (status == DM_EXIT_OK)
        status = write_page(a, (dm_str){html, len});
    dm__page_keeper_close(&a->keeper);
    free(html);
    return status;
}

/* ---- the command -------------------------------------------------------------------------------- */

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    const struct try_options *o = options;
    if (o->explain && o->as) {
        dm__log_error(&cli->log, "--explain prints changes, --as a rendered document: give one of them");
        return DM_EXIT_REFUSED;
    }
    if (o->report && (o->explain || o->as)) {
        dm__log_error(&cli->log, "--report writes a page instead of printing: leave out --explain and --as");
        return DM_EXIT_REFUSED;
    }
    struct trial trial = {.cli = cli,
                          .explain = o->explain,
                          .report = o->report,
                          .input = operands->items[1],
                          .keeper = {.fd = -1}};
    const struct dm_attempt attempt = {.cli = cli,
                                       .file = operands->items[0],
                                       .path = operands->items[1],
                                       .as = o->as,
                                       .stage = o->stage,
                                       .no_sandbox = o->no_sandbox,
                                       .trace = o->trace,
                                       .kept = &trial.keeper.fd,
                                       .owner = &trial,
                                       .ready = on_ready,
                                       .rendered = on_rendered};
    return o->report ? run_page(&trial, &attempt) : dm__attempt_run(&attempt);
}

#define AT(f) (uint32_t) offsetof(struct try_options, f)
static const struct dm_arg args[] = {
    {"as", 0, DM_ARG_TEXT, AT(as), "OUTPUT", NULL,
     "print what this output would write: text (the default), markdown, json, or any other that is "
     "installed"},
    {"explain", 'e', DM_ARG_FLAG, AT(explain), NULL, NULL,
     "print what was changed instead, each change with its stage and rule"},
    {"report", 0, DM_ARG_TEXT, AT(report), "FILE.html", NULL,
     "write a page with the extracted text beside the result, every change marked with its reason; the text "
     "is not printed"},
    {"stage", 's', DM_ARG_TEXT, AT(stage), "NAME", NULL,
     "stop after this stage: its name, such as clean-unicode or unicode, or its number"},
    {"trace", 0, DM_ARG_FLAG, AT(trace), NULL, NULL,
     "print each call of a stage on standard error, with its time and what it did"},
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
    {"docmill try --report page.html pipelines/news.yaml article.txt",
     "a page for the browser: before and after side by side"},
    {"docmill try --trace pipelines/news.yaml article.txt > /dev/null",
     "what each stage did, and how long it took"},
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
        "‹U+200B›.\n\n"
        "With --report: the same as one HTML page that needs nothing else, with a list of all changes.  It "
        "is "
        "written once the document went well, and replaces the file that was there.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 2,
    .most = 2,
    .flags = DM_COMMAND_READS_PIPELINE,
    .options_size = sizeof(struct try_options),
    .run = run,
};
