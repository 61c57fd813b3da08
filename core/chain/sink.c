/* The writer's half of an output.  The same stage is opened here again, in the writer's process, with
 * the options that it had in the workers. */
#include <stdlib.h>
#include <string.h>

#include "core/chain/task.h"

enum { TOKEN_MAX = 4096, PLACE_MAX = 4096 };

struct dm_sink {
    const struct dm_instance *instance;
    struct dm_arena lasting, scratch; /* of open(); of one call */
    struct dm_buffer put;             /* what the last call put */
    void (*log)(void *owner, int32_t step, int32_t level, dm_str line);
    void *log_owner;
    size_t fail_nth;
};

static void begin(struct dm_sink *s, struct dm_call *call, enum dm_phase phase)
{
    dm__arena_reset(&s->scratch);
    dm__call_begin(call, phase, s->instance->stage, &s->scratch);
    call->log = s->log;
    call->log_owner = s->log_owner;
    call->fail_nth = s->fail_nth;
}

/* Let the call put at most `most` bytes; 0: any number. */
static void collect(struct dm_sink *s, struct dm_call *call, size_t most)
{
    s->put.len = 0;
    call->out = &s->put;
    call->out_max = most;
}

static dm_str collected(const struct dm_sink *s)
{
    return (dm_str){s->put.ptr != NULL ? s->put.ptr : "", s->put.len};
}

static dm_status end(struct dm_call *call, dm_status returned, struct dm_outcome *why)
{
    dm__call_end(call, returned);
    dm__call_outcome(call, -1, why);
    return call->status;
}

struct dm_sink *dm__sink_open(const struct dm_instance *instance, struct dm_outcome *why)
{
    *why = (struct dm_outcome){.status = DM_ELIMIT, .step = -1, .why = "out of memory"};
    struct dm_sink *const s = calloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->instance = instance;
    dm__arena_init(&s->lasting, 0);
    dm__arena_init(&s->scratch, 0);
    const dm_stage *const stage = instance->stage;
    struct dm_call call;
    dm__call_begin(&call, DM_PHASE_OPEN, stage, &s->lasting);
    if (end(&call, stage->open != NULL ? stage->open(&call.task, instance->state) : DM_OK, why) == DM_OK)
        return s;
    dm__arena_fini(&s->lasting);
    free(s);
    return NULL;
}

dm_status dm__sink_resume(struct dm_sink *s, const dm_resume *from, struct dm_outcome *why)
{
    struct dm_call call;
    begin(s, &call, DM_PHASE_WRITE);
    return end(&call, s->instance->stage->ops.output->resume(s->instance->state, &call.task, from), why);
}

dm_status dm__sink_write(struct dm_sink *s, const dm_record *r, dm_str *place, struct dm_outcome *why)
{
    struct dm_call call;
    begin(s, &call, DM_PHASE_WRITE);
    collect(s, &call, PLACE_MAX);
    const dm_status status =
        end(&call, s->instance->stage->ops.output->write(s->instance->state, &call.task, r), why);
    *place = collected(s);
    return status;
}

dm_status dm__sink_commit(struct dm_sink *s, dm_str *token, struct dm_outcome *why)
{
    struct dm_call call;
    begin(s, &call, DM_PHASE_COMMIT);
    collect(s, &call, TOKEN_MAX);
    const dm_status status =
        end(&call, s->instance->stage->ops.output->commit(s->instance->state, &call.task), why);
    *token = collected(s);
    return status;
}

dm_status dm__sink_finish(struct dm_sink *s, struct dm_outcome *why)
{
    if (s->instance->stage->ops.output->finish == NULL) {
        *why = (struct dm_outcome){.status = DM_OK, .step = -1};
        return DM_OK;
    }
    struct dm_call call;
    begin(s, &call, DM_PHASE_WRITE);
    return end(&call, s->instance->stage->ops.output->finish(s->instance->state, &call.task), why);
}

dm_status dm__sink_recall(struct dm_sink *s, dm_str place, dm_str *bytes, struct dm_outcome *why)
{
    if (s->instance->stage->ops.output->recall == NULL) {
        *why = (struct dm_outcome){.status = DM_DROP, .step = -1};
        return DM_DROP;
    }
    struct dm_call call;
    begin(s, &call, DM_PHASE_RECALL);
    collect(s, &call, 0);
    const dm_status status =
        end(&call, s->instance->stage->ops.output->recall(s->instance->state, &call.task, place), why);
    *bytes = collected(s);
    return status;
}

void dm__sink_log(struct dm_sink *s, void *owner,
                  void (*log)(void *owner, int32_t step, int32_t level, dm_str line))
{
    s->log = log;
    s->log_owner = owner;
}

void dm__sink_fail_alloc(struct dm_sink *s, size_t nth)
{
    s->fail_nth = nth;
}

void dm__sink_close(struct dm_sink *s)
{
    if (s == NULL)
        return;
    if (s->instance->stage->close != NULL)
        s->instance->stage->close(s->instance->state);
    free(s->put.ptr);
    dm__arena_fini(&s->lasting);
    dm__arena_fini(&s->scratch);
    free(s);
}
