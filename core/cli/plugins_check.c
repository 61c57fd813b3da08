/* docmill plugins check: put plugins through what any plugin must stand. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cli/command.h"
#include "core/cli/printable.h"
#include "core/engine/engine.h"
#include "core/text/str.h"
#include "core/trial/conformance.h"

struct check_options {
    struct dm_words with;
    uint64_t timeout;
    bool json, idempotent, valgrind;
};

enum { PATIENCE = 60, SLOWER = 20 /* a plugin under valgrind */ };

struct check {
    const struct dm_cli *cli;
    bool json;
    const char *path;
    unsigned number, failed;
};

/* ---- telling ------------------------------------------------------------------------------------ */

static void print_json(const struct check *c, const struct dm_conformance_check *k)
{
    struct dm_json j;
    dm__json_init(&j, c->cli->arena, 0);
    dm__json_open(&j, '{');
    dm__json_bytes(&j, "plugin", dm__str(c->path));
    dm__json_key(&j, "stage");
    dm__json_str(&j, k->stage);
    dm__json_key(&j, "check");
    dm__json_str(&j, k->title);
    dm__json_key(&j, "ok");
    dm__json_bool(&j, k->count == 0);
    dm__json_key(&j, "findings");
    dm__json_open(&j, '[');
    for (size_t i = 0; i < k->count; i++) {
        const struct dm_conformance_finding *const f = &k->findings[i];
        const struct {
            const char *key;
            dm_str value;
        } members[] = {
            {"rule", f->rule}, {"found", f->what}, {"while", f->doing}, {"means", f->means}, {"do", f->todo}};
        dm__json_open(&j, '{');
        for (size_t m = 0; m < sizeof members / sizeof members[0]; m++) {
            dm__json_key(&j, members[m].key);
            dm__json_str(&j, members[m].value);
        }
        dm__json_close(&j, '}');
    }
    dm__json_close(&j, ']');
    dm__json_close(&j, '}');
    const dm_str text = dm__json_text(&j);
    printf("%.*s\n", (int)text.len, text.ptr != NULL ? text.ptr : "");
}

static void print_line(const struct check *c, const char *label, dm_str text)
{
    const dm_str shown = dm__printable(c->cli->arena, text);
    printf("#   %-6s %.*s\n", label, (int)shown.len, shown.ptr);
}

static void on_check(void *owner, const struct dm_conformance_check *k)
{
    struct check *const c = owner;
    c->number++;
    c->failed += k->count != 0;
    if (c->json) {
        print_json(c, k);
        return;
    }
    const dm_str stage = dm__printable(c->cli->arena, k->stage),
                 title = dm__printable(c->cli->arena, k->title);
    printf("%s%s%s %u - %.*s: %.*s\n", dm__tone(&c->cli->out, k->count != 0 ? DM_TONE_BAD : DM_TONE_GOOD),
           k->count != 0 ? "not ok" : "ok", dm__tone(&c->cli->out, DM_TONE_PLAIN), c->number, (int)stage.len,
           stage.ptr, (int)title.len, title.ptr);
    for (size_t i = 0; i < k->count; i++) {
        print_line(c, "found:", k->findings[i].what);
        print_line(c, "while:", k->findings[i].doing);
        print_line(c, "means:", k->findings[i].means);
        print_line(c, "do:", k->findings[i].todo);
    }
    fflush(stdout);
}

static void on_note(void *owner, dm_str line)
{
    const struct check *const c = owner;
    const dm_str shown = dm__printable(c->cli->arena, line);
    if (!c->json && !c->cli->common.quiet)
        printf("# note: %.*s\n", (int)shown.len, shown.ptr);
}

/* ---- which plugins, with which options ------------------------------------------------------------ */

static bool is_plugin(const char *name)
{
    const size_t len = strlen(name);
    return name[0] != '.' && len > 3 && strcmp(name + len - 3, ".so") == 0;
}

static int is_plugin_entry(const struct dirent *e)
{
    return is_plugin(e->d_name);
}

/* The plugin itself, or those of a folder. */
static bool find_plugins(const struct dm_cli *cli, const char *path, struct dm_words *out)
{
    struct stat st;
    struct dirent **entries;
    const dm_str shown = dm__printable(cli->arena, dm__str(path));
    if (stat(path, &st) != 0) {
        dm__log_error(&cli->log, "%.*s cannot be read: %s", (int)shown.len, shown.ptr, strerror(errno));
        return false;
    }
    if (!S_ISDIR(st.st_mode))
        return dm__words_add(cli->arena, out, path);
    const int count = scandir(path, &entries, is_plugin_entry, alphasort);
    bool good = count > 0;
    for (int i = 0; i < count; i++) {
        const dm_str full = dm__arena_printf(cli->arena, "%s/%s", path, entries[i]->d_name);
        good = full.ptr != NULL && dm__words_add(cli->arena, out, full.ptr) && good;
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    if (count <= 0)
        dm__log_error(&cli->log, "%.*s holds no plugin (*.so)", (int)shown.len, shown.ptr);
    return good;
}

static bool read_given(const struct dm_cli *cli, const struct dm_words *words, struct dm_conformance *order)
{
    struct dm_conformance_given *const given =
        dm__arena_alloc(cli->arena, (words->count + 1) * sizeof *given, sizeof(void *));
    for (size_t i = 0; given != NULL && i < words->count; i++) {
        const char *const equals = strchr(words->items[i], '=');
        struct dm_report report;
        dm__report_init(&report, cli->arena);
        const struct dm_yaml *const with =
            equals != NULL ? dm__yaml_read(&report, DM_LIT("--with"), dm__str(equals + 1)) : NULL;
        if (with == NULL || with->kind != DM_YAML_MAPPING || report.errors != 0) {
            const dm_str shown = dm__printable_quoted(cli->arena, dm__str(words->items[i]), 60);
            dm__log_error(&cli->log, "--with takes STAGE={ OPTION: VALUE, ... }, not %.*s", (int)shown.len,
                          shown.ptr);
            return false;
        }
        given[i] = (struct dm_conformance_given){{words->items[i], (size_t)(equals - words->items[i])}, with};
    }
    order->given = given;
    order->given_count = words->count;
    return given != NULL;
}

/* ---- under valgrind ------------------------------------------------------------------------------- */

static bool add_words(const struct dm_cli *cli, struct dm_words *w, const char *const *words)
{
    for (; *words != NULL; words++)
        if (!dm__words_add(cli->arena, w, *words))
            return false;
    return true;
}

/* The same command, slower, in valgrind's hands.  Comes back only if that cannot be. */
static int run_valgrind(const struct dm_cli *cli, const struct check_options *o,
                        const struct dm_words *operands)
{
    static const char *const before[] = {"valgrind",
                                         "--quiet",
                                         "--leak-check=full",
                                         "--show-leak-kinds=definite",
                                         "--errors-for-leak-kinds=definite",
                                         "--error-exitcode=99",
                                         NULL};
    struct dm_words w = {0};
    char self[4096];
    const ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = '\0';
    const dm_str patience = dm__arena_printf(
        cli->arena, "%llu", (unsigned long long)(o->timeout != 0 ? o->timeout : PATIENCE) * SLOWER);
    bool good =
        add_words(cli, &w, before) &&
        add_words(cli, &w, (const char *const[]){self, "plugins", "check", "--timeout", patience.ptr, NULL});
    if (o->json)
        good = good && dm__words_add(cli->arena, &w, "--json");
    if (o->idempotent)
        good = good && dm__words_add(cli->arena, &w, "--idempotent");
    for (size_t i = 0; i < o->with.count; i++)
        good = good && add_words(cli, &w, (const char *const[]){"--with", o->with.items[i], NULL});
    good = good && dm__words_add(cli->arena, &w, "--");
    for (size_t i = 0; i < operands->count; i++)
        good = good && dm__words_add(cli->arena, &w, operands->items[i]);
    good = good && dm__words_add(cli->arena, &w, NULL);
    setenv("DOCMILL_ARENA_DEBUG", "1", 1); /* so that valgrind sees each piece of memory */
    if (good)
        execvp("valgrind", (char *const *)(const void *)w.items);
    dm__log_error(&cli->log, "valgrind cannot be started: %s", strerror(errno));
    return DM_EXIT_REFUSED;
}

/* ---- the command ---------------------------------------------------------------------------------- */

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    const struct check_options *const o = options;
    struct check c = {.cli = cli, .json = o->json};
    struct dm_conformance order = {.idempotent = o->idempotent,
                                   .patience = (o->timeout != 0 ? o->timeout : PATIENCE) * 1000,
                                   .owner = &c,
                                   .check = on_check,
                                   .note = on_note};
    struct dm_words plugins = {0};
    for (size_t i = 0; i < operands->count; i++)
        if (!find_plugins(cli, operands->items[i], &plugins))
            return DM_EXIT_REFUSED;
    if (!read_given(cli, &o->with, &order))
        return DM_EXIT_REFUSED;
    if (o->valgrind)
        return run_valgrind(cli, o, operands);
    for (size_t i = 0; i < plugins.count; i++) {
        order.path = c.path = plugins.items[i];
        const dm_str shown = dm__printable(cli->arena, dm__str(c.path));
        const int found = dm__conformance_run(cli->arena, &order);
        if (found < 0) {
            dm__log_error(&cli->log, "no check can be made: %s", strerror(errno));
            return DM_EXIT_REFUSED;
        }
        if (!c.json)
            printf("# %.*s: %s\n", (int)shown.len, shown.ptr, found == 0 ? "conforms" : "does not conform");
    }
    if (!c.json)
        printf("1..%u\n", c.number);
    return c.failed == 0 ? DM_EXIT_OK : DM_EXIT_FAILED;
}

#define AT(f) (uint32_t) offsetof(struct check_options, f)
static const struct dm_arg args[] = {
    {"with", 0, DM_ARG_LIST, AT(with), "STAGE=YAML", NULL,
     "open the stage with these options, where those that are invented for what has no default make no "
     "sense; may "
     "be given several times"},
    {"idempotent", 0, DM_ARG_FLAG, AT(idempotent), NULL, NULL,
     "the plugin claims that its cleaners change nothing in their own result: hold it to that"},
    {"timeout", 0, DM_ARG_COUNT, AT(timeout), "SECONDS", NULL,
     "how long one step may take before it hangs; 60 by default"},
    {"valgrind", 0, DM_ARG_FLAG, AT(valgrind), NULL, NULL,
     "run all of it under valgrind, which must be installed: slower by a factor of 20 or more"},
    {"json", 0, DM_ARG_FLAG, AT(json), NULL, NULL, "print one JSON object a line for each check"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef AT

static const struct dm_example examples[] = {
    {"docmill plugins check build/smart-quotes.so", "a plugin that was just built"},
    {"docmill plugins check /usr/local/lib/docmill/plugins", "all plugins of a folder"},
    {"docmill plugins check --with 'clean-names={ list: names.txt }' clean-names.so",
     "with options that make sense"},
    {"docmill plugins check --valgrind build/smart-quotes.so", "memory errors and leaks, too"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "nothing was found"},
    {1, "something was found, and printed"},
    {2, "there is no such file, or a mistake on the command line"},
    {0, NULL},
};

const struct dm_command dm__command_plugins_check = {
    .name = "plugins check",
    .operands = "PLUGIN.so|FOLDER...",
    .summary = "put plugins through what any plugin must stand",
    .about = "Checks that a plugin describes itself for people; that it opens with every option at its "
             "default, its least "
             "and its greatest value; that it stands some sixty difficult documents, gives the same result "
             "for each "
             "whatever came before, keeps to valid UTF-8 and to edits that lead back; that it fails in order "
             "when each "
             "allocation fails in turn; that it gives back what it took; and that an output resumes, "
             "refuses, replaces "
             "and commits as the contract says.\n\n"
             "Prints TAP: a line for each check, and below those that failed what was found, while doing "
             "what, what it "
             "means and what to do.  The plugin runs in a child process with a time limit; one that crashes, "
             "hangs or "
             "leaves is found out, and the checks go on behind that.\n\n"
             "Only allocations through dm_alloc() and the other services are made to fail, not those of "
             "malloc() in a "
             "plugin's libraries.  The child is not in the sandbox, as an output must write its targets.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 1,
    .most = SIZE_MAX,
    .options_size = sizeof(struct check_options),
    .run = run,
};
