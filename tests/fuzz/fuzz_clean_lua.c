/* A script that uses all calls, over any text: words, lines and marks are walked to their ends, what it asks for is taken,
 * and the text is as it was after the edits are undone. */
#include "fuzz_cleaner.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    char *const bytes = make_utf8(data + 1, size - 1);
    const dm_str text = {bytes, size - 1};
    const size_t end = dm__utf8_boundary_before(text, text.len * (data[0] & 3) / 4);
    const dm_mark mark = {
        .kind = (data[0] & 4) != 0 ? DM_PROTECTED : DM_QUOTE, .at = {0, end}, .value = DM_LIT("")};
    const struct dm_bench_document in = {
        .source = DM_LIT("fuzz.txt"), .text = text, .marks = &mark, .mark_count = end > 0};
    struct result r = {0};
    struct dm_outcome out;
    dm__bench_run(open_stage("clean-lua", with), &in, keep, &r, &out);
    if (out.status != DM_OK)
        abort();
    free(r.text);
    free(bytes);
    return 0;
}
