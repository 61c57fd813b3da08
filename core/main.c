/* docmill: the command line. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cli/help.h"
#include "core/cli/printable.h"
#include "core/engine/engine.h"
#include "core/text/str.h"

static const struct dm_command *const commands[] = {
    &dm__command_run,
    &dm__command_watch,
    &dm__command_audit,
    &dm__command_try,
    &dm__command_test,
    &dm__command_undo,
    &dm__command_check,
    &dm__command_status,
    &dm__command_failures,
    &dm__command_why,
    &dm__command_retry,
    &dm__command_verify,
    &dm__command_forget,
    &dm__command_plugins,
    &dm__command_plugins_check,
    &dm__command_new,
    &dm__command_graph,
    &dm__command_schema,
    NULL,
};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] - 1 };

#define COMMON(f) (uint32_t) offsetof(struct dm_common, f)
static const char *const colours[] = {"auto", "always", "never", NULL};
static const char *const log_forms[] = {"text", "json", NULL};
static const struct dm_arg common_args[] = {
    {"plugin-dir", 0, DM_ARG_LIST, COMMON(plugin_dirs), "DIR", NULL,
     "look for plugins there first; may be given several times"},
    {"color", 0, DM_ARG_CHOICE, COMMON(colour), "WHEN", colours,
     "auto (the default: on a terminal, unless NO_COLOR is set), always or never"},
    {"log", 0, DM_ARG_CHOICE, COMMON(log_form), "FORM", log_forms,
     "text (the default), or json: one object a line on standard error"},
    {"quiet", 'q', DM_ARG_FLAG, COMMON(quiet), NULL, NULL, "say nothing but errors and failures"},
    {"verbose", 'v', DM_ARG_FLAG, COMMON(verbose), NULL, NULL, "say more"},
    {"help", 'h', DM_ARG_FLAG, COMMON(help), NULL, NULL, "print this page"},
    {"version", 0, DM_ARG_FLAG, COMMON(version), NULL, NULL, "print the version"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
#undef COMMON

static const struct dm_arg set_args[] = {
    {"set", 0, DM_ARG_LIST, (uint32_t)offsetof(struct dm_cli, sets), "NAME=VALUE", NULL,
     "give one of the pipeline's `vars` another value; may be given several times"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};
static const struct dm_arg no_args[] = {{NULL, 0, 0, 0, NULL, NULL, NULL}};

static const struct dm_command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    return NULL;
}

/* The command that the words from argv[next] on name; some are called by two words.  *next is moved behind it. */
static const struct dm_command *take_command(char *const *argv, size_t argc, size_t *next)
{
    const char *const first = argv[*next], *const second = *next + 1 < argc ? argv[*next + 1] : "";
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const char *const name = commands[i]->name, *const space = strchr(name, ' ');
        if (space == NULL || strlen(first) != (size_t)(space - name) ||
            strncmp(first, name, (size_t)(space - name)) != 0 || strcmp(second, space + 1) != 0)
            continue;
        *next += 2;
        return commands[i];
    }
    return find_command(argv[(*next)++]);
}

/* The option groups of a command; `help` is handed the same. */
static size_t groups_of(struct dm_cli *cli, const struct dm_command *command, void *options,
                        struct dm_arg_group groups[3])
{
    const bool pipeline = command && (command->flags & DM_COMMAND_READS_PIPELINE);
    groups[0] = (struct dm_arg_group){"Options", command && command->args ? command->args : no_args, options};
    groups[1] = (struct dm_arg_group){"The pipeline", pipeline ? set_args : no_args, cli};
    groups[2] = (struct dm_arg_group){"Common options", common_args, &cli->common};
    return 3;
}

static void apply_common(struct dm_cli *cli)
{
    cli->out = dm__style_of(STDOUT_FILENO, (enum dm_colour)cli->common.colour);
    cli->log.style = dm__style_of(STDERR_FILENO, (enum dm_colour)cli->common.colour);
    cli->log.to = stderr;
    cli->log.json = cli->common.log_form == 1;
    cli->log.least = cli->common.quiet ? DM_LOG_ERROR : cli->common.verbose ? DM_LOG_DEBUG : DM_LOG_INFO;
}

/* A mistake on the command line: what, perhaps what was meant, and where to read more. */
static int refuse(const struct dm_cli *cli, const struct dm_command *command, dm_str problem, dm_str hint)
{
    dm__log_error(&cli->log, "%.*s", (int)problem.len, problem.ptr);
    if (hint.len > 0)
        fprintf(stderr, "  %.*s\n", (int)hint.len, hint.ptr);
    fprintf(stderr, "  see: docmill %s%s\n", command ? "help " : "--help", command ? command->name : "");
    return DM_EXIT_REFUSED;
}

static int show_help(struct dm_cli *cli, const struct dm_command *command)
{
    struct dm_arg_group groups[3];
    const size_t count = groups_of(cli, command, NULL, groups);
    if (command)
        dm__help_command(stdout, &cli->out, command, groups, count);
    else
        dm__help_program(stdout, &cli->out, commands, groups, count);
    return DM_EXIT_OK;
}

static int show_version(void)
{
    printf("docmill %s (plugin ABI 1.%d)\n", DOCMILL_VERSION, DM_ABI_MINOR);
    return DM_EXIT_OK;
}

static int refuse_command(const struct dm_cli *cli, const char *name)
{
    const char *names[COMMAND_COUNT + 1];
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        names[i] = commands[i]->name;
    names[COMMAND_COUNT] = "help";
    const char *near = dm__nearest(dm__str(name), names, COMMAND_COUNT + 1);
    const dm_str shown = dm__printable_quoted(cli->arena, dm__str(name), 60);
    return refuse(cli, NULL, dm__arena_printf(cli->arena, "unknown command %.*s", (int)shown.len, shown.ptr),
                  near ? dm__arena_printf(cli->arena, "did you mean %s?", near) : (dm_str){NULL, 0});
}

static int help_on(struct dm_cli *cli, const struct dm_args *a)
{
    if (a->next == a->argc)
        return show_help(cli, NULL);
    size_t next = a->next;
    const struct dm_command *command = take_command(a->argv, a->argc, &next);
    return command ? show_help(cli, command) : refuse_command(cli, a->argv[a->next]);
}

static int run_command(struct dm_cli *cli, const struct dm_command *command, struct dm_args *a)
{
    _Alignas(max_align_t) char options[DM_COMMAND_OPTIONS_MAX] = {0};
    struct dm_arg_group groups[3];
    a->groups = groups;
    a->group_count = groups_of(cli, command, options, groups);
    const bool good = dm__args_all(a);
    apply_common(cli);
    if (!good)
        return refuse(cli, command, a->problem, a->hint);
    if (cli->common.help)
        return show_help(cli, command);
    if (cli->common.version)
        return show_version();
    if (a->operands.count < command->least || a->operands.count > command->most)
        return refuse(cli, command,
                      dm__arena_printf(cli->arena, "%s operand%s: docmill %s %s",
                                       a->operands.count < command->least ? "missing" : "too many",
                                       a->operands.count < command->least ? "" : "s", command->name,
                                       command->operands),
                      (dm_str){NULL, 0});
    return command->run(cli, options, &a->operands);
}

static int start(struct dm_cli *cli, int argc, char **argv)
{
    struct dm_arg_group groups[3];
    struct dm_args a = {.arena = cli->arena, .groups = groups, .argv = argv, .argc = (size_t)argc, .next = 1};
    a.group_count = groups_of(cli, NULL, NULL, groups);
    const bool good = dm__args_options(&a);
    apply_common(cli);
    if (!good)
        return refuse(cli, NULL, a.problem, a.hint);
    if (cli->common.version)
        return show_version();
    if (cli->common.help)
        return help_on(cli, &a);
    if (a.next == a.argc)
        return refuse(cli, NULL, DM_LIT("which command?"), (dm_str){NULL, 0});
    const char *name = argv[a.next];
    if (strcmp(name, "help") == 0) {
        a.next++;
        return help_on(cli, &a);
    }
    const struct dm_command *command = take_command(argv, a.argc, &a.next);
    return command ? run_command(cli, command, &a) : refuse_command(cli, name);
}

/* A full disk or a closed pipe behind standard output is no success. */
static int close_output(const struct dm_cli *cli, int status)
{
    errno = 0;
    const bool failed_before = ferror(stdout) != 0;
    if (fflush(stdout) == 0 && !failed_before)
        return status;
    if (errno != EPIPE)
        dm__log_error(&cli->log, "standard output cannot be written: %s", strerror(errno ? errno : EIO));
    return status == DM_EXIT_OK ? DM_EXIT_FAILED : status;
}

int main(int argc, char **argv)
{
    /* a reader that goes away must not kill the engine halfway */
    signal(SIGPIPE, SIG_IGN);
    if (argc == 3 && strcmp(argv[1], "__describe") == 0)
        return dm__describe_child(argv[2]);
    if (argc == 2 && strcmp(argv[1], "__worker") == 0)
        return dm__worker_main();
    if (argc == 2 && strcmp(argv[1], "__writer") == 0)
        return dm__writer_main();
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    struct dm_cli cli = {.arena = &arena};
    apply_common(&cli);
    const int status = close_output(&cli, start(&cli, argc, argv));
    dm__arena_fini(&arena);
    return status;
}
