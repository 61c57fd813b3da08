/* What the program says on standard error. */
#include "core/cli/log.h"

#include <time.h>

#include "core/cli/printable.h"
#include "core/cli/rune.h"
#include "core/text/str.h"

enum { LINE_MAX_BYTES = 2048 };

const char *dm__log_level(int32_t level)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};
    return names[level < DM_LOG_DEBUG ? DM_LOG_DEBUG : level > DM_LOG_ERROR ? DM_LOG_ERROR : level];
}

static enum dm_tone tone_of(int32_t level)
{
    return level >= DM_LOG_ERROR     ? DM_TONE_BAD
           : level == DM_LOG_WARNING ? DM_TONE_WARNING
           : level == DM_LOG_DEBUG   ? DM_TONE_FAINT
                                     : DM_TONE_STRONG;
}

void dm__log_begin(struct dm_json *j, struct dm_arena *arena, const char *event)
{
    char stamp[40] = "";
    struct timespec now;
    struct tm utc;
    if (clock_gettime(CLOCK_REALTIME, &now) == 0 && gmtime_r(&now.tv_sec, &utc)) {
        const size_t n = strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
        snprintf(stamp + n, sizeof stamp - n, ".%03dZ", (int)(now.tv_nsec / 1000000));
    }
    dm__json_init(j, arena, 0);
    dm__json_open(j, '{');
    dm__json_key(j, "time");
    dm__json_cstr(j, stamp);
    dm__json_key(j, "event");
    dm__json_cstr(j, event);
}

void dm__log_end(const struct dm_log *log, struct dm_json *j)
{
    dm__json_close(j, '}');
    const dm_str text = dm__json_text(j);
    if (!text.ptr)
        return;
    fwrite(text.ptr, 1, text.len, log->to);
    fputc('\n', log->to);
    fflush(log->to);
}

static void say_json(const struct dm_log *log, int32_t level, dm_str source, dm_str stage, dm_str line)
{
    struct dm_arena arena;
    struct dm_json j;
    dm__arena_init(&arena, 0);
    dm__log_begin(&j, &arena, "log");
    dm__json_key(&j, "level");
    dm__json_cstr(&j, dm__log_level(level));
    if (source.len > 0) {
        dm__json_key(&j, "source");
        dm__json_str(&j, source);
    }
    if (stage.len > 0) {
        dm__json_key(&j, "stage");
        dm__json_str(&j, stage);
    }
    dm__json_key(&j, "message");
    dm__json_str(&j, line);
    dm__log_end(log, &j);
    dm__arena_fini(&arena);
}

DM_PRINTF(3, 0)
static void say(const struct dm_log *log, int32_t level, const char *fmt, va_list ap)
{
    if (level < log->least)
        return;
    char line[LINE_MAX_BYTES];
    vsnprintf(line, sizeof line, fmt, ap);
    if (log->json) {
        say_json(log, level, DM_LIT(""), DM_LIT(""), dm__str(line));
        return;
    }
    fputs("docmill: ", log->to);
    if (level >= DM_LOG_WARNING)
        fprintf(log->to, "%s%s:%s ", dm__tone(&log->style, tone_of(level)), dm__log_level(level),
                dm__tone(&log->style, DM_TONE_PLAIN));
    fprintf(log->to, "%s\n", line);
    fflush(log->to);
}

void dm__log_error(const struct dm_log *log, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(log, DM_LOG_ERROR, fmt, ap);
    va_end(ap);
}

void dm__log_warning(const struct dm_log *log, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(log, DM_LOG_WARNING, fmt, ap);
    va_end(ap);
}

void dm__log_note(const struct dm_log *log, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(log, DM_LOG_INFO, fmt, ap);
    va_end(ap);
}

static void write_part(FILE *to, struct dm_arena *arena, dm_str s, const char *behind)
{
    if (s.len == 0)
        return;
    const dm_str clean = dm__printable(arena, s);
    fwrite(clean.ptr, 1, clean.len, to);
    fputs(behind, to);
}

void dm__log_fate(const struct dm_log *log, enum dm_tone tone, const char *fate, dm_str path, dm_str stage,
                  dm_str why)
{
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    fprintf(log->to, "%s%s:%s", dm__tone(&log->style, tone), fate, dm__tone(&log->style, DM_TONE_PLAIN));
    const dm_str parts[] = {path, stage, why};
    const char *before = " ";
    for (size_t i = 0; i < 3; i++) {
        if (parts[i].len == 0)
            continue;
        fputs(before, log->to);
        write_part(log->to, &arena, parts[i], "");
        before = ": ";
    }
    fputc('\n', log->to);
    fflush(log->to);
    dm__arena_fini(&arena);
}

void dm__log_line(const struct dm_log *log, int32_t level, dm_str source, dm_str stage, dm_str line)
{
    if (level < log->least)
        return;
    if (log->json)
        say_json(log, level, source, stage, line);
    else
        dm__log_fate(log, tone_of(level), dm__log_level(level), source, stage, line);
}

/* ---- problems of a pipeline file ---------------------------------------------------------------- */

static dm_str line_of(dm_str text, unsigned line)
{
    size_t begin = 0;
    for (unsigned n = 1; n < line; n++) {
        const char *end = memchr(text.ptr + begin, '\n', text.len - begin);
        if (!end)
            return DM_LIT("");
        begin = (size_t)(end - text.ptr) + 1;
    }
    const char *end = memchr(text.ptr + begin, '\n', text.len - begin);
    size_t stop = end ? (size_t)(end - text.ptr) : text.len;
    if (stop > begin && text.ptr[stop - 1] == '\r')
        stop--;
    return (dm_str){text.ptr + begin, stop - begin};
}

/* The text before a column (from 1, in code points). */
static dm_str before_column(dm_str line, unsigned column)
{
    size_t at = 0;
    uint32_t rune;
    for (unsigned n = 1; n < column && at < line.len; n++)
        dm__rune_next(line, &at, &rune);
    return (dm_str){line.ptr, at};
}

static void show_line(const struct dm_log *log, struct dm_arena *arena, dm_str text,
                      const struct dm_problem *p)
{
    const dm_str line = line_of(text, p->line);
    if (line.len == 0 || line.len > 400)
        return;
    const dm_str shown = dm__printable(arena, line);
    const dm_str before = dm__printable(arena, before_column(line, p->column));
    fprintf(log->to, "%5u | %.*s\n", p->line, (int)shown.len, shown.ptr);
    fprintf(log->to, "      | %*s%s^%s\n", (int)dm__text_width(before), "",
            dm__tone(&log->style, DM_TONE_GOOD), dm__tone(&log->style, DM_TONE_PLAIN));
}

static void show_problem(const struct dm_log *log, struct dm_arena *arena, const struct dm_problem *p,
                         dm_str text)
{
    if (p->file.len == 0)
        fputs("docmill: ", log->to);
    else
        write_part(log->to, arena, p->file, ":");
    if (p->line > 0)
        fprintf(log->to, "%u:%u:", p->line, p->column);
    const int32_t level = p->warning ? DM_LOG_WARNING : DM_LOG_ERROR;
    fprintf(log->to, "%s%s%s:%s ", p->file.len > 0 ? " " : "", dm__tone(&log->style, tone_of(level)),
            dm__log_level(level), dm__tone(&log->style, DM_TONE_PLAIN));
    write_part(log->to, arena, p->message, "");
    fputc('\n', log->to);
    if (p->line > 0 && text.ptr)
        show_line(log, arena, text, p);
    if (p->hint.len > 0) {
        fputs("  ", log->to);
        write_part(log->to, arena, p->hint, "\n");
    }
}

static void report_json(const struct dm_log *log, struct dm_arena *arena, const struct dm_problem *p)
{
    struct dm_json j;
    dm__log_begin(&j, arena, "problem");
    dm__json_key(&j, "level");
    dm__json_cstr(&j, dm__log_level(p->warning ? DM_LOG_WARNING : DM_LOG_ERROR));
    dm__json_key(&j, "file");
    dm__json_str(&j, p->file);
    dm__json_key(&j, "line");
    dm__json_uint(&j, p->line);
    dm__json_key(&j, "column");
    dm__json_uint(&j, p->column);
    dm__json_key(&j, "message");
    dm__json_str(&j, p->message);
    if (p->hint.len > 0) {
        dm__json_key(&j, "hint");
        dm__json_str(&j, p->hint);
    }
    dm__log_end(log, &j);
}

void dm__log_report(const struct dm_log *log, const struct dm_report *report, dm_str text)
{
    struct dm_arena arena;
    dm__arena_init(&arena, 0);
    for (size_t i = 0; i < report->count; i++) {
        const struct dm_problem *p = &report->items[i];
        if (p->warning && log->least > DM_LOG_WARNING)
            continue;
        if (log->json)
            report_json(log, &arena, p);
        else
            show_problem(log, &arena, p, text);
    }
    fflush(log->to);
    dm__arena_fini(&arena);
}
