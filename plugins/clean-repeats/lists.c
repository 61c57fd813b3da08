/* Words: the small ones of each language, and which may stand twice, in one of them or in any. */
#include "repeats.h"

#include <assert.h>
#include <string.h>

enum { ENOUGH_WORDS = 4 };

/* What is listed, beside the small words of a language, whose bit is that of its number. */
enum {
    REDUPLICATED = 1u << LANGUAGE_COUNT,
    TAKES_PARTICLE = 1u << (LANGUAGE_COUNT + 1),
    PILED_UP = 1u << (LANGUAGE_COUNT + 2),
    GRAMMAR_DOUBLES = LANGUAGE_COUNT + 3, /* the number of its first bit: one for each language */
    FOREIGN_SMALL_WORD = (1u << LANGUAGE_COUNT) - (2u << LANGUAGE_ENGLISH)
};

/* Each with a space around it.  What grammar or idiom doubles time and again is in none: `nous nous`, `om om te`,
 * `bir bir`, `به به`, `من من`. */
static const char *const small_words[LANGUAGE_COUNT] = {
    [LANGUAGE_OTHER] = " ",
    [LANGUAGE_ENGLISH] =
        " the a an of to and or but nor in on at by for from with without into onto upon about after before "
        "between against during under through is are was were be been being has have will would could should "
        "can may might must shall this these those their its his our your my they we he she i it which who "
        "whom "
        "whose when where while if because although than then as also not such each any some there here what "
        "how why until since said says among amid per via within toward towards despite every both either "
        "neither whether already however only just even still ",
    [LANGUAGE_FRENCH] =
        " le la les des du de un une et ou dans par pour sur avec sans sous au aux est sont qui que à été "
        "dont ce ces cette son ses leur leurs mais donc car ",
    [LANGUAGE_SPANISH] =
        " el los las de del al un una unos unas y o en con por para sin sobre es son fue su sus "
        "lo se este esta pero como entre hasta desde más también contra según durante ha han había ",
    [LANGUAGE_GERMAN] =
        " und oder aber von vom mit bei im am zum zur auf aus nach ein eine einen einem einer "
        "eines dem des ist sind war wird werden nicht auch sich hat haben wurde für über durch gegen ohne um "
        "bis seit "
        "dass wenn weil ihre seine ihr sein kann wie noch nur ",
    [LANGUAGE_ITALIAN] =
        " il lo la gli le un una uno di del della dello dei degli delle da dal dalla dai al alla ai alle in "
        "nel "
        "nella nei nelle su sul sulla sui sulle per con tra fra e o che non è sono ha hanno anche come ",
    [LANGUAGE_PORTUGUESE] = " o os as de do da dos das em no na nas um uma por para com sem e ou mas ao aos "
                            "pelo pela pelos pelas é "
                            "são foi não sua seu também ",
    [LANGUAGE_DUTCH] =
        " de het een en van met te naar is was werd wordt niet ook tussen zonder tegen worden ",
    [LANGUAGE_POLISH] = " w z na do i o od za dla przez przy bez pod nad przed między oraz lub ale że jest "
                        "są był była było były "
                        "się także który która które ",
    [LANGUAGE_TURKISH] = " ve ile veya ama ancak fakat olarak olan tarafından hakkında ise değil dedi oldu ",
    [LANGUAGE_RUSSIAN] = " в и на с по из за от до для при о об без под над между через у к со во или но был "
                         "была было были также который которая которые будет чтобы после ",
    [LANGUAGE_UKRAINIAN] =
        " в у і й та на з із зі до від для по за про при без під над між через або але був "
        "була було були також який яка які буде щоб після ",
    [LANGUAGE_ARABIC] = " في إلى على عن أن التي الذي الذين هذه هذا خلال كما أو قد كان كانت ",
    [LANGUAGE_PERSIAN] = " از که برای است را شد بود های توسط اینکه ",
};

/* Those that end one phrase and begin the next, with no comma between: `gab ihr ihr Geld`, `gab auf auf halbem Weg`,
 * `lo que es es`, `el autobús para para recoger`, `dat het het beste is`; and a few that are another word too, `son son`.
 * English has grammar.c. */
static const char *const doubled_by_grammar[LANGUAGE_COUNT] = {
    [LANGUAGE_OTHER] = " ",
    [LANGUAGE_ENGLISH] = " ",
    [LANGUAGE_FRENCH] = " est sont son car ",
    [LANGUAGE_SPANISH] = " para como entre es son fue sobre este ",
    [LANGUAGE_GERMAN] =
        " von mit bei auf aus nach um durch ihr sein ist sind war wird werden wurde hat haben nicht ",
    [LANGUAGE_ITALIAN] = " è sono ha hanno non su dai ",
    [LANGUAGE_PORTUGUESE] = " para pelo é são foi não ",
    [LANGUAGE_DUTCH] = " het is was werd wordt worden niet tegen tussen ",
    [LANGUAGE_POLISH] = " jest są był była było były ",
    [LANGUAGE_TURKISH] = " değil dedi oldu ",
    [LANGUAGE_RUSSIAN] = " был была было были будет ",
    [LANGUAGE_UKRAINIAN] = " був була було були буде ",
    [LANGUAGE_ARABIC] = " كان كانت ",
    [LANGUAGE_PERSIAN] = " است بود شد های ",
};

/* Doubled on purpose, in English or elsewhere: emphasis, sounds, borrowed words, and what grammar doubles
 * ("had had", "gave her her keys", "what they do do"). */
static const char reduplicated[] =
    " had that her do did so very really much many more long far old big little good bad great deep never "
    "ever "
    "always no yes yeah yea nay oh ah ha he hee ho hi hey bye now well there hear come up down out away "
    "again over "
    "please thank blah boo boom bang beep buzz cha chop choo click clap cluck coo cuckoo dong ding drip drum "
    "knock "
    "la na pat ping pong pop pow quack rah rap rat ring ta tap tick tock toot tsk tum tut tweet vroom woof "
    "wow yap yum zoom can go goody hush tuk tom pom pooh poo yo win bora aye beri dik dum fifty fair same "
    "super "
    "nice quite too all just one two three four five six seven eight nine ten zero hundred thousand million "
    "first last next half sell buy run stop wait look help fire war peace mama papa baba kuku lala night "
    "step inch bit turn piece day year time back only extra double slow slowly quick quickly fast hot cold "
    "etc ok okay alright right left true wrong dear poor my er um uh mm hmm sh shh های ";

static const char particles[] =
    " go goes going gone went come comes coming came carry carries carried carrying hold holds held move "
    "moves "
    "moved moving live lives lived living be is are was were been being later early log logs logged logging "
    "turn "
    "turned put get got based keep kept work worked working take taken took bring brought give gave given "
    "pass "
    "passed call called hand handed check checked settle settled sit sat stay stayed believe believed depend "
    "rely relied insist insisted catch caught drag dragged lean let look looks hope hopes wait waits pay "
    "pays paid vote votes agree agrees speak spoke deal dealt grew grow hear heard fought fight play plays "
    "met meet stood stand spent sleep slept ";

/* "Years and years and years", "again and again and again". */
static const char piled_up[] =
    " again years months weeks days hours minutes seconds ages decades centuries times miles kilometres "
    "kilometers metres acres thousands hundreds millions billions dozens tens tons tonnes heaps loads lots "
    "piles "
    "rows pages layers rounds reams stacks streets blocks more less higher lower deeper further farther "
    "longer "
    "louder faster bigger smaller worse better around through along round talked waited walked worked tried "
    "fields trees sand sea water mountains hills books words questions boxes ";

/* ---- the table ------------------------------------------------------------------------------ */

/* In small letters; other characters than those of ASCII as they are. */
static uint64_t fold(uint64_t v)
{
    const uint64_t ones = 0x0101010101010101u, ascii = v & 0x7F * ones;
    const uint64_t from_a = ascii + (0x80 - 'A') * ones, behind_z = ascii + (0x7F - 'Z') * ones;
    return v | (from_a & ~behind_z & ~v & 0x80 * ones) >> 2;
}

/* The slot that holds the word, or the free one that it would get. */
static size_t find_slot(const struct repeats_lists *l, uint64_t head, uint64_t tail, size_t len)
{
    size_t at = ((head ^ (tail << 9 | tail >> 55)) + len) * 0x9E3779B97F4A7C15u >> (64 - REPEATS_LISTS_BITS);
    for (;; at = (at + 1) % REPEATS_SLOTS) {
        const struct repeats_listed *const s = &l->slots[at];
        if ((s->head == head && s->tail == tail && s->len == len) || s->len == 0)
            return at;
    }
}

static unsigned lists_of(const struct repeats_lists *l, dm_str word)
{
    uint64_t bytes[2] = {0};
    if (word.len == 0 || word.len > sizeof bytes)
        return 0;
    memcpy(bytes, word.ptr, word.len);
    return l->slots[find_slot(l, fold(bytes[0]), fold(bytes[1]), word.len)].lists;
}

static void add_list(struct repeats_lists *l, const char *words, unsigned list)
{
    for (const char *end; *words; words = end) {
        uint64_t bytes[2] = {0};
        words += *words == ' ';
        end = words + strcspn(words, " ");
        const size_t len = (size_t)(end - words);
        if (len == 0)
            continue;
        assert(len <= sizeof bytes);
        memcpy(bytes, words, len);
        struct repeats_listed *const s = &l->slots[find_slot(l, bytes[0], bytes[1], len)];
        *s = (struct repeats_listed){bytes[0], bytes[1], (uint8_t)len, s->lists | list};
    }
}

dm_status repeats_open_lists(dm_task *t, void *state)
{
    struct repeats_lists *const l = state;
    (void)t;
    static_assert(GRAMMAR_DOUBLES + LANGUAGE_COUNT <= 32, "a bit for each list");
    for (unsigned i = LANGUAGE_ENGLISH; i < LANGUAGE_COUNT; i++) {
        add_list(l, small_words[i], 1u << i);
        add_list(l, doubled_by_grammar[i], 1u << (GRAMMAR_DOUBLES + i));
    }
    add_list(l, reduplicated, REDUPLICATED);
    add_list(l, particles, TAKES_PARTICLE);
    add_list(l, piled_up, PILED_UP);
    return DM_OK;
}

bool repeats_is_small_word(const struct repeats *r, int language, dm_str word)
{
    return (lists_of(r->lists, word) >> language & 1) != 0;
}

bool repeats_grammar_doubles(const struct repeats *r, int language, dm_str word)
{
    return (lists_of(r->lists, word) >> (GRAMMAR_DOUBLES + language) & 1) != 0;
}

bool repeats_is_reduplicated(const struct repeats *r, dm_str word)
{
    return (lists_of(r->lists, word) & REDUPLICATED) != 0;
}

bool repeats_is_always_reduplicated(const struct repeats *r, dm_str word)
{
    return (lists_of(r->lists, word) & (REDUPLICATED | FOREIGN_SMALL_WORD)) == REDUPLICATED;
}

bool repeats_is_piled_up(const struct repeats *r, dm_str word)
{
    return (lists_of(r->lists, word) & (PILED_UP | REDUPLICATED)) != 0;
}

bool repeats_takes_particle(const struct repeats *r, dm_str word)
{
    return (lists_of(r->lists, word) & TAKES_PARTICLE) != 0;
}

/* ---- the language --------------------------------------------------------------------------- */

static int language_named(dm_str code)
{
    static const char *const codes[LANGUAGE_COUNT] = {"",   "en", "fr", "es", "de", "it", "pt",
                                                      "nl", "pl", "tr", "ru", "uk", "ar", "fa"};
    for (int i = LANGUAGE_ENGLISH; i < LANGUAGE_COUNT; i++)
        if (code.len >= 2 && !memcmp(code.ptr, codes[i], 2) && (code.len == 2 || code.ptr[2] == '-'))
            return i;
    return LANGUAGE_OTHER;
}

/* Which of 64 bytes are of words: letters, what is not of ASCII, and what is between and behind the letters there. */
static uint64_t find_word_bytes(const dm_classes *c, const char *p, size_t count)
{
    uint64_t bytes = c->small | c->capital | c->wide;
    uint64_t marks = ~(bytes | c->digit | c->space | c->tab | c->lf | c->cr);
    if (count < 64)
        marks &= (1ull << count) - 1, bytes &= (1ull << count) - 1;
    for (; marks; marks &= marks - 1)
        if ((p[__builtin_ctzll(marks)] | 0x20) > 'z')
            bytes |= marks & -marks;
    return bytes;
}

/* The language that has the most small words among the first words of the text. */
static int guess_language(const struct repeats *r)
{
    enum { LOOK = 4000 };
    size_t found[LANGUAGE_COUNT] = {0}, words = 0, begin = 0;
    const size_t end = r->text.len < LOOK ? r->text.len : LOOK;
    uint64_t inside = 0;
    bool open = false;
    for (size_t base = 0; base < end || open; base += 64) {
        const uint64_t bytes = base < end ? find_word_bytes(DM_AT(dm_classes, r->classes, base / 64),
                                                            r->text.ptr + base, end - base)
                                          : 0;
        for (uint64_t edges = bytes ^ (bytes << 1 | inside); edges; edges &= edges - 1, open = !open) {
            const size_t at = base + (size_t)__builtin_ctzll(edges);
            if (!open) {
                begin = at;
                continue;
            }
            const unsigned lists = lists_of(r->lists, (dm_str){r->text.ptr + begin, at - begin});
            words++;
            for (int i = LANGUAGE_ENGLISH; i < LANGUAGE_COUNT; i++)
                found[i] += lists >> i & 1;
        }
        inside = bytes >> 63;
    }
    int best = LANGUAGE_ENGLISH;
    for (int i = LANGUAGE_ENGLISH; i < LANGUAGE_COUNT; i++)
        if (found[i] > found[best])
            best = i;
    return found[best] >= 3 && found[best] * ENOUGH_WORDS >= words / 2 ? best : LANGUAGE_OTHER;
}

int repeats_language(struct repeats *r)
{
    if (r->language < 0) {
        const dm_str named = dm_meta(r->task, r->doc, "language");
        r->language = named.ptr && named.len ? language_named(named) : guess_language(r);
    }
    return r->language;
}
