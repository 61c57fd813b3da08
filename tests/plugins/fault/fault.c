/* fault: everything that a plugin must not do, on demand and on chosen documents only.  For tests of
 * the chain and of the engine: one document pays, the others must not notice. */
#include <docmill/plugin.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum mode { NONE, CRASH, HANG, LEAK, FLOOD, GARBAGE, BUG, RETRY, FAIL, EXIT, EDIT_OVERLAP, SLOW };
static const char *const modes[] = {
    [NONE] = "none",
    [CRASH] = "crash",
    [HANG] = "hang",
    [LEAK] = "leak",
    [FLOOD] = "flood",
    [GARBAGE] = "garbage",
    [BUG] = "bug",
    [RETRY] = "retry",
    [FAIL] = "fail",
    [EXIT] = "exit",
    [EDIT_OVERLAP] = "edit-overlap",
    [SLOW] = "slow",
    NULL,
};

struct fault {
    int32_t mode;
    dm_str match;
    int64_t from, delay;
};

static const dm_option options[] = {
    {.name = "mode",
     DM_CHOICE_AT(struct fault, mode),
     .def = "none",
     .choices = modes,
     .help = "What to do."},
    {.name = "match",
     DM_TEXT_AT(struct fault, match),
     .def = "\"\"",
     .help = "Do it only to documents whose text holds this; empty: to all."},
    {.name = "from",
     DM_INT_AT(struct fault, from),
     .def = "0",
     .min = 0,
     .max = 1e9,
     .unit = "documents",
     .help = "Do it only from the nth document of this process on, the first being 1; 0: to all."},
    {.name = "delay",
     DM_INT_AT(struct fault, delay),
     .def = "1000",
     .min = 0,
     .max = 1e9,
     .unit = "microseconds",
     .help = "How long `slow` sleeps over each document."},
};

enum { RULE_FAULT };
static const dm_rule rules[] = {
    [RULE_FAULT] = {.id = "fault", .help = "A change that the host must refuse."},
};

/* Documents that this process has seen; a worker's life, not a stage's. */
static int64_t seen;

/* The sanitizer would report the write instead of letting it crash. */
__attribute__((no_sanitize("undefined"))) static void crash(void)
{
    volatile int *volatile nowhere = NULL;
    *nowhere = 1; /* NOLINT(clang-analyzer-core.NullDereference): that is the point */
}

static void hang(void)
{
    for (volatile bool on = true; on;)
        ;
}

/* Pages that nobody touches take no memory, so each is written to. */
static void leak(void)
{
    enum { STEP = 1 << 20 };
    for (void *volatile piece;;) {
        piece = malloc(STEP);
        if (piece != NULL)
            memset(piece, 0x5A, STEP);
    }
}

static void flood(dm_task *t)
{
    for (int i = 0; i < 10000; i++)
        dm_log(t, DM_LOG_WARNING, DM_LIT("a line of which there are far too many"));
}

static void dawdle(int64_t delay)
{
    nanosleep(&(struct timespec){delay / 1000000, delay % 1000000 * 1000}, NULL);
}

static dm_status act(const struct fault *f, dm_task *t, dm_doc *d)
{
    const dm_span all = {0, dm_text(t, d).len};
    switch (f->mode) {
    case CRASH:
        crash();
        break;
    case HANG:
        hang();
        break;
    case LEAK:
        leak();
        break;
    case FLOOD:
        flood(t);
        break;
    case GARBAGE:
        return dm_edit(t, d, all, DM_LIT("\xFF\xFE"), RULE_FAULT);
    case BUG:
        return dm_fail(t, DM_EBUG, "a bug, as asked");
    case RETRY:
        return dm_fail(t, DM_ERETRY, "try again, as asked");
    case FAIL:
        return dm_fail(t, DM_EDOC, "a bad document, as asked");
    case EXIT:
        exit(0); /* the worst of them: it looks like success */
    case EDIT_OVERLAP:
        dm_edit(t, d, all, DM_LIT("one"), RULE_FAULT);
        return dm_edit(t, d, all, DM_LIT("two"), RULE_FAULT);
    case SLOW:
        dawdle(f->delay);
        break;
    default:
        break;
    }
    return DM_OK;
}

static dm_status fault_clean(const void *state, dm_task *t, dm_doc *d)
{
    const struct fault *const f = state;
    const dm_str text = dm_text(t, d);
    const bool matches =
        f->match.len == 0 || (text.len > 0 && memmem(text.ptr, text.len, f->match.ptr, f->match.len) != NULL);
    if (++seen < f->from || !matches)
        return DM_OK;
    return act(f, t, d);
}

static const dm_stage fault = {
    .size = sizeof(dm_stage),
    .kind = DM_CLEANER,
    .state_size = sizeof(struct fault),
    .name = "fault",
    .summary = "Misbehave on demand.",
    .options = DM_ARRAY(options),
    .rules = DM_ARRAY(rules),
    .ops.cleaner = &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = fault_clean},
};

DM_PLUGIN(.name = "fault", .version = "1.0.0", .license = "MIT",
          .stages = (const dm_stage *const[]){&fault, NULL});
