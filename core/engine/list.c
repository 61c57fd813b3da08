/* A run that only looks: which inputs there are, and what would become of them. */
#include "core/engine/book.h"
#include "core/engine/source.h"
#include "core/text/str.h"

static dm_str words_for(enum dm_past past)
{
    static const char *const words[DM_PAST_COUNT] = {
        [DM_PAST_NEW] = "new",
        [DM_PAST_CHANGED] = "changed since it was processed",
        [DM_PAST_OUTDATED] = "the pipeline, a plugin or a data file is another one now",
        [DM_PAST_FORCED] = "unchanged, and forced",
        [DM_PAST_RETRIED] = "it failed",
        [DM_PAST_UNCHANGED] = "unchanged",
        [DM_PAST_FAILED] = "unchanged, and it failed",
    };
    return dm__str(words[past]);
}

/* Judge one input and tell of it.  return  1: go on, 0: enough, -1: `why` */
static int tell(struct dm_book *book, const struct dm_source_item *item, void *owner,
                bool (*found)(void *owner, const struct dm_engine_input *in), bool *due, char why[DM_WHY_MAX])
{
    struct dm_history history;
    char refused[DM_WHY_MAX] = "";
    if (!dm__book_judge(book, item->path, item->source, &history, why))
        return -1;
    struct dm_engine_input in = {.path = item->path,
                                 .source = item->source,
                                 .due = dm__past_is_due(history.past),
                                 .because = words_for(history.past)};
    if (item->refused == NULL)
        in.size = dm__engine_look(item->path.ptr, book->options->pipeline->input.max_size, refused);
    in.refused = dm__str(item->refused != NULL ? item->refused : refused);
    *due = in.due;
    return found(owner, &in);
}

int dm__engine_list(const struct dm_engine_options *options, void *owner,
                    bool (*found)(void *owner, const struct dm_engine_input *in), dm_str *why)
{
    static char reason[DM_WHY_MAX]; /* outlives the call, as the caller prints it */
    struct dm_source *const source = dm__source_open(&options->pipeline->input, options->from0, reason);
    struct dm_book book = {0};
    int got = source != NULL && dm__book_open_reader(&book, options, reason) ? 1 : -1;
    const bool opened = got == 1;
    for (uint64_t n = 0; got == 1 && (options->limit == 0 || n < options->limit);) {
        struct dm_source_item item;
        bool due = false;
        got = dm__source_next(source, &item, reason);
        if (got == 1)
            got = tell(&book, &item, owner, found, &due, reason);
        n += due;
    }
    dm__book_close(&book, reason);
    dm__source_close(source);
    *why = got < 0 ? dm__str(reason) : DM_LIT("");
    return !opened ? DM_EXIT_REFUSED : got < 0 ? DM_EXIT_FAILED : DM_EXIT_OK;
}
