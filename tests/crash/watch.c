/* A watch whose processes are killed at random while files arrive in every way that files arrive.  At the end each
 * file has exactly one record, which is whole, and `docmill audit` agrees.
 *
 *   --files N   how many arrive (5000)
 *   --kills N   how many SIGKILLs are sent meanwhile, at most (40)
 *   --move      processed files are moved to another folder */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "dice.h"
#include "place.h"
#include "run.h"

enum { OPEN_MAX = 64, PAUSE_MS = 300, BURSTS = 80, IN_TIME_S = 300 };

struct test {
    struct path base, in, aside, pipeline;
    uint64_t seed;
    unsigned files, kills;
    bool move, keep;
    unsigned sent[ROLES], stops, starts;
};

/* ---- files ------------------------------------------------------------------------------------- */

static int write_text(char out[1024], unsigned id)
{
    int n = snprintf(out, 1024, "document %06u begins\n", id);
    for (unsigned i = 0; i < id % 12; i++)
        n += snprintf(out + n, 1024 - (size_t)n, "It has more to say, in line %u of it.\n", i);
    n += snprintf(out + n, 1024 - (size_t)n, "document %06u ends\n", id);
    return n;
}

static void put(int fd, const char *bytes, int n)
{
    if (fd < 0 || write(fd, bytes, (size_t)n) != n)
        die("write");
}

static void write_whole(const char *path, unsigned id)
{
    char text[1024];
    const int n = write_text(text, id), fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    put(fd, text, n);
    close(fd);
}

/* A file whose writer has paused in the middle of it. */
struct half {
    int fd;
    unsigned id;
    uint64_t until;
};
struct halves {
    struct half items[OPEN_MAX];
    unsigned count;
};

static void begin_half(struct halves *h, const char *path, unsigned id)
{
    char text[1024];
    const int n = write_text(text, id), fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    put(fd, text, n / 2);
    h->items[h->count++] = (struct half){fd, id, run_clock() + PAUSE_MS * UINT64_C(1000000)};
}

static void end_halves(struct halves *h, bool all)
{
    for (unsigned i = 0; i < h->count;) {
        struct half *const f = &h->items[i];
        char text[1024];
        const int n = write_text(text, f->id);
        if (run_clock() < f->until && !all) {
            i++;
            continue;
        }
        while (run_clock() < f->until)
            nanosleep(&(struct timespec){0, 1000000}, NULL);
        put(f->fd, text + n / 2, n - n / 2);
        close(f->fd);
        *f = h->items[--h->count];
    }
}

static struct path in_folder(struct path folder, unsigned id)
{
    char name[32];
    snprintf(name, sizeof name, "f%06u.txt", id);
    return path_at(folder.s, name);
}

static void make_tree(struct path folder, unsigned id, unsigned count)
{
    struct path deep = path_at(folder.s, "deep");
    mkdir(folder.s, 0777);
    mkdir(deep.s, 0777);
    for (unsigned i = 0; i < count; i++)
        write_whole(in_folder(i % 2 != 0 ? deep : folder, id + i).s, id + i);
}

/* Let files arrive in one of the ways.  return  how many */
static unsigned arrive(const struct test *t, struct dice *dice, struct halves *halves, unsigned id)
{
    const struct path to = in_folder(t->in, id), aside = in_folder(t->aside, id);
    char name[32];
    snprintf(name, sizeof name, "tree%06u", id);
    const unsigned left = t->files - id, tree = left < 9 ? left : 9, way = dice_throw(dice, 100);
    if (way < 40) {
        write_whole(to.s, id);
    } else if (way < 50 && halves->count < OPEN_MAX) {
        begin_half(halves, to.s, id);
    } else if (way < 75) {
        const struct path temporary = path_at(t->in.s, ".coming");
        write_whole(temporary.s, id);
        if (rename(temporary.s, to.s) != 0)
            die("rename");
    } else if (way < 90) {
        write_whole(aside.s, id);
        if (link(aside.s, to.s) != 0 || unlink(aside.s) != 0)
            die("link");
    } else if (way < 95) {
        make_tree(path_at(t->in.s, name), id, tree);
        return tree;
    } else {
        make_tree(path_at(t->aside.s, name), id, tree);
        if (rename(path_at(t->aside.s, name).s, path_at(t->in.s, name).s) != 0)
            die("rename");
        return tree;
    }
    return 1;
}

_Noreturn static void produce(const struct test *t)
{
    struct dice dice = dice_new(t->seed);
    struct halves halves = {.count = 0};
    for (unsigned id = 0, burst = 0; id < t->files;) {
        const unsigned n = arrive(t, &dice, &halves, id);
        id += n;
        burst += n;
        end_halves(&halves, false);
        if (burst < t->files / BURSTS)
            continue;
        burst = 0;
        nanosleep(&(struct timespec){0, (long)dice_throw(&dice, 400) * 1000000}, NULL);
    }
    end_halves(&halves, true);
    _exit(0);
}

/* ---- the watch --------------------------------------------------------------------------------- */

static void write_pipeline(const struct test *t)
{
    FILE *const f = fopen(t->pipeline.s, "w");
    if (f == NULL)
        die("pipeline");
    fprintf(f,
            "docmill: 1\nwatch: { settle: 400ms%s%s%s }\nrun: { state: %s/state, workers: 2 }\nstages:\n"
            "  - extract: text\n  - output: jsonl\n    with: { path: %s/out.jsonl, edits: none }\n",
            t->move ? ", after: move, done: " : "", t->move ? t->base.s : "", t->move ? "/done" : "",
            t->base.s, t->base.s);
    fclose(f);
}

static pid_t start(struct test *t, const char *const *words, const char *log)
{
    fflush(stdout);
    const pid_t pid = fork();
    if (pid != 0)
        return pid;
    const char *args[16] = {CRASH_DOCMILL};
    size_t n = 1;
    for (; words[n - 1] != NULL; n++)
        args[n] = words[n - 1];
    args[n++] = t->pipeline.s;
    args[n++] = t->in.s;
    const int fd = open(path_at(t->base.s, log).s, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
        _exit(126);
    setenv("XDG_CACHE_HOME", path_at(t->base.s, "cache").s, 1);
    setenv("DOCMILL_WATCH_DEAF_AFTER", "500", 1); /* events in one go: the rest is lost, as on an overflow */
    execv(args[0], (char *const *)(uintptr_t)args);
    _exit(127);
}

static pid_t start_watch(struct test *t)
{
    t->starts++;
    return start(t, (const char *const[]){"watch", "--quiet", NULL}, "log");
}

static bool has_ended(pid_t pid)
{
    int status;
    return waitpid(pid, &status, WNOHANG) == pid;
}

/* One SIGKILL, or a while of silence.  return  the watch, which may be a new one */
static pid_t disturb(struct test *t, struct dice *dice, pid_t watch)
{
    const unsigned what = dice_throw(dice, 10);
    pid_t children[16];
    const enum role role = what < 2 ? WRITER : WORKER;
    if (what >= 8) {
        kill(watch, SIGSTOP);
        nanosleep(&(struct timespec){0, 200000000}, NULL);
        kill(watch, SIGCONT);
        t->stops++;
        return watch;
    }
    if (what < 5) {
        const unsigned n = run_children(watch, role, children, 16);
        if (n != 0 && run_kill(children[dice_throw(dice, n)], role))
            t->sent[role]++;
        return watch;
    }
    kill(watch, SIGKILL);
    waitpid(watch, NULL, 0);
    t->sent[SUPERVISOR]++;
    return start_watch(t);
}

static unsigned sent(const struct test *t)
{
    return t->sent[SUPERVISOR] + t->sent[WORKER] + t->sent[WRITER];
}

/* Whether audit finds a state for each file. */
static bool audit(struct test *t)
{
    int status;
    const pid_t pid = start(t, (const char *const[]){"audit", "--missing", NULL}, "audit.log");
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool run_watch(struct test *t)
{
    struct dice dice = dice_new(t->seed + 1);
    pid_t watch = start_watch(t);
    fflush(stdout);
    const pid_t producer = fork();
    if (producer == 0)
        produce(t);
    bool arriving = true;
    const uint64_t began = run_clock();
    for (uint64_t looked = began; run_clock() - began < IN_TIME_S * UINT64_C(1000000000);) {
        nanosleep(&(struct timespec){0, (long)(20 + dice_throw(&dice, 150)) * 1000000}, NULL);
        if (has_ended(watch))
            watch = start_watch(t);
        arriving = arriving && !has_ended(producer);
        if (arriving && sent(t) < t->kills)
            watch = disturb(t, &dice, watch);
        if (arriving || run_clock() - looked < UINT64_C(1000000000))
            continue;
        looked = run_clock();
        if (audit(t)) {
            kill(watch, SIGTERM);
            int status = -1;
            waitpid(watch, &status, 0);
            printf("audit agrees; the watch ended with %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
            return WIFEXITED(status) && WEXITSTATUS(status) == 0;
        }
    }
    printf("audit does not agree after %d s\n", IN_TIME_S);
    kill(watch, SIGKILL);
    return false;
}

/* ---- what is left ------------------------------------------------------------------------------ */

/* Whether a line of JSON holds the whole text of a document. */
static bool is_whole(const char *line, unsigned id)
{
    char text[1024], escaped[2048];
    size_t n = 0;
    const int len = write_text(text, id);
    for (int i = 0; i < len; i++) {
        if (text[i] == '\n') {
            escaped[n++] = '\\';
            escaped[n++] = 'n';
        } else {
            escaped[n++] = text[i];
        }
    }
    escaped[n] = '\0';
    return strstr(line, escaped) != NULL;
}

static bool check_records(const struct test *t)
{
    unsigned *const seen = calloc(t->files, sizeof *seen), broken = 0, missing = 0, repeated = 0;
    FILE *const f = fopen(path_at(t->base.s, "out.jsonl").s, "r");
    char *line = NULL;
    size_t cap = 0;
    while (f != NULL && getline(&line, &cap, f) > 0) {
        const char *const name = strstr(line, "\"source\":\"");
        const char *const at = name != NULL ? strstr(name, "f") : NULL;
        const char *const file = name != NULL ? strstr(name + 10, ".txt\"") : NULL;
        const unsigned id = at != NULL && file != NULL ? (unsigned)strtoul(file - 6, NULL, 10) : t->files;
        if (id >= t->files || !is_whole(line, id))
            broken++;
        else
            seen[id]++;
    }
    for (unsigned i = 0; i < t->files; i++) {
        missing += seen[i] == 0;
        repeated += seen[i] > 1;
    }
    printf("%u files: %u without a record, %u with more than one, %u records that are not whole\n", t->files,
           missing, repeated, broken);
    free(line);
    free(seen);
    if (f != NULL)
        fclose(f);
    return missing + repeated + broken == 0;
}

static unsigned count_files(const char *folder)
{
    DIR *const dir = opendir(folder);
    unsigned n = 0;
    const struct dirent *e;
    while (dir != NULL && (e = readdir(dir)) != NULL)
        if (e->d_type == DT_DIR && e->d_name[0] != '.')
            n += count_files(path_at(folder, e->d_name).s);
        else if (e->d_type != DT_DIR)
            n++;
    if (dir != NULL)
        closedir(dir);
    return n;
}

static bool check_places(const struct test *t)
{
    const unsigned in = count_files(t->in.s), done = count_files(path_at(t->base.s, "done").s);
    printf("%u files in the folder, %u moved\n", in, done);
    return t->move ? in == 0 && done == t->files : in == t->files;
}

/* ---- the command line --------------------------------------------------------------------------- */

static bool read_options(struct test *t, int argc, char **argv)
{
    static const struct option options[] = {
        {"seed", required_argument, NULL, 's'},  {"files", required_argument, NULL, 'f'},
        {"kills", required_argument, NULL, 'k'}, {"move", no_argument, NULL, 'm'},
        {"keep", no_argument, NULL, 'K'},        {NULL, 0, NULL, 0},
    };
    int c;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        const uint64_t number = optarg != NULL ? strtoull(optarg, NULL, 10) : 0;
        if (c == 's')
            t->seed = number;
        else if (c == 'f')
            t->files = (unsigned)number;
        else if (c == 'k')
            t->kills = (unsigned)number;
        else if (c == 'm')
            t->move = true;
        else if (c == 'K')
            t->keep = true;
        else
            return false;
    }
    return optind == argc && t->files != 0 && t->files < 1000000;
}

int main(int argc, char **argv)
{
    struct test t = {.seed = run_clock() % 1000000007, .files = 5000, .kills = 40};
    if (!read_options(&t, argc, argv)) {
        fprintf(stderr, "usage: crash-watch [--seed N] [--files N] [--kills N] [--move] [--keep]\n");
        return 2;
    }
    printf("seed %" PRIu64 "\n", t.seed);
    t.base = place_make_base("watch");
    t.in = path_at(t.base.s, "in");
    t.aside = path_at(t.base.s, "aside");
    t.pipeline = path_at(t.base.s, "pipeline.yaml");
    if (mkdir(t.in.s, 0777) != 0 || mkdir(t.aside.s, 0777) != 0)
        die("mkdir");
    write_pipeline(&t);
    run_adopt_orphans();
    const uint64_t began = run_clock();
    bool ok = run_watch(&t);
    ok = check_records(&t) && ok;
    ok = check_places(&t) && ok;
    printf("killed: %u supervisors, %u workers, %u writers; stopped %u times; %u starts; %.0f s\n",
           t.sent[SUPERVISOR], t.sent[WORKER], t.sent[WRITER], t.stops, t.starts,
           (double)(run_clock() - began) / 1e9);
    run_all_are_gone();
    if (ok && !t.keep)
        place_remove(t.base.s);
    else
        printf("kept: %s\n", t.base.s);
    return ok ? 0 : 1;
}
