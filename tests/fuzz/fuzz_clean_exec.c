/* What a program may answer: any line is refused with a reason, or makes changes that the host takes.  The first byte says
 * how it counts; up to the first line feed stands the answer, behind it the text. */
#include "plugins/clean-exec/answer.h"
#include "plugins/clean-exec/question.h"

#include "core/bench/bench.h"
#include "core/text/str.h"
#include "core/text/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum position_unit unit;
static dm_str answer;

static void expect(bool holds)
{
    if (!holds)
        abort();
}

/* There and back for each character, and a question that can be written. */
static bool check_positions(dm_task *t, const dm_doc *d, struct positions *p)
{
    const dm_str text = dm_text(t, d);
    char *line;
    size_t last = 0;
    if (!positions_of(p, t, text, unit))
        return false;
    for (size_t i = 0; i <= text.len; i++) {
        if (!dm__utf8_is_boundary(text, i))
            continue;
        size_t byte = SIZE_MAX;
        const size_t at = positions_unit(p, i);
        expect(at >= last && positions_byte(p, at, &byte) && byte == i);
        last = at;
    }
    expect(last == p->length);
    if (!question_write(t, d, p, &line))
        return false;
    const size_t len = strlen(line);
    expect(len > 2 && memchr(line, '\n', len) == line + len - 1);
    free(line);
    return true;
}

static dm_status clean(const void *state, dm_task *t, dm_doc *d)
{
    struct positions positions;
    (void)state;
    if (!check_positions(t, d, &positions))
        return DM_ELIMIT;
    return answer_apply(t, d, answer, &positions,
                        *(const dm_array *)t->host->extension(t, DM_EXTENSION_RULES));
}

static const dm_rule rules[] = {{"one", "One.", DM_FIX, 0}, {"two", "Two.", DM_FLAG, 0.5}};
static const dm_stage stage = {.size = sizeof(dm_stage),
                               .kind = DM_CLEANER,
                               .name = "answered",
                               .summary = "Applies an answer.",
                               .rules = DM_ARRAY(rules),
                               .ops.cleaner =
                                   &(const dm_cleaner_ops){.size = sizeof(dm_cleaner_ops), .clean = clean}};

static struct dm_bench *open_bench(void)
{
    static struct dm_bench *bench;
    static struct dm_arena arena;
    static const dm_stage *const stages[] = {&stage, NULL};
    static const dm_plugin plugin = {sizeof plugin, DM_ABI_MINOR, 0, 0, "answered", "1.0.0", "MIT", stages};
    struct dm_outcome why;
    if (bench != NULL)
        return bench;
    dm__arena_init(&arena, 0);
    bench = dm__bench_open_linked(&arena, &plugin, "clean-answered", NULL, &why);
    expect(bench != NULL);
    return bench;
}

static void look(void *owner, const dm_doc *d, dm_status status, dm_str rendered)
{
    (void)owner, (void)rendered;
    expect(status != DM_OK || dm__bench_fault(d) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    unit = (enum position_unit)(data[0] % 3);
    const char *const rest = (const char *)data + 1;
    const char *const feed = memchr(rest, '\n', size - 1);
    const size_t len = feed != NULL ? (size_t)(feed - rest) : size - 1;
    answer = (dm_str){rest, len};
    const dm_str behind = feed != NULL ? (dm_str){feed + 1, size - 2 - len} : DM_LIT("");
    const dm_str text = {behind.ptr, dm__utf8_check(behind)};
    const dm_mark marks[] = {{.kind = DM_PARAGRAPH, .at = {0, text.len}, .value = DM_LIT("")}};
    const struct dm_bench_document in = {
        .source = DM_LIT("a\xFF.txt"), .text = text, .marks = marks, .mark_count = text.len != 0};
    struct dm_outcome out;
    dm__bench_run(open_bench(), &in, look, NULL, &out);
    /* Never the plugin's bug: that would stop a run for what one program said of one document. */
    expect(out.status != DM_EBUG && out.status != DM_ECONFIG);
    expect(out.status >= DM_OK || out.why[0] != '\0');
    return 0;
}
