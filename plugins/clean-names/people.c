/* Who is named how: the names of the text, how often each is met, and behind which other one. */
#include <string.h>

#include "names.h"

/* ---- spellings ---------------------------------------------------------------------------------- */

dm_str people_text(const struct names *n, const struct people *p, int32_t name)
{
    const struct spelling *const s = &p->spellings[name];
    return (dm_str){n->text.ptr + s->begin, s->len};
}

/* Whether two words of which the ends are the same differ between these. */
__attribute__((cold, noinline)) static bool differs_inside(const char *text, const struct spelling *s,
                                                           const struct occurrence *o)
{
    return memcmp(text + o->begin, text + s->begin, o->len) != 0;
}

static inline bool differs(const struct spelling *s, const struct occurrence *o, const char *text)
{
    enum { ENDS = 16 };
    bool other = ((s->head ^ o->head) | (s->tail ^ o->tail) | (s->len ^ o->len)) != 0;
    if (__builtin_expect(o->len > ENDS, 0))
        other = other || differs_inside(text, s, o);
    return other;
}

/* An open table of numbers, in which number 0 is an empty slot.  Whether a word is a new one cannot be foreseen, so
 * there is no branch on it. */
static uint32_t number_all(const char *text, struct occurrence *met, size_t met_count, uint32_t *slots,
                           size_t mask, struct spelling *known)
{
    uint32_t count = 0;
    for (struct occurrence *o = met; o < met + met_count; o++) {
        const uint64_t head = o->head, tail = o->tail, hash = (head ^ tail * 3) * 0x9E3779B97F4A7C15u;
        const uint32_t len = o->len;
        size_t at = hash >> 40 & mask;
        uint32_t number = slots[at];
        while ((number != 0) & differs(&known[number], o, text)) {
            at = (at + 1) & mask;
            number = slots[at];
        }
        const uint32_t is_new = number == 0, name = number | ((count + 1) & -is_new);
        struct spelling *const s = &known[name];
        s->begin |= o->begin & -(size_t)is_new;
        s->head = head;
        s->tail = tail;
        s->len = len;
        slots[at] = name;
        o->name = (int32_t)name;
        count += is_new;
    }
    return count;
}

bool people_number(struct names *n, struct people *p)
{
    size_t cap = 64;
    while (cap < n->met_count * 2)
        cap *= 2;
    uint32_t *const slots = dm_alloc(n->task, cap * sizeof *slots);
    p->spellings = dm_alloc(n->task, (n->met_count + 1) * sizeof *p->spellings);
    if (!slots || !p->spellings)
        return false;
    p->count = number_all(n->text.ptr, n->met, n->met_count, slots, cap - 1, p->spellings);
    return true;
}

/* ---- who is named how --------------------------------------------------------------------------- */

/* The occurrence stands behind a given name. */
static void learn_pair(struct people *p, const struct names *n, size_t i)
{
    const int32_t given = n->met[i - 1].name;
    struct person_name *const name = &p->names[n->met[i].name];
    struct person_name *const before = &p->names[given];
    if (name->full++ == 0) {
        name->given = given;
        name->first_full = i;
        before->followers++;
    }
    name->many_givens |= name->given != given;
    if (before->leading++ == 0)
        before->next = n->met[i].name;
    before->many_nexts |= before->next != n->met[i].name;
}

bool people_learn(struct names *n, struct people *p)
{
    p->names = dm_alloc(n->task, (p->count + 1) * sizeof *p->names);
    if (!p->names)
        return false;
    for (size_t i = 0; i < n->met_count; i++) {
        struct person_name *const name = &p->names[n->met[i].name];
        if (name->count++ == 0) {
            name->text = people_text(n, p, n->met[i].name);
            name->first = i;
            name->nobody = names_is_nobody(n->state, name->text);
        }
        if (name->nobody)
            n->met[i].name = NOBODY;
        else if (people_are_joined(n, i) && n->met[i - 1].name != NOBODY)
            learn_pair(p, n, i);
    }
    return true;
}

/* ---- who is told apart -------------------------------------------------------------------------- */

/* Where the word begins that ends at `end`; of longer ones a later place. */
static size_t short_word_before(dm_str s, size_t end, size_t longest)
{
    size_t begin = end;
    while (begin > 0 && end - begin <= longest) {
        size_t lead = begin - 1;
        while (lead > 0 && (s.ptr[lead] & 0xC0) == 0x80)
            lead--;
        if (!names_is_word_byte((unsigned char)s.ptr[lead]))
            break;
        begin = lead;
    }
    return begin;
}

/* A capital letter, and small ones behind it; all of ASCII. */
static bool is_capitalised(dm_str word)
{
    if (word.len == 0 || word.ptr[0] < 'A' || word.ptr[0] > 'Z')
        return false;
    for (size_t i = 1; i < word.len; i++)
        if (word.ptr[i] < 'a' || word.ptr[i] > 'z')
            return false;
    return true;
}

/* Whether the mark ends a sentence.  That of a title or an initial does not, nor one inside a word. */
static bool ends_sentence(const struct names *n, size_t at)
{
    enum { TITLE_MAX = 4 };
    const dm_str s = n->text;
    const char c = s.ptr[at];
    if (c != '.' && c != '!' && c != '?')
        return false;
    if (at + 1 < s.len && names_is_word_byte((unsigned char)s.ptr[at + 1]))
        return false;
    const size_t begin = short_word_before(s, at, TITLE_MAX);
    const dm_str word = {s.ptr + begin, at - begin};
    return !(is_capitalised(word) && word.len <= TITLE_MAX &&
             (word.len == 1 || names_is_title(n->state, word)));
}

static bool are_in_one_sentence(const struct names *n, size_t from, size_t to)
{
    for (size_t at = from; at < to; at++)
        if (n->text.ptr[at] == '\n' || ends_sentence(n, at))
            return false;
    return true;
}

/* `the only other Emre` */
static bool is_another(dm_str s, size_t from, size_t end)
{
    return end - from >= 5 && !memcmp(s.ptr + end - 5, "other", 5) && end + 1 < s.len && s.ptr[end] == ' ' &&
           s.ptr[end + 1] >= 'A' && s.ptr[end + 1] <= 'Z';
}

bool people_are_told_of(const struct names *n, size_t at)
{
    enum { REACH = 300 };
    const dm_str s = n->text;
    size_t begin = at, end = at;
    while (begin > 0 && at - begin < REACH && s.ptr[begin - 1] != '\n' && s.ptr[begin - 1] != '.')
        begin--;
    while (end < s.len && end - at < REACH && s.ptr[end] != '\n' && s.ptr[end] != '.')
        end++;
    for (size_t from = begin, past; from < end; from = past + (past == from)) {
        past = from;
        while (past < end && names_is_word_byte((unsigned char)s.ptr[past]))
            past++;
        if (names_is_kinship(n->state, (dm_str){s.ptr + from, past - from}) || is_another(s, from, past))
            return true;
    }
    return false;
}

/* `Zalmay, not Zalmai`; a sentence that denies something else tells nobody apart. */
static bool is_denied(dm_str s, size_t at)
{
    return at > 4 && !memcmp(s.ptr + at - 4, "not ", 4) && (s.ptr[at - 5] == ' ' || s.ptr[at - 5] == '(');
}

enum ways { BY_PLACE, BY_PLACE_AND_KIN };

static bool are_told_apart(const struct names *n, int32_t a, int32_t b, enum ways ways)
{
    enum { LOOKS = 32 };
    const struct occurrence *last_a = NULL, *last_b = NULL;
    size_t looks = 0;
    for (size_t i = 0; i < n->met_count; i++) {
        const struct occurrence *const o = &n->met[i];
        if (o->name != a && o->name != b)
            continue;
        const struct occurrence *const other = o->name == a ? last_b : last_a;
        *(o->name == a ? &last_a : &last_b) = o;
        if ((other && are_in_one_sentence(n, other->begin, o->begin)) || is_denied(n->text, o->begin) ||
            (ways == BY_PLACE_AND_KIN && looks++ < LOOKS && people_are_told_of(n, o->begin)))
            return true;
    }
    return false;
}

bool people_are_told_apart(const struct names *n, int32_t a, int32_t b)
{
    return are_told_apart(n, a, b, BY_PLACE_AND_KIN);
}

bool people_are_set_apart(const struct names *n, int32_t a, int32_t b)
{
    return are_told_apart(n, a, b, BY_PLACE);
}
