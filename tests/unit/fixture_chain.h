/* Stages that do what a test tells them to, and pipelines of them, without files or plugins. */
#ifndef DOCMILL_TESTS_FIXTURE_CHAIN_H
#define DOCMILL_TESTS_FIXTURE_CHAIN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/chain/chain.h"
#include "core/text/str.h"

#include <cmocka.h>

/* What a stage does is its state; NULL functions do nothing. */
struct script {
    dm_status (*open)(dm_task *t, struct script *s);
    dm_status (*work)(dm_task *t, dm_doc *d, const struct script *s);
    dm_status (*write)(dm_task *t, struct script *s, const char *call, const dm_record *r);
    int32_t sure; /* of probe() */
    int opened, closed;
    char calls[256]; /* of the writer's half, a letter each */
    const void *extra;
};

static inline dm_status script_open(dm_task *t, void *state)
{
    struct script *const s = state;
    const dm_status status = s->open != NULL ? s->open(t, s) : DM_OK;
    s->opened += status == DM_OK;
    return status;
}

static inline void script_close(void *state)
{
    ((struct script *)state)->closed++;
}

static inline dm_status script_work(const void *state, dm_task *t, dm_doc *d)
{
    const struct script *const s = state;
    return s->work != NULL ? s->work(t, d, s) : DM_OK;
}

static inline dm_status script_render(const void *state, dm_task *t, const dm_doc *d)
{
    return script_work(state, t, (dm_doc *)(uintptr_t)d);
}

static inline int32_t script_probe(const void *state, dm_str head, dm_str name)
{
    const struct script *const s = state;
    assert_in_range(head.len, 0, 4096);
    if (s->extra != NULL) /* the name that is expected */
        assert_true(dm__str_eq(name, dm__str(s->extra)));
    return s->sure;
}

static inline dm_status script_call(void *state, dm_task *t, const char *call, const dm_record *r)
{
    struct script *const s = state;
    strncat(s->calls, call, sizeof s->calls - strlen(s->calls) - 1);
    return s->write != NULL ? s->write(t, s, call, r) : DM_OK;
}

static inline dm_status script_resume(void *state, dm_task *t, const dm_resume *r)
{
    ((struct script *)state)->extra = r;
    return script_call(state, t, "r", NULL);
}

static inline dm_status script_write(void *state, dm_task *t, const dm_record *r)
{
    return script_call(state, t, "w", r);
}

static inline dm_status script_commit(void *state, dm_task *t)
{
    return script_call(state, t, "c", NULL);
}

static inline dm_status script_finish(void *state, dm_task *t)
{
    return script_call(state, t, "f", NULL);
}

static const dm_rule script_rules[] = {{.id = "made", .help = "Made."},
                                       {.id = "seen", .help = "Only recorded.", .mode = DM_FLAG}};
static const dm_metric script_metrics[] = {{.id = "words", .unit = "words", .help = "Words."}};
static struct dm_rule_mode script_modes[] = {{DM_FIX, 0}, {DM_FLAG, 0}};

static const dm_extractor_ops script_extractor_ops = {
    .size = sizeof script_extractor_ops, .probe = script_probe, .extract = script_work};
static const dm_cleaner_ops script_cleaner_ops = {.size = sizeof script_cleaner_ops, .clean = script_work};
static const dm_output_ops script_output_ops = {.size = sizeof script_output_ops,
                                                .render = script_render,
                                                .resume = script_resume,
                                                .write = script_write,
                                                .commit = script_commit,
                                                .finish = script_finish};

#define SCRIPT_STAGE(KIND, NAME, OPS)                                                                        \
    {                                                                                                        \
        .size = sizeof(dm_stage), .kind = (KIND), .state_size = sizeof(struct script), .name = (NAME),       \
        .summary = "What the test says.", .rules = DM_ARRAY(script_rules),                                   \
        .metrics = DM_ARRAY(script_metrics), .open = script_open, .close = script_close, .ops.any = (OPS),   \
    }
static const dm_stage script_extractor = SCRIPT_STAGE(DM_EXTRACTOR, "scripted", &script_extractor_ops);
static const dm_stage script_cleaner = SCRIPT_STAGE(DM_CLEANER, "scripted", &script_cleaner_ops);
static const dm_stage script_output = SCRIPT_STAGE(DM_OUTPUT, "scripted", &script_output_ops);

enum { SCRIPTS = 6 };

/* A pipeline that grows by script_add(). */
static const struct dm_plugin_file script_file = {.about = {.version = "1"}};
static struct script scripts[SCRIPTS];
static struct dm_instance script_instances[SCRIPTS];
static struct dm_step script_steps[SCRIPTS];
static struct dm_pipeline script_pipeline;

static inline void script_reset(void)
{
    memset(scripts, 0, sizeof scripts);
    memset(script_steps, 0, sizeof script_steps);
    script_pipeline = (struct dm_pipeline){.steps = script_steps};
}

/* Add a step of one stage; what it does is told to the script that comes back. */
static inline struct script *script_add(const dm_stage *stage, const char *name)
{
    const size_t i = script_pipeline.step_count++;
    assert_in_range(i, 0, SCRIPTS - 1);
    script_instances[i] = (struct dm_instance){
        .file = &script_file, .stage = stage, .state = &scripts[i], .modes = script_modes};
    script_steps[i] = (struct dm_step){
        .kind = stage->kind, .name = dm__str(name), .instances = &script_instances[i], .instance_count = 1};
    return &scripts[i];
}

#endif
