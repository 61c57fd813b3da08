/* A surname that is misspelt once: `Pavel Guryanov`, then `Gurianov answered`; or `Pavel Gurianov`.
 *
 * One letter is left out, put in or another one, or two have changed places, and that may make a name of somebody else.  So
 * the text has to say more than it does for spellings that sound alike (variants.c): there is a full name, which is met
 * first and again; the other spelling stands once, behind the same name or alone where a person does something; nobody is
 * told apart; and it is none of the forms that other languages make of names, for which the text must be English. */
#include <endian.h>
#include <string.h>

#include "names.h"

enum { SHORTEST = 6, SHORTEST_FULL = 5 }; /* letters of both; of two that stand behind the same name */

/* ---- two spellings ------------------------------------------------------------------------------ */

static bool is_vowel(char c)
{
    return memchr("aeiouy", c, 6) != NULL;
}

/* Letters that are taken for each other. */
static bool are_near(char a, char b)
{
    static const char *const groups[] = {"aeiouyj", "ckqg", "szxc", "vwfub", "dt", "mn", "pb", "gjz", "rl"};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (strchr(groups[i], a) && strchr(groups[i], b))
            return true;
    return false;
}

/* The end of a name says who is meant in many languages: the plural, the wife, the case.  What is left are ends that no
 * language makes of `right`.  at  where they part */
static bool may_end_so(dm_str right, dm_str wrong, size_t at)
{
    if (wrong.len > right.len) /* `Ashdowne`; not `Kalans`, `Ivanova` */
        return strchr("etdhl", wrong.ptr[at]) != NULL;
    if (wrong.len < right.len) /* `Delacour`, `Wessel`; not `Ivanov` for `Ivanova` */
        return !is_vowel(right.ptr[at]) || right.ptr[at] == 'e';
    return !is_vowel(wrong.ptr[at]) && !strchr("smnjhw", wrong.ptr[at]) &&
           are_near(right.ptr[at], wrong.ptr[at]);
}

/* Whether the small letters of `wrong` are those of `right` but for one slip. */
static bool is_slip(dm_str right, dm_str wrong)
{
    const size_t shorter = right.len < wrong.len ? right.len : wrong.len;
    size_t head = 0, tail = 0;
    while (head < shorter && right.ptr[head] == wrong.ptr[head])
        head++;
    while (tail < shorter - head && right.ptr[right.len - 1 - tail] == wrong.ptr[wrong.len - 1 - tail])
        tail++;
    const size_t r = right.len - head - tail, w = wrong.len - head - tail;
    if (head == 0 || r > 2 || w > 2 || r + w == 0)
        return false;
    if (r == 2 && w == 2) /* not Centre, Center */
        return (tail > 0 || right.ptr[head] + right.ptr[head + 1] != 'e' + 'r') &&
               right.ptr[head] == wrong.ptr[head + 1] && right.ptr[head + 1] == wrong.ptr[head];
    if (r > 1 || w > 1)
        return false;
    if (tail == 0)
        return may_end_so(right, wrong, head);
    return r + w == 1 || are_near(right.ptr[head], wrong.ptr[head]);
}

/* ---- where a person stands ---------------------------------------------------------------------- */

/* What people do in the news. */
static const char deeds[] =
    " and will would did could said says told tells added adds has had took takes came comes went goes "
    "wrote writes answered answers replied replies reckons thinks thought believes believed insists "
    "insisted refused refuses learned learnt explained explains admitted admits recalled recalls "
    "remembers called calls asked asks noted notes argued argues claimed claims denied denies warned "
    "warns described describes declined conceded stressed confirmed announced stated also now then "
    "never still who left wants wanted hopes hoped knows knew made makes met gave gives got kept "
    "keeps led plans promised received became began started returned joined ";

/* `said`; or what ends as most verbs do that stand behind a name: `accused`, `intends`. */
static bool is_deed(dm_str word)
{
    enum { ENDED_MIN = 5 };
    if (word.len == 0)
        return false;
    const char last = word.ptr[word.len - 1], second = word.len > 1 ? word.ptr[word.len - 2] : 0;
    if (word.len >= ENDED_MIN && ((last == 'd' && second == 'e') || (last == 's' && !strchr("sui", second))))
        return true;
    return names_is_among(word, deeds);
}

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

/* The small word behind `at`, after a space, or after a comma and a space; empty: there is none. */
static dm_str word_behind(dm_str s, size_t at)
{
    size_t begin = at + (at < s.len && s.ptr[at] == ','), end;
    if (begin >= s.len || s.ptr[begin] != ' ')
        return (dm_str){s.ptr, 0};
    for (end = ++begin; end < s.len && is_small(s.ptr[end]);)
        end++;
    return (dm_str){s.ptr + begin, end - begin};
}

static bool is_letter(char c)
{
    return is_small((char)(c | 0x20)) || (c & 0x80) != 0;
}

/* The word before `at`, and a space or a stop and a space between; empty: there is none. */
static dm_str word_before(dm_str s, size_t at)
{
    size_t end = at, begin;
    if (end == 0 || s.ptr[end - 1] != ' ')
        return (dm_str){s.ptr, 0};
    end -= end > 1 && s.ptr[end - 2] == '.' ? 2 : 1;
    for (begin = end; begin > 0 && is_letter(s.ptr[begin - 1]);)
        begin--;
    return (dm_str){s.ptr + begin, end - begin};
}

/* `Gurianov answered`, `said Gurianov`; not `the Gurianov estate`, `J. Gurianov`, `Mr Gurianov`. */
static bool is_person_at(dm_str s, size_t begin, size_t end)
{
    enum { TITLE_MAX = 5 };
    static const char speaking[] = " said says told added ",
                      joining[] =
                          " and that but as when because while where which than after although before if ";
    const dm_str before = word_before(s, begin);
    const bool capital = before.len > 0 && !is_small(before.ptr[0]);
    const bool stop = begin > 1 && s.ptr[begin - 2] == '.';
    if (capital && (!stop || before.len <= TITLE_MAX))
        return false;
    if (before.len > 0 && !stop && !names_is_among(before, joining))
        return names_is_among(before, speaking);
    return is_deed(word_behind(s, end));
}

/* ---- whether there is anything to look at -------------------------------------------------------- */

enum { SLOT_BITS = 8 };

/* Two words that are one slip apart have their first three letters in common, or the first and the last three. */
struct ends {
    size_t first, last; /* slots */
};

static struct ends ends_of(dm_str s, const struct occurrence *o)
{
    const uint64_t factor = 0x9E3779B97F4A7C15u, letter = 0xFF, letters = 0xFFFFFF;
    uint32_t last;
    memcpy(&last, s.ptr + o->begin + o->len - sizeof last, sizeof last);
    const uint64_t end = le32toh(last) & ~(uint32_t)letter;
    return (struct ends){(o->head & letters) * factor >> (64 - SLOT_BITS),
                         ((o->head & letter) | end) * factor >> (64 - SLOT_BITS)};
}

static bool are_slip_apart(dm_str right, dm_str wrong, size_t shortest)
{
    char a[NAME_MAX + 1], b[NAME_MAX + 1];
    const size_t na = sound_letters(right, a), nb = sound_letters(wrong, b);
    return na >= shortest && nb >= shortest && is_slip((dm_str){a, na}, (dm_str){b, nb});
}

/* One vowel for another, as in Saleh and Salah, or the end of a plural, as in Estate Agents: behind the same word, that may
 * be somebody, or something, else. */
static bool may_be_both(dm_str right, dm_str wrong)
{
    char a[NAME_MAX + 1], b[NAME_MAX + 1];
    const size_t len = sound_letters(right, a), other = sound_letters(wrong, b);
    if (len != other)
        return len == other + 1 && a[len - 1] == 's' && !memcmp(a, b, other);
    for (size_t i = 0; i < len; i++)
        if (a[i] != b[i] && is_vowel(a[i]) && is_vowel(b[i]))
            return true;
    return false;
}

/* Whether another word with the same first letters, as long but for a letter, is in the slot: what few have, and nobody can
 * foresee of which word.
 * first   of the head
 * number  of an occurrence behind another one, from 1; 0: there is none */
static inline unsigned has_neighbour(const struct names *n, uint32_t number, const struct occurrence *o,
                                     uint64_t first)
{
    enum { BYTES = 2 }; /* of a letter */
    const struct occurrence *const other = number != 0 ? &n->met[number - 1] : o;
    return (unsigned)!people_have_same_ends(o, other) & (((o->head ^ other->head) & first) == 0) &
           (o->len + BYTES >= other->len) & (other->len + BYTES >= o->len);
}

/* Whether it is where a person does something. */
static bool does(const struct names *n, const struct occurrence *o, bool joined)
{
    const size_t end = o->begin + o->len;
    return joined ? is_deed(word_behind(n->text, end)) : is_person_at(n->text, o->begin, end);
}

static bool may_be_misspelt(const struct names *n, uint32_t number, size_t i, bool joined)
{
    const struct occurrence *const o = &n->met[i];
    if (number == 0 || (joined && !people_have_same_ends(o - 1, &n->met[number - 1] - 1)))
        return false;
    const dm_str right = people_word(n, &n->met[number - 1]), wrong = people_word(n, o);
    return are_slip_apart(right, wrong, joined ? SHORTEST_FULL : SHORTEST) &&
           !(joined && may_be_both(right, wrong)) && does(n, o, joined);
}

bool people_may_be_misspelt(const struct names *n)
{
    uint32_t first[1 << SLOT_BITS] = {0}, last[1 << SLOT_BITS] = {0}; /* numbers of words behind another */
    for (size_t i = 0; i < n->met_count; i++) {
        const struct occurrence *const o = &n->met[i];
        if (o->len < SHORTEST_FULL)
            continue;
        const bool joined = people_are_joined(n, i);
        const struct ends ends = ends_of(n->text, o);
        uint32_t *const slots[] = {&first[ends.first], &last[ends.last]};
        const unsigned any = has_neighbour(n, *slots[0], o, 0xFFFFFF) | has_neighbour(n, *slots[1], o, 0xFF);
        if (any && (may_be_misspelt(n, *slots[0], i, joined) || may_be_misspelt(n, *slots[1], i, joined)))
            return true;
        *slots[0] = joined ? (uint32_t)i + 1 : *slots[0];
        *slots[1] = joined ? (uint32_t)i + 1 : *slots[1];
    }
    return false;
}

/* ---- who is misspelt ----------------------------------------------------------------------------- */

/* Whether somebody, some place or some firm is called so, which is meant then. */
static bool is_known(dm_str name)
{
    static const char *const known[] = {
#include "surnames.inc"
    };
    char wanted[NAME_MAX + 3] = " ";
    const size_t len = sound_letters(name, wanted + 1);
    wanted[len + 1] = ' ';
    wanted[len + 2] = '\0';
    for (size_t i = 0; len > 0 && i < sizeof known / sizeof *known; i++)
        if (strstr(known[i], wanted))
            return true;
    return false;
}

static bool may_be_wrong(const struct names *n, const struct person_name *y)
{
    const struct occurrence *const o = &n->met[y->first];
    if (y->nobody || y->count != 1 || y->leading != 0 || y->becomes != NOBODY || y->text.len < SHORTEST_FULL)
        return false;
    return does(n, o, y->given != NOBODY);
}

/* Whether `name` is met behind `given`, before occurrence `end`. */
static bool is_met_behind(const struct names *n, int32_t given, int32_t name, size_t end)
{
    for (size_t i = 1; i < end; i++)
        if (n->met[i].name == name && n->met[i - 1].name == given && people_are_joined(n, i))
            return true;
    return false;
}

/* The full name of which it is a misspelling; NOBODY: there is none, or two. */
static int32_t find_right(const struct names *n, const struct people *p, const struct person_name *y)
{
    int32_t found = NOBODY;
    for (size_t i = 1; i <= p->count; i++) {
        const struct person_name *const x = &p->names[i];
        if (x->text.ptr[0] != y->text.ptr[0] || x->nobody || x->full == 0 || x->count < 2 ||
            x->becomes != NOBODY || x->first_full > y->first ||
            !are_slip_apart(x->text, y->text, y->given != NOBODY ? SHORTEST_FULL : SHORTEST) ||
            (y->given != NOBODY &&
             (may_be_both(x->text, y->text) || !is_met_behind(n, y->given, (int32_t)i, y->first))))
            continue;
        if (found != NOBODY)
            return NOBODY;
        found = (int32_t)i;
    }
    return found;
}

static bool is_word(const struct names *n, const struct people *p, int32_t name)
{
    return name != NOBODY && names_is_word_too(n->text, p->names[name].text);
}

size_t people_find_misspelt(struct names *n, struct people *p)
{
    enum { LOOKS = 64 };
    size_t looks = 0, found = 0;
    for (size_t i = 1; i <= p->count && looks < LOOKS; i++) {
        struct person_name *const y = &p->names[i];
        if (!may_be_wrong(n, y))
            continue;
        looks++;
        const int32_t right = find_right(n, p, y);
        if (right == NOBODY || is_known(y->text) || people_are_set_apart(n, right, (int32_t)i) ||
            people_are_told_of(n, n->met[y->first].begin) || is_word(n, p, (int32_t)i) ||
            is_word(n, p, right) || is_word(n, p, y->given))
            continue;
        y->becomes = right;
        y->sure = 0.8;
        found++;
    }
    return found;
}
