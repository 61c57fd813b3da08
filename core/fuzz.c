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
    struct dm_outcome why;
    dm__arena_init(&arena, 0);
    bench = dm__bench_open_linked(&arena, plugin, stage, with, &why);
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

static char *make_text(const uint8_t *data, size_t size)
{
    char *const text = malloc(size + 1);
    if (text == NULL)
        give_up("out of memory");
    memcpy(text, data, size);
    dm__utf8_blank(text, size);
    return text;
}

/* Quarters of the text with marks, by bits of a byte.  return  how many */
static size_t make_marks(dm_str text, uint8_t bits, dm_mark marks[3])
{
    static const uint32_t kinds[] = {DM_CODE, DM_QUOTE, DM_PROTECTED};
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        const dm_span at = {dm__utf8_boundary_before(text, text.len * i / 4),
                            dm__utf8_boundary_before(text, text.len * (i + 1) / 4)};
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
