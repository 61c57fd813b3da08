/* Words: which never stand twice in a language, and which may in any. */
#include "repeats.h"

#include <string.h>

enum { WORD_MAX = 24, ENOUGH_WORDS = 4 };

/* Each with a space around it. */
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
    "etc ok okay alright right left true wrong dear poor my er um uh mm hmm sh shh ";

static const char particles[] =
    " go goes going gone went come comes coming came carry carries carried carrying hold holds held move "
    "moves "
    "moved moving live lives lived living be is are was were been being later early log logs logged logging "
    "turn "
    "turned put get got based keep kept work worked working take taken took bring brought give gave given "
    "pass "
    "passed call called hand handed check checked settle settled sit sat stay stayed believe believed depend "
    "rely relied insist insisted catch caught drag dragged lean let ";

static bool is_among(dm_str word, const char *list)
{
    char key[WORD_MAX + 3] = " ";
    if (word.len == 0 || word.len > WORD_MAX)
        return false;
    for (size_t i = 0; i < word.len; i++) {
        const char c = word.ptr[i];
        key[i + 1] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    key[word.len + 1] = ' ';
    key[word.len + 2] = 0;
    return memchr(key, 0, word.len + 2) == NULL && strstr(list, key) != NULL;
}

bool repeats_is_small_word(int language, dm_str word)
{
    return is_among(word, small_words[language]);
}

bool repeats_is_reduplicated(dm_str word)
{
    return is_among(word, reduplicated);
}

bool repeats_takes_particle(dm_str word)
{
    return is_among(word, particles);
}

static int language_named(dm_str code)
{
    static const char *const codes[LANGUAGE_COUNT] = {"", "en", "fr", "es", "de"};
    for (int i = LANGUAGE_ENGLISH; i < LANGUAGE_COUNT; i++)
        if (code.len >= 2 && !memcmp(code.ptr, codes[i], 2) && (code.len == 2 || code.ptr[2] == '-'))
            return i;
    return LANGUAGE_OTHER;
}

/* How many of the first words of the text are small words of each language. */
static int guess_language(const struct repeats *r)
{
    enum { LOOK = 4000 };
    size_t found[LANGUAGE_COUNT] = {0}, words = 0;
    const size_t end = r->text.len < LOOK ? r->text.len : LOOK;
    for (size_t at = 0; at < end;) {
        const size_t from = at;
        while (at < end && ((unsigned char)r->text.ptr[at] >= 0x80 || (r->text.ptr[at] | 0x20) >= 'a'))
            at++;
        const dm_str word = {r->text.ptr + from, at - from};
        words += word.len > 0;
        for (int i = LANGUAGE_ENGLISH; i < LANGUAGE_COUNT; i++)
            found[i] += word.len > 0 && is_among(word, small_words[i]);
        at += at == from;
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
