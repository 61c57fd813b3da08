/* docmill graph: a pipeline as a picture, in the languages that draw pictures. */
#include "core/cli/load.h"
#include "core/cli/plan.h"
#include "core/cli/printable.h"
#include "core/cli/stage_name.h"
#include "core/text/str.h"

enum language { MERMAID, DOT };

struct graph_options {
    int as; /* enum language */
};

/* Where a document may come from: out of a node, perhaps with a word at the arrow. */
struct origin {
    char node[32];
    const char *word; /* NULL: none */
};

/* A stage that is not for every document has two ways to the next: through it, and past it. */
struct graph {
    struct dm_arena *arena;
    enum language language;
    struct origin *origins;
    size_t origin_count;
};

enum shape { STAGE, CHOICE, TARGET, SOURCE, SHAPES };

/* ---- words -------------------------------------------------------------------------------------- */

/* A label without what would end it: Mermaid has numbers for characters, DOT the backslash. */
static void print_label(const struct graph *g, dm_str label)
{
    const dm_str shown = dm__printable(g->arena, label);
    for (size_t i = 0; i < shown.len; i++) {
        const char c = shown.ptr[i];
        if (g->language == MERMAID && (c == '"' || c == '#' || c == '<' || c == '>' || c == '&' || c == '`'))
            printf("#%d;", c);
        else if (g->language == DOT && (c == '"' || c == '\\'))
            printf("\\%c", c);
        else
            putchar(c);
    }
}

/* A second line of a label. */
static void print_break(const struct graph *g)
{
    fputs(g->language == MERMAID ? "<br/>" : "\\n", stdout);
}

static void begin_node(const struct graph *g, const char *id, enum shape shape)
{
    static const char *const opening[SHAPES] = {"[\"", "{\"", "[(\"", "([\""};
    static const char *const dot[SHAPES] = {"box", "diamond", "cylinder", "oval"};
    if (g->language == MERMAID)
        printf("    %s%s", id, opening[shape]);
    else
        printf("    %s [shape=%s, label=\"", id, dot[shape]);
}

static void end_node(const struct graph *g, enum shape shape)
{
    static const char *const closing[SHAPES] = {"\"]", "\"}", "\")]", "\"])"};
    puts(g->language == MERMAID ? closing[shape] : "\"];");
}

static void print_arrow(const struct graph *g, const char *from, const char *word, const char *to)
{
    if (g->language == MERMAID && word != NULL)
        printf("    %s -->|%s| %s\n", from, word, to);
    else if (g->language == MERMAID)
        printf("    %s --> %s\n", from, to);
    else if (word != NULL)
        printf("    %s -> %s [label=\"%s\"];\n", from, to, word);
    else
        printf("    %s -> %s;\n", from, to);
}

/* ---- nodes -------------------------------------------------------------------------------------- */

/* What an output writes to. */
static void print_target(const struct graph *g, const struct dm_instance *instance)
{
    const dm_stage *const stage = instance->stage;
    for (uint32_t i = 0; i < stage->options.count; i++) {
        const dm_option *const o = DM_AT(dm_option, stage->options, i);
        if (o->type != DM_PATH_OUT)
            continue;
        print_break(g);
        print_label(g, *(const dm_str *)(const void *)((const char *)instance->state + o->offset));
    }
}

static void print_candidates(const struct graph *g, const struct dm_step *step)
{
    print_break(g);
    for (size_t i = 0; i < step->instance_count; i++) {
        print_label(g, i == 0 ? DM_LIT("the surest of ") : DM_LIT(", "));
        print_label(g, dm__stage_full_name(g->arena, step->instances[i].stage));
    }
}

static void print_step(const struct graph *g, const char *id, const struct dm_step *step)
{
    const enum shape shape = step->kind == DM_OUTPUT ? TARGET : STAGE;
    begin_node(g, id, shape);
    print_label(g, step->name);
    if (step->kind == DM_OUTPUT)
        print_target(g, &step->instances[0]);
    else if (dm__str_eq(step->name, DM_LIT("extract-auto")))
        print_candidates(g, step);
    end_node(g, shape);
}

static void print_input(const struct graph *g, const struct dm_pipeline *p)
{
    begin_node(g, "input", SOURCE);
    print_label(g, DM_LIT("input"));
    for (size_t i = 0; i < p->input.path_count; i++) {
        print_break(g);
        print_label(g, p->input.paths[i]);
    }
    end_node(g, SOURCE);
}

/* ---- the way of a document ---------------------------------------------------------------------- */

static void lead_to(const struct graph *g, const char *node)
{
    for (size_t i = 0; i < g->origin_count; i++)
        print_arrow(g, g->origins[i].node, g->origins[i].word, node);
}

static void go_on_from(struct graph *g, const char *node, const char *word)
{
    struct origin *const o = &g->origins[g->origin_count++];
    *o = (struct origin){.word = word};
    snprintf(o->node, sizeof o->node, "%s", node);
}

static void print_choice(const struct graph *g, const char *id, const struct dm_step *step)
{
    begin_node(g, id, CHOICE);
    for (size_t i = 0; i < step->when_count; i++) {
        if (i != 0)
            print_break(g);
        print_label(g, dm__plan_condition(g->arena, &step->when[i], false));
        print_label(g, DM_LIT("?"));
    }
    end_node(g, CHOICE);
    lead_to(g, id);
}

/* An output takes a copy: what comes behind it gets the document from where the output did. */
static void add_step(struct graph *g, size_t at, const struct dm_step *step)
{
    char id[32], choice[32];
    snprintf(id, sizeof id, "stage%zu", at + 1);
    snprintf(choice, sizeof choice, "when%zu", at + 1);
    const bool is_chosen = step->when_count != 0;
    if (is_chosen)
        print_choice(g, choice, step);
    print_step(g, id, step);
    if (is_chosen)
        print_arrow(g, choice, "yes", id);
    else
        lead_to(g, id);
    if (step->kind == DM_OUTPUT)
        return;
    g->origin_count = 0;
    go_on_from(g, id, NULL);
    if (is_chosen)
        go_on_from(g, choice, "no");
}

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    const struct graph_options *const o = options;
    const struct dm_inputs inputs = {0};
    struct dm_loaded loaded;
    if (!dm__load_pipeline(cli, operands->items[0], &inputs, &loaded))
        return 2;
    const struct dm_pipeline *const p = loaded.pipeline;
    struct origin origins[2];
    struct graph g = {.arena = cli->arena, .language = (enum language)o->as, .origins = origins};
    puts(g.language == MERMAID ? "flowchart TD" : "digraph pipeline {");
    print_input(&g, p);
    go_on_from(&g, "input", NULL);
    for (size_t i = 0; i < p->step_count; i++)
        add_step(&g, i, &p->steps[i]);
    if (g.language == DOT)
        puts("}");
    return 0;
}

static const char *const languages[] = {"mermaid", "dot", NULL};
static const struct dm_arg args[] = {
    {"as", 0, DM_ARG_CHOICE, (uint32_t)offsetof(struct graph_options, as), "LANGUAGE", languages,
     "mermaid (the default), which many sites draw in Markdown, or dot, for Graphviz"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static const struct dm_example examples[] = {
    {"docmill graph pipelines/news.yaml", "the pipeline for a ```mermaid block of a Markdown page"},
    {"docmill graph --as dot pipelines/news.yaml | dot -Tsvg > news.svg", "a picture, by Graphviz"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "the graph was printed"},
    {2, "the pipeline has mistakes; each was printed with its line and column"},
    {0, NULL},
};

const struct dm_command dm__command_graph = {
    .name = "graph",
    .operands = "PIPELINE",
    .summary = "draw a pipeline, for Mermaid or Graphviz",
    .about =
        "Prints the pipeline as a graph: the stages in their order, a choice before each that has a `when`, "
        "and the outputs with what they write to.  Options are shown by `docmill check --verbose`.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 1,
    .most = 1,
    .flags = DM_COMMAND_READS_PIPELINE,
    .options_size = sizeof(struct graph_options),
    .run = run,
};
