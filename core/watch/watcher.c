#include "core/watch/watcher.h"

#include <errno.h>
#include <limits.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/engine/sorter.h"
#include "core/text/glob.h"
#include "core/text/str.h"
#include "core/watch/afterwards.h"
#include "core/watch/complete.h"
#include "core/watch/folders.h"
#include "core/watch/names.h"
#include "core/watch/roots.h"
#include "core/watch/walk.h"

enum {
    NAMES = 65536,
    READ_BYTES = 64 * 1024,
    READS = 32,     /* of the descriptor in one go */
    STRETCH = 2048, /* entries of folders in one go */
    TOLD_MAX = 16,
    KEY_BYTES = 8 + 4 /* of a name in the backlog: its time, its root */
};
static const uint64_t ms = 1000000;       /* ns */
static const uint64_t soon = 2 * 1000000; /* ns: a close is told of just before it has taken place */
static const uint64_t look_for_roots = 500 * 1000000U;

struct dm_watcher {
    const struct dm_input_settings *input;
    const struct dm_watch_settings *settings;
    struct dm_roots roots;
    int fd; /* inotify; -1: all is polled */
    struct dm_folders folders;
    struct dm_names names;
    struct dm_walk fresh;                /* folders that have just come */
    struct dm_walk full;                 /* a scan */
    struct dm_sorter *sorting, *backlog; /* what the scan finds; what the last one found; NULL: none */
    uint64_t backlog_count;
    bool catching_up; /* the backlog holds what came first: no audit */
    bool missed;      /* something was not noted: scan all */
    uint64_t now;     /* of the call under way */
    uint64_t next_audit, next_poll, next_look;
    uint64_t events, overflows, scans, returns;
    bool said_unwatched;
    char told[TOLD_MAX][DM_WHY_MAX];
    size_t told_from, told_to;
    char path[PATH_MAX * 2];
    _Alignas(struct inotify_event) char buffer[READ_BYTES];
};

DM_PRINTF(2, 3)
static void tell(struct dm_watcher *w, const char *fmt, ...)
{
    va_list ap;
    if (w->told_to - w->told_from == TOLD_MAX)
        return;
    va_start(ap, fmt);
    vsnprintf(w->told[w->told_to++ % TOLD_MAX], DM_WHY_MAX, fmt, ap);
    va_end(ap);
}

bool dm__watcher_told(struct dm_watcher *w, char line[DM_WHY_MAX])
{
    if (w->told_from == w->told_to)
        return false;
    memcpy(line, w->told[w->told_from++ % TOLD_MAX], DM_WHY_MAX);
    return true;
}

/* ---- which names are taken ---------------------------------------------------------------------- */

static bool is_marker(const struct dm_watch_settings *s, dm_str name)
{
    return s->marker.len != 0 && name.len > s->marker.len &&
           memcmp(name.ptr + name.len - s->marker.len, s->marker.ptr, s->marker.len) == 0;
}

static bool is_ignored(const struct dm_watch_settings *s, dm_str name)
{
    if (name.len == 0 || name.ptr[0] == '.')
        return true;
    for (size_t i = 0; i < s->ignore_count; i++)
        if (dm__glob_match(s->ignore[i], name))
            return true;
    return false;
}

bool dm__watch_ignores(const struct dm_watch_settings *settings, dm_str name)
{
    return is_ignored(settings, name) || is_marker(settings, name);
}

static dm_str name_of(dm_str path)
{
    const char *const slash = memrchr(path.ptr, '/', path.len);
    const size_t skip = slash != NULL ? (size_t)(slash - path.ptr) + 1 : 0;
    return (dm_str){path.ptr + skip, path.len - skip};
}

static dm_str below_root(const struct dm_watcher *w, dm_str path, uint32_t root)
{
    const size_t skip = w->roots.items[root].path_len;
    return (dm_str){path.ptr + skip, path.len - skip};
}

static bool takes_file(const struct dm_watcher *w, dm_str path, uint32_t root)
{
    return !is_ignored(w->settings, name_of(path)) &&
           dm__source_takes_file(w->input, below_root(w, path, root));
}

/* path: with its `/` */
static bool takes_folder(const struct dm_watcher *w, dm_str path, uint32_t root)
{
    const dm_str bare = {path.ptr, path.len - 1};
    return !is_ignored(w->settings, name_of(bare)) &&
           dm__source_takes_folder(w->input, below_root(w, bare, root));
}

/* Put a path together in w->path; ptr NULL: longer than a path may be. */
static dm_str join(struct dm_watcher *w, dm_str folder, dm_str name, bool slash)
{
    const size_t len = folder.len + name.len + slash;
    if (len >= PATH_MAX)
        return (dm_str){NULL, 0};
    memmove(w->path, folder.ptr, folder.len);
    memcpy(w->path + folder.len, name.ptr, name.len);
    if (slash)
        w->path[len - 1] = '/';
    w->path[len] = '\0';
    return (dm_str){w->path, len};
}

/* ---- whether a file is complete ----------------------------------------------------------------- */

static int64_t time_of(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static bool is_in_root(const struct dm_watcher *w, const char *real, uint32_t root)
{
    char folder[PATH_MAX];
    if (realpath(w->roots.items[root].path_len != 0 ? w->roots.items[root].path : ".", folder) == NULL)
        return false;
    const size_t len = strlen(folder);
    return strncmp(real, folder, len) == 0 && (real[len] == '/' || len == 1);
}

/* Where a link leads.  NULL: to a file in the same root */
static const char *refuse_link(const struct dm_watcher *w, const struct dm_name *name)
{
    struct stat st;
    char real[PATH_MAX];
    if (stat(name->path, &st) != 0 || realpath(name->path, real) == NULL)
        return "is a symbolic link that leads nowhere";
    if (!S_ISREG(st.st_mode))
        return S_ISDIR(st.st_mode) ? "is a symbolic link to a folder"
                                   : "is a symbolic link to no regular file";
    return is_in_root(w, real, name->root) ? NULL : "is a symbolic link that leads out of the input folder";
}

static bool is_young(const struct dm_watcher *w, const struct stat *st)
{
    struct timespec now;
    if (w->settings->min_age == 0)
        return false;
    clock_gettime(CLOCK_REALTIME, &now);
    const int64_t age = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - time_of(st);
    return age < (int64_t)(w->settings->min_age * ms);
}

/* Whether size and time have been the same for `settle`. */
static bool is_quiet(const struct dm_watcher *w, struct dm_name *name, const struct stat *st)
{
    const uint64_t size = (uint64_t)st->st_size;
    if (!name->seen || name->size != size || name->modified != time_of(st)) {
        name->seen = true;
        name->size = size;
        name->modified = time_of(st);
        name->since = w->now;
    }
    return w->now - name->since >= w->settings->settle * ms;
}

enum verdict { COMPLETE, NOT_YET, GONE };

/* What somebody has open for writing is never read, whatever was told of it: a file may have two writers. */
static enum verdict judge(const struct dm_watcher *w, struct dm_name *name)
{
    struct stat st;
    if (lstat(name->path, &st) != 0)
        return errno == ENOENT || errno == ENOTDIR ? GONE : COMPLETE; /* whoever reads it will say so */
    if (S_ISDIR(st.st_mode))
        return GONE;
    if (!S_ISREG(st.st_mode)) {
        name->refused = S_ISLNK(st.st_mode)    ? refuse_link(w, name)
                        : S_ISFIFO(st.st_mode) ? "is a FIFO"
                                               : "is a device or a socket";
        return COMPLETE;
    }
    const bool quiet = is_quiet(w, name, &st), polled = w->roots.items[name->root].polled;
    if (is_young(w, &st))
        return NOT_YET;
    /* A lease on a network file system knows nothing of other machines. */
    const enum dm_lease lease = polled ? DM_LEASE_UNKNOWN : dm__lease_test(name->path);
    if (lease == DM_LEASE_UNKNOWN)
        return quiet || (name->told && !polled) ? COMPLETE : NOT_YET;
    return lease == DM_LEASE_FREE ? COMPLETE : NOT_YET;
}

static void wait_for(struct dm_watcher *w, struct dm_name *name)
{
    const bool once = name->told && name->state != DM_NAME_SOON && name->due == 0;
    name->due = w->now + (once ? soon : w->settings->settle * ms);
    dm__names_move(&w->names, name, once ? DM_NAME_SOON : DM_NAME_LATER);
}

/* ---- noting ------------------------------------------------------------------------------------ */

/* How a file was met. */
enum met { MET_SCAN, MET_CREATED, MET_TOLD };

/* The marker of a file is what tells. */
static bool has_marker(const struct dm_watcher *w, dm_str path)
{
    char marker[PATH_MAX + NAME_MAX];
    struct stat st;
    snprintf(marker, sizeof marker, "%.*s%.*s", (int)path.len, path.ptr, (int)w->settings->marker.len,
             w->settings->marker.ptr);
    return stat(marker, &st) == 0;
}

/* A regular file that was just created is being written, unless it is a link to one that was there. */
static bool can_wait(const struct dm_name *name)
{
    struct stat st;
    return lstat(name->path, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1;
}

static void note_name(struct dm_watcher *w, dm_str path, uint32_t root, enum met met)
{
    struct dm_name *name = dm__names_find(&w->names, path);
    if (name != NULL && name->state == DM_NAME_AT_WORK) {
        name->again = true;
        name->told = name->told || met == MET_TOLD;
        return;
    }
    if (name == NULL)
        name = dm__names_add(&w->names, path, root);
    if (name == NULL) {
        w->missed = true;
        return;
    }
    name->told = name->told || met == MET_TOLD;
    if (met == MET_TOLD)
        name->due = 0;
    if (met == MET_CREATED && can_wait(name)) {
        name->due = w->now + w->settings->settle * ms;
        dm__names_move(&w->names, name, DM_NAME_LATER);
        return;
    }
    if (name->state != DM_NAME_READY)
        dm__names_move(&w->names, name, DM_NAME_READY);
}

/* Whether a file is taken; with markers, the one that a marker is of.  *path may become shorter, *met another */
static bool is_meant(const struct dm_watcher *w, dm_str *path, uint32_t root, enum met *met)
{
    if (w->settings->marker.len == 0)
        return takes_file(w, *path, root);
    if (is_marker(w->settings, name_of(*path)))
        path->len -= w->settings->marker.len;
    if (!takes_file(w, *path, root) || !has_marker(w, *path))
        return false;
    *met = MET_TOLD;
    return true;
}

static void note(struct dm_watcher *w, dm_str path, uint32_t root, enum met met)
{
    if (is_meant(w, &path, root, &met))
        note_name(w, path, root, met);
}

/* ---- scanning ----------------------------------------------------------------------------------- */

static void say_unwatched(struct dm_watcher *w)
{
    if (!w->folders.refused || w->said_unwatched)
        return;
    w->said_unwatched = true;
    tell(w,
         "the kernel has no more watches (fs.inotify.max_user_watches): folders without one are looked "
         "through "
         "every %llu ms instead",
         (unsigned long long)w->settings->poll_every);
}

static struct dm_folder *parent_of(const struct dm_watcher *w, dm_str path, uint32_t root)
{
    if (path.len <= w->roots.items[root].path_len)
        return NULL;
    size_t len = path.len - 1;
    while (len != 0 && path.ptr[len - 1] != '/')
        len--;
    return dm__folders_find(&w->folders, (dm_str){path.ptr, len});
}

/* Watch the folder that is to be read next, and then open it: in this order nothing can come unseen. */
static bool open_next(struct dm_watcher *w, struct dm_walk *walk)
{
    const struct dm_walk_folder *const f = dm__walk_next(walk);
    if (f == NULL)
        return false;
    const dm_str path = {f->path, f->path_len};
    const bool watched = w->fd >= 0 && !w->roots.items[f->root].polled;
    if (dm__folders_add(&w->folders, parent_of(w, path, f->root), path, f->root, watched) == NULL ||
        !dm__walk_open(walk)) {
        if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
            tell(w, "%.300s: the folder cannot be watched: %s", f->path, strerror(errno));
        w->missed = w->missed || errno == EMFILE || errno == ENFILE || errno == ENOMEM;
        dm__walk_leave(walk);
        return true;
    }
    if (w->settings->after != DM_WATCH_LEAVE && w->catching_up)
        dm__afterwards_recover(f->path);
    say_unwatched(w);
    return true;
}

static bool is_folder(const char *path, const struct dirent *e)
{
    struct stat st;
    if (e->d_type != DT_UNKNOWN)
        return e->d_type == DT_DIR;
    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* A name of the backlog: its time and its root, in an order that the sorter's is. */
static void keep_for_later(struct dm_watcher *w, dm_str path, uint32_t root)
{
    struct stat st;
    char key[KEY_BYTES + PATH_MAX];
    if (lstat(path.ptr, &st) != 0)
        return;
    uint64_t order = (uint64_t)time_of(&st) ^ (uint64_t)1 << 63;
    if (w->settings->order == DM_WATCH_NEWEST)
        order = ~order;
    for (int i = 0; i < 8; i++)
        key[i] = (char)(order >> (56 - 8 * i));
    memcpy(key + 8, &root, sizeof root);
    memcpy(key + KEY_BYTES, path.ptr, path.len);
    if (dm__sorter_add(w->sorting, (dm_str){key, KEY_BYTES + path.len}))
        w->backlog_count++;
    else
        w->missed = true;
}

static void take_entry(struct dm_watcher *w, struct dm_walk *walk, const struct dirent *e, dm_str folder,
                       uint32_t root)
{
    const dm_str name = dm__str(e->d_name);
    dm_str path = join(w, folder, name, false);
    if (path.ptr == NULL)
        return;
    if (is_folder(path.ptr, e)) {
        path = join(w, folder, name, true);
        if (path.ptr != NULL && takes_folder(w, path, root) && !dm__walk_add(walk, path, root))
            w->missed = true;
        return;
    }
    if (walk == &w->fresh) {
        note(w, path, root, MET_SCAN);
        return;
    }
    enum met met = MET_SCAN;
    if (is_meant(w, &path, root, &met)) {
        w->path[path.len] = '\0';
        keep_for_later(w, path, root);
    }
}

/* Read up to `left` entries.  return  how many are left */
static unsigned walk_on(struct dm_watcher *w, struct dm_walk *walk, unsigned left)
{
    while (left != 0) {
        if (walk->now == NULL && !open_next(w, walk))
            break;
        left--;
        if (walk->now == NULL)
            continue;
        const dm_str folder = {walk->now->path, walk->now->path_len};
        const uint32_t root = walk->now->root;
        const struct dirent *const e = dm__walk_read(walk);
        if (e == NULL)
            continue;
        take_entry(w, walk, e, folder, root);
    }
    return left;
}

static void begin_scan(struct dm_watcher *w)
{
    w->sorting = dm__sorter_new(0);
    if (w->sorting == NULL)
        w->missed = true;
    w->backlog_count = 0;
    w->scans++;
}

static void end_scan(struct dm_watcher *w)
{
    if (dm__walk_is_busy(&w->full) || w->sorting == NULL)
        return;
    if (!dm__sorter_finish(w->sorting)) {
        tell(w, "the names of a scan cannot be sorted: %s", strerror(errno));
        dm__sorter_drop(w->sorting);
        w->missed = true;
    } else {
        w->backlog = w->sorting;
    }
    w->sorting = NULL;
}

static bool may_scan(const struct dm_watcher *w)
{
    return w->sorting == NULL && w->backlog == NULL;
}

/* ---- roots --------------------------------------------------------------------------------------- */

static void drop_folder(struct dm_watcher *w, dm_str path)
{
    struct dm_folder *const f = dm__folders_find(&w->folders, path);
    if (f != NULL)
        dm__folders_remove(&w->folders, f);
}

static void root_came(struct dm_watcher *w, uint32_t at)
{
    struct dm_root *const r = &w->roots.items[at];
    if (w->fd < 0)
        r->polled = true;
    if (r->polled && w->settings->poll == DM_WATCH_POLL_AUTO && w->fd >= 0)
        tell(w, "%s: its file system tells no events: it is looked through every %llu ms", r->path,
             (unsigned long long)w->settings->poll_every);
    w->returns++;
    if (!dm__walk_add(&w->fresh, (dm_str){r->path, r->path_len}, at))
        w->missed = true;
}

static void look_at_root(struct dm_watcher *w, uint32_t at)
{
    struct dm_root *const r = &w->roots.items[at];
    const bool was = r->there;
    const enum dm_root_news news = dm__root_look(r, w->settings->poll);
    if (news == DM_ROOT_SAME)
        return;
    drop_folder(w, (dm_str){r->path, r->path_len});
    if (news == DM_ROOT_GONE) {
        tell(w, "%s: the folder is gone; waiting for it to come back", r->path);
        return;
    }
    tell(w, "%s: the folder is %s", r->path, was ? "another one now" : "back");
    root_came(w, at);
}

static bool is_missing(const struct dm_watcher *w)
{
    for (size_t i = 0; i < w->roots.count; i++)
        if (!w->roots.items[i].there)
            return true;
    return false;
}

static void look_at_roots(struct dm_watcher *w)
{
    for (size_t i = 0; i < w->roots.count; i++)
        look_at_root(w, (uint32_t)i);
    w->next_look = is_missing(w) ? w->now + look_for_roots : UINT64_MAX;
}

/* ---- events -------------------------------------------------------------------------------------- */

static void folder_event(struct dm_watcher *w, const struct dm_folder *in, dm_str name, uint32_t mask)
{
    const uint32_t root = in->root;
    const dm_str path = join(w, (dm_str){in->path, in->path_len}, name, true);
    if (path.ptr == NULL)
        return;
    if ((mask & IN_MOVED_FROM) != 0)
        drop_folder(w, path);
    else if ((mask & (IN_CREATE | IN_MOVED_TO)) != 0 && takes_folder(w, path, root) &&
             !dm__walk_add(&w->fresh, path, root))
        w->missed = true;
}

static void file_event(struct dm_watcher *w, const struct dm_folder *in, dm_str name, uint32_t mask)
{
    const dm_str path = join(w, (dm_str){in->path, in->path_len}, name, false);
    if (path.ptr == NULL)
        return;
    if ((mask & IN_MOVED_FROM) != 0) {
        struct dm_name *const gone = dm__names_find(&w->names, path);
        if (gone != NULL && gone->state != DM_NAME_AT_WORK)
            dm__names_remove(&w->names, gone);
        return;
    }
    note(w, path, in->root, (mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0 ? MET_TOLD : MET_CREATED);
}

/* Have a look what became of a root; its number may be given to the next folder. */
static void leave_root(struct dm_watcher *w, uint32_t root)
{
    w->roots.items[root].inode = 0;
    w->next_look = w->now;
}

static void hear(struct dm_watcher *w, const struct inotify_event *e)
{
    w->events++;
    if ((e->mask & IN_Q_OVERFLOW) != 0) {
        if (w->overflows++ == 0)
            tell(
                w,
                "the kernel's queue of events overflowed (fs.inotify.max_queued_events): looking through all "
                "folders; said once");
        w->missed = true;
        return;
    }
    struct dm_folder *const in = dm__folders_find_wd(&w->folders, e->wd);
    if (in == NULL)
        return; /* of a folder that is known no longer */
    if ((e->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)) != 0) {
        if (in->parent == NULL)
            leave_root(w, in->root);
        if ((e->mask & IN_IGNORED) != 0)
            dm__folders_forget_wd(&w->folders, in);
        if ((e->mask & (IN_DELETE_SELF | IN_IGNORED)) != 0)
            dm__folders_remove(&w->folders, in);
        return;
    }
    const dm_str name = e->len != 0 ? dm__str(e->name) : DM_LIT("");
    if (name.len == 0)
        return;
    if ((e->mask & IN_ISDIR) != 0)
        folder_event(w, in, name, e->mask);
    else
        file_event(w, in, name, e->mask);
}

/* For the tests: lose all but the first so many events of one go, as an overflow does. */
static bool is_deaf(struct dm_watcher *w, size_t heard)
{
#ifdef DOCMILL_TESTING
    const char *const most = getenv("DOCMILL_WATCH_DEAF_AFTER");
    if (most != NULL && heard > strtoul(most, NULL, 10)) {
        w->overflows++;
        w->missed = true;
        return true;
    }
#else
    (void)w;
    (void)heard;
#endif
    return false;
}

static void hear_all(struct dm_watcher *w)
{
    for (unsigned reads = 0; w->fd >= 0 && reads < READS; reads++) {
        const ssize_t n = read(w->fd, w->buffer, sizeof w->buffer);
        if (n <= 0)
            return;
        for (size_t at = 0; at < (size_t)n && !is_deaf(w, at / sizeof(struct inotify_event));) {
            const struct inotify_event *const e = (const void *)(w->buffer + at);
            hear(w, e);
            at += sizeof *e + e->len;
        }
    }
}

/* ---- working ------------------------------------------------------------------------------------- */

static void wake(struct dm_watcher *w, enum dm_name_state state)
{
    struct dm_name *name;
    while ((name = w->names.lists[state].first) != NULL && name->due <= w->now)
        dm__names_move(&w->names, name, DM_NAME_READY);
}

/* What is polled tells of no folder that is gone: the walk will find those that are there. */
static void scan_root(struct dm_watcher *w, uint32_t at)
{
    const struct dm_root *const r = &w->roots.items[at];
    const dm_str path = {r->path, r->path_len};
    if (!r->there)
        return;
    if (r->polled)
        drop_folder(w, path);
    if (!dm__walk_add(&w->full, path, at))
        w->missed = true;
}

static void scan_all(struct dm_watcher *w, bool catching_up)
{
    begin_scan(w);
    if (w->sorting == NULL)
        return;
    w->missed = false;
    w->catching_up = catching_up;
    w->next_audit = w->now + w->settings->audit * ms;
    w->next_poll = w->now + w->settings->poll_every * ms;
    for (size_t i = w->roots.count; i-- > 0;)
        scan_root(w, (uint32_t)i);
}

/* Folders that tell nothing. */
static void scan_deaf(struct dm_watcher *w)
{
    begin_scan(w);
    if (w->sorting == NULL)
        return;
    w->catching_up = false;
    w->next_poll = w->now + w->settings->poll_every * ms;
    for (size_t i = w->roots.count; i-- > 0;)
        if (w->roots.items[i].polled)
            scan_root(w, (uint32_t)i);
    size_t at = 0;
    for (struct dm_folder *f = dm__folders_next(&w->folders, &at, NULL); f != NULL;
         f = dm__folders_next(&w->folders, &at, f))
        if (f->wd < 0 && (f->parent == NULL || f->parent->wd >= 0) &&
            !dm__walk_add(&w->full, (dm_str){f->path, f->path_len}, f->root))
            w->missed = true;
}

static bool is_partly_deaf(const struct dm_watcher *w)
{
    return w->folders.unwatched != 0;
}

static void begin_what_is_due(struct dm_watcher *w)
{
    if (!may_scan(w))
        return;
    if (w->now >= w->next_audit || (is_partly_deaf(w) && w->now >= w->next_poll))
        look_at_roots(w);
    if (w->missed && !dm__walk_is_busy(&w->fresh) && w->names.count < w->names.max)
        scan_all(w, true);
    else if (w->now >= w->next_audit)
        scan_all(w, false);
    else if (is_partly_deaf(w) && w->now >= w->next_poll)
        scan_deaf(w);
}

void dm__watcher_work(struct dm_watcher *w, uint64_t now)
{
    w->now = now;
    hear_all(w);
    if (w->now >= w->next_look)
        look_at_roots(w);
    wake(w, DM_NAME_SOON);
    wake(w, DM_NAME_LATER);
    begin_what_is_due(w);
    const unsigned left = walk_on(w, &w->fresh, STRETCH);
    walk_on(w, &w->full, left);
    end_scan(w);
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static bool is_looking(const struct dm_watcher *w)
{
    return dm__walk_is_busy(&w->fresh) || dm__walk_is_busy(&w->full) || w->sorting != NULL;
}

uint64_t dm__watcher_wait(const struct dm_watcher *w, uint64_t now)
{
    if (is_looking(w))
        return 0;
    uint64_t due = sooner(w->next_look, may_scan(w) ? w->next_audit : UINT64_MAX);
    if (may_scan(w) && w->missed && w->names.count < w->names.max)
        due = now;
    if (may_scan(w) && is_partly_deaf(w))
        due = sooner(due, w->next_poll);
    for (int state = DM_NAME_SOON; state <= DM_NAME_LATER; state++)
        if (w->names.lists[state].first != NULL)
            due = sooner(due, w->names.lists[state].first->due);
    return due <= now ? 0 : (due - now + ms - 1) / ms;
}

/* ---- handing out --------------------------------------------------------------------------------- */

bool dm__watcher_has_some(const struct dm_watcher *w)
{
    return w->names.lists[DM_NAME_READY].count != 0 || (w->backlog != NULL && w->names.count < w->names.max);
}

/* What a scan took is not needed before the next one, which may come in another thread with a heap of its own. */
static void give_memory_back(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

/* Note the next name of the backlog.
 * *name   it, if it is ready now; else NULL
 * return  as dm__sorter_next() */
static int take_backlog(struct dm_watcher *w, struct dm_name **out)
{
    *out = NULL;
    dm_str key;
    uint32_t root;
    const int got = dm__sorter_next(w->backlog, &key);
    if (got <= 0) {
        dm__sorter_drop(w->backlog);
        w->backlog = NULL;
        w->backlog_count = 0;
        w->missed = w->missed || got < 0;
        give_memory_back();
        return got;
    }
    w->backlog_count--;
    memcpy(&root, key.ptr + 8, sizeof root);
    const dm_str path = {key.ptr + KEY_BYTES, key.len - KEY_BYTES};
    const struct dm_name *const name = dm__names_find(&w->names, path);
    if (name == NULL || name->state == DM_NAME_AT_WORK)
        note_name(w, path, root, w->settings->marker.len != 0 ? MET_TOLD : MET_SCAN);
    *out = dm__names_find(&w->names, path);
    if (*out != NULL && (*out)->state != DM_NAME_READY)
        *out = NULL;
    return 1;
}

static int hand_out(struct dm_watcher *w, struct dm_name *name, struct dm_source_item *item)
{
    const size_t at = w->roots.items[name->root].source_at;
    name->again = name->told = name->seen = false;
    name->due = 0;
    dm__names_move(&w->names, name, DM_NAME_AT_WORK);
    *item = (struct dm_source_item){.path = {name->path, name->path_len},
                                    .source = {name->path + at, name->path_len - at},
                                    .refused = name->refused};
    return 1;
}

/* The backlog comes first where the oldest are to, and else what was told of last. */
static struct dm_name *next_name(struct dm_watcher *w)
{
    const struct dm_name_list *const ready = &w->names.lists[DM_NAME_READY];
    const bool newest = w->settings->order == DM_WATCH_NEWEST;
    struct dm_name *name = NULL;
    while (name == NULL && w->backlog != NULL && w->names.count < w->names.max &&
           (ready->count == 0 || (!newest && w->catching_up)))
        if (take_backlog(w, &name) <= 0)
            break;
    if (name != NULL)
        return name;
    return newest ? ready->last : ready->first;
}

int dm__watcher_next(struct dm_watcher *w, uint64_t now, struct dm_source_item *item)
{
    struct dm_name *name;
    w->now = now;
    while ((name = next_name(w)) != NULL) {
        name->refused = NULL;
        switch (judge(w, name)) {
        case COMPLETE:
            return hand_out(w, name, item);
        case GONE:
            dm__names_remove(&w->names, name);
            break;
        case NOT_YET:
            wait_for(w, name);
            break;
        }
    }
    return 0;
}

void dm__watcher_done(struct dm_watcher *w, dm_str path)
{
    struct dm_name *const name = dm__names_find(&w->names, path);
    if (name == NULL || name->state != DM_NAME_AT_WORK)
        return;
    if (!name->again)
        dm__names_remove(&w->names, name);
    else
        dm__names_move(&w->names, name, DM_NAME_READY);
}

/* ---- the rest ------------------------------------------------------------------------------------ */

int dm__watcher_fd(const struct dm_watcher *w)
{
    return w->fd;
}

uint64_t dm__watcher_returns(const struct dm_watcher *w)
{
    return w->returns;
}

void dm__watcher_counts(const struct dm_watcher *w, struct dm_watcher_counts *out)
{
    *out = (struct dm_watcher_counts){.events = w->events,
                                      .overflows = w->overflows,
                                      .scans = w->scans,
                                      .roots = w->roots.count,
                                      .folders = w->folders.count,
                                      .unwatched = w->folders.unwatched,
                                      .waiting = w->names.lists[DM_NAME_SOON].count +
                                                 w->names.lists[DM_NAME_LATER].count,
                                      .ready = w->names.lists[DM_NAME_READY].count,
                                      .at_work = w->names.lists[DM_NAME_AT_WORK].count,
                                      .looking = is_looking(w),
                                      .backlog = w->backlog_count};
    for (size_t i = 0; i < w->roots.count; i++) {
        out->polled += w->roots.items[i].there && w->roots.items[i].polled;
        out->missing += !w->roots.items[i].there;
    }
}

static void begin(struct dm_watcher *w)
{
    w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (w->fd < 0)
        tell(w,
             "no events are to be had: %s (fs.inotify.max_user_instances); folders are looked through every "
             "%llu ms instead",
             strerror(errno), (unsigned long long)w->settings->poll_every);
    w->missed = true; /* what lies there is found by a scan */
    w->next_look = UINT64_MAX;
    for (size_t i = 0; i < w->roots.count; i++)
        if (dm__root_look(&w->roots.items[i], w->settings->poll) == DM_ROOT_NEW && w->fd < 0)
            w->roots.items[i].polled = true;
}

struct dm_watcher *dm__watcher_open(const struct dm_watcher_options *o, char why[DM_WHY_MAX])
{
    struct dm_watcher *const w = calloc(1, sizeof *w);
    snprintf(why, DM_WHY_MAX, "out of memory");
    if (w == NULL)
        return NULL;
    w->fd = -1;
    w->input = o->input;
    w->settings = o->settings;
    if (!dm__roots_init(&w->roots, o->input, why) ||
        !dm__names_init(&w->names, o->names != 0 ? o->names : (size_t)NAMES)) {
        dm__watcher_close(w);
        return NULL;
    }
    begin(w);
    if (!dm__folders_init(&w->folders, w->fd)) {
        dm__watcher_close(w);
        return NULL;
    }
    return w;
}

void dm__watcher_close(struct dm_watcher *w)
{
    if (w == NULL)
        return;
    dm__walk_fini(&w->fresh);
    dm__walk_fini(&w->full);
    dm__sorter_drop(w->sorting);
    dm__sorter_drop(w->backlog);
    if (w->names.chains != NULL)
        dm__names_fini(&w->names);
    dm__folders_fini(&w->folders);
    dm__roots_fini(&w->roots);
    if (w->fd >= 0)
        close(w->fd);
    free(w);
}
