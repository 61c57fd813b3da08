/* The library for fuzzers of plugins. */
#include <docmill/fuzz.h>

#include <stdlib.h>
#include <string.h>

#include "core/bench/bench.h"
#include "core/text/str.h"
#include "core/text/utf8.h"

static struct dm_bench *bench;

DM_PRINTF(1, 2)
_Noreturn static void give_up(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("docmill: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    abort();
}

static void open_stage(const dm_plugin *plugin, const char *stage, const char *with)
{
    static struct dm_arena arena;
    static struct dm_plugin_file file;
    struct dm_report report;
    struct dm_outcome why;
    dm_str problem;
    dm__arena_init(&arena, 0);
    dm__report_init(&report, &arena);
    if (!dm__plugin_normalise(&arena, plugin, &file.about, &problem))
        give_up("the plugin: %.*s", (int)problem.len, problem.ptr);
    file.loaded = true;
    const struct dm_stage_ref ref = dm__bench_find(&file, dm__str(stage));
    if (ref.stage == NULL)
        give_up("the plugin has no stage %s", stage);
    const struct dm_yaml *const options = dm__yaml_read(&report, DM_LIT("options"), dm__str(with));
    if (options == NULL)
        give_up("the options are no YAML: %s", with);
    bench = dm__bench_open(ref, options, DM_LIT("fuzz.yaml"), &why);
    if (bench == NULL)
        give_up("%s does not open: %s", stage, why.why);
}

static void look(void *owner, const dm_doc *d, dm_status status, dm_str rendered)
{
    (void)owner, (void)rendered;
    const char *const fault = status == DM_OK ? dm__bench_fault(d) : NULL;
    if (fault != NULL)
        give_up("%s", fault);
}

/* Each byte that belongs to no character becomes a space. */
static char *make_text(const uint8_t *data, size_t size)
{
    char *const text = malloc(size + 1);
    if (text == NULL)
        give_up("out of memory");
    if (size != 0)
        memcpy(text, data, size);
    for (size_t at = 0; at < size; at++) {
        at += dm__utf8_check((dm_str){text + at, size - at});
        if (at < size)
            text[at] = ' ';
    }
    return text;
}

static size_t boundary_before(dm_str text, size_t at)
{
    while (at > 0 && !dm__utf8_is_boundary(text, at))
        at--;
    return at;
}

/* Quarters of the text with marks, by bits of a byte.  return  how many */
static size_t make_marks(dm_str text, uint8_t bits, dm_mark marks[3])
{
    static const uint32_t kinds[] = {DM_CODE, DM_QUOTE, DM_PROTECTED};
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        const dm_span at = {boundary_before(text, text.len * i / 4),
                            boundary_before(text, text.len * (i + 1) / 4)};
        if ((bits & 1U << i) != 0 && at.begin < at.end)
            marks[count++] = (dm_mark){.kind = kinds[i], .at = at, .value = DM_LIT("")};
    }
    return count;
}

void docmill_fuzz(const dm_plugin *plugin, const char *stage, const char *with, const uint8_t *data,
                  size_t size)
{
    if (bench == NULL)
        open_stage(plugin, stage, with);
    struct dm_bench_document in = {.source = DM_LIT("fuzz")};
    dm_mark marks[3];
    char *text = NULL;
    if (strncmp(stage, "extract-", 8) == 0) {
        in.bytes = (dm_str){(const char *)data, size};
    } else if (size != 0) {
        text = make_text(data + 1, size - 1);
        in.text = (dm_str){text, size - 1};
        in.marks = marks;
        in.mark_count = make_marks(in.text, data[0], marks);
    } else {
        return;
    }
    struct dm_outcome out;
    dm__bench_run(bench, &in, look, NULL, &out);
    free(text);
    if (out.status == DM_EBUG)
        give_up("%s", out.why);
    if (out.status < DM_OK && out.why[0] == '\0')
        give_up("it fails without a reason");
}
