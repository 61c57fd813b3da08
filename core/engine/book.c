/* Opening the ledger for a run, and judging inputs by it. */
#include "core/engine/book.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/engine/failpoint.h"
#include "core/ledger/lock.h"
#include "core/pipeline/fingerprint.h"
#include "core/text/str.h"

int64_t dm__book_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool explain(const struct dm_ledger *l, char why[DM_WHY_MAX])
{
    snprintf(why, DM_WHY_MAX, "%s", dm__ledger_why(l));
    return false;
}

static bool no_memory(char why[DM_WHY_MAX])
{
    snprintf(why, DM_WHY_MAX, "out of memory");
    return false;
}

/* ---- generations ------------------------------------------------------------------------------- */

/* The first file or folder that a stage writes; empty: none. */
static dm_str target_of(const struct dm_step *step)
{
    const struct dm_instance *const instance = &step->instances[0];
    const dm_array options = instance->stage->options;
    dm_str path = {"", 0};
    for (uint32_t i = 0; i < options.count && step->kind == DM_OUTPUT; i++) {
        const dm_option *const o = DM_AT(dm_option, options, i);
        if (o->type != DM_PATH_OUT)
            continue;
        memcpy(&path, (const char *)instance->state + o->offset, sizeof path);
        break;
    }
    return path;
}

static bool describe_step(struct dm_book *b, size_t position, struct dm_ledger_stage *out)
{
    const struct dm_step *const step = &b->options->pipeline->steps[position];
    const dm_array rules = step->instances[0].stage->rules;
    dm_str *const ids = dm__arena_alloc(&b->arena, (rules.count + 1) * sizeof *ids, _Alignof(dm_str));
    if (ids == NULL)
        return false;
    for (uint32_t i = 0; i < rules.count; i++)
        ids[i] = dm__str(DM_AT(dm_rule, rules, i)->id);
    *out = (struct dm_ledger_stage){.position = (int64_t)position,
                                    .kind = dm__str(dm__kind_verb(step->kind)),
                                    .name = step->name,
                                    .rules = ids,
                                    .rule_count = rules.count,
                                    .target = target_of(step)};
    return true;
}

/* What an output may replace is what docmill wrote, or what the user says it may. */
static bool may_replace(struct dm_book *b, const struct dm_ledger_stage *stage, bool *out)
{
    *out = b->options->overwrite;
    return *out || stage->target.len == 0 || dm__ledger_has_written(b->ledger, stage->target, out);
}

/* A watch goes on with the outputs that it has, under whatever pipeline: what it processed may be there no more.
 * Where an output of the new one stood in the old one tells its token. */
static bool find_tokens(struct dm_book *b, const struct dm_ledger_stage *stages, size_t count,
                        char why[DM_WHY_MAX])
{
    struct dm_ledger_generation old;
    struct dm_ledger_stage *before = NULL;
    size_t before_count = 0;
    b->tokens = dm__arena_alloc(&b->arena, (count + 1) * sizeof *b->tokens, _Alignof(dm_str));
    if (b->tokens == NULL)
        return no_memory(why);
    if (!b->options->watch || b->options->overwrite)
        return true;
    if (!dm__ledger_newest(b->ledger, &b->arena, &old) ||
        (old.id != 0 && !dm__ledger_stages(b->ledger, &b->arena, old.id, &before, &before_count)))
        return explain(b->ledger, why);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < before_count && stages[i].target.len != 0; k++)
            if (dm__str_eq(stages[i].name, before[k].name) &&
                dm__str_eq(stages[i].target, before[k].target) &&
                !dm__ledger_token(b->ledger, &b->arena, before[k].position, &b->tokens[i]))
                return explain(b->ledger, why);
    return true;
}

static bool put_tokens(struct dm_book *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (b->tokens[i].ptr != NULL && !dm__ledger_put_token(b->ledger, (int64_t)i, b->tokens[i]))
            return false;
    return true;
}

static bool start_generation(struct dm_book *b, const char *fingerprint, char why[DM_WHY_MAX])
{
    const struct dm_pipeline *const p = b->options->pipeline;
    struct dm_ledger_stage *const stages =
        dm__arena_alloc(&b->arena, (p->step_count + 1) * sizeof *stages, _Alignof(struct dm_ledger_stage));
    b->generation =
        (struct dm_ledger_generation){.fingerprint = dm__arena_str(&b->arena, dm__str(fingerprint)),
                                      .pipeline = p->file,
                                      .began = dm__book_now()};
    if (stages == NULL || b->generation.fingerprint.ptr == NULL)
        return no_memory(why);
    for (size_t i = 0; i < p->step_count; i++) {
        if (!describe_step(b, i, &stages[i]))
            return no_memory(why);
        if (p->steps[i].kind == DM_OUTPUT && !b->options->watch &&
            !may_replace(b, &stages[i], &stages[i].replaces))
            return explain(b->ledger, why);
    }
    if (!find_tokens(b, stages, p->step_count, why))
        return false;
    if (!dm__ledger_begin(b->ledger) ||
        !dm__ledger_add_generation(b->ledger, &b->generation, stages, p->step_count) ||
        !put_tokens(b, p->step_count) || !dm__ledger_commit(b->ledger)) {
        dm__ledger_roll_back(b->ledger);
        return explain(b->ledger, why);
    }
    dm__failpoint(DM_FAIL_S_GENERATION_STORED);
    return true;
}

/* Whether the outputs of this generation replace older ones and have not done so yet. */
static bool find_rebuilds(struct dm_book *b, char why[DM_WHY_MAX])
{
    struct dm_ledger_stage *stages;
    size_t count;
    if (b->generation.finished != 0)
        return true;
    if (!dm__ledger_stages(b->ledger, &b->arena, b->generation.id, &stages, &count))
        return explain(b->ledger, why);
    for (size_t i = 0; i < count; i++)
        b->rebuilds = b->rebuilds || stages[i].replaces;
    return true;
}

static bool refuse_retry(const struct dm_book *b, char why[DM_WHY_MAX])
{
    snprintf(
        why, DM_WHY_MAX, "%s",
        b->generation.id == 0
            ? "no run is on record, so nothing has failed: docmill run comes first"
            : "the pipeline, a plugin or a data file is another one than when documents failed: docmill run "
              "processes all documents with what is there now (docmill watch those that failed)");
    return false;
}

static bool find_generation(struct dm_book *b, struct dm_ledger *l, bool may_start, char why[DM_WHY_MAX])
{
    char fingerprint[DM_HASH_DIGITS + 1];
    if (!dm__fingerprint(b->options->pipeline, fingerprint))
        return no_memory(why);
    if (!dm__ledger_newest(l, &b->arena, &b->generation) || !dm__ledger_is_empty(l, &b->is_empty))
        return explain(l, why);
    const bool same = b->generation.id != 0 && !b->options->overwrite &&
                      dm__str_eq(b->generation.fingerprint, dm__str(fingerprint));
    if (same)
        return !may_start || find_rebuilds(b, why);
    if (!may_start) { /* it would be another one than all that is on record */
        b->generation.id = -1;
        return true;
    }
    if (b->options->retry != NULL) /* it would be finished by a run alone */
        return refuse_retry(b, why);
    return start_generation(b, fingerprint, why) && find_rebuilds(b, why);
}

/* ---- opening ----------------------------------------------------------------------------------- */

/* A supervisor that was killed while it started a child may be survived by its lock: the child has it until it
 * becomes another program. */
enum { LOCK_WAIT_MS = 1000 };

static bool take_lock(struct dm_book *b, dm_str state, char why[DM_WHY_MAX])
{
    long holder;
    const dm_str path = dm__ledger_path(&b->arena, state, "lock");
    if (path.ptr == NULL)
        return no_memory(why);
    b->lock = dm__lock_take(path.ptr, LOCK_WAIT_MS, &holder);
    if (b->lock >= 0)
        return true;
    if (errno != EWOULDBLOCK)
        snprintf(why, DM_WHY_MAX, "%.400s: %s", path.ptr, strerror(errno));
    else if (holder != 0)
        snprintf(why, DM_WHY_MAX, "the state folder %.400s is in use by another docmill (process %ld)",
                 state.ptr, holder);
    else
        snprintf(why, DM_WHY_MAX, "the state folder %.400s is in use by another docmill", state.ptr);
    return false;
}

static void init(struct dm_book *b, const struct dm_engine_options *options)
{
    *b = (struct dm_book){.options = options, .is_empty = true, .lock = -1};
    dm__arena_init(&b->arena, 0);
}

bool dm__book_open(struct dm_book *b, const struct dm_engine_options *options, char why[DM_WHY_MAX])
{
    const dm_str state = options->pipeline->run.state;
    init(b, options);
    if (state.len == 0)
        return true;
    if (!dm__ledger_make_folder(state, why) || !take_lock(b, state, why))
        return false;
    dm__failpoint(DM_FAIL_S_LOCKED);
    b->ledger = dm__ledger_open(state, why);
    if (b->ledger == NULL)
        return false;
    dm__failpoint(DM_FAIL_S_LEDGER_OPENED);
    if (!find_generation(b, b->ledger, true, why))
        return false;
    b->past = dm__ledger_open_reader(state, why);
    b->is_empty = b->is_empty && !options->watch; /* not for long */
    return b->past != NULL;
}

bool dm__book_open_reader(struct dm_book *b, const struct dm_engine_options *options, char why[DM_WHY_MAX])
{
    const dm_str state = options->pipeline->run.state;
    init(b, options);
    if (state.len == 0)
        return true;
    const dm_str path = dm__ledger_path(&b->arena, state, "ledger.db");
    if (path.ptr == NULL)
        return no_memory(why);
    if (access(path.ptr, F_OK) != 0 && errno == ENOENT)
        return true;
    b->past = dm__ledger_open_reader(state, why);
    return b->past != NULL && find_generation(b, b->past, false, why);
}

bool dm__book_close(struct dm_book *b, char why[DM_WHY_MAX])
{
    if (b->options == NULL)
        return true;                /* it was never opened */
    dm__ledger_close(b->past, why); /* the last to close a ledger removes its log */
    const bool ok = dm__ledger_close(b->ledger, why);
    if (b->lock >= 0)
        close(b->lock);
    dm__arena_fini(&b->arena);
    *b = (struct dm_book){.lock = -1};
    return ok;
}

/* ---- judging ----------------------------------------------------------------------------------- */

/* Whether a file's content has the hash on record.  *version: what was read */
static bool has_content(const char *path, const struct dm_ledger_input *row, uint64_t max_size,
                        struct dm_input_version *version)
{
    unsigned char hash[DM_HASH_SIZE];
    struct stat st;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    bool same = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == row->size &&
                row->size <= max_size;
    if (same)
        *version = dm__engine_version(&st);
    same = same && dm__hash_fd_value(fd, hash) && memcmp(hash, row->hash, sizeof hash) == 0;
    if (fd >= 0)
        close(fd);
    return same;
}

/* Whether an input is the version on record: by size and time, then by content.
 * touched  out: see dm_history */
static bool is_same(struct dm_book *b, dm_str path, const struct dm_ledger_input *row, int64_t *touched)
{
    struct stat st;
    if (stat(path.ptr, &st) != 0) /* one that could not be had then, and cannot now, is the same */
        return row->modified == 0 && row->state == DM_LEDGER_FAILED;
    struct dm_input_version version = dm__engine_version(&st);
    if (version.size != row->size)
        return false;
    if (row->modified != DM_LEDGER_UNSURE && version.modified == row->modified)
        return true;
    if (!row->hashed || !has_content(path.ptr, row, b->options->pipeline->input.max_size, &version))
        return false;
    *touched = version.modified != DM_LEDGER_UNSURE ? version.modified : 0;
    return true;
}

static enum dm_past past_of(struct dm_book *b, dm_str path, const struct dm_ledger_input *row,
                            int64_t *touched)
{
    if (row->generation != b->generation.id && (!b->options->watch || row->state == DM_LEDGER_FAILED))
        return DM_PAST_OUTDATED;
    if (b->options->force)
        return DM_PAST_FORCED;
    if (!is_same(b, path, row, touched))
        return DM_PAST_CHANGED;
    return row->state == DM_LEDGER_FAILED ? DM_PAST_FAILED : DM_PAST_UNCHANGED;
}

static struct dm_history history_of(const struct dm_book *b, enum dm_past past,
                                    const struct dm_ledger_input *row)
{
    const bool begins_anew = past == DM_PAST_OUTDATED && !b->options->watch; /* and its outputs */
    struct dm_history h = {.past = past,
                           .revision = begins_anew ? 1 : row->revision + 1,
                           .known = true,
                           .failed = row->state == DM_LEDGER_FAILED,
                           .size = row->size,
                           .modified = row->modified};
    memcpy(h.hash, row->hash, sizeof h.hash);
    return h;
}

bool dm__book_judge(struct dm_book *b, dm_str path, dm_str source, struct dm_history *out,
                    char why[DM_WHY_MAX])
{
    struct dm_ledger_input row;
    *out = (struct dm_history){.past = DM_PAST_NEW, .revision = 1};
    const int got = b->past == NULL || b->is_empty ? 0 : dm__ledger_find(b->past, source, &row);
    if (got < 0)
        return explain(b->past, why);
    if (got > 0) {
        int64_t touched = 0;
        *out = history_of(b, past_of(b, path, &row, &touched), &row);
        out->touched = touched;
    }
    return true;
}

bool dm__book_begin_judging(struct dm_book *b, char why[DM_WHY_MAX])
{
    return b->past == NULL || b->is_empty || dm__ledger_begin(b->past) || explain(b->past, why);
}

void dm__book_end_judging(struct dm_book *b)
{
    if (b->past != NULL && !b->is_empty)
        dm__ledger_commit(b->past);
}

/* ---- failures ---------------------------------------------------------------------------------- */

static bool is_asked_for(const struct dm_book *b, const struct dm_ledger_input *row)
{
    const struct dm_engine_retry *const r = b->options->retry;
    const struct dm_pipeline *const p = b->options->pipeline;
    const dm_str stage =
        row->stage >= 0 && (uint64_t)row->stage < p->step_count ? p->steps[row->stage].name : DM_LIT("input");
    if (r->stage.len != 0 && !dm__str_eq(r->stage, stage))
        return false;
    if (r->reason.len != 0 && memmem(row->reason.ptr, row->reason.len, r->reason.ptr, r->reason.len) == NULL)
        return false;
    bool named = r->source_count == 0;
    for (size_t i = 0; i < r->source_count && !named; i++)
        named = dm__str_eq(r->sources[i], row->source) || dm__str_eq(r->sources[i], row->path);
    return named;
}

bool dm__book_begin_failures(struct dm_book *b, char why[DM_WHY_MAX])
{
    return dm__ledger_walk(b->past, DM_LEDGER_FAILURES) || explain(b->past, why);
}

/* A failure of an older generation is not a failure of these stages: a usual run takes it. */
int dm__book_next_failure(struct dm_book *b, dm_str *path, dm_str *source, struct dm_history *history,
                          char why[DM_WHY_MAX])
{
    struct dm_ledger_input row;
    int got;
    while ((got = dm__ledger_next(b->past, &row)) == 1) {
        if (row.generation != b->generation.id || !is_asked_for(b, &row) || row.path.len < row.source.len)
            continue;
        *path = row.path;
        *source = (dm_str){row.path.ptr + row.path.len - row.source.len, row.source.len};
        *history = history_of(b, DM_PAST_RETRIED, &row);
        return 1;
    }
    if (got < 0)
        explain(b->past, why);
    return got;
}

/* ---- where the outputs start from --------------------------------------------------------------- */

static bool add_start(struct dm_frames *out, size_t step, uint32_t flags, dm_str token)
{
    char *p = dm__frames_add(out, DM_FRAME_TOKEN, step, sizeof flags + token.len);
    if (p == NULL)
        return false;
    p = mempcpy(p, &flags, sizeof flags);
    if (token.len != 0)
        memcpy(p, token.ptr, token.len);
    return true;
}

bool dm__book_add_resume(struct dm_book *b, struct dm_frames *out, char why[DM_WHY_MAX])
{
    const struct dm_pipeline *const p = b->options->pipeline;
    struct dm_frames starts = {0};
    struct dm_ledger_stage *stages = NULL;
    size_t count = 0;
    bool ok = b->ledger == NULL ||
              dm__ledger_stages(b->ledger, &b->arena, b->generation.id, &stages, &count) ||
              explain(b->ledger, why);
    for (size_t i = 0; ok && i < p->step_count; i++) {
        dm_str token = {"", 0};
        uint32_t flags = b->options->overwrite ? DM_RESUME_REPLACE : 0;
        if (p->steps[i].kind != DM_OUTPUT)
            continue;
        if (b->ledger == NULL)
            flags |= DM_RESUME_VOLATILE;
        else if (i < count && stages[i].replaces)
            flags |= DM_RESUME_REPLACE;
        if (b->ledger != NULL && !dm__ledger_token(b->ledger, &b->arena, (int64_t)i, &token))
            ok = explain(b->ledger, why);
        else if (!add_start(&starts, i, flags, token))
            ok = no_memory(why);
    }
    char *const payload = ok ? dm__frames_add(out, DM_FRAME_RESUME, 0, starts.to) : NULL;
    if (ok && payload == NULL)
        ok = no_memory(why);
    if (ok && starts.to != 0)
        memcpy(payload, starts.ptr, starts.to);
    dm__frames_fini(&starts);
    return ok;
}
