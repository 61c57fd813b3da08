#include "core/engine/watching.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/str.h"
#include "core/watch/afterwards.h"

static const uint64_t look_for_changes = 2U * 1000000000U; /* ns */

/* ---- in the thread pool ------------------------------------------------------------------------ */

static void see_to(struct dm_supervisor *s, dm_str path, dm_str source, const struct dm_processed *version)
{
    struct dm_watching *const w = s->watching;
    char why[DM_WHY_MAX];
    switch (dm__afterwards(&s->pipeline->watch, path, source, version, why)) {
    case DM_AFTERWARDS_DONE:
        w->moved++;
        break;
    case DM_AFTERWARDS_NEWER:
        w->newer++;
        break;
    case DM_AFTERWARDS_FAILED:
        w->unmoved++;
        memcpy(w->told, why, sizeof w->told);
        break;
    case DM_AFTERWARDS_GONE:
        break;
    }
}

static void see_to_settled(struct dm_supervisor *s)
{
    struct dm_settled_list *const list = &s->watching->settling;
    const bool leaves = s->pipeline->watch.after == DM_WATCH_LEAVE;
    for (size_t i = 0; i < list->count; i++) {
        struct dm_settled *const d = &list->items[i];
        const dm_str path = {d->path, d->path_len};
        struct dm_processed version = {.size = d->size, .modified = d->modified};
        memcpy(version.hash, d->hash, sizeof version.hash);
        if (d->status >= DM_OK && !leaves)
            see_to(s, path, (dm_str){d->path + d->source_at, d->path_len - d->source_at}, &version);
        dm__watcher_done(s->watching->watcher, path);
        free(d->path);
    }
    list->count = 0;
}

void dm__watching_work(struct dm_supervisor *s)
{
    struct dm_watching *const w = s->watching;
    see_to_settled(s);
    dm__watcher_work(w->watcher, dm__clock());
}

int dm__watching_next(struct dm_supervisor *s, struct dm_source_item *item, struct dm_history *history)
{
    struct dm_watching *const w = s->watching;
    const int got = dm__watcher_next(w->watcher, dm__clock(), item);
    if (got != 1)
        return got;
    if (!dm__book_judge(&s->book, item->path, item->source, history, s->fetch_why))
        return -1;
    if (dm__past_is_due(history->past))
        return 1;
    /* It was processed, and perhaps we were killed before we could see to it. */
    if (history->past == DM_PAST_UNCHANGED && s->pipeline->watch.after != DM_WATCH_LEAVE) {
        struct dm_processed version = {.size = history->size, .modified = history->modified};
        memcpy(version.hash, history->hash, sizeof version.hash);
        see_to(s, item->path, item->source, &version);
    }
    return 1;
}

/* ---- on the loop ------------------------------------------------------------------------------- */

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct dm_supervisor *const s = uv_loop_get_data(poll->loop);
    (void)status;
    (void)events;
    uv_poll_stop(poll); /* until it has been read */
    s->watching->due = true;
    dm__supervisor_advance(s);
}

static void on_time(uv_timer_t *timer)
{
    struct dm_supervisor *const s = uv_loop_get_data(timer->loop);
    s->watching->due = true;
    dm__supervisor_advance(s);
}

static void on_hangup(uv_signal_t *handle, int signal)
{
    (void)signal;
    dm__watching_reload(uv_loop_get_data(handle->loop), true);
}

void dm__watching_reload(struct dm_supervisor *s, bool asked)
{
    struct dm_watching *const w = s->watching;
    if (s->events->reload == NULL || s->draining)
        return;
    if (!asked) {
        const uint64_t now = dm__clock();
        if (s->pipeline->watch.reload != DM_WATCH_RELOAD_AUTO || now - w->asked_at < look_for_changes)
            return;
        w->asked_at = now;
    }
    if (!s->events->reload(s->events->owner, asked))
        return;
    s->summary->reload = true;
    s->draining = true;
    dm__supervisor_advance(s);
}

bool dm__watching_open(struct dm_supervisor *s, char why[DM_WHY_MAX])
{
    struct dm_watching *const w = calloc(1, sizeof *w);
    snprintf(why, DM_WHY_MAX, "out of memory");
    if (w == NULL)
        return false;
    s->watching = w;
    w->due = true;
    signal(SIGIO, SIG_IGN); /* tells of writers that wait for a lease test */
    const struct dm_watcher_options options = {.input = &s->pipeline->input, .settings = &s->pipeline->watch};
    w->watcher = dm__watcher_open(&options, why);
    return w->watcher != NULL;
}

void dm__watching_start(struct dm_supervisor *s)
{
    struct dm_watching *const w = s->watching;
    const int fd = dm__watcher_fd(w->watcher);
    w->has_poll = fd >= 0 && uv_poll_init(&s->loop, &w->poll, fd) == 0;
    uv_timer_init(&s->loop, &w->timer);
    uv_signal_init(&s->loop, &w->hangup);
    uv_signal_start(&w->hangup, on_hangup, SIGHUP);
    w->started = true;
}

void dm__watching_close_handles(struct dm_supervisor *s)
{
    struct dm_watching *const w = s->watching;
    if (w == NULL || !w->started)
        return;
    if (w->has_poll)
        uv_close((uv_handle_t *)&w->poll, NULL);
    uv_close((uv_handle_t *)&w->timer, NULL);
    uv_close((uv_handle_t *)&w->hangup, NULL);
}

static void free_list(struct dm_settled_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].path);
    free(list->items);
}

void dm__watching_free(struct dm_supervisor *s)
{
    struct dm_watching *const w = s->watching;
    if (w == NULL)
        return;
    dm__watcher_close(w->watcher);
    free_list(&w->settled);
    free_list(&w->settling);
    free(w);
    s->watching = NULL;
}

bool dm__watching_owes(const struct dm_supervisor *s)
{
    return s->watching != NULL && s->watching->settled.count != 0 && !s->stopping &&
           s->pipeline->watch.after != DM_WATCH_LEAVE;
}

bool dm__watching_is_due(struct dm_supervisor *s)
{
    struct dm_watching *const w = s->watching;
    w->fills = s->fetched.count == 0 && !s->draining;
    if (!w->due && !(w->more && w->fills))
        return false;
    const struct dm_settled_list empty = w->settling;
    w->settling = w->settled;
    w->settled = empty;
    w->due = false;
    return true;
}

static void say_what_was_told(struct dm_supervisor *s)
{
    struct dm_watching *const w = s->watching;
    char line[DM_WHY_MAX];
    while (dm__watcher_told(w->watcher, line))
        dm__supervisor_log(s, DM_LOG_WARNING, DM_LIT(""), DM_LIT("watch"), dm__str(line));
    if (w->told[0] != '\0')
        dm__supervisor_log(s, DM_LOG_ERROR, DM_LIT(""), DM_LIT("watch"), dm__str(w->told));
    w->told[0] = '\0';
}

/* A folder that came back is not the one that the workers' sandboxes let them read. */
static void renew_workers(struct dm_supervisor *s)
{
    const uint64_t returns = dm__watcher_returns(s->watching->watcher);
    if (returns == s->watching->returns)
        return;
    s->watching->returns = returns;
    dm__crew_dismiss(s);
}

void dm__watching_worked(struct dm_supervisor *s)
{
    struct dm_watching *const w = s->watching;
    say_what_was_told(s);
    renew_workers(s);
    dm__watcher_counts(w->watcher, &s->progress.watch);
    s->progress.watch_moved = w->moved;
    w->more = dm__watcher_has_some(w->watcher);
    w->wait = dm__watcher_wait(w->watcher, dm__clock());
    w->warm = w->warm || (s->progress.watch.scans != 0 && !s->progress.watch.looking);
    w->due = w->due || w->wait == 0 || w->settled.count != 0;
    if (w->due)
        return;
    uv_timer_start(&w->timer, on_time, w->wait, 0);
    if (w->has_poll)
        uv_poll_start(&w->poll, UV_READABLE, on_readable);
}

void dm__watching_settle(struct dm_supervisor *s, const struct dm_flying *d, const struct dm_fate_view *fate)
{
    struct dm_settled_list *const list = &s->watching->settled;
    if (list->count == list->cap) {
        const size_t cap = list->cap != 0 ? list->cap * 2 : 64;
        struct dm_settled *const items = realloc(list->items, cap * sizeof *items);
        if (items == NULL) {
            dm__supervisor_stop(s, "out of memory");
            return;
        }
        list->items = items;
        list->cap = cap;
    }
    struct dm_settled *const to = &list->items[list->count];
    *to = (struct dm_settled){.path = malloc((size_t)d->path_len + 1),
                              .path_len = d->path_len,
                              .source_at = d->source_at,
                              .status = fate->head.status,
                              .size = fate->head.size,
                              .modified = fate->head.modified};
    if (to->path == NULL) {
        dm__supervisor_stop(s, "out of memory");
        return;
    }
    memcpy(to->path, d->path, (size_t)d->path_len + 1);
    memcpy(to->hash, fate->head.hash, sizeof to->hash);
    list->count++;
    s->watching->due = true;
}
