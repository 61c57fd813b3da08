#include "question.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    uint32_t kind;
} kinds[] = {{"paragraph", DM_PARAGRAPH}, {"title", DM_TITLE},      {"heading", DM_HEADING},
             {"list-item", DM_LIST_ITEM}, {"quote", DM_QUOTE},      {"code", DM_CODE},
             {"table", DM_TABLE},         {"row", DM_ROW},          {"cell", DM_CELL},
             {"caption", DM_CAPTION},     {"link", DM_LINK},        {"protected", DM_PROTECTED},
             {"syntax", DM_SYNTAX},       {"language", DM_LANGUAGE}};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

const char *question_kind_name(uint32_t kind)
{
    for (size_t i = 0; i < KINDS; i++)
        if (kinds[i].kind == kind)
            return kinds[i].name;
    return NULL;
}

bool question_kind_of(const char *name, uint32_t *kind)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, name) == 0) {
            *kind = kinds[i].kind;
            return true;
        }
    return false;
}

/* Names of files need not be UTF-8: what is not ASCII of one that is not is a `?` then. */
static json_t *text_of(dm_task *t, dm_str s)
{
    if (dm_check_utf8(t, s) == s.len)
        return json_stringn_nocheck(s.ptr != NULL ? s.ptr : "", s.len);
    char *const copy = dm_alloc(t, s.len);
    for (size_t i = 0; copy != NULL && i < s.len; i++)
        copy[i] = (unsigned char)s.ptr[i] < 0x80 ? s.ptr[i] : '?';
    return copy != NULL ? json_stringn_nocheck(copy, s.len) : NULL;
}

static json_t *metas_of(dm_task *t, const dm_doc *d)
{
    json_t *const out = json_object();
    const dm_array metas = dm_metas(t, d);
    for (uint32_t i = 0; i < metas.count; i++) {
        const dm_pair *const p = DM_AT(dm_pair, metas, i);
        char key[256];
        if (p->key.len >= sizeof key)
            continue; /* no stage has such names */
        memcpy(key, p->key.ptr, p->key.len);
        key[p->key.len] = '\0';
        json_object_set_new_nocheck(out, key, text_of(t, p->value));
    }
    return out;
}

static json_t *marks_of(dm_task *t, const dm_doc *d, const struct positions *positions)
{
    json_t *const out = json_array();
    const dm_array marks = dm_marks(t, d);
    for (uint32_t i = 0; i < marks.count; i++) {
        const dm_mark *const m = DM_AT(dm_mark, marks, i);
        const char *const kind = question_kind_name(m->kind);
        json_t *const mark = json_object();
        json_object_set_new(mark, "kind",
                            kind != NULL ? json_string(kind) : json_integer((json_int_t)m->kind));
        json_object_set_new(mark, "level", json_integer((json_int_t)m->level));
        json_object_set_new(mark, "at",
                            json_pack("[I,I]", (json_int_t)positions_unit(positions, m->at.begin),
                                      (json_int_t)positions_unit(positions, m->at.end)));
        json_object_set_new(mark, "value", text_of(t, m->value));
        json_array_append_new(out, mark);
    }
    return out;
}

bool question_write(dm_task *t, const dm_doc *d, const struct positions *positions, char **line)
{
    const dm_identity *const id = dm_identify(t, d);
    json_t *const root = json_object();
    json_object_set_new(root, "source", text_of(t, id->source));
    json_object_set_new(root, "id", text_of(t, id->id));
    json_object_set_new(root, "part", json_integer((json_int_t)id->part));
    json_object_set_new(root, "meta", metas_of(t, d));
    json_object_set_new(root, "marks", marks_of(t, d, positions));
    json_object_set_new(root, "text", text_of(t, dm_text(t, d)));
    char *const dump = json_dumps(root, JSON_COMPACT);
    const size_t keys = json_object_size(root), len = dump != NULL ? strlen(dump) : 0;
    json_decref(root);
    *line = dump != NULL && keys == 6 ? realloc(dump, len + 2) : NULL;
    if (*line == NULL) {
        free(dump);
        dm_fail(t, DM_ELIMIT, "no memory for the document's JSON");
        return false;
    }
    memcpy(*line + len, "\n", 2);
    return true;
}
