/* Who is named how: the names of the text, how often each is met, and behind which other one. */
#include <string.h>

#include "names.h"

static dm_str word_of(const struct names *n, const struct occurrence *o)
{
    return (dm_str){n->text.ptr + o->begin, o->end - o->begin};
}

/* Of few bytes. */
static uint64_t hash_sound(dm_str s)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (unsigned char)s.ptr[i]) * 0x100000001B3u;
    return h ^ h >> 32;
}

static uint64_t hash_word(dm_str s)
{
    uint64_t h = s.len, bytes;
    size_t i = 0;
    for (; s.len - i >= sizeof bytes; i += sizeof bytes) {
        memcpy(&bytes, s.ptr + i, sizeof bytes);
        h = (h ^ bytes) * 0x9E3779B97F4A7C15u;
        h ^= h >> 32;
    }
    for (; i < s.len; i++)
        h = (h ^ (unsigned char)s.ptr[i]) * 0x100000001B3u;
    return h ^ h >> 29;
}

/* Names by their hashes: an open table of indices, one more than the name's. */
struct index {
    int32_t *slots;
    size_t cap;
};

static int32_t learn_name(const struct names *n, struct people *p, struct index *x, dm_str word,
                          size_t occurrence)
{
    size_t at = (size_t)hash_word(word) & (x->cap - 1);
    for (; x->slots[at]; at = (at + 1) & (x->cap - 1)) {
        const dm_str known = p->names[x->slots[at] - 1].text;
        if (known.len == word.len && !memcmp(known.ptr, word.ptr, word.len))
            return x->slots[at] - 1;
    }
    const bool nobody = names_is_nobody(n->state, word);
    const struct sound sound = nobody ? (struct sound){.bare_len = 0} : sound_of(word);
    const bool unlike = sound.bare_len < SOUND_MIN;
    p->names[p->count] =
        (struct person_name){.text = word,
                             .given = NOBODY,
                             .next = NOBODY,
                             .becomes = NOBODY,
                             .nobody = nobody,
                             .first = occurrence,
                             .bucket = unlike ? 0 : hash_sound((dm_str){sound.bare, sound.bare_len})};
    x->slots[at] = (int32_t)++p->count;
    return (int32_t)p->count - 1;
}

/* The occurrence stands behind a given name. */
static void learn_pair(struct people *p, const struct names *n, size_t i)
{
    const int32_t given = n->met[i - 1].name;
    struct person_name *const name = &p->names[n->met[i].name];
    struct person_name *const before = &p->names[given];
    if (name->full++ == 0) {
        name->given = given;
        name->first_full = i;
    }
    name->many_givens |= name->given != given;
    if (before->leading++ == 0)
        before->next = n->met[i].name;
    before->many_nexts |= before->next != n->met[i].name;
}

bool people_learn(struct names *n, struct people *p)
{
    struct index x = {.cap = 64};
    while (x.cap < n->met_count * 2)
        x.cap *= 2;
    x.slots = dm_alloc(n->task, x.cap * sizeof *x.slots);
    p->names = dm_alloc(n->task, n->met_count * sizeof *p->names);
    if (!x.slots || !p->names)
        return false;
    for (size_t i = 0; i < n->met_count; i++) {
        const dm_str word = word_of(n, &n->met[i]);
        if (word.len < 2 || word.len > NAME_MAX)
            continue;
        const int32_t name = learn_name(n, p, &x, word, i);
        p->names[name].count++;
        if (p->names[name].nobody)
            continue;
        n->met[i].name = name;
        if (n->met[i].joined && n->met[i - 1].name != NOBODY)
            learn_pair(p, n, i);
    }
    return true;
}

/* Whether the sentence around s[at] speaks of kin or of spelling. */
static bool tells_apart(const struct names *n, size_t at)
{
    enum { REACH = 300 };
    const dm_str s = n->text;
    size_t begin = at, end = at;
    while (begin > 0 && at - begin < REACH && s.ptr[begin - 1] != '\n' && s.ptr[begin - 1] != '.')
        begin--;
    while (end < s.len && end - at < REACH && s.ptr[end] != '\n' && s.ptr[end] != '.')
        end++;
    while (begin < end) {
        const size_t from = begin;
        while (begin < end && names_is_word_byte((unsigned char)s.ptr[begin]))
            begin++;
        if (names_is_kinship(n->state, (dm_str){s.ptr + from, begin - from}))
            return true;
        begin += begin == from;
    }
    return false;
}

/* `Zalmay, not Zalmai`; a sentence that denies something else tells nobody apart. */
static bool is_denied(dm_str s, size_t at)
{
    return at > 4 && !memcmp(s.ptr + at - 4, "not ", 4) && (s.ptr[at - 5] == ' ' || s.ptr[at - 5] == '(');
}

bool people_are_told_apart(const struct names *n, int32_t a, int32_t b)
{
    enum { LOOKS = 32 };
    uint32_t sentence_a = 0, sentence_b = 0;
    size_t looks = 0;
    for (size_t i = 0; i < n->met_count; i++) {
        const struct occurrence *const o = &n->met[i];
        if (o->name != a && o->name != b)
            continue;
        *(o->name == a ? &sentence_a : &sentence_b) = o->sentence;
        if (sentence_a == sentence_b || is_denied(n->text, o->begin) ||
            (looks++ < LOOKS && tells_apart(n, o->begin)))
            return true;
    }
    return false;
}
