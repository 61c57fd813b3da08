/* `watch:` of a pipeline file. */
#include <string.h>

#include "core/pipeline/settings.h"
#include "core/text/glob.h"
#include "core/text/str.h"

struct watch_values {
    int64_t settle, min_age, audit, poll_every;
    dm_array ignore;
    dm_str marker, done;
    int32_t order, after, poll, reload;
};

static const char *const orders[] = {"oldest", "newest", NULL};
static const char *const afters[] = {"leave", "move", "delete", NULL};
static const char *const polls[] = {"auto", "always", "never", NULL};
static const char *const reloads[] = {"signal", "auto", NULL};

static const dm_option watch_options[] = {
    {.name = "settle",
     DM_TIME_AT(struct watch_values, settle),
     .def = "2s",
     .min = 10,
     .max = 86400000,
     .unit = "ms",
     .help = "Where nothing tells that a file is complete: how long its size and time must have been quiet."},
    {.name = "min-age",
     DM_TIME_AT(struct watch_values, min_age),
     .def = "0s",
     .max = 86400000,
     .unit = "ms",
     .help = "Leave files alone that were changed less than this ago."},
    {.name = "ignore",
     DM_LIST_AT(struct watch_values, ignore),
     .def = "['.*', '*.part', '*.partial', '*.filepart', '*.tmp', '*.temp', '*.crdownload', '*.download', "
            "'*.swp', '*~', '~$*', '.~lock.*']",
     .help = "Globs: files and folders of such names are not there; a list of one's own replaces this one.  "
             "Names that begin with a dot are never taken."},
    {.name = "marker",
     DM_TEXT_AT(struct watch_values, marker),
     .def = "",
     .help = "With `.done`, the file NAME is complete when there is a file NAME.done, and not before."},
    {.name = "order",
     DM_CHOICE_AT(struct watch_values, order),
     .choices = orders,
     .def = "oldest",
     .help = "Which files come first when many wait."},
    {.name = "after",
     DM_CHOICE_AT(struct watch_values, after),
     .choices = afters,
     .def = "leave",
     .help = "What becomes of a file when all that was made of it is durable.  One that failed stays."},
    {.name = "done",
     DM_TEXT_AT(struct watch_values, done),
     .def = "",
     .help = "The folder for `after: move`; sub-folders are kept, and a name that is taken gets a number."},
    {.name = "audit",
     DM_TIME_AT(struct watch_values, audit),
     .def = "5m",
     .min = 100,
     .max = 86400000,
     .unit = "ms",
     .help = "How often to look through all folders for what no event told of."},
    {.name = "poll",
     DM_CHOICE_AT(struct watch_values, poll),
     .choices = polls,
     .def = "auto",
     .help = "auto: where the file system tells no events (network, FUSE), folders are looked through every "
             "`poll-every` instead."},
    {.name = "poll-every",
     DM_TIME_AT(struct watch_values, poll_every),
     .def = "5s",
     .min = 50,
     .max = 86400000,
     .unit = "ms",
     .help = "How often to look through folders that tell no events."},
    {.name = "reload",
     DM_CHOICE_AT(struct watch_values, reload),
     .choices = reloads,
     .def = "signal",
     .help = "When to take up a changed pipeline file or plugin: on SIGHUP, or by itself."},
};
const dm_array dm__watch_options = DM_ARRAY(watch_options);

static bool check_ignored(const struct dm_reader *r, const struct dm_yaml *node, const dm_str *globs,
                          size_t count)
{
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        const char *const wrong = globs[i].len != 0 ? dm__glob_check(globs[i]) : "it is empty";
        if (wrong != NULL)
            dm__reader_error(r, node, "'%.*s' is no pattern: %s", dm__shown(globs[i]), globs[i].ptr, wrong);
        good = good && wrong == NULL;
    }
    return good;
}

static bool check_texts(const struct dm_reader *r, const struct dm_yaml *node, const struct watch_values *v)
{
    bool good = true;
    const struct dm_yaml *const done = dm__yaml_find(node, "done"), *const marker =
                                                                        dm__yaml_find(node, "marker");
    if (v->marker.len != 0 && memchr(v->marker.ptr, '/', v->marker.len) != NULL) {
        dm__reader_error(r, marker, "'marker' is the end of a file's name, and holds no '/'");
        good = false;
    }
    if (v->after == DM_WATCH_MOVE && v->done.len == 0) {
        dm__reader_error(r, done != NULL ? done : dm__yaml_find(node, "after"),
                         "'after: move' needs a folder to move to: 'done: FOLDER'");
        good = false;
    }
    if (v->after != DM_WATCH_MOVE && v->done.len != 0) {
        dm__reader_error(r, done, "'done' has no use without 'after: move'");
        good = false;
    }
    if (v->done.len != 0 && memchr(v->done.ptr, '\0', v->done.len) != NULL) {
        dm__reader_error(r, done, "the path for 'done' is no path");
        good = false;
    }
    return good;
}

bool dm__watch_read(const struct dm_reader *r, const struct dm_yaml *node, struct dm_watch_settings *out)
{
    struct watch_values v = {.settle = 0};
    struct dm_reader inner = *r;
    inner.what = "'watch'";
    *out = (struct dm_watch_settings){.settle = 0};
    if (!dm__options_read(&inner, dm__watch_options, node, node, NULL, &v))
        return false;
    out->ignore = dm__arena_raw(r->arena, (v.ignore.count + 1) * sizeof *out->ignore);
    if (out->ignore == NULL)
        return dm__reader_no_memory(r);
    if (v.ignore.count != 0)
        memcpy(out->ignore, v.ignore.items, v.ignore.count * sizeof *out->ignore);
    out->ignore_count = v.ignore.count;
    out->settle = (uint64_t)v.settle;
    out->min_age = (uint64_t)v.min_age;
    out->audit = (uint64_t)v.audit;
    out->poll_every = (uint64_t)v.poll_every;
    out->marker = v.marker;
    out->done = v.after == DM_WATCH_MOVE ? v.done : DM_LIT("");
    out->order = (enum dm_watch_order)v.order;
    out->after = (enum dm_watch_after)v.after;
    out->poll = (enum dm_watch_poll)v.poll;
    out->reload = (enum dm_watch_reload)v.reload;
    return check_texts(&inner, node, &v) &&
           check_ignored(&inner, dm__yaml_find(node, "ignore"), out->ignore, out->ignore_count);
}
