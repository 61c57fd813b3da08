/* A script that uses all calls, over any text: words, lines and marks are walked to their ends, what it asks for is taken,
 * and the text is as it was after the edits are undone. */
#include "fuzz_cleaner.h"

#include "core/pipeline/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char with[] =
    "script: |\n"
    "  -- docmill rule twice: A word that stands there twice.\n"
    "  -- docmill rule mark (flag): A mark.\n"
    "  function clean(doc)\n"
    "    local text, last, last_to, covered = doc:text(), nil, 0, 0\n"
    "    for from, to, word in doc:words() do\n"
    "      assert(from > last_to and to >= from and text:sub(from, to) == word)\n"
    "      if word == last and not doc:protected(last_to + 1, to) then\n"
    "        doc:edit(last_to + 1, to, '', 'twice', 0.9, 'twice')\n"
    "      end\n"
    "      last, last_to = word, to\n"
    "    end\n"
    "    for from, to, line in doc:lines() do\n"
    "      assert(text:sub(from, to) == line and not line:find('\\n', 1, true))\n"
    "      covered = covered + #line + 1\n"
    "      if line:sub(1, 2) == '# ' then doc:mark('heading', from, to, 1, line, 'mark') end\n"
    "    end\n"
    "    assert(covered == #text or covered == #text + 1)\n"
    "    for i, mark in ipairs(doc:marks()) do\n"
    "      assert(mark.from >= 1 and mark.to <= #text)\n"
    "      if mark.kind == 'quote' then doc:unmark(i, 'mark') end\n"
    "    end\n"
    "    doc:meta('words', tostring(last), 'twice')\n"
    "  end\n";

static struct dm_bench *open_script(void)
{
    static struct dm_bench *bench;
    static struct dm_plugin_file file;
    static struct dm_arena arena;
    if (bench != NULL)
        return bench;
    dm_str problem;
    struct dm_report report;
    struct dm_outcome why;
    dm__arena_init(&arena, 0);
    dm__report_init(&report, &arena);
    if (!dm__plugin_normalise(&arena, &docmill_plugin_v1, &file.about, &problem))
        abort();
    file.loaded = true;
    const struct dm_yaml *const options = dm__yaml_read(&report, DM_LIT("options"), dm__str(with));
    bench = dm__bench_open(dm__bench_find(&file, DM_LIT("clean-lua")), options, DM_LIT("fuzz.yaml"), &why);
    if (bench == NULL)
        abort();
    return bench;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    char *const bytes = make_utf8(data + 1, size - 1);
    const dm_str text = {bytes, size - 1};
    size_t end = text.len * (data[0] & 3) / 4;
    while (end > 0 && !dm__utf8_is_boundary(text, end))
        end--;
    const dm_mark mark = {
        .kind = (data[0] & 4) != 0 ? DM_PROTECTED : DM_QUOTE, .at = {0, end}, .value = DM_LIT("")};
    const struct dm_bench_document in = {
        .source = DM_LIT("fuzz.txt"), .text = text, .marks = &mark, .mark_count = end > 0};
    struct result r = {0};
    struct dm_outcome out;
    dm__bench_run(open_script(), &in, keep, &r, &out);
    if (out.status != DM_OK)
        abort();
    free(r.text);
    free(bytes);
    return 0;
}
