/* Two spellings of one name.
 *
 * They must sound alike, and the text must give a reason to think of one person: the same name before them
 * ("Ibrahim Kalan", "Ibrahim Qalan"), the same name behind them ("Zalmay Khalilzad", "Zalmai Khalilzad"), or
 * a full name and a lone one ("Ibrahim Kalan", then "Qalan").  And nothing must tell them apart. */
#include <stdlib.h>
#include <string.h>

#include "names.h"

enum { GROUP_MAX = 8, SURE_LENGTH = 5, LONG_LENGTH = 7, PAIRS_MAX = 256 };

struct pairing {
    struct names *n;
    struct people *p;
    size_t pairs; /* that were looked into */
};

enum { LANES = 16 };
typedef unsigned char lanes __attribute__((vector_size(LANES)));

/* Whether one of LANES words that may begin from `p` on has the first and the last letter of another one. */
static bool has_ends(const char *p, const char *word, size_t len)
{
    lanes first, last;
    uint64_t halves[2];
    memcpy(&first, p, sizeof first);
    memcpy(&last, p + len - 1, sizeof last);
    const lanes both = (lanes)((first == (unsigned char)word[0]) & (last == (unsigned char)word[len - 1]));
    memcpy(halves, &both, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

static bool is_word_at(dm_str s, size_t at, const char *word, size_t len)
{
    return !memcmp(s.ptr + at, word, len) && (at == 0 || !names_is_word_byte((unsigned char)s.ptr[at - 1])) &&
           (at + len == s.len || !names_is_word_byte((unsigned char)s.ptr[at + len]));
}

bool names_is_word_too(dm_str s, dm_str name)
{
    char small[NAME_MAX + 1];
    if (name.ptr[0] < 'A' || name.ptr[0] > 'Z')
        return false;
    memcpy(small, name.ptr, name.len);
    small[0] = (char)(small[0] | 0x20);
    for (size_t at = 0; at + name.len <= s.len;) {
        const bool inside = s.len - at >= name.len + LANES;
        if (inside && !has_ends(s.ptr + at, small, name.len)) {
            at += LANES;
            continue;
        }
        const size_t stop = inside ? at + LANES : s.len - name.len + 1;
        for (; at < stop; at++)
            if (s.ptr[at] == small[0] && is_word_at(s, at, small, name.len))
                return true;
    }
    return false;
}

/* "In Kalan", "near Kalan": a place. */
static bool is_place(const struct names *n, int32_t name)
{
    static const char *const before[] = {" in ", " near ", "In ", "Near "};
    for (size_t i = 0; i < n->met_count; i++)
        for (size_t j = 0; n->met[i].name == name && j < sizeof before / sizeof *before; j++) {
            const size_t len = strlen(before[j]), at = n->met[i].begin;
            if (at >= len && !memcmp(n->text.ptr + at - len, before[j], len))
                return true;
        }
    return false;
}

/* How sure the text makes it that `a` and `b` are one; 0: not at all. */
static double weigh(const struct pairing *q, int32_t a, int32_t b)
{
    const struct person_name *const x = &q->p->names[a], *const y = &q->p->names[b];
    const size_t len = x->text.len < y->text.len ? x->text.len : y->text.len;
    if (len < NAME_MIN || x->nobody || y->nobody || x->given == b || y->given == a)
        return 0;
    const bool same_next = x->next != NOBODY && x->next == y->next && !x->many_nexts && !y->many_nexts;
    const bool lone = x->given == NOBODY || y->given == NOBODY;
    const bool may_be_one = !x->many_givens && !y->many_givens && !x->many_nexts && !y->many_nexts &&
                            x->next == y->next && (lone ? x->given != y->given : x->given == y->given);
    /* "Emrys Tolland", then "Emrys Toland", where "Carys Tolland" is met too. */
    const bool same_full = !lone && x->given == y->given && x->many_givens != y->many_givens &&
                           !x->many_nexts && !y->many_nexts && x->next == y->next;
    if (!same_next && !may_be_one && !same_full)
        return 0;
    const enum likeness like = sound_compare(x->text, y->text);
    if (like == UNLIKE)
        return 0;
    const double sure = like == SAME_SOUND ? 0.95 : 0.85;
    if (same_next)
        return like == SAME_SOUND || len >= LONG_LENGTH ? sure : 0;
    if (same_full)
        return like == SAME_SOUND && (x->many_givens ? y : x)->count < (x->many_givens ? x : y)->count ? 0.85
                                                                                                       : 0;
    if (!lone)
        return sure;
    if (like == SAME_SOUND)
        return len >= SURE_LENGTH ? 0.9 : 0;
    const struct person_name *const single = x->given == NOBODY ? x : y, *const full = single == x ? y : x;
    return len >= LONG_LENGTH && single->count < full->count ? 0.8 : 0;
}

/* Whether `a` is the spelling that stays: it is met more often, or first with its full name. */
static bool wins(const struct person_name *a, const struct person_name *b)
{
    if (a->count != b->count)
        return a->count > b->count;
    if (!a->full != !b->full)
        return a->full > 0;
    return a->first < b->first;
}

/* Whether kin of theirs says nothing: the two have the same letters but for accents, or the same given name and another
 * one of the family is met. */
static bool is_one_whose_kin_is_met(const struct person_name *x, const struct person_name *y)
{
    char a[NAME_MAX + 1], b[NAME_MAX + 1];
    const size_t len = sound_letters(x->text, a);
    const bool same = len > 0 && len == sound_letters(y->text, b) && !memcmp(a, b, len);
    return same || (x->given != NOBODY && x->given == y->given && x->many_givens != y->many_givens);
}

static void look_into(struct pairing *q, int32_t a, int32_t b)
{
    struct person_name *const x = &q->p->names[a], *const y = &q->p->names[b];
    if (q->pairs >= PAIRS_MAX || x->becomes == b || y->becomes == a)
        return;
    const double sure = weigh(q, a, b);
    if (sure == 0)
        return;
    q->pairs++;
    if ((x->given == NOBODY && is_place(q->n, a)) || (y->given == NOBODY && is_place(q->n, b)) ||
        (is_one_whose_kin_is_met(x, y) ? people_are_set_apart(q->n, a, b)
                                       : people_are_told_apart(q->n, a, b)) ||
        names_is_word_too(q->n->text, x->text) || names_is_word_too(q->n->text, y->text))
        return;
    struct person_name *const loser = wins(x, y) ? y : x;
    const int32_t winner = loser == y ? a : b;
    if (loser->becomes != NOBODY && !wins(&q->p->names[winner], &q->p->names[loser->becomes]))
        return;
    loser->becomes = winner;
    loser->sure = sure;
}

/* ---- who is compared with whom ------------------------------------------------------------------ */

struct member {
    uint64_t key;
    int32_t name;
};

/* Of few bytes. */
static uint64_t hash_sound(dm_str s)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (unsigned char)s.ptr[i]) * 0x100000001B3u;
    return h ^ h >> 32;
}

static int compare_members(const void *a, const void *b)
{
    const struct member *const x = a, *const y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->name > y->name) - (x->name < y->name);
}

/* Compare the members of each group, which have their key in common; large groups in part. */
static void compare_groups(struct pairing *q, struct member *members, size_t count)
{
    qsort(members, count, sizeof *members, compare_members);
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count && j <= i + GROUP_MAX && members[j].key == members[i].key; j++)
            look_into(q, members[i].name, members[j].name);
}

/* Names that have their consonants in common.  Their sounds are asked for only if others have the same set of them. */
static void compare_by_sound(struct pairing *q, struct member *members)
{
    enum { SLOT_BITS = 8 };
    const struct people *const p = q->p;
    unsigned char met[1 << SLOT_BITS] = {0}; /* names with such a set: 0, 1, or 2 and more */
    size_t count = 0;
    for (size_t i = 1; i <= p->count; i++)
        if (!p->names[i].nobody) {
            const uint64_t set = people_consonants(q->n, p->names[i].first);
            unsigned char *const slot = &met[set * 0x9E3779B97F4A7C15u >> (64 - SLOT_BITS)];
            members[count++] = (struct member){(uint64_t)(slot - met), (int32_t)i};
            *slot = (unsigned char)(*slot + (*slot < 2));
        }
    const size_t all = count;
    count = 0;
    for (size_t i = 0; i < all; i++) {
        const int32_t name = members[i].name;
        if (met[members[i].key] < 2)
            continue;
        const struct sound sound = sound_of(p->names[name].text);
        if (sound.bare_len >= SOUND_MIN)
            members[count++] = (struct member){hash_sound((dm_str){sound.bare, sound.bare_len}), name};
    }
    compare_groups(q, members, count);
}

/* Names that stand behind the same one. */
static void compare_by_given(struct pairing *q, struct member *members)
{
    const struct people *const p = q->p;
    size_t count = 0;
    for (size_t i = 1; i <= p->count; i++)
        if (p->names[i].given != NOBODY && p->names[p->names[i].given].followers > 1)
            members[count++] = (struct member){(uint64_t)p->names[i].given, (int32_t)i};
    compare_groups(q, members, count);
}

/* ---- the edits ------------------------------------------------------------------------------- */

static unsigned line_of(dm_str s, size_t at)
{
    unsigned line = 1;
    for (const char *p = s.ptr; (p = memchr(p, '\n', (size_t)(s.ptr + at - p))) != NULL; p++)
        line++;
    return line;
}

/* "line 1: Ibrahim Kalan" */
static dm_str describe(const struct names *n, const struct person_name *name)
{
    enum { ROOM = 2 * NAME_MAX + 32 };
    char *const line = dm_alloc(n->task, ROOM);
    if (!line)
        return (dm_str){NULL, 0};
    size_t from = name->first, to = name->first;
    if (name->full) {
        to = name->first_full;
        from = to - 1;
    } else if (to + 1 < n->met_count && people_are_joined(n, to + 1) && n->met[to + 1].name != NOBODY) {
        to++;
    }
    const dm_span at = {n->met[from].begin, n->met[to].begin + n->met[to].len};
    const int len = snprintf(line, ROOM, "line %u: %.*s", line_of(n->text, at.begin),
                             (int)(at.end - at.begin), n->text.ptr + at.begin);
    return (dm_str){line, len > 0 && len < ROOM ? (size_t)len : 0};
}

static int32_t last_spelling(const struct people *p, int32_t name)
{
    for (int steps = 0; steps < GROUP_MAX && p->names[name].becomes != NOBODY; steps++)
        name = p->names[name].becomes;
    return name;
}

static void ask_edits(struct names *n, const struct people *p)
{
    for (size_t i = 0; i < n->met_count; i++) {
        const struct occurrence *const o = &n->met[i];
        const size_t end = o->begin + o->len;
        if (o->name == NOBODY || p->names[o->name].becomes == NOBODY ||
            names_touches(n->taken, n->taken_count, o->begin, end) || !names_begins_at(n->text, o->begin) ||
            !names_ends_at(n->text, end))
            continue;
        struct person_name *const to = &p->names[last_spelling(p, o->name)];
        if (!to->evidence.ptr)
            to->evidence = describe(n, to);
        const dm_change c = {.size = sizeof c,
                             .rule = RULE_NAME_VARIANT,
                             .at = {o->begin, end},
                             .with = to->text,
                             .confidence = p->names[o->name].sure,
                             .evidence = to->evidence};
        dm_change_doc(n->task, n->doc, &c);
    }
}

/* Forget the words in lines of code.  return  false: no memory */
static bool leave_code_out(struct names *n)
{
    size_t kept = 0;
    if (!names_find_code(n))
        return false;
    for (size_t i = 0; i < n->met_count; i++)
        if (!names_touches(n->code, n->code_count, n->met[i].begin, n->met[i].begin + 1))
            n->met[kept++] = n->met[i];
    n->met_count = kept;
    return true;
}

bool names_unify(struct names *n)
{
    struct people p = {0};
    struct pairing q = {n, &p, 0};
    if (n->met_count < 2)
        return true;
    const bool alike = people_may_be_alike(n), misspelt = people_may_be_misspelt(n) && names_is_english(n);
    if (!alike && !misspelt)
        return true;
    if (!leave_code_out(n) || !people_number(n, &p) || !people_learn(n, &p))
        return false;
    struct member *const members = dm_alloc(n->task, (p.count + 1) * sizeof *members);
    if (!members)
        return false;
    if (alike) {
        compare_by_sound(&q, members);
        compare_by_given(&q, members);
    }
    if (misspelt)
        q.pairs += people_find_misspelt(n, &p);
    if (q.pairs > 0)
        ask_edits(n, &p);
    return true;
}
