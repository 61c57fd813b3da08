/* The plugin runs in a child process; where it takes that down, this is a finding, and the next child goes on
 * behind the check that it was at. */
#include "core/trial/conformance.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/text/str.h"
#include "core/trial/trial.h"

/* Bytes that a plugin may take before it is taken to allocate without end. */
static const uint64_t MEMORY = (uint64_t)3 << 30;

enum { TEXT_MAX = 1024 };

/* What the parent has heard, which is also what the child starts from. */
struct hearing {
    struct dm_trial trial; /* what the next child starts from */
    struct dm_arena *arena;
    struct dm_conformance_check check; /* at work; title.ptr NULL: none */
    struct dm_conformance_finding *findings;
    size_t cap;
    unsigned number, found; /* checks that began; findings */
};

/* ---- in the child ----------------------------------------------------------------------------- */

/* Texts with a NUL behind each, one after the other. */
struct message {
    char bytes[3 * TEXT_MAX];
    size_t len;
};

static void add_text(struct message *m, const char *text)
{
    const size_t len = strnlen(text, TEXT_MAX - 2);
    memcpy(m->bytes + m->len, text, len);
    m->len += len;
    m->bytes[m->len++] = '\0';
}

static void say(struct dm_trial *t, enum dm_trial_message kind, const struct message *m)
{
    dm__ward_say(t->ward, kind, (dm_str){m->bytes, m->len});
}

bool dm__trial_begin(struct dm_trial *t, const char *fmt, ...)
{
    char title[TEXT_MAX];
    struct message m = {.len = 0};
    if (++t->number <= t->skip)
        return false;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(title, sizeof title, fmt, ap);
    va_end(ap);
    add_text(&m, t->stage_name.ptr);
    add_text(&m, title);
    say(t, DM_TRIAL_CHECK, &m);
    return true;
}

bool dm__trial_died(const struct dm_trial *t)
{
    for (unsigned i = 0; i < t->dead_count; i++)
        if (t->dead[i] == t->number)
            return true;
    return false;
}

void dm__trial_doing(struct dm_trial *t, const char *fmt, ...)
{
    char doing[DM_TRIAL_DOING_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(doing, sizeof doing, fmt, ap);
    va_end(ap);
    dm__ward_step(t->ward, "%s", doing);
}

void dm__trial_find(struct dm_trial *t, enum dm_trial_rule_id rule, const char *fmt, ...)
{
    char what[TEXT_MAX];
    struct message m = {.bytes = {(char)rule}, .len = 1};
    if (t->silent)
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    add_text(&m, what);
    add_text(&m, dm__ward_doing(t->ward));
    say(t, DM_TRIAL_FINDING, &m);
}

void dm__trial_note(struct dm_trial *t, const char *fmt, ...)
{
    char line[TEXT_MAX];
    struct message m = {.len = 0};
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    add_text(&m, line);
    if (!t->silent)
        say(t, DM_TRIAL_NOTE, &m);
}

void dm__trial_new_target(struct dm_trial *t)
{
    snprintf(t->target, sizeof t->target, "%.200s/%u-%u", t->folder, t->dead_count, ++t->targets);
    if (mkdir(t->target, 0777) != 0)
        abort();
    strcat(t->target, "/target");
}

static void try_stage(struct dm_trial *t, const dm_stage *stage)
{
    t->stage = stage;
    t->stage_name = dm__bench_stage_name(&t->arena, stage);
    dm__trial_new_target(t);
    if (!dm__trial_opening(t) || !dm__trial_working(t))
        return;
    dm__trial_keeping(t);
    if (stage->kind == DM_OUTPUT)
        dm__trial_writing(t);
}

static void try_plugin(void *owner, struct dm_ward *w)
{
    struct dm_trial *const t = &((struct hearing *)owner)->trial;
    t->ward = w;
    dm__arena_init(&t->arena, 0);
    t->stage_name = DM_LIT("plugin");
    const bool now = dm__trial_begin(t, "can be loaded");
    dm__trial_doing(t, "loading it");
    if (!dm__trial_died(t) && dm__bench_load(&t->arena, t->order->path, &t->file)) {
        t->documents = dm__trial_documents(&t->arena, &t->document_count);
        dm__trial_tables(t);
        for (const dm_stage *const *s = t->file.about.stages; *s != NULL; s++)
            try_stage(t, *s);
    } else if (now) {
        dm__trial_find(t, DM_RULE_LOADS, "%.*s", (int)t->file.problem.len, t->file.problem.ptr);
    }
    dm__arena_fini(&t->arena);
}

/* ---- in the parent ---------------------------------------------------------------------------- */

/* The next text of a message; a plugin may have written it, so nothing is taken for granted. */
static dm_str take_text(struct dm_arena *arena, dm_str *rest)
{
    const char *const end = rest->len != 0 ? memchr(rest->ptr, '\0', rest->len) : NULL;
    if (end == NULL)
        return DM_LIT("?");
    const dm_str text = {rest->ptr, (size_t)(end - rest->ptr)};
    *rest = (dm_str){end + 1, rest->len - text.len - 1};
    return dm__arena_str(arena, text);
}

static void end_check(struct hearing *h)
{
    const struct dm_conformance *const order = h->trial.order;
    if (h->check.title.ptr != NULL)
        order->check(order->owner, &h->check);
    h->check = (struct dm_conformance_check){.findings = NULL};
    h->findings = NULL;
    h->cap = 0;
}

static void add_finding(struct hearing *h, unsigned rule, dm_str what, dm_str doing)
{
    h->findings = dm__arena_grow(h->arena, h->findings, h->check.count, &h->cap, sizeof *h->findings);
    if (h->findings == NULL)
        abort();
    const struct dm_trial_rule *const r = &dm__trial_rules[rule < DM_RULE_COUNT ? rule : DM_RULE_CRASHES];
    h->findings[h->check.count++] = (struct dm_conformance_finding){.rule = dm__str(r->id),
                                                                    .what = what,
                                                                    .doing = doing,
                                                                    .means = dm__str(r->means),
                                                                    .todo = dm__str(r->todo)};
    h->check.findings = h->findings;
    h->found++;
}

static void hear(void *owner, uint32_t kind, dm_str bytes)
{
    struct hearing *const h = owner;
    const struct dm_conformance *const order = h->trial.order;
    if (kind == DM_TRIAL_CHECK) {
        end_check(h);
        h->number++;
        h->check.stage = take_text(h->arena, &bytes);
        h->check.title = take_text(h->arena, &bytes);
    } else if (kind == DM_TRIAL_FINDING && bytes.len != 0) {
        const unsigned rule = (unsigned char)bytes.ptr[0];
        bytes = (dm_str){bytes.ptr + 1, bytes.len - 1};
        const dm_str what = take_text(h->arena, &bytes);
        add_finding(h, rule, what, take_text(h->arena, &bytes));
    } else if (kind == DM_TRIAL_NOTE) {
        order->note(order->owner, take_text(h->arena, &bytes));
    }
}

/* How the child ended, if that was not by itself, as a finding of the check at work. */
static void add_end(struct hearing *h, const struct dm_ward_fate *f)
{
    struct dm_arena *const a = h->arena;
    const dm_str doing = dm__arena_str(a, dm__str(f->doing));
    if (f->end == DM_WARD_KILLED)
        add_finding(h, DM_RULE_CRASHES, dm__arena_printf(a, "killed by SIG%s", sigabbrev_np(f->status)),
                    doing);
    else if (f->end == DM_WARD_HUNG)
        add_finding(
            h, DM_RULE_HANGS,
            dm__arena_printf(a, "not done after %llu s", (unsigned long long)h->trial.order->patience / 1000),
            doing);
    else if (f->end == DM_WARD_GREEDY)
        add_finding(h, DM_RULE_GREEDY,
                    dm__arena_printf(a, "it takes more than %llu MiB", (unsigned long long)MEMORY >> 20),
                    doing);
    else if (f->end == DM_WARD_LEFT)
        add_finding(h, DM_RULE_EXITS, dm__arena_printf(a, "it ends the program with status %d", f->status),
                    doing);
}

/* return  whether another child is to go on */
static bool go_on(struct hearing *h, const struct dm_ward_fate *f)
{
    if (f->end == DM_WARD_DONE)
        return false;
    if (f->end == DM_WARD_STATUS) {
        end_check(h);
        h->check.stage = DM_LIT("plugin");
        h->check.title = DM_LIT("leaves no errors behind");
        add_finding(h, DM_RULE_CHECKER,
                    dm__arena_printf(h->arena, "the process ends with status %d", f->status),
                    DM_LIT("leaving"));
        return false;
    }
    add_end(h, f);
    struct dm_trial *const t = &h->trial;
    t->dead[t->dead_count++] = t->skip = h->number;
    if (t->dead_count < DM_TRIAL_DEATHS_MAX)
        return true;
    t->order->note(t->order->owner, DM_LIT("it has died too often; the remaining checks are left out"));
    return false;
}

int dm__conformance_run(struct dm_arena *arena, const struct dm_conformance *order)
{
    struct hearing h = {.trial = {.order = order}, .arena = arena};
    const char *const tmp = getenv("TMPDIR");
    snprintf(h.trial.folder, sizeof h.trial.folder, "%.100s/docmill-check-XXXXXX",
             tmp != NULL ? tmp : "/tmp");
    if (mkdtemp(h.trial.folder) == NULL)
        return -1;
    struct dm_ward ward = {
        .owner = &h, .work = try_plugin, .hear = hear, .patience = order->patience, .memory = MEMORY};
    struct dm_ward_fate fate;
    bool ran;
    do {
        h.number = h.trial.skip;
        ran = dm__ward_run(&ward, &fate);
    } while (ran && go_on(&h, &fate));
    const int error = errno;
    end_check(&h);
    dm__trial_tree_remove(h.trial.folder);
    errno = error;
    return ran ? (int)h.found : -1;
}
