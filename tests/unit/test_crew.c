/* The workers: started, fed, and sent home.  This program is a worker too, one that only says that all was
 * sent: see main(). */
#include "fixture_supervisor.h"

static int be_worker(void)
{
    struct dm_frames in = {0}, out = {0};
    struct dm_frame_view f = {0};
    if (dm__frames_add(&out, DM_FRAME_READY, 1 << 20, 0) == NULL)
        return 1;
    while (f.type != DM_FRAME_END) {
        if (!dm__frames_flush(&out, DM_FD_CONTROL))
            return 2;
        while (dm__frames_peek(&in, &f) == 0)
            if (dm__frames_read(&in, DM_FD_CONTROL, 4096) <= 0)
                return 3;
        in.from += f.size;
        if (f.type == DM_FRAME_DOCUMENT && dm__frames_add(&out, DM_FRAME_SENT, 1, 0) == NULL)
            return 4;
    }
    dm__frames_fini(&in);
    dm__frames_fini(&out);
    return 0;
}

static void test_life(void **unused)
{
    extern char **environ;
    static char paths[] = "in/a\0in/b\0in/c";
    struct dm_found_item items[] = {{.path_at = 0, .path_len = 4, .source_at = 3},
                                    {.path_at = 5, .path_len = 4, .source_at = 3},
                                    {.path_at = 10, .path_len = 4, .source_at = 3}};
    (void)unused;
    hand->environment = environ;
    hand->job = hand_writer; /* any descriptor */
    snprintf(hand->exe, sizeof hand->exe, "/proc/self/exe");
    hand->found = (struct dm_found){.paths = paths, .items = items, .count = 3};
    hand->worker_target = 1;
    hand->writer_ready = true;
    dm__crew_muster(hand);
    assert_int_equal(hand->worker_count, 1);
    struct dm_worker *const w = hand->workers;
    assert_false(dm__crew_is_gone(hand));
    while (hand->given < 3 || w->queue_len != 0)
        uv_run(&hand->loop, UV_RUN_ONCE);
    assert_true(w->ready);
    assert_int_equal(w->resident_base, 1 << 20);
    for (uint64_t n = 1; n <= 3; n++)
        assert_int_equal(dm__flight_find(&hand->flight, n)->worker, w->id);
    hand->worker_target = 0; /* no successor */
    dm__crew_dismiss(hand);
    assert_true(w->leaving);
    while (!dm__crew_is_gone(hand) || !w->child.control_ended || !w->child.error_ended)
        uv_run(&hand->loop, UV_RUN_ONCE);
    assert_int_equal(w->child.status, 0);
    const struct dm_frame_detached held = {.next = 3}; /* the last one did not arrive */
    dm__crew_detached(hand, w->id, (dm_str){(const char *)&held, sizeof held});
    assert_null(hand->workers);
    assert_false(dm__flight_find(&hand->flight, 2)->waits);
    assert_true(dm__flight_find(&hand->flight, 3)->waits);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "__worker") == 0)
        return be_worker();
    const struct CMUnitTest tests[] = {BY_HAND(test_life)};
    return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}
