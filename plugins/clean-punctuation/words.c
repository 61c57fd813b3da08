/* The words that decide what a mark beside them is. */
#include "punctuation.h"

#include <endian.h>
#include <string.h>

enum { WORD_MAX = 12 };

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
    [WORDS_LEADING] = " by of from with for at to and in on that as into than ",
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

static struct key key_of(const char *word, size_t len)
{
    enum { SMALL = 0x20 };
    char bytes[sizeof(uint64_t) + sizeof(uint32_t)] = {0};
    struct key key;
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)(word[i] | SMALL);
    memcpy(&key.begin, bytes, sizeof key.begin);
    memcpy(&key.end, bytes + sizeof key.begin, sizeof key.end);
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
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (const char *at = lists[i] + 1, *end; (end = strchr(at, ' ')); at = end + 1) {
            if ((size_t)(end - at) > WORD_MAX)
                continue;
            const struct key key = key_of(at, (size_t)(end - at));
            struct listed_word *const word = &words[listed_slot(words, key)];
            word->begin = key.begin;
            word->end = key.end;
            word->lists |= UINT32_C(1) << i;
        }
}

bool word_is(const struct prose *p, dm_span word, enum word_list list)
{
    const size_t len = word.end - word.begin;
    if (len == 0 || len > WORD_MAX)
        return false;
    const struct listed_word *const words = p->listed;
    return words[listed_slot(words, key_of(p->text.ptr + word.begin, len))].lists >> list & 1;
}

/* So long a word is none, and reading it to the end again and again would take for ever. */
enum { WORD_BYTES = 64 };

dm_span word_before(const struct prose *p, size_t at)
{
    dm_span word = {at, at};
    size_t begin;
    while (at - word.begin < WORD_BYTES && is_latin(char_before(p, word.begin, &begin)))
        word.begin = begin;
    return word;
}

dm_span word_at(const struct prose *p, size_t at)
{
    dm_span word = {at, at};
    size_t end;
    while (word.end - at < WORD_BYTES && is_latin(char_at(p, word.end, &end)))
        word.end = end;
    return word;
}

/* ---- votes ---------------------------------------------------------------------------------- */

enum { SMALL_WORD = 8, BLOCK = 64 };
typedef char small_word[SMALL_WORD];

/* Words that other languages do not have, as far as that can be. */
static const small_word english[] = {
    "the",  "of",    "and",   "to",    "is",     "that", "for",   "with", "from", "said",  "be",    "are",
    "not",  "his",   "has",   "have",  "by",     "they", "who",   "were", "she",  "he",    "would", "this",
    "can",  "could", "there", "their", "our",    "what", "when",  "you",  "us",   "about", "which", "been",
    "into", "its",   "after", "than",  "should", "it",   "where", "how",  "why",  "your",  "my",    "we",
};
static const small_word others[] = {
    "le",   "la",   "les",   "des", "du",    "de",    "et",   "est",  "une",  "un",   "que",  "qui",
    "dans", "pour", "sur",   "au",  "aux",   "par",   "pas",  "il",   "elle", "sont", "avec", "plus",
    "vous", "nous", "je",    "ne",  "ce",    "cette", "el",   "los",  "las",  "y",    "en",   "por",
    "con",  "del",  "una",   "se",  "su",    "como",  "para", "es",   "mas",  "der",  "die",  "das",
    "und",  "ist",  "nicht", "ein", "eine",  "den",   "dem",  "mit",  "von",  "zu",   "zum",  "zur",
    "auf",  "im",   "sich",  "wir", "ich",   "aber",  "oder", "auch", "bei",  "wie",  "sie",  "er",
    "che",  "di",   "della", "non", "nel",   "sono",  "gli",  "per",  "ma",   "het",  "een",  "van",
    "niet", "zijn", "voor",  "och", "att",   "som",   "og",   "det",  "jeg",  "ikke", "till", "av",
    "os",   "uma",  "com",   "nao", "ve",    "bir",   "bu",   "ile",  "w",    "z",    "na",   "nie",
    "jest", "od",   "po",    "za",  "dla",   "przez", "oraz", "jak",  "tak",  "czy",  "ale",  "ze",
    "ja",   "je",   "ve",    "si",  "az",    "egy",   "hogy", "nem",  "din",  "pe",   "cu",   "care",
    "ei",   "yang", "dan",   "ini", "untuk", "khong", "va",   "da",   "li",
};

/* Votes are counted together: those for English below, those for the others from bit 32 on. */
#define VOTE_OTHER (UINT64_C(1) << 32)

static size_t word_slot(const struct small_words *t, uint64_t word)
{
    return (size_t)((word * t->multiplier) >> 52);
}

/* return  false: a slot is another word's */
static bool words_add(struct small_words *t, const small_word *list, size_t count, uint64_t vote)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t word;
        memcpy(&word, list[i], sizeof word);
        word = le64toh(word);
        uint8_t *const place = &t->places[word_slot(t, word)];
        if (*place && t->list[*place].word != word)
            return false;
        if (!*place)
            *place = (uint8_t)++t->list[0].word;
        t->list[*place].word = word;
        t->list[*place].votes = vote;
    }
    return true;
}

dm_status words_open(dm_task *task, struct small_words *t)
{
    enum {
        TRIES = 4096,
        ENGLISH = sizeof english / sizeof *english,
        OTHERS = sizeof others / sizeof *others
    };
    _Static_assert(ENGLISH + OTHERS < SMALL_WORDS, "a place has eight bits");
    for (uint64_t i = 0; i < TRIES; i++) { /* one in a hundred will do */
        memset(t, 0, sizeof *t);
        t->multiplier = (2 * i + 1) * 0x9E3779B97F4A7C15U;
        if (words_add(t, english, ENGLISH, 1) && words_add(t, others, OTHERS, VOTE_OTHER)) {
            t->list[0].word = UINT64_MAX; /* no word */
            return DM_OK;
        }
    }
    return dm_fail(task, DM_EBUG, "the small words have no hash of their own");
}

/* What the word at `eight` votes for, of which `len` letters are of the word, at most seven.  There is no branch in it, as
 * nobody could foresee which way it goes. */
static inline uint64_t vote_plain(const struct small_words *t, const char *eight, unsigned len)
{
    uint64_t word;
    memcpy(&word, eight, sizeof word); /* which the compiler has one instruction for */
    word = (le64toh(word) | 0x2020202020202020u) & ((UINT64_C(1) << 8 * len) - 1);
    const size_t place = t->places[word_slot(t, word)];
    return t->list[place].votes & -(uint64_t)(t->list[place].word == word);
}

/* Letters of ASCII and longer characters: Latin ones are of words, and such words are in no list.  Punctuation of
 * three bytes is not, nor other scripts, which are judged elsewhere. */
static uint64_t vote_wide(const struct small_words *t, dm_str s, size_t begin, size_t end, size_t *accents)
{
    size_t from = begin;
    uint64_t votes = 0;
    bool accented = false;
    for (size_t at = begin, next; at < end; at = next) {
        const unsigned char c = (unsigned char)s.ptr[at];
        next = at + (c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4);
        accented |= c >= 0x80 && c < 0xE0;
        if (c < 0xE0 && next < end)
            continue;
        const size_t to = c < 0xE0 ? end : at;
        if (accented)
            ++*accents;
        else if (to - from < SMALL_WORD) {
            small_word word = {0};
            memcpy(word, s.ptr + from, to - from);
            votes += vote_plain(t, word, (unsigned)(to - from));
        }
        from = next;
        accented = false;
    }
    return votes;
}

/* The bytes of words in the block of 64 from `base` on, as far as they are in [begin, end). */
static inline uint64_t read_words(const struct prose *p, size_t base, size_t begin, size_t end)
{
    if (base >= end)
        return 0;
    const dm_classes *const c = DM_AT(dm_classes, p->classes, base / BLOCK);
    uint64_t words = c->small | c->capital | c->wide;
    if (base < begin)
        words &= UINT64_MAX << (begin - base);
    return end - base < BLOCK ? words & ~(UINT64_MAX << (end - base)) : words;
}

/* The votes of the words that begin at `starts` of a block, which can be read up to the last one's eighth byte.
 * words, next  the bytes of words in the block and behind it */
static inline uint64_t vote_block(const struct small_words *t, const char *block, uint64_t starts, uint64_t words,
                                  uint64_t next)
{
    uint64_t votes = 0;
    for (; starts; starts &= starts - 1) {
        const unsigned i = (unsigned)__builtin_ctzll(starts);
        const uint64_t ends = ~(words >> i | next << 1 << (BLOCK - 1 - i));
        votes += vote_plain(t, block + i, (unsigned)__builtin_ctzll(ends | 1U << (SMALL_WORD - 1)));
    }
    return votes;
}

/* Words with longer characters get no vote here, as none is listed, and most of seven letters and more, as none is
 * either, are not even looked up. */
static uint64_t vote_all_plain(const struct prose *p, size_t begin, size_t end)
{
    uint64_t votes = 0, before = 0, words = read_words(p, begin / BLOCK * BLOCK, begin, end);
    for (size_t base = begin / BLOCK * BLOCK; base < end; base += BLOCK) {
        const uint64_t next = read_words(p, base + BLOCK, begin, end);
        const uint64_t two = words & words >> 1, four = two & two >> 2, seven = four & four >> 3;
        const uint64_t starts = words & ~(words << 1 | before) & ~seven;
        if (p->text.len - base >= BLOCK + SMALL_WORD) {
            votes += vote_block(p->small_words, p->text.ptr + base, starts, words, next);
        } else {
            char tail[BLOCK + SMALL_WORD] = {0};
            memcpy(tail, p->text.ptr + base, p->text.len - base);
            votes += vote_block(p->small_words, tail, starts, words, next);
        }
        before = words >> (BLOCK - 1);
        words = next;
    }
    return votes;
}

static bool is_word_byte(char c)
{
    return (unsigned char)c >= 0x80 || (unsigned char)((c | 0x20) - 'a') < 26;
}

struct votes words_vote(const struct prose *p, size_t begin, size_t end)
{
    const char *const s = p->text.ptr;
    size_t accented = 0;
    uint64_t votes = vote_all_plain(p, begin, end);
    dm_runs wide = dm_runs_of(p->classes, begin, end, DM_WIDE);
    for (size_t done = begin, at; (at = dm_next_edge(&wide)) < end;) {
        size_t from = at, to = dm_next_edge(&wide);
        if (from < done) /* of the word that was last */
            continue;
        while (from > done && is_word_byte(s[from - 1]))
            from--;
        while (to < end && is_word_byte(s[to]))
            to++;
        votes += vote_wide(p->small_words, p->text, from, to, &accented);
        done = to;
    }
    return (struct votes){.english = votes & UINT32_MAX, .other = votes >> 32, .accented = accented};
}
