/* A supervisor by hand: two stages with rules, a writer that is only a socket, and what was told. */
#ifndef DOCMILL_TESTS_FIXTURE_SUPERVISOR_H
#define DOCMILL_TESTS_FIXTURE_SUPERVISOR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/engine/batch.h"
#include "core/text/str.h"

#include <cmocka.h>

static const dm_rule hand_rules[] = {{"first", "A rule.", DM_FIX, 0}, {"second", "Another.", DM_FIX, 0}};
static const dm_stage hand_text = {.size = sizeof(dm_stage), .kind = DM_EXTRACTOR, .name = "text"};
static const dm_stage hand_tidy = {
    .size = sizeof(dm_stage), .kind = DM_CLEANER, .name = "tidy", .rules = DM_ARRAY(hand_rules)};

static struct dm_supervisor *hand;
static struct dm_pipeline hand_pipeline;
static struct dm_engine_options hand_options;
static struct dm_engine_events hand_events;
static struct dm_engine_summary hand_summary;
static struct dm_arena hand_arena;
static struct dm_instance hand_instances[2];
static struct dm_step hand_steps[2];
static int hand_writer; /* the writer's end of its control socket */
static struct dm_frames hand_heard;
static char hand_log[1024];
static struct dm_engine_document hand_told;
static char hand_why[256];
static unsigned hand_told_count;

static void hand_on_log(void *owner, int32_t level, dm_str source, dm_str stage, dm_str line)
{
    const size_t n = strlen(hand_log);
    (void)owner;
    snprintf(hand_log + n, sizeof hand_log - n, "%d|%.*s|%.*s|%.*s\n", level, (int)source.len, source.ptr,
             (int)stage.len, stage.ptr, (int)line.len, line.ptr);
}

static void hand_on_document(void *owner, const struct dm_engine_document *d)
{
    (void)owner;
    hand_told = *d;
    hand_told_count++;
    snprintf(hand_why, sizeof hand_why, "%.*s", (int)d->why.len, d->why.ptr);
}

static int hand_set_up(void **unused)
{
    int pair[2];
    (void)unused;
    alarm(60); /* whatever hangs is a failure */
    signal(SIGPIPE, SIG_IGN);
    hand = calloc(1, sizeof *hand);
    if (hand == NULL || uv_loop_init(&hand->loop) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return -1;
    uv_loop_set_data(&hand->loop, hand);
    dm__arena_init(&hand_arena, 0);
    dm__arena_init(&hand->scratch, 0);
    dm__arena_init(&hand->batch.arena, 0);
    hand->book.options = &hand_options;
    hand_instances[0] = (struct dm_instance){.stage = &hand_text};
    hand_instances[1] = (struct dm_instance){.stage = &hand_tidy};
    hand_steps[0] = (struct dm_step){DM_EXTRACTOR, DM_LIT("extract-text"), .instances = &hand_instances[0]};
    hand_steps[1] = (struct dm_step){DM_CLEANER, DM_LIT("clean-tidy"), .instances = &hand_instances[1]};
    hand_pipeline = (struct dm_pipeline){.file = DM_LIT("a.yaml"),
                                         .run = {.timeout = 1500, .memory = 3 << 20, .attempts = 2},
                                         .steps = hand_steps,
                                         .step_count = 2};
    hand_options = (struct dm_engine_options){.pipeline = &hand_pipeline};
    hand_events = (struct dm_engine_events){.log = hand_on_log, .document = hand_on_document};
    hand_summary = (struct dm_engine_summary){0};
    hand_log[0] = '\0';
    hand_told_count = 0;
    hand->options = &hand_options;
    hand->events = &hand_events;
    hand->pipeline = &hand_pipeline;
    hand->arena = &hand_arena;
    hand->summary = &hand_summary;
    hand->job = -1;
    hand->began = dm__clock();
    hand->found_all = true;
    hand->writer.supervisor = hand;
    uv_pipe_init(&hand->loop, &hand->writer.control, 1);
    hand->writer.open_handles = 1;
    hand_writer = pair[1];
    return uv_pipe_open(&hand->writer.control, pair[0]) == 0 && dm__flight_init(&hand->flight) &&
                   dm__totals_init(hand)
               ? 0
               : -1;
}

static int hand_tear_down(void **unused)
{
    (void)unused;
    dm__crew_close(hand);
    dm__child_close(&hand->writer, NULL);
    uv_run(&hand->loop, UV_RUN_DEFAULT);
    const int left = uv_loop_close(&hand->loop);
    dm__flight_fini(&hand->flight);
    dm__totals_fini(hand);
    dm__arena_fini(&hand->scratch);
    dm__batch_fini(hand);
    dm__arena_fini(&hand_arena);
    dm__frames_fini(&hand_heard);
    free(hand);
    close(hand_writer);
    return left;
}

static inline struct dm_flying *hand_fly(void)
{
    char path[32];
    const int n = snprintf(path, sizeof path, "in/%u.txt", (unsigned)(hand->flight.newest + 1));
    struct dm_flying *const d = dm__flight_add(&hand->flight, (dm_str){path, (size_t)n}, 3);
    assert_non_null(d);
    return d;
}

/* What the supervisor said to the writer; false: nothing more. */
static inline bool hand_hear(struct dm_frame_view *f)
{
    uv_run(&hand->loop, UV_RUN_NOWAIT);
    char *const p = dm__frames_reserve(&hand_heard, 4096);
    assert_non_null(p);
    const ssize_t n = recv(hand_writer, p, 4096, MSG_DONTWAIT);
    hand_heard.to += n > 0 ? (size_t)n : 0;
    if (dm__frames_peek(&hand_heard, f) != 1)
        return false;
    hand_heard.from += f->size;
    return true;
}

static inline void assert_str(dm_str is, const char *expected)
{
    if (!dm__str_eq(is, dm__str(expected)))
        fail_msg("\"%.*s\" is not \"%s\"", (int)is.len, is.ptr, expected);
}

#define BY_HAND(test) cmocka_unit_test_setup_teardown(test, hand_set_up, hand_tear_down)

#endif
