/* conformance PLUGIN.so [STAGE=YAML]...: put a plugin through what any plugin must stand.
 *
 * Options without a default get invented values.  Where those make no sense, say better ones:
 *
 *     conformance ./clean-names.so 'clean-names={ list: names.txt }'
 *
 * Each finding is printed with what the contract says.  The plugin runs in a child process: a crash, a
 * hang and the sanitizers' reports are findings too.  Exit status: 0 nothing was found, 1 something. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/conformance/trial.h"

/* Seconds that one step may take before the plugin is taken to hang; each step is small. */
enum { PATIENCE = 120 };

/* Bytes that a plugin may take before it is taken to allocate without end. */
static const uint64_t MEMORY = (uint64_t)3 << 30;

void trial_doing(struct trial *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(t->doing, TRIAL_DOING_MAX, fmt, ap);
    va_end(ap);
    alarm(PATIENCE);
}

void trial_find(struct trial *t, const char *rule, const char *fmt, ...)
{
    printf("FOUND %.*s: ", (int)t->stage_name.len, t->stage_name.ptr);
    va_list ap;
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    printf("\n      while: %s\n      rule:  %s\n", t->doing, rule);
    fflush(stdout);
    t->found++;
}

void trial_new_target(struct trial *t)
{
    snprintf(t->target, sizeof t->target, "%.200s/%u", t->folder, ++t->targets);
    if (mkdir(t->target, 0777) != 0)
        abort();
    strcat(t->target, "/target");
}

static void try_stage(struct trial *t, const dm_stage *stage)
{
    t->stage = stage;
    t->stage_name = bench_stage_name(&t->arena, stage);
    trial_new_target(t);
    trial_opening(t);
    trial_working(t);
    if (stage->kind == DM_OUTPUT)
        trial_writing(t);
}

/* return  exit status */
static int try_plugin(struct trial *t, const char *path)
{
    trial_doing(t, "loading it");
    dm__arena_init(&t->arena, 0);
    t->stage_name = dm__arena_printf(&t->arena, "plugin");
    if (!bench_load(&t->arena, path, &t->file)) {
        trial_find(t, "a plugin that cannot be loaded serves nobody", "%.*s", (int)t->file.problem.len,
                   t->file.problem.ptr);
    } else {
        t->documents = trial_documents(&t->arena, &t->document_count);
        trial_tables(t);
        for (const dm_stage *const *s = t->file.about.stages; *s != NULL; s++)
            try_stage(t, *s);
    }
    alarm(0);
    printf("%u runs of %zu documents\n", t->runs, t->document_count);
    dm__arena_fini(&t->arena);
    t->doing[0] = '\0';
    return t->found != 0;
}

static uint64_t resident(pid_t process)
{
    char path[64];
    unsigned long long size, pages = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)process);
    FILE *const f = fopen(path, "re");
    if (f == NULL)
        return 0;
    if (fscanf(f, "%llu %llu", &size, &pages) != 2)
        pages = 0;
    fclose(f);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Wait for the child's end, which comes by force if it takes too much memory: the sanitizers leave no
 * address space that could be limited.
 * return  its status */
static int attend(pid_t child, bool *greedy)
{
    int status = 0;
    for (;;) {
        const pid_t ended = waitpid(child, &status, *greedy ? 0 : WNOHANG);
        if (ended == child || (ended < 0 && errno != EINTR))
            return status;
        usleep(20 * 1000);
        *greedy = resident(child) > MEMORY;
        if (*greedy)
            kill(child, SIGKILL);
    }
}

/* Say how it ended, if that was not by itself. */
static void explain_end(const char *doing, int status, bool greedy)
{
    if (greedy)
        printf("FOUND the plugin takes more than %llu MiB\n", (unsigned long long)MEMORY >> 20);
    else if (WIFSIGNALED(status))
        printf("FOUND the plugin %s (SIG%s)\n", WTERMSIG(status) == SIGALRM ? "hangs" : "crashes",
               sigabbrev_np(WTERMSIG(status)));
    else if (doing[0] != '\0')
        printf("FOUND the plugin ends the program with status %d\n", WEXITSTATUS(status));
    else if (WEXITSTATUS(status) > 1)
        printf("FOUND the plugin leaks (status %d, see the sanitizer's report)\n", WEXITSTATUS(status));
    if (doing[0] != '\0')
        printf("      while: %s\n", doing);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: %s PLUGIN.so [STAGE=YAML]...\n", argv[0]);
        return 1;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct trial t = {.given = (const char *const *)argv + 2};
    const char *const tmp = getenv("TMPDIR");
    snprintf(t.folder, sizeof t.folder, "%.100s/docmill-conformance-XXXXXX", tmp != NULL ? tmp : "/tmp");
    t.doing = mmap(NULL, TRIAL_DOING_MAX, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (t.doing == MAP_FAILED || mkdtemp(t.folder) == NULL) {
        perror(t.folder);
        return 1;
    }
    const pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        exit(try_plugin(&t, argv[1]));
    }
    bool greedy = false;
    const int status = child > 0 ? attend(child, &greedy) : 1;
    explain_end(t.doing, status, greedy);
    tree_remove(t.folder);
    const bool good = t.doing[0] == '\0' && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    printf("%s: %s\n", argv[1], good ? "conforms" : "does not conform");
    return good ? 0 : 1;
}
