/* A mistake in an answer fails this document, with the key and the number of the item. */
#include "answer.h"

#include "changes.h"
#include "question.h"

#include <jansson.h>
#include <string.h>

/* An item of a list, or of the metadata. */
struct item {
    dm_task *task;
    dm_doc *doc;
    const struct positions *positions;
    dm_array rules;
    const char *list; /* "edits"; of the metadata: the key; NULL: all of the answer */
    size_t number;    /* from 1; 0: it has none */
    const json_t *json;
    dm_change change; /* what it comes to */
    dm_mark mark;
};

/* ---- one item ------------------------------------------------------------------------------------ */

DM_PRINTF(2, 3)
static bool complain(const struct item *i, const char *fmt, ...)
{
    char what[256], where[96] = "";
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    if (i->list != NULL)
        snprintf(where, sizeof where, i->number != 0 ? "%.60s, number %zu: " : "%.60s: ", i->list, i->number);
    dm_fail(i->task, DM_EDOC, "the program's answer: %s%s", where, what);
    return false;
}

static bool known_keys(const struct item *i, const char *const *names)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)i->json, key, value)
    {
        size_t n = 0;
        while (names[n] != NULL && strcmp(names[n], key) != 0)
            n++;
        if (names[n] == NULL)
            return complain(i, "it has the unknown key '%.60s'", key);
    }
    return true;
}

static bool read_text(const struct item *i, const char *key, bool required, dm_str *out)
{
    const json_t *const value = json_object_get(i->json, key);
    if (value == NULL)
        return !required || complain(i, "'%s' is missing", key);
    if (!json_is_string(value))
        return complain(i, "'%s' is no text", key);
    *out = (dm_str){json_string_value(value), json_string_length(value)};
    return true;
}

static bool read_position(const struct item *i, const json_t *value, size_t *out)
{
    static const char *const units[] = {"bytes", "characters", "units of UTF-16"};
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return complain(i, "'at' is no pair of numbers, such as [4, 7]");
    const size_t unit = (size_t)json_integer_value(value);
    return positions_byte(i->positions, unit, out) ||
           complain(i,
                    unit > i->positions->length ? "%zu lies beyond the text, which has %zu %s"
                                                : "%zu lies within a character (of %zu %s)",
                    unit, i->positions->length, units[i->positions->unit]);
}

static bool read_span(const struct item *i, dm_span *out)
{
    const json_t *const at = json_object_get(i->json, "at");
    if (!json_is_array(at) || json_array_size(at) != 2)
        return complain(i, "'at' is no pair of numbers, such as [4, 7]");
    return read_position(i, json_array_get(at, 0), &out->begin) &&
           read_position(i, json_array_get(at, 1), &out->end) &&
           (out->begin <= out->end || complain(i, "it ends before it begins"));
}

/* Without a name: the only rule that a script declares. */
static bool read_rule(struct item *i)
{
    dm_str name = {NULL, 0};
    if (!read_text(i, "rule", false, &name))
        return false;
    if (name.ptr == NULL && i->rules.count <= 2) {
        i->change.rule = i->rules.count - 1;
        return true;
    }
    for (uint32_t n = 0; n < i->rules.count; n++) {
        const char *const id = DM_AT(dm_rule, i->rules, n)->id;
        if (name.ptr != NULL && strlen(id) == name.len && memcmp(id, name.ptr, name.len) == 0) {
            i->change.rule = n;
            return true;
        }
    }
    if (name.ptr == NULL)
        return complain(i, "'rule' is missing, as there are several");
    return complain(i,
                    "there is no rule '%.60s'; declare it in a comment: docmill rule %.60s: What it is for.",
                    name.ptr, name.ptr);
}

/* Rule, confidence, evidence: of each change. */
static bool read_reasons(struct item *i)
{
    const json_t *const confidence = json_object_get(i->json, "confidence");
    i->change.size = sizeof i->change;
    i->change.confidence = confidence != NULL ? json_number_value(confidence) : 1;
    if (confidence != NULL &&
        !(json_is_number(confidence) && i->change.confidence >= 0 && i->change.confidence <= 1))
        return complain(i, "'confidence' is no number from 0 to 1");
    return read_rule(i) && read_text(i, "evidence", false, &i->change.evidence);
}

static bool read_edit(struct item *i)
{
    static const char *const keys[] = {"at", "with", "rule", "confidence", "evidence", NULL};
    i->change.target = DM_CHANGE_TEXT;
    return known_keys(i, keys) && read_span(i, &i->change.at) &&
           read_text(i, "with", true, &i->change.with) && read_reasons(i);
}

static bool read_mark(struct item *i)
{
    static const char *const keys[] = {"kind", "at",         "level",    "value",
                                       "rule", "confidence", "evidence", NULL};
    const json_t *const level = json_object_get(i->json, "level");
    dm_str kind = {"", 0};
    i->change.target = DM_CHANGE_MARK_ADD;
    i->mark.value = DM_LIT("");
    if (!known_keys(i, keys) || !read_text(i, "kind", true, &kind) || !read_span(i, &i->mark.at) ||
        !read_text(i, "value", false, &i->mark.value))
        return false;
    if (!question_kind_of(kind.ptr, &i->mark.kind))
        return complain(i, "there is no kind '%.60s'", kind.ptr);
    if (level != NULL &&
        !(json_is_integer(level) && json_integer_value(level) >= 0 && json_integer_value(level) <= 1000))
        return complain(i, "'level' is no number from 0 to 1000");
    i->mark.level = level != NULL ? (uint32_t)json_integer_value(level) : 0;
    return read_reasons(i);
}

static bool read_unmark(struct item *i)
{
    static const char *const keys[] = {"mark", "rule", "confidence", "evidence", NULL};
    const json_t *const mark = json_object_get(i->json, "mark");
    const json_int_t number = json_is_integer(mark) ? json_integer_value(mark) : -1;
    i->change.target = DM_CHANGE_MARK_DROP;
    if (number < 0 || (uint64_t)number >= dm_marks(i->task, i->doc).count)
        return complain(i, "'mark' is no number of a mark, counted from 0");
    i->change.index = (uint32_t)number;
    return known_keys(i, keys) && read_reasons(i);
}

/* A text, null, or an object with `value` and reasons. */
static bool read_meta(struct item *i)
{
    static const char *const keys[] = {"value", "rule", "confidence", "evidence", NULL};
    const json_t *const value = json_is_object(i->json) ? json_object_get(i->json, "value") : i->json;
    i->change.target = DM_CHANGE_META;
    i->change.key = i->list;
    if (i->list[0] == '\0' || !(json_is_string(value) || json_is_null(value)))
        return complain(i, "metadata is a text, null, or {\"value\": ...}");
    if (json_is_string(value))
        i->change.with = (dm_str){json_string_value(value), json_string_length(value)};
    if (json_is_object(i->json))
        return known_keys(i, keys) && read_reasons(i);
    i->json = NULL; /* no reasons are given */
    return read_reasons(i);
}

/* ---- all of it ----------------------------------------------------------------------------------- */

/* The items of one key of the answer. */
struct items {
    const char *key;
    bool (*read)(struct item *i);
    struct item *items;
    size_t count;
};
enum { EDITS, MARKS, UNMARKS, META, LISTS };

static struct item *room_for(const struct item *frame, size_t count)
{
    return dm_alloc(frame->task, (count + 1) * sizeof(struct item));
}

static bool read_list(const struct item *frame, struct items *out, const json_t *list)
{
    if (list == NULL)
        return true;
    if (!json_is_array(list))
        return complain(frame, "'%s' is no list", out->key);
    out->items = room_for(frame, json_array_size(list));
    for (size_t n = 0; out->items != NULL && n < json_array_size(list); n++) {
        struct item *const i = &out->items[out->count++];
        *i = *frame;
        i->list = out->key;
        i->number = n + 1;
        i->json = json_array_get(list, n);
        if (!json_is_object(i->json))
            return complain(i, "it is no object");
        if (!out->read(i))
            return false;
    }
    return out->items != NULL;
}

static bool read_metas(const struct item *frame, struct items *out, json_t *metas)
{
    const char *key;
    json_t *value;
    if (metas == NULL)
        return true;
    if (!json_is_object(metas))
        return complain(frame, "'meta' is no object");
    out->items = room_for(frame, json_object_size(metas));
    if (out->items == NULL)
        return false;
    json_object_foreach(metas, key, value)
    {
        struct item *const i = &out->items[out->count++];
        *i = *frame;
        i->list = key;
        i->json = value;
        if (!out->read(i))
            return false;
    }
    return true;
}

static bool check_edits(const struct item *frame, const struct items *edits)
{
    dm_span *const spans = dm_alloc(frame->task, (edits->count + 1) * sizeof *spans);
    dm_span one, other;
    if (spans == NULL)
        return false;
    for (size_t i = 0; i < edits->count; i++)
        spans[i] = edits->items[i].change.at;
    if (!changes_overlap(spans, edits->count, &one, &other))
        return true;
    return complain(frame, "edits overlap: [%zu, %zu] and [%zu, %zu]",
                    positions_unit(frame->positions, one.begin), positions_unit(frame->positions, one.end),
                    positions_unit(frame->positions, other.begin),
                    positions_unit(frame->positions, other.end));
}

static dm_status ask_for(const struct items *all)
{
    for (size_t n = 0; n < LISTS; n++)
        for (size_t k = 0; k < all[n].count; k++) {
            struct item *const i = &all[n].items[k];
            if (i->change.target == DM_CHANGE_MARK_ADD)
                i->change.mark = &i->mark;
            const dm_status status = dm_change_doc(i->task, i->doc, &i->change);
            if (status != DM_OK)
                return status;
        }
    return DM_OK;
}

/* A reason that the program gives for not changing anything.  return  DM_OK: it gives none */
static dm_status read_reason(const struct item *frame, const char *key, dm_status code)
{
    enum { REASON_MAX = 400 /* bytes */ };
    dm_str why = {NULL, 0};
    if (!read_text(frame, key, false, &why))
        return DM_EDOC;
    if (why.ptr == NULL)
        return DM_OK;
    if (why.len == 0)
        return complain(frame, "'%s' gives no reason", key), DM_EDOC;
    return dm_fail(frame->task, code, "%.*s", (int)(why.len < REASON_MAX ? why.len : REASON_MAX), why.ptr);
}

/* "fail", "retry", "drop": the program's verdict on the document, instead of changes. */
static dm_status read_verdict(const struct item *frame)
{
    const json_t *const drop = json_object_get(frame->json, "drop");
    const bool fails = json_object_get(frame->json, "fail") != NULL,
               retries = json_object_get(frame->json, "retry") != NULL, drops = json_is_true(drop);
    if (drop != NULL && !json_is_boolean(drop))
        return complain(frame, "'drop' is true or false"), DM_EDOC;
    if (fails + retries + drops > 1)
        return complain(frame, "it has more than one of 'drop', 'fail' and 'retry'"), DM_EDOC;
    if (drops)
        return DM_DROP;
    const dm_status failed = read_reason(frame, "fail", DM_EDOC);
    return failed != DM_OK ? failed : read_reason(frame, "retry", DM_ERETRY);
}

static dm_status apply(const struct item *frame)
{
    static const char *const keys[] = {"edits", "marks", "unmarks", "meta", "drop", "fail", "retry", NULL};
    struct items all[LISTS] = {[EDITS] = {.key = "edits", .read = read_edit},
                               [MARKS] = {.key = "marks", .read = read_mark},
                               [UNMARKS] = {.key = "unmarks", .read = read_unmark},
                               [META] = {.key = "meta", .read = read_meta}};
    if (!json_is_object(frame->json))
        return complain(frame, "it is no object"), DM_EDOC;
    if (!known_keys(frame, keys))
        return DM_EDOC;
    const dm_status verdict = read_verdict(frame);
    if (verdict != DM_OK)
        return verdict;
    for (size_t i = 0; i < META; i++)
        if (!read_list(frame, &all[i], json_object_get(frame->json, all[i].key)))
            return DM_EDOC;
    if (!read_metas(frame, &all[META], json_object_get(frame->json, "meta")) ||
        !check_edits(frame, &all[EDITS]))
        return DM_EDOC;
    return ask_for(all);
}

dm_status answer_apply(dm_task *t, dm_doc *d, dm_str line, const struct positions *positions, dm_array rules)
{
    json_error_t error;
    json_t *const root = json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (root == NULL)
        return dm_fail(t, DM_EDOC, "the program's answer is no JSON: %s (at byte %d)", error.text,
                       error.position);
    const struct item frame = {.task = t, .doc = d, .positions = positions, .rules = rules, .json = root};
    const dm_status status = apply(&frame);
    json_decref(root);
    return status;
}
