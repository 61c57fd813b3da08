/* docmill new: the folder of a plugin that builds, with a case that passes. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cli/command.h"
#include "core/cli/printable.h"
#include "core/cli/templates.h"
#include "core/engine/engine.h"
#include "core/pipeline/options.h"
#include "core/text/str.h"

enum { NAME_MOST = 40 };

struct new_options {
    const char *dir;
    int language;
};

static const char *const languages[] = {"c", "cpp", "lua", "python", NULL};

/* What tests a new stage, in its folder. */
static const char *next_command(const char *language)
{
    const bool is_built = strcmp(language, "c") == 0 || strcmp(language, "cpp") == 0;
    return is_built ? "make && make test" : "docmill test example.yaml";
}

/* What is put in place of the words of a template. */
struct fill {
    const char *word, *value;
};
enum { FILLS = 5 };

/* language  NULL: any */
static const struct dm_template_set *find_set(const char *kind, const char *language)
{
    const struct dm_template_set *set = dm__template_sets;
    while (set->kind && (strcmp(set->kind, kind) != 0 || (language && strcmp(set->language, language) != 0)))
        set++;
    return set->kind ? set : NULL;
}

/* A kebab-case name that may also be a file's name and a CMake target's. */
static bool is_name(const char *s)
{
    const size_t len = strlen(s);
    if (len == 0 || len > NAME_MOST || s[0] < 'a' || s[0] > 'z' || s[len - 1] == '-' || strstr(s, "--"))
        return false;
    return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static void write_filled(FILE *to, const char *text, const struct fill *fills)
{
    while (*text) {
        size_t i = 0;
        while (i < FILLS && strncmp(text, fills[i].word, strlen(fills[i].word)) != 0)
            i++;
        if (i == FILLS) {
            fputc(*text++, to);
            continue;
        }
        fputs(fills[i].value, to);
        text += strlen(fills[i].word);
    }
}

static bool fail_path(const struct dm_cli *cli, const char *what, const char *path)
{
    const int error = errno;
    const dm_str shown = dm__printable(cli->arena, dm__str(path));
    dm__log_error(&cli->log, "%.*s %s: %s", (int)shown.len, shown.ptr, what, strerror(error));
    return false;
}

/* An existing file is never touched. */
static bool write_file(const struct dm_cli *cli, const char *folder, const struct dm_template *t,
                       const struct fill *fills)
{
    char path[PATH_MAX];
    char name[128];
    FILE *filled = fmemopen(name, sizeof name, "w");
    if (!filled)
        return fail_path(cli, "cannot be named", t->path);
    write_filled(filled, t->path, fills);
    fclose(filled);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, t->mode);
    FILE *to = fd < 0 ? NULL : fdopen(fd, "w");
    if (!to)
        return fail_path(cli, "cannot be made", path);
    write_filled(to, t->text, fills);
    const bool good = !ferror(to);
    return (fclose(to) == 0 && good) || fail_path(cli, "cannot be written", path);
}

static bool make_folder(const struct dm_cli *cli, const char *folder)
{
    char cases[PATH_MAX];
    const int n = snprintf(cases, sizeof cases, "%s/cases", folder);
    if (n < 0 || (size_t)n + NAME_MOST + 8 > sizeof cases) {
        errno = ENAMETOOLONG;
        return fail_path(cli, "cannot be made", folder);
    }
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return fail_path(cli, "cannot be made", folder);
    if (mkdir(cases, 0777) == 0)
        return true;
    return fail_path(cli, errno == EEXIST ? "holds a plugin already" : "cannot be made", folder);
}

static int refuse_kind(const struct dm_cli *cli, const char *kind)
{
    const char *kinds[DM_OUTPUT];
    for (uint32_t k = DM_EXTRACTOR; k <= DM_OUTPUT; k++)
        kinds[k - DM_EXTRACTOR] = dm__stage_noun(k);
    const char *near = dm__nearest(dm__str(kind), kinds, DM_OUTPUT);
    const dm_str shown = dm__printable_quoted(cli->arena, dm__str(kind), 60);
    dm__log_error(&cli->log, "a plugin is a cleaner, an extractor or an output, not %.*s%s%s%s",
                  (int)shown.len, shown.ptr, near ? "; did you mean " : "", near ? near : "",
                  near ? "?" : "");
    return DM_EXIT_REFUSED;
}

static int run(struct dm_cli *cli, const void *options, const struct dm_words *operands)
{
    const struct new_options *o = options;
    const char *kind = operands->items[0], *name = operands->items[1];
    const struct dm_template_set *set = find_set(kind, languages[o->language]);
    if (!set && find_set(kind, NULL)) {
        dm__log_error(&cli->log, "what is written in %s can only be a cleaner", languages[o->language]);
        return DM_EXIT_REFUSED;
    }
    if (!set)
        return refuse_kind(cli, kind);
    if (!is_name(name)) {
        const dm_str shown = dm__printable_quoted(cli->arena, dm__str(name), 60);
        dm__log_error(&cli->log,
                      "%.*s is no name for a plugin: lower-case letters, digits and single dashes, at "
                      "most %d of them, such as \"smart-quotes\"",
                      (int)shown.len, shown.ptr, NAME_MOST);
        return DM_EXIT_REFUSED;
    }
    const char *folder = o->dir ? o->dir : name;
    uint32_t k = DM_EXTRACTOR;
    while (strcmp(dm__stage_noun(k), kind) != 0)
        k++;
    const struct fill fills[FILLS] = {{"@NAME@", name},
                                      {"@KIND@", kind},
                                      {"@VERB@", dm__kind_verb(k)},
                                      {"@WITH@", k == DM_OUTPUT ? "{ path: unused }" : "{}"},
                                      {"@VERSION@", DOCMILL_VERSION}};
    if (!make_folder(cli, folder))
        return DM_EXIT_REFUSED;
    for (const struct dm_template *t = set->files; t->path; t++) {
        if (!write_file(cli, folder, t, fills))
            return DM_EXIT_REFUSED;
    }
    if (!cli->common.quiet) {
        const dm_str shown = dm__printable(cli->arena, dm__str(folder));
        printf("%.*s holds the %s %s; next:\n  cd %.*s && %s\n", (int)shown.len, shown.ptr, kind, name,
               (int)shown.len, shown.ptr, next_command(set->language));
    }
    return DM_EXIT_OK;
}

static const struct dm_arg args[] = {
    {"dir", 0, DM_ARG_TEXT, (uint32_t)offsetof(struct new_options, dir), "DIR", NULL,
     "write into DIR, which is made if need be, instead of NAME"},
    {"lang", 0, DM_ARG_CHOICE, (uint32_t)offsetof(struct new_options, language), "LANGUAGE", languages,
     "c (the default), cpp (C++17), or for cleaners without a compiler: lua (a script) and python (a "
     "program)"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static const struct dm_example examples[] = {
    {"docmill new cleaner smart-quotes", "write the folder smart-quotes"},
    {"docmill new cleaner house-style --lang lua", "a script instead of a plugin in C"},
    {"docmill new cleaner spelling --lang python", "a program instead of a plugin in C"},
    {"docmill new extractor rtf --dir ~/plugins/rtf", "an extractor, somewhere else"},
    {NULL, NULL},
};

static const struct dm_exit exits[] = {
    {0, "the folder was written"},
    {2, "the name will not do, or a file cannot be written; what exists is never overwritten"},
    {0, NULL},
};

const struct dm_command dm__command_new = {
    .name = "new",
    .operands = "cleaner|extractor|output NAME",
    .summary = "write the folder of a new plugin, ready to build",
    .about =
        "Writes a plugin that works: NAME.c, a Makefile and a CMakeLists.txt that need nothing but the "
        "installed docmill, one case, which passes, a pipeline that uses it, and a fuzzer (`make fuzz`).  "
        "Change it "
        "from there.  With --lang lua or python: NAME.lua or NAME.py, a pipeline that uses it, and a case.",
    .args = args,
    .examples = examples,
    .exits = exits,
    .least = 2,
    .most = 2,
    .options_size = sizeof(struct new_options),
    .run = run,
};
