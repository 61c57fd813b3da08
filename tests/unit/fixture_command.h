/* Commands called as functions, in a folder of the test's own, with the plugins that were built.  What a
 * command starts is this program again: main() must begin with command_child(). */
#ifndef DOCMILL_TESTS_FIXTURE_COMMAND_H
#define DOCMILL_TESTS_FIXTURE_COMMAND_H

#include "core/cli/command.h"
#include "core/engine/engine.h"
#include "core/pipeline/plugin.h"
#include "core/text/str.h"
#include "fixture_folder.h"

enum { COMMAND_TEXT = 1 << 16 };

static struct {
    struct dm_arena arena;
    struct dm_cli cli;
    const char *plugins;                          /* the folder; empty: there is none */
    char out[COMMAND_TEXT], errors[COMMAND_TEXT]; /* what the last call wrote */
} command;

/* return  exit status of the child that this process is; -1: it is none */
static inline int command_child(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "__describe") == 0)
        return dm__describe_child(argv[2]);
    if (argc == 2 && strcmp(argv[1], "__worker") == 0)
        return dm__worker_main();
    if (argc == 2 && strcmp(argv[1], "__writer") == 0)
        return dm__writer_main();
    return -1;
}

/* A file without a name, so that what a child writes is seen too. */
static inline FILE *command_file(void)
{
    FILE *const file = tmpfile();
    assert_non_null(file);
    return file;
}

static inline void command_read(FILE *file, char text[COMMAND_TEXT])
{
    fflush(file);
    rewind(file);
    text[fread(text, 1, COMMAND_TEXT - 1, file)] = '\0';
}

static int command_set_up(void **unused)
{
    if (folder_enter(unused) != 0)
        return -1;
    memset(&command, 0, sizeof command);
    dm__arena_init(&command.arena, 0);
    unsetenv("DOCMILL_DESCRIBE_EXE");
    unsetenv("DOCMILL_PLUGIN_PATH");
    const char *const build = getenv("DOCMILL_BUILD");
    command.plugins =
        build != NULL ? dm__arena_printf(&command.arena, "%s/lib/docmill/plugins", build).ptr : "";
    setenv("XDG_CACHE_HOME", build != NULL ? dm__arena_printf(&command.arena, "%s/cache", build).ptr : folder,
           1); /* nobody's home is touched */
    command.cli = (struct dm_cli){.arena = &command.arena,
                                  .out = {.columns = 200},
                                  .log = {.to = command_file(), .least = DM_LOG_INFO}};
    return !build || dm__words_add(&command.arena, &command.cli.common.plugin_dirs, command.plugins) ? 0 : -1;
}

static int command_tear_down(void **unused)
{
    fclose(command.cli.log.to);
    dm__arena_fini(&command.arena);
    return folder_leave(unused);
}

static inline void command_needs_plugins(void)
{
    if (command.plugins[0] == '\0')
        skip();
}

/* What was said since the last time. */
static inline const char *command_said(void)
{
    command_read(command.cli.log.to, command.errors);
    rewind(command.cli.log.to);
    assert_int_equal(ftruncate(fileno(command.cli.log.to), 0), 0);
    return command.errors;
}

/* Standard output goes to a file until command_give_back(). */
static inline int command_take(FILE *file)
{
    fflush(stdout);
    const int before = dup(STDOUT_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    return before;
}

static inline void command_give_back(FILE *file, int before)
{
    fflush(stdout);
    dup2(before, STDOUT_FILENO);
    close(before);
    command_read(file, command.out);
    fclose(file);
}

/* Call a command with its options and operands; the last word is NULL.
 * return  exit status */
static inline int command_call(const struct dm_command *c, const char *const *words)
{
    _Alignas(max_align_t) char options[DM_COMMAND_OPTIONS_MAX] = {0};
    const struct dm_arg_group group = {"Options", c->args, options};
    char *argv[16];
    size_t argc = 0;
    for (; words[argc] != NULL && argc < 16; argc++)
        argv[argc] = (char *)(uintptr_t)dm__arena_str(&command.arena, dm__str(words[argc])).ptr;
    struct dm_args a = {
        .arena = &command.arena, .groups = &group, .group_count = 1, .argv = argv, .argc = argc};
    if (!dm__args_all(&a))
        fail_msg("%.*s", (int)a.problem.len, a.problem.ptr);
    assert_in_range(a.operands.count, c->least, c->most);
    FILE *const file = command_file();
    const int before = command_take(file);
    const int status = c->run(&command.cli, options, &a.operands);
    command_give_back(file, before);
    command_said();
    return status;
}
#define CALL(c, ...) command_call(&(c), (const char *const[]){__VA_ARGS__, NULL})

static inline void command_write(const char *path, const char *text)
{
    folder_write(path, text, strlen(text));
}

static inline void assert_has(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("not there: %s\nin: %s", words, text);
}

#endif
