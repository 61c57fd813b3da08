/* A sound plugin, but loading it does something; AT_LOAD on the compiler's command line says what. */
#include <docmill/plugin.h>

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { CRASH = 1, HANG, LEAVE, CHATTER, FLOOD, ORPHAN, CRASH_AT_EXIT };

static void say(int fd, dm_str line)
{
    while (line.len > 0) {
        const ssize_t n = write(fd, line.ptr, line.len);
        if (n < 0)
            return;
        line = (dm_str){line.ptr + n, line.len - (size_t)n};
    }
}

static void crash(void)
{
    volatile int *volatile nowhere = NULL;
    *nowhere = 1; /* NOLINT(clang-analyzer-core.NullDereference): that is the point */
}

__attribute__((constructor)) static void at_load(void)
{
    switch (AT_LOAD) {
    case CRASH:
        say(STDERR_FILENO, DM_LIT("about to fall\nit \033[31mhurts\n"));
        crash();
        break;
    case HANG:
        for (;;)
            pause();
    case LEAVE:
        exit(0);
    case CHATTER:
        say(STDOUT_FILENO, DM_LIT("{\"problem\": \"hello from a constructor\"}\n"));
        break;
    case FLOOD:
        for (int i = 0; i < 300000; i++) /* many times what a pipe holds */
            say(STDERR_FILENO, DM_LIT("and on and on\n"));
        _exit(7);
    case ORPHAN: /* it holds the pipes open */
        if (fork() == 0)
            for (;;)
                pause();
        break;
    case CRASH_AT_EXIT:
        atexit(crash);
        break;
    default:
        break;
    }
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    (void)state, (void)t, (void)d;
    return DM_OK;
}

static const dm_stage stage = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .name = "constructor",
    .summary = "Do something while being loaded.",
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean},
};

DM_PLUGIN(.name = "constructor", .version = "1.0.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&stage, NULL});
