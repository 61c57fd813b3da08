#include "core/cli/state.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/cli/printable.h"
#include "core/engine/engine.h"
#include "core/text/str.h"

/* Find the folder.  false: the problem was printed */
static bool find_folder(const struct dm_cli *cli, const char *operand, struct dm_state *s)
{
    struct stat st;
    if (stat(operand, &st) == 0 && S_ISDIR(st.st_mode)) {
        s->folder = dm__str(operand);
        return true;
    }
    const struct dm_inputs inputs = {.elsewhere = true};
    if (!dm__load_pipeline(cli, operand, &inputs, &s->loaded))
        return false;
    s->has_pipeline = true;
    s->folder = s->loaded.pipeline->run.state;
    if (s->folder.len != 0)
        return true;
    const dm_str shown = dm__printable(cli->arena, dm__str(operand));
    dm__log_error(&cli->log, "%.*s has 'state: none': nothing is kept of its runs", (int)shown.len,
                  shown.ptr);
    return false;
}

static bool is_missing(const struct dm_cli *cli, const struct dm_state *s)
{
    const dm_str path = dm__ledger_path(cli->arena, s->folder, "ledger.db");
    if (path.ptr == NULL || access(path.ptr, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR))
        return false;
    const dm_str shown = dm__printable(cli->arena, s->folder);
    dm__log_error(&cli->log, "%.*s holds no ledger: `docmill run` makes one", (int)shown.len, shown.ptr);
    return true;
}

bool dm__state_open(const struct dm_cli *cli, const char *operand, struct dm_state *out)
{
    char why[DM_WHY_MAX];
    *out = (struct dm_state){0};
    if (!find_folder(cli, operand, out) || is_missing(cli, out))
        return false;
    out->ledger = dm__ledger_open_reader(out->folder, why);
    if (out->ledger == NULL) {
        dm__log_error(&cli->log, "%s", why);
        return false;
    }
    if (dm__ledger_newest(out->ledger, cli->arena, &out->newest))
        return true;
    dm__state_fail(cli, out);
    return false;
}

void dm__state_close(struct dm_state *s)
{
    char why[DM_WHY_MAX]; /* a reader has nothing to lose */
    dm__ledger_close(s->ledger, why);
    s->ledger = NULL;
}

int dm__state_fail(const struct dm_cli *cli, const struct dm_state *s)
{
    dm__log_error(&cli->log, "%s", dm__ledger_why(s->ledger));
    return DM_EXIT_FAILED;
}

dm_str dm__state_stage(const struct dm_cli *cli, struct dm_state *s, int64_t generation, int64_t position)
{
    struct dm_ledger_stage *stages;
    size_t count;
    if (position < 0 || !dm__ledger_stages(s->ledger, cli->arena, generation, &stages, &count) ||
        (uint64_t)position >= count)
        return DM_LIT("input");
    return stages[position].name;
}

void dm__moment_text(int64_t ms, char out[DM_MOMENT_MAX])
{
    const time_t seconds = (time_t)(ms / 1000);
    struct tm t;
    if (localtime_r(&seconds, &t) == NULL || strftime(out, DM_MOMENT_MAX, "%Y-%m-%d %H:%M:%S", &t) == 0)
        snprintf(out, DM_MOMENT_MAX, "?");
}

void dm__moment_json(struct dm_json *j, const char *key, int64_t ms)
{
    const time_t seconds = (time_t)(ms / 1000);
    char text[DM_MOMENT_MAX], whole[DM_MOMENT_MAX + 8];
    struct tm t;
    dm__json_key(j, key);
    if (ms == 0 || gmtime_r(&seconds, &t) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &t) == 0) {
        dm__json_null(j);
        return;
    }
    snprintf(whole, sizeof whole, "%s.%03dZ", text, (int)(ms % 1000));
    dm__json_cstr(j, whole);
}

void dm__state_print_json(const struct dm_json *j)
{
    const dm_str text = dm__json_text(j);
    if (text.ptr != NULL)
        printf("%.*s\n", (int)text.len, text.ptr);
}
