/* The words that decide what a mark beside them is. */
#include "punctuation.h"

#include <endian.h>
#include <string.h>

/* No listed word is longer. */
enum { WORD_MAX = sizeof(uint64_t) + sizeof(uint32_t) };

/* Words between spaces, of small letters of ASCII. */
static const char *const lists[] = {
    [WORDS_ABBREVIATION] =
        " mr mrs ms dr prof rev fr sr jr st ste mt ft no nos vol vols pp ed eds fig figs eq sec ch art al cf "
        "ca vs etc eg ie viz ibid inc corp co cos ltd llc plc bros dept univ assn assoc govt gov sen rep "
        "reps "
        "gen col maj capt lt cmdr sgt cpl pvt adm brig hon pres supt det insp jan feb mar apr jun jul aug "
        "sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun ave blvd rd sq approx appt apt "
        "est esp min max misc resp incl excl tel ext orig repr trans introd abbr anon app bibl chap comp "
        "def dist edn intl natl nr op para pl pop pref prep pron pseud pt ref refs rel repl ser sing "
        "suppl syn temp tr ut vb mass conn ariz calif colo fla ill ind kan kans minn miss mont neb nev okla "
        "ore "
        "penn tenn tex wash wis wyo yr yrs hr hrs wk wks mo mos sec secs lb lbs oz kg km cm mm sq cu esq "
        "messrs mlle mme mgr msgr hist lit adj adv arch ast bldg cent cert circ dim diss div doc ed encl "
        "eng engr exec fed fwd hwy illus mfg mngt mkt org perf phys poss prob prod prov pub "
        "rec reg ret admin cir arts avg msg freq sci sgd spec stat subj treas tsp tbsp usu var ver vic "
        "einschl ausschl geschl gegr verst entspr insbes urspr versch vermutl "
        "usw bzw ggf evtl nr mio mrd std str bzgl inkl zzgl vgl sog geb gest hrsg jh tel verh sra srta dra "
        "lic ing uds ud "
        "ee uu aprox av avda c cap dpto env hab np tzw itp itd ul tys godz mln r yrd alb "
        "ltd ",
    [WORDS_ARTICLE] = " a an the ",
    [WORDS_FUNCTION] =
        " of from to in on at by for with without within and or nor which who whom whose where into "
        "onto "
        "over under between among against during through throughout towards toward upon via per than as "
        "because while whereas until till since about across along amid around behind below beneath beside "
        "beyond despite inside near off outside past regarding including ",
    [WORDS_STARTER] =
        " he she it they we you i this that these those there here the a an in on at by for with from to and "
        "but "
        "or yet so if when while as after before since until then now however meanwhile although though "
        "because "
        "his her its their our my your what who why how where which not no yes some many most all both "
        "each every one two three another other such according also earlier later last despite during under "
        "over about more only once even still just asked speaking ",
    [WORDS_UNENDING] = " the an and of ",
    [WORDS_LEADING] =
        " by of from with for at to and in on that as into than during within between among against toward "
        "towards without upon onto via because although whether whose their its our your my the a an every ",
    [WORDS_PART] = " most best part rest kind sort thought heard made spoken known dreamt member none all "
                   "some many one ones end worst fond more less think speak care hold ",
    [WORDS_VERB] = " said says is was are were has have had will would can could may might did does do told "
                   "added also announced reported denied declined wrote writes ",
    [WORDS_ADVERB] = " thus hence therefore moreover nevertheless instead indeed perhaps furthermore besides "
                     "likewise otherwise still anyway nowadays sometimes today yesterday tomorrow ",
    [WORDS_OWNER] = " his her its their my our your s ",
    [WORDS_GOING_ON] = " que del de los las y en con por para sin desde hasta como cuya cuyo qui dont et ou "
                       "dans pour avec sur "
                       "des du aux und oder von vom mit bei dass weil wegen zum zur nach che di della dei "
                       "delle e nel nella per "
                       "con dal dalla com para pela pelo em van met voor naar en ile ve dla przez "
                       "oraz od do w na z ",
    [WORDS_BESIDE] = " and or before after between ",
    [WORDS_ELIDED] = " l d un dell nell all dall sull quest quell bell sant c s n m t qu j ",
    [WORDS_WORK] =
        " film movie novel book play series song album show programme program magazine called titled "
        "entitled named exhibition opera painting section article chapter charity campaign project "
        "podcast episode poem story game band group word words preposition vitamin the a an "
        "verb verbs noun pronoun conjunction adverb prefix sequel prequel trilogy films novels books "
        "plays songs albums poems ",
    [WORDS_CALLED] =
        " method methods function functions call calls calling invoke operator operators macro "
        "macros bracket brackets parenthesis parentheses parens tuple constructor procedure subroutine ",
    [WORDS_BEHIND_NAME] = " was is are were has had have who whose did does will would can could may might ",
    [WORDS_PARTICLE] =
        " al el an as ad ash ibn bin bint abu abd de del della di da dos das du des van von der "
        "den ten ter la le les lo y zu zur af av san ",
    [WORDS_SUSPENDED] = " and or to nor but versus vs through und oder bis et ou y o e as then ",
    [WORDS_PREFIX] =
        " non ex anti pre post pro co self semi multi mid vice inter intra counter ultra quasi pan "
        "all half well ill trans neo sub ",
    [WORDS_HEAD] =
        " long short high low large small middle far hard full part real same first second third last early "
        "late "
        "old new free fast slow deep wide open close cross air ground sea war peace cease world state city "
        "home "
        "self best worst better right left upper lower north south east west single double multi decade day "
        "government opposition rebel police security ",
    [WORDS_TAIL] =
        " term scale level range time class led backed held based owned run wide long old profile ranking "
        "speed "
        "quality income lasting standing minded made style friendly free related like fire torn controlled "
        "sponsored funded affiliated allied occupied elect general brokered mediated appointed sized shaped "
        "aged wing eastern western born language speaking rich poor haired known "
        "called ",
    [WORDS_AFTER_DASH] =
        " very perhaps maybe never always often himself herself itself themselves home well hence thus "
        "namely indeed rather almost much too quite none nothing everything ",
    [WORDS_UNIT] =
        " year years month months week day hour minute second mile metre meter kilometre kilometer foot "
        "inch ton tonne pound dollar point percent member seat man page part party way lane storey "
        "story term stage state nation person ",
    [WORDS_NUMBER] =
        " one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty "
        "fifty sixty seventy eighty ninety hundred ",
    [WORDS_DOMAIN] = " com org net gov edu mil int info biz io js ts py rb rs cs vb co uk eu de fr es ru "
                     "ca au tv ai app dev html htm php asp aspx jsp txt pdf doc docx xls xlsx csv json xml "
                     "yaml yml md exe dll zip tar gz jpg jpeg png gif svg mp mkv avi log cfg ini sh bat ",
    [WORDS_SPEECH] = " said says saying added adds adding wrote writes told asked replied answered following "
                     "stated declared concluded explained ",
    [WORDS_WEEKDAY] = " monday tuesday wednesday thursday friday saturday sunday ",
    [WORDS_MONTH] = " january february march april may june july august september october november december ",
    [WORDS_PREPOSITION] = " on in by from until till since ",
};

/* A word of small letters as two numbers, zeros behind it. */
struct key {
    uint64_t begin;
    uint32_t end;
};

/* s       [left] the word, and what follows
 * len     of the word, 1 to WORD_MAX */
static struct key key_of(const char *s, size_t left, size_t len)
{
    enum { BEGIN = sizeof(uint64_t) };
    char copy[WORD_MAX] = {0};
    struct key key;
    if (left < sizeof copy)
        s = memcpy(copy, s, left);
    memcpy(&key.begin, s, sizeof key.begin);
    memcpy(&key.end, s + BEGIN, sizeof key.end);
    key.begin =
        (le64toh(key.begin) | 0x2020202020202020u) & UINT64_MAX >> 8 * (len < BEGIN ? BEGIN - len : 0);
    key.end = (uint32_t)((le32toh(key.end) | 0x20202020u) &
                         ((UINT64_C(1) << 8 * (len > BEGIN ? len - BEGIN : 0)) - 1));
    return key;
}

/* The entry of the word, or the empty one where it belongs. */
static size_t listed_slot(const struct listed_word *words, struct key key)
{
    size_t slot = (size_t)((key.begin ^ (uint64_t)key.end << 20) * 0x9E3779B97F4A7C15U >> 53);
    while (words[slot].lists && (words[slot].begin != key.begin || words[slot].end != key.end))
        slot = (slot + 1) % LISTED_SLOTS;
    return slot;
}

void lists_open(struct listed_word words[LISTED_SLOTS])
{
    _Static_assert(sizeof lists / sizeof *lists <= 32, "a list has one of 32 bits");
    _Static_assert(LISTED_SLOTS == 1 << (64 - 53), "as listed_slot() has it");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const char *const stop = lists[i] + strlen(lists[i]);
        for (const char *at = lists[i] + 1, *end; (end = strchr(at, ' ')); at = end + 1) {
            const struct key key = key_of(at, (size_t)(stop - at), (size_t)(end - at));
            struct listed_word *const word = &words[listed_slot(words, key)];
            word->begin = key.begin;
            word->end = key.end;
            word->lists |= UINT32_C(1) << i;
        }
    }
}

bool word_is(const struct prose *p, dm_span word, enum word_list list)
{
    const size_t len = word.end - word.begin;
    if (len == 0 || len > WORD_MAX)
        return false;
    const struct key key = key_of(p->text.ptr + word.begin, p->text.len - word.begin, len);
    return p->listed[listed_slot(p->listed, key)].lists >> list & 1;
}

/* So long a word is none, and reading it to the end again and again would take for ever. */
enum { WORD_BYTES = 64 };

/* Which of 64 bytes are letters of ASCII. */
static uint64_t letters_of(dm_array classes, size_t block)
{
    if (block >= classes.count)
        return 0;
    const dm_classes *const c = DM_AT(dm_classes, classes, block);
    return c->small | c->capital;
}

/* The letters of ASCII beside the place are passed over at once, as nobody could foresee how long words
 * are.  They do not leave the line, as its breaks are none. */
dm_span word_before(const struct prose *p, size_t at)
{
    const size_t block = at / 64, i = at % 64;
    const uint64_t far = block > 0 ? letters_of(p->classes, block - 1) : 0;
    const uint64_t others = ~(letters_of(p->classes, block) << 1 << (63 - i) | far >> i);
    dm_span word = {others ? at - (size_t)__builtin_clzll(others) : at - WORD_BYTES, at};
    size_t begin;
    while (at - word.begin < WORD_BYTES && is_latin(char_before(p, word.begin, &begin)))
        word.begin = begin;
    return word;
}

dm_span word_at(const struct prose *p, size_t at)
{
    const size_t block = at / 64, i = at % 64;
    const uint64_t far = letters_of(p->classes, block + 1) << 1 << (63 - i);
    const uint64_t others = ~(letters_of(p->classes, block) >> i | far);
    dm_span word = {at, others ? at + (size_t)__builtin_ctzll(others) : at + WORD_BYTES};
    size_t end;
    while (word.end - at < WORD_BYTES && is_latin(char_at(p, word.end, &end)))
        word.end = end;
    return word;
}
