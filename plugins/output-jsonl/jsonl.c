/* output-jsonl: one JSON object a line, all in one file.  This file says what is in the object; json.c
 * writes it, append.c keeps the file. */
#include "append.h"
#include "json.h"

#include <string.h>

enum { EDITS_NONE, EDITS_SUMMARY, EDITS_FULL };
static const char *const edits_choices[] = {"none", "summary", "full", NULL};

struct jsonl {
    dm_str path;
    int32_t edits;
    bool text, marks, metadata;
    struct append file;
};

static const dm_option options[] = {
    {.name = "path", DM_PATH_OUT_AT(struct jsonl, path), .help = "The file that is written."},
    {.name = "edits",
     DM_CHOICE_AT(struct jsonl, edits),
     .def = "summary",
     .choices = edits_choices,
     .help = "What to say of the changes: nothing, how many by rule, or each with what was there before."},
    {.name = "text", DM_BOOL_AT(struct jsonl, text), .def = "true", .help = "Whether to write the text."},
    {.name = "marks",
     DM_BOOL_AT(struct jsonl, marks),
     .def = "true",
     .help = "Whether to write what the stretches of the text are."},
    {.name = "metadata",
     DM_BOOL_AT(struct jsonl, metadata),
     .def = "true",
     .help = "Whether to write the metadata as a whole; title and language are written anyway."},
};

/* ---- the object ----------------------------------------------------------------------------- */

static dm_str slice(dm_str text, dm_span at)
{
    return (dm_str){text.ptr + at.begin, at.end - at.begin};
}

static void put_optional(struct json *j, const char *key, dm_str value)
{
    if (!value.len)
        return;
    json_key(j, key);
    json_string(j, value);
}

static void put_count(struct json *j, const char *key, uint64_t n)
{
    json_key(j, key);
    json_uint(j, n);
}

static void put_span(struct json *j, const char *key, dm_span at)
{
    json_key(j, key);
    json_open(j, '[');
    json_uint(j, at.begin);
    json_uint(j, at.end);
    json_close(j, ']');
}

static void put_identity(struct json *j, const dm_identity *who)
{
    json_key(j, "id");
    json_string(j, who->id);
    put_count(j, "part", who->part);
    put_optional(j, "part_name", who->part_name);
    put_count(j, "revision", who->revision);
    json_key(j, "source");
    json_string(j, who->source);
    if (json_is_utf8(who->source))
        return;
    json_key(j, "source_hex");
    json_hex(j, who->source);
}

/* What people call the document: as the metadata have it, else as the first title in the text. */
static dm_str title_of(const dm_task *t, const dm_doc *d)
{
    const dm_str known = dm_meta(t, d, "title");
    if (known.len)
        return known;
    const dm_array marks = dm_marks(t, d);
    for (uint32_t i = 0; i < marks.count; i++) {
        const dm_mark *m = DM_AT(dm_mark, marks, i);
        if (m->kind == DM_TITLE)
            return slice(dm_text(t, d), m->at);
    }
    return (dm_str){NULL, 0};
}

static void put_metadata(struct json *j, dm_array metas)
{
    json_key(j, "metadata");
    json_open(j, '{');
    for (uint32_t i = 0; i < metas.count; i++) {
        const dm_pair *pair = DM_AT(dm_pair, metas, i);
        json_string_key(j, pair->key);
        json_string(j, pair->value);
    }
    json_close(j, '}');
}

/* ---- marks ---------------------------------------------------------------------------------- */

static const char *kind_name(uint32_t kind)
{
    static const char *const blocks[] = {
        [DM_PARAGRAPH] = "paragraph", [DM_TITLE] = "title", [DM_HEADING] = "heading",
        [DM_LIST_ITEM] = "list-item", [DM_QUOTE] = "quote", [DM_CODE] = "code",
        [DM_TABLE] = "table",         [DM_ROW] = "row",     [DM_CELL] = "cell",
        [DM_CAPTION] = "caption"};
    if (kind < sizeof blocks / sizeof *blocks)
        return blocks[kind];
    static const char *const inlines[] = {"link", "protected", "syntax", "language"};
    return kind >= DM_LINK && kind <= DM_LANGUAGE ? inlines[kind - DM_LINK] : NULL;
}

static void put_kind(struct json *j, uint32_t kind)
{
    char number[24];
    const char *name = kind_name(kind);
    if (!name) {
        snprintf(number, sizeof number, "kind-%u", (unsigned)kind);
        name = number;
    }
    json_key(j, "kind");
    json_text(j, (dm_str){name, strlen(name)});
}

static void put_marks(struct json *j, dm_array marks)
{
    json_key(j, "marks");
    json_open(j, '[');
    for (uint32_t i = 0; i < marks.count; i++) {
        const dm_mark *m = DM_AT(dm_mark, marks, i);
        json_open(j, '{');
        put_kind(j, m->kind);
        if (m->level)
            put_count(j, "level", m->level);
        put_span(j, "at", m->at);
        put_optional(j, "value", m->value);
        json_close(j, '}');
    }
    json_close(j, ']');
}

/* ---- edits ---------------------------------------------------------------------------------- */

struct rule_count {
    const dm_edit_record *first;
    uint64_t count;
};

static bool same(dm_str a, dm_str b)
{
    return a.len == b.len && (a.ptr == b.ptr || !memcmp(a.ptr, b.ptr, a.len));
}

/* Records of one rule mostly stand together, so that the search starts at the last find. */
static struct rule_count *find_rule(struct rule_count *counts, size_t used, const dm_edit_record *e)
{
    for (size_t i = used; i-- > 0;)
        if (same(counts[i].first->rule, e->rule) && same(counts[i].first->stage_name, e->stage_name))
            return &counts[i];
    return NULL;
}

/* Double the table once it is full.  The old one stays in the task's memory, which ends with it. */
static struct rule_count *with_room(dm_task *t, struct rule_count *counts, size_t used)
{
    enum { FIRST = 16 };
    if (used && (used < FIRST || (used & (used - 1))))
        return counts;
    struct rule_count *larger = dm_alloc(t, (used ? used * 2 : FIRST) * sizeof *larger);
    if (larger && used)
        memcpy(larger, counts, used * sizeof *larger);
    return larger;
}

/* Counts by rule, in the order in which the rules were first met.
 * flagged  DM_EDIT_FLAGGED or 0: which of the records to count */
static dm_status put_counts(struct json *j, const char *key, dm_array edits, uint32_t flagged)
{
    struct rule_count *counts = NULL;
    size_t used = 0;
    for (uint32_t i = 0; i < edits.count; i++) {
        const dm_edit_record *e = DM_AT(dm_edit_record, edits, i);
        if ((e->flags & DM_EDIT_FLAGGED) != flagged)
            continue;
        struct rule_count *c = find_rule(counts, used, e);
        if (!c) {
            counts = with_room(j->task, counts, used);
            if (!counts)
                return DM_ELIMIT;
            c = &counts[used++];
            *c = (struct rule_count){e, 0};
        }
        c->count++;
    }
    if (flagged && !used)
        return DM_OK;
    json_key(j, key);
    json_open(j, '{');
    for (size_t i = 0; i < used; i++) {
        json_rule_key(j, counts[i].first->stage_name, counts[i].first->rule);
        json_uint(j, counts[i].count);
    }
    json_close(j, '}');
    return DM_OK;
}

/* What is absent is null, but a text is at least empty. */
static void put_side(struct json *j, const char *key, dm_str value, uint32_t target)
{
    json_key(j, key);
    if (value.ptr || target == DM_CHANGE_TEXT)
        json_string(j, value);
    else
        json_literal(j, "null");
}

static void put_target(struct json *j, const dm_edit_record *e)
{
    static const char *const names[] = {[DM_CHANGE_META] = "metadata",
                                        [DM_CHANGE_MARK_ADD] = "mark-add",
                                        [DM_CHANGE_MARK_DROP] = "mark-drop",
                                        [DM_CHANGE_MARK_SET] = "mark-set"};
    if (e->target == DM_CHANGE_TEXT || e->target >= sizeof names / sizeof *names)
        return;
    json_key(j, "target");
    json_text(j, (dm_str){names[e->target], strlen(names[e->target])});
    put_optional(j, "key", e->key);
}

static void put_edit(struct json *j, const dm_edit_record *e)
{
    const bool flagged = e->flags & DM_EDIT_FLAGGED;
    json_open(j, '{');
    json_key(j, "stage");
    json_string(j, e->stage_name);
    json_key(j, "rule");
    json_string(j, e->rule);
    put_optional(j, "version", e->version);
    put_target(j, e);
    if (e->target != DM_CHANGE_META) {
        put_span(j, "at", e->at);
        if (!flagged)
            put_span(j, "to", e->to);
    }
    put_side(j, "before", e->before, e->target);
    put_side(j, "after", e->after, e->target);
    if (e->confidence < 1) {
        json_key(j, "confidence");
        json_ratio(j, e->confidence);
    }
    put_optional(j, "evidence", e->evidence);
    if (flagged) {
        json_key(j, "flagged");
        json_literal(j, "true");
    }
    json_close(j, '}');
}

static dm_status put_edits(struct json *j, dm_array edits, int32_t how)
{
    if (how == EDITS_NONE)
        return DM_OK;
    if (how == EDITS_SUMMARY) {
        const dm_status status = put_counts(j, "edits", edits, 0);
        return status ? status : put_counts(j, "flagged", edits, DM_EDIT_FLAGGED);
    }
    json_key(j, "edits");
    json_open(j, '[');
    for (uint32_t i = 0; i < edits.count; i++)
        put_edit(j, DM_AT(dm_edit_record, edits, i));
    json_close(j, ']');
    return DM_OK;
}

static dm_status jsonl_render(const void *state, dm_task *t, const dm_doc *d)
{
    const struct jsonl *o = state;
    struct json j;
    json_begin(&j, t);
    json_open(&j, '{');
    put_identity(&j, dm_identify(t, d));
    put_optional(&j, "title", title_of(t, d));
    put_optional(&j, "language", dm_meta(t, d, "language"));
    if (o->metadata)
        put_metadata(&j, dm_metas(t, d));
    if (o->text) {
        json_key(&j, "text");
        json_text(&j, dm_text(t, d));
    }
    if (o->marks)
        put_marks(&j, dm_marks(t, d));
    const dm_status status = put_edits(&j, dm_edits(t, d), o->edits);
    json_close(&j, '}');
    json_end_line(&j);
    return status;
}

/* ---- the stage ------------------------------------------------------------------------------ */

static dm_status jsonl_open(dm_task *t, void *state)
{
    struct jsonl *o = state;
    return append_open(t, &o->file, o->path);
}

static void jsonl_close(void *state)
{
    append_close(&((struct jsonl *)state)->file);
}

static dm_status jsonl_resume(void *state, dm_task *t, const dm_resume *r)
{
    return append_resume(t, &((struct jsonl *)state)->file, r);
}

static dm_status jsonl_write(void *state, dm_task *t, const dm_record *r)
{
    return append_write(t, &((struct jsonl *)state)->file, r->bytes);
}

static dm_status jsonl_commit(void *state, dm_task *t)
{
    return append_commit(t, &((struct jsonl *)state)->file);
}

static dm_status jsonl_finish(void *state, dm_task *t)
{
    return append_finish(t, &((struct jsonl *)state)->file);
}

static dm_status jsonl_recall(void *state, dm_task *t, dm_str place)
{
    return append_recall(t, &((struct jsonl *)state)->file, place);
}

static const dm_output_ops ops = {
    .size = sizeof ops,
    .media_type = "application/jsonl",
    .render = jsonl_render,
    .resume = jsonl_resume,
    .write = jsonl_write,
    .commit = jsonl_commit,
    .finish = jsonl_finish,
    .recall = jsonl_recall,
};

static const char doc[] =
    "Writes each document as one line of JSON (RFC 8259, UTF-8, ended by a line feed) to the file `path`.\n"
    "Folders that are missing are made.\n"
    "\n"
    "| field | value |\n"
    "|---|---|\n"
    "| `id` | 32 hexadecimal digits, made from `source` |\n"
    "| `part` | number of the document in its input; 0 is the first, and the only one of a plain file |\n"
    "| `part_name` | what the extractor called the part; absent if it has no name |\n"
    "| `revision` | from 1; of several lines with the same `id` and `part` the one with the highest counts "
    "|\n"
    "| `source` | path below the input folder, `/` between names |\n"
    "| `source_hex` | the bytes of `source` as hexadecimal digits, only if they are not UTF-8; each bad byte "
    "is U+FFFD in `source` |\n"
    "| `title` | the metadata `title`, else the text of the first mark of kind `title`, else absent |\n"
    "| `language` | the metadata `language` (BCP 47); absent if it is not known |\n"
    "| `metadata` | object of strings, sorted by key |\n"
    "| `text` | the text |\n"
    "| `marks` | array of `{kind, level, at, value}`, ordered by where they begin, the outer first |\n"
    "| `edits` | what the cleaners changed, see below |\n"
    "| `flagged` | with `edits: summary`: what they only recorded, in the same form; absent if there is "
    "nothing |\n"
    "\n"
    "**Positions** are byte offsets into the UTF-8 form of `text`: `[begin, end]`, where `end` is the first "
    "byte\n"
    "behind. The kinds of marks are `title`, `heading`, `paragraph`, `list-item`, `quote`, `code`, `table`, "
    "`row`,\n"
    "`cell`, `caption`, `link`, `protected`, `syntax` and `language`. A `level` of 0 and an empty\n"
    "`value` are left out.\n"
    "\n"
    "**Edits** are, with `summary`, counts by stage and rule: `{\"clean-unicode/space\": 3}`. With `full` "
    "they are an\n"
    "array in the order in which they were made:\n"
    "\n"
    "| field | value |\n"
    "|---|---|\n"
    "| `stage`, `rule` | who, and why |\n"
    "| `version` | of the rule, which is that of its plugin |\n"
    "| `target` | `metadata`, `mark-add`, `mark-drop` or `mark-set`; absent: the text |\n"
    "| `key` | of the metadata |\n"
    "| `at` | place in the text as the stage received it |\n"
    "| `to` | place in the text as the stage left it; absent if flagged |\n"
    "| `before`, `after` | what was there, and what is there now; `null`: nothing was, nothing is |\n"
    "| `confidence` | from 0 to 1, six decimals; absent: certain |\n"
    "| `evidence` | for people |\n"
    "| `flagged` | `true`: recorded, not made |\n"
    "\n"
    "This gives back the extracted text, byte for byte:\n"
    "\n"
    "```python\n"
    "def extracted(record):\n"
    "    text = record[\"text\"].encode()\n"
    "    for edit in reversed(record[\"edits\"]):\n"
    "        if \"target\" not in edit and \"flagged\" not in edit:\n"
    "            begin, end = edit[\"to\"]\n"
    "            text = text[:begin] + edit[\"before\"].encode() + text[end:]\n"
    "    return text.decode()\n"
    "```\n"
    "\n"
    "**Going on after a crash:** the file is cut to the length that was last recorded. A file that docmill "
    "has no\n"
    "record of is never touched. When everything is written anew, the lines go to the hidden file\n"
    "`.NAME.docmill-new` beside the target, which takes its name at the end. One process at a time may "
    "write.\n"
    "\n"
    "```yaml\n"
    "  - output: jsonl\n"
    "    with: { path: out/news.jsonl, edits: full, marks: false }\n"
    "```\n";

static const dm_stage jsonl = {
    .size = sizeof(dm_stage),
    .kind = DM_OUTPUT,
    .state_size = sizeof(struct jsonl),
    .name = "jsonl",
    .summary = "All documents in one file, one JSON object a line.",
    .doc = doc,
    .options = DM_ARRAY(options),
    .open = jsonl_open,
    .close = jsonl_close,
    .ops = {.output = &ops},
};

static const dm_stage *const stages[] = {&jsonl, NULL};

DM_PLUGIN(.name = "output-jsonl", .version = "0.1.0", .license = "MIT", .stages = stages);
