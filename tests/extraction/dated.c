#include "tests/extraction/dated.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In small letters, as page_words() writes them; abbreviations that begin no name are here as well. */
static const char *const months[12] = {
    " january januar jänner jaenner janvier enero janeiro gennaio januari styczeń stycznia leden ledna ocak "
    "ianuarie "
    "január tammikuu tammikuuta gener siječnja ιανουαρίου января январь січня 1月 ",
    " february februar feber février fevrier febrero fevereiro febbraio februari luty lutego únor února "
    "şubat "
    "februarie február helmikuu helmikuuta febrer veljače φεβρουαρίου февраля февраль лютого fév fev ",
    " march märz maerz mars marzo março marco maart maret marzec marca březen března mart martie március "
    "maaliskuu "
    "maaliskuuta març ožujka μαρτίου марта март березня mrz mär mrt ",
    " april avril abril aprile kwiecień kwietnia duben dubna nisan aprilie április huhtikuu huhtikuuta "
    "travnja "
    "απριλίου апреля апрель квітня apr avr abr ",
    " may mai mayo maio maggio mei maj maja květen května mayıs május toukokuu toukokuuta maig svibnja μαΐου "
    "мая май "
    "травня mag ",
    " june juni juin junio junho giugno czerwiec czerwca červen června haziran iunie június kesäkuu "
    "kesäkuuta juny "
    "lipnja ιουνίου июня июнь червня jun giu ",
    " july juli juillet julio julho luglio lipiec lipca červenec července temmuz iulie július heinäkuu "
    "heinäkuuta "
    "juliol srpnja ιουλίου июля июль липня jul lug juil ",
    " august août aout agosto augustus sierpień sierpnia srpen srpna ağustos augusztus elokuu elokuuta agost "
    "kolovoza "
    "agustus αυγούστου августа август серпня aug aoû ago ",
    " september septembre septiembre setiembre setembro settembre wrzesień września září eylül septembrie "
    "szeptember "
    "syyskuu syyskuuta setembre rujna σεπτεμβρίου сентября сентябрь вересня sept set ",
    " october oktober octobre octubre outubro ottobre październik października říjen října ekim octombrie "
    "október "
    "lokakuu lokakuuta listopada οκτωβρίου октября октябрь жовтня okt oct out ott ",
    " november novembre noviembre novembro listopad listopada listopadu kasım noiembrie marraskuu "
    "marraskuuta "
    "studenog nopember νοεμβρίου ноября ноябрь листопада nov ",
    " december dezember décembre decembre diciembre dezembro dicembre grudzień grudnia prosinec prosince "
    "aralık "
    "decembrie joulukuu joulukuuta desember desembre δεκεμβρίου декабря декабрь грудня dez dec déc dic "};

enum { WORD_MAX = 24 };

/* A run of digits, or of letters. */
struct word {
    char text[WORD_MAX];
    bool digits;
};

struct day day_read(const char *s)
{
    int v[3] = {0};
    for (int i = 0; i < 3 && isdigit((unsigned char)*s); i++) {
        char *end;
        v[i] = (int)strtol(s, &end, 10);
        s = *end == '-' || *end == '.' ? end + 1 : end;
    }
    return (struct day){v[0], v[1], v[2]};
}

/* return  behind it; NULL: there is none */
static const char *next_word(const char *s, struct word *w)
{
    size_t len = 0;
    *w = (struct word){0};
    s += strspn(s, " ");
    w->digits = isdigit((unsigned char)*s);
    for (; *s && *s != ' ' && (isdigit((unsigned char)*s) != 0) == w->digits; s++)
        if (len + 1 < WORD_MAX)
            w->text[len++] = *s;
    return len ? s : NULL;
}

static bool is_month(const struct word *w, int month)
{
    char key[WORD_MAX + 1];
    if (w->digits)
        return strlen(w->text) <= 2 && atoi(w->text) == month;
    snprintf(key, sizeof key, " %s", w->text);
    return strlen(w->text) >= 3 && strstr(months[month - 1], key);
}

static bool is_day(const struct word *w, int day)
{
    return w->digits && strlen(w->text) <= 2 && atoi(w->text) == day;
}

static bool is_year(const struct word *w, int year, bool of_two_digits)
{
    const size_t len = strlen(w->text);
    return w->digits && ((len == 4 && atoi(w->text) == year) ||
                         (of_two_digits && len == 2 && atoi(w->text) == year % 100));
}

static bool is_compact(const struct word *w, struct day d)
{
    char eight[32];
    snprintf(eight, sizeof eight, "%04d%02d%02d", d.year, d.month, d.day);
    return w->digits && !strncmp(w->text, eight, 8) && (strlen(w->text) == 8 || strlen(w->text) >= 12);
}

/* `of`, `th`, `de`, `年`. */
static bool is_filler(const struct word *w)
{
    return !w->digits && strlen(w->text) <= 4;
}

static bool is_three(const struct word w[3], struct day d, bool two)
{
    if (is_year(&w[0], d.year, false) && is_month(&w[1], d.month) && is_day(&w[2], d.day))
        return true;
    if (!is_year(&w[2], d.year, two))
        return false;
    return (is_day(&w[0], d.day) && is_month(&w[1], d.month)) ||
           (is_month(&w[0], d.month) && is_day(&w[1], d.day));
}

/* Three words from here on make it, up to two fillers aside. */
static bool begins_here(const char *s, struct day d, bool two)
{
    struct word w[3] = {0}, next;
    size_t count = 0, fillers = 0;
    while (count < 3 && (s = next_word(s, &next))) {
        const bool month = d.month && is_month(&next, d.month);
        if (!count && is_compact(&next, d))
            return true;
        if (month || !count || !is_filler(&next))
            w[count++] = next;
        else if (++fillers > 3)
            return false;
    }
    return count == 3 && is_three(w, d, two);
}

/* `2003-11` is all that is known of some. */
static bool is_month_here(const char *s, struct day d)
{
    struct word a, b;
    return (s = next_word(s, &a)) && next_word(s, &b) &&
           ((is_month(&a, d.month) && is_year(&b, d.year, false)) ||
            (is_year(&a, d.year, false) && is_month(&b, d.month)));
}

static bool is_in(const char *s, struct day d, bool two)
{
    struct word w;
    for (; s; s = next_word(s, &w))
        if (d.day ? begins_here(s, d, two) : is_month_here(s, d))
            return true;
    return false;
}

bool day_is_on(const struct page *p, struct day d)
{
    if (d.month < 1 || d.month > 12)
        return false;
    return is_in(p->shown, d, true) || is_in(p->source, d, false);
}
