#include "dates.h"

#include <stdio.h>
#include <string.h>

/* Names of months, in small letters; three letters or more of one are enough where no other month has them.
 * German, English, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Swedish, Danish, Norwegian, Finnish,
 * Turkish, Romanian, Hungarian, Indonesian, Catalan, Croatian, Greek, Russian, Ukrainian. */
static const char *const months[12] = {
    " january januar jänner janvier enero janeiro gennaio januari stycznia styczeń ledna leden tammikuuta "
    "ocak ianuarie "
    "január gener siječnja ιανουαρίου января січня jan ",
    " february februar feber février fevrier febrero fevereiro febbraio februari lutego luty února únor "
    "helmikuuta şubat "
    "februarie február febrer veljače φεβρουαρίου февраля лютого feb fév ",
    " march märz maerz mars marzo março maart marca marzec března březen maaliskuuta mart martie március "
    "maret març "
    "ožujka μαρτίου марта березня mar mär mrz maa ",
    " april avril abril aprile kwietnia kwiecień dubna duben huhtikuuta nisan aprilie április travnja "
    "απριλίου апреля "
    "квітня apr avr abr ",
    " may mai mayo maio maggio mei maja maj května květen toukokuuta mayıs május maig svibnja μαΐου μαίου "
    "мая травня "
    "mag ",
    " june juni juin junio junho giugno czerwca czerwiec června červen kesäkuuta haziran iunie június juny "
    "lipnja "
    "ιουνίου июня червня jun giu ",
    " july juli juillet julio julho luglio lipca lipiec července červenec heinäkuuta temmuz iulie július "
    "juliol srpnja "
    "ιουλίου июля липня jul lug juil ",
    " august août aout agosto augustus sierpnia sierpień srpna srpen augusti elokuuta ağustos augusztus "
    "agustus agost "
    "kolovoza αυγούστου августа серпня aug aoû ago ",
    " september septembre septiembre setiembre setembro settembre września wrzesień září syyskuuta eylül "
    "septembrie "
    "szeptember setembre rujna σεπτεμβρίου сентября вересня sep sept set ",
    " october oktober octobre octubre outubro ottobre października październik října říjen lokakuuta ekim "
    "octombrie "
    "október oktober listopada οκτωβρίου октября жовтня oct okt out ott ",
    " november novembre noviembre novembro novembra listopada listopad listopadu marraskuuta kasım noiembrie "
    "nopember "
    "studenog νοεμβρίου ноября листопада nov ",
    " december dezember décembre decembre diciembre dezembro dicembre grudnia grudzień prosince prosinec "
    "joulukuuta "
    "aralık decembrie desember desembre prosinca δεκεμβρίου декабря грудня dec dez déc dic "};

/* A number or word of the text. */
struct piece {
    size_t begin, end;
    uint32_t number; /* of digits; else 0 */
    bool digits;
};

struct date {
    uint32_t year, month, day;
    size_t end; /* where it ends in the text */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)c >= 0x80;
}

/* The number or word at or behind `at`.  false: there is none */
static bool read_piece(dm_str s, size_t at, struct piece *p)
{
    while (at < s.len && !is_digit(s.ptr[at]) && !is_letter(s.ptr[at]))
        at++;
    if (at == s.len)
        return false;
    *p = (struct piece){.begin = at, .digits = is_digit(s.ptr[at])};
    for (; at < s.len && (p->digits ? is_digit(s.ptr[at]) : is_letter(s.ptr[at])); at++)
        if (p->digits)
            p->number = p->number < 100000000 ? p->number * 10 + (uint32_t)(s.ptr[at] - '0') : p->number;
    p->end = at;
    return true;
}

static size_t length(const struct piece *p)
{
    return p->end - p->begin;
}

/* Small letters of the alphabets that the months are in; others stay. */
static size_t fold(dm_str s, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i],
                            next = i + 1 < s.len ? (unsigned char)s.ptr[i + 1] : 0;
        if (c >= 'A' && c <= 'Z') {
            out[n++] = (char)(c | 0x20);
        } else if (c == 0xC3 && next >= 0x80 && next <= 0x9E) {
            out[n++] = (char)c;
            out[n++] = (char)(next + 0x20);
            i++;
        } else if (c == 0xD0 && next >= 0x90 && next <= 0xAF) {
            out[n++] = (char)(next < 0xA0 ? 0xD0 : 0xD1);
            out[n++] = (char)(next < 0xA0 ? next + 0x20 : next - 0x20);
            i++;
        } else {
            out[n++] = (char)c;
        }
    }
    return n;
}

/* 1 to 12; 0: the word is no month */
static uint32_t month_named(dm_str word)
{
    enum { NAME_MAX_LEN = 32, MIN = 3 };
    char key[NAME_MAX_LEN + 3] = " ";
    if (word.len < MIN || word.len > NAME_MAX_LEN)
        return 0;
    const size_t len = fold(word, key + 1) + 1;
    memcpy(key + len, " ", 2);
    for (uint32_t i = 0; i < 12; i++)
        if (strstr(months[i], key))
            return i + 1;
    return 0;
}

static bool is_date(uint32_t year, uint32_t month, uint32_t day)
{
    return year >= 1990 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* What is between two pieces is one of these characters, or spaces and one of them. */
static bool is_between(dm_str s, size_t from, size_t to, const char *marks)
{
    for (size_t i = from; i < to; i++)
        if (s.ptr[i] != ' ' && !strchr(marks, s.ptr[i]))
            return false;
    return to > from && to - from <= 4;
}

/* Three numbers: 2021-04-03, 03.04.2021, 4/3/21. */
static bool read_numbers(dm_str s, const struct piece p[3], bool month_first, struct date *out)
{
    if (!p[0].digits || !p[1].digits || !p[2].digits || length(&p[1]) > 2 ||
        !is_between(s, p[0].end, p[1].begin, "-/.") || !is_between(s, p[1].end, p[2].begin, "-/."))
        return false;
    const char mark = s.ptr[p[0].end];
    out->end = p[2].end;
    if (length(&p[0]) == 4 && length(&p[2]) <= 2 && is_date(p[0].number, p[1].number, p[2].number)) {
        *out = (struct date){p[0].number, p[1].number, p[2].number, p[2].end};
        return true;
    }
    if (length(&p[0]) > 2 || (length(&p[2]) != 4 && length(&p[2]) != 2))
        return false;
    const uint32_t year = length(&p[2]) == 2 ? 2000 + p[2].number : p[2].number;
    const bool swap = mark == '/' || mark == '-' ? (month_first && p[0].number <= 12) || p[1].number > 12
                                                 : p[1].number > 12;
    const uint32_t day = swap ? p[1].number : p[0].number, month = swap ? p[0].number : p[1].number;
    *out = (struct date){year, month, day, p[2].end};
    return is_date(year, month, day);
}

/* `2021年4月3日`: words of one or more bytes between the numbers. */
static bool read_cjk(dm_str s, const struct piece p[5], struct date *out)
{
    if (!p[0].digits || !p[2].digits || !p[4].digits || length(&p[1]) != 3 || length(&p[3]) != 3 ||
        memcmp(s.ptr + p[1].begin, "\xE5\xB9\xB4", 3) != 0 ||
        memcmp(s.ptr + p[3].begin, "\xE6\x9C\x88", 3) != 0)
        return false;
    *out = (struct date){p[0].number, p[2].number, p[4].number, p[4].end};
    return is_date(p[0].number, p[2].number, p[4].number);
}

static bool is_filler(dm_str s, const struct piece *p)
{
    static const char *const words[] = {"de", "of", "st", "nd", "rd",   "th", "del",
                                        "er", "en", "ta", "го", "року", "ος"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (length(p) == strlen(words[i]) && !memcmp(s.ptr + p->begin, words[i], length(p)))
            return true;
    return false;
}

/* A month by its name among numbers: `3. April 2021`, `April 3rd, 2021`, `3 de abril de 2021`. */
static bool read_named(dm_str s, size_t at, struct date *out)
{
    struct piece p[3], next;
    size_t count = 0;
    for (; count < 3 && read_piece(s, at, &next); at = next.end)
        if (!count || !is_filler(s, &next))
            p[count++] = next;
    if (count < 3 || p[2].end - p[0].begin > 48 || !p[2].digits || length(&p[2]) != 4)
        return false;
    const size_t word = p[0].digits ? 1 : 0;
    const struct piece *const day = &p[1 - word];
    if (p[word].digits || !day->digits || length(day) > 2)
        return false;
    const uint32_t month = month_named((dm_str){s.ptr + p[word].begin, length(&p[word])});
    *out = (struct date){p[2].number, month, day->number, p[2].end};
    return is_date(p[2].number, month, day->number);
}

/* 20210403, and what begins with it. */
static bool read_compact(const struct piece *p, struct date *out)
{
    if (!p->digits || length(p) != 8)
        return false;
    *out = (struct date){p->number / 10000, p->number / 100 % 100, p->number % 100, p->end};
    return is_date(out->year, out->month, out->day);
}

static bool read_date(dm_str s, const struct piece *first, bool month_first, struct date *out)
{
    struct piece p[5];
    p[0] = *first;
    size_t count = 1;
    while (count < 5 && read_piece(s, p[count - 1].end, &p[count]))
        count++;
    if (read_compact(first, out))
        return true;
    if (count >= 3 && read_numbers(s, p, month_first, out))
        return true;
    if (count == 5 && read_cjk(s, p, out))
        return true;
    return read_named(s, first->begin, out);
}

/* ---- the time ---------------------------------------------------------------------------------- */

static bool two_digits(dm_str s, size_t at, unsigned max, unsigned *out)
{
    if (s.len < at + 2 || !is_digit(s.ptr[at]) || !is_digit(s.ptr[at + 1]))
        return false;
    *out = (unsigned)(s.ptr[at] - '0') * 10 + (unsigned)(s.ptr[at + 1] - '0');
    return *out < max;
}

/* `Z`, `+02:00`, `+0200` at s[at].  out: as ISO 8601 has it; empty: there is none */
static void read_zone(dm_str s, size_t at, char out[8])
{
    unsigned hours, minutes = 0;
    out[0] = 0;
    if (at < s.len && (s.ptr[at] | 0x20) == 'z')
        memcpy(out, "Z", 2);
    if (at == s.len || (s.ptr[at] != '+' && s.ptr[at] != '-') || !two_digits(s, at + 1, 15, &hours))
        return;
    const size_t colon = at + 3 < s.len && s.ptr[at + 3] == ':';
    if (!two_digits(s, at + 3 + colon, 60, &minutes))
        minutes = 0;
    snprintf(out, 8, "%c%02u:%02u", s.ptr[at], hours, minutes);
}

/* The time behind a date, if it is written as ISO 8601 or nearly so. */
static void write_date(dm_str s, const struct date *d, char out[HTML_DATE_SIZE])
{
    unsigned hours, minutes, seconds = 0;
    char zone[8];
    size_t at = d->end;
    const int n =
        snprintf(out, HTML_DATE_SIZE, "%04u-%02u-%02u", d->year % 10000, d->month % 100, d->day % 100);
    if (at >= s.len || (s.ptr[at] != 'T' && s.ptr[at] != ' ') || !two_digits(s, at + 1, 24, &hours) ||
        at + 3 >= s.len || s.ptr[at + 3] != ':' || !two_digits(s, at + 4, 60, &minutes))
        return;
    at += 6;
    if (at < s.len && s.ptr[at] == ':' && two_digits(s, at + 1, 61, &seconds))
        at += 3;
    if (at < s.len && s.ptr[at] == '.')
        for (at++; at < s.len && is_digit(s.ptr[at]);)
            at++;
    read_zone(s, at, zone);
    snprintf(out + n, (size_t)(HTML_DATE_SIZE - n), "T%02u:%02u:%02u%s", hours, minutes, seconds % 61, zone);
}

bool html_date_find(dm_str text, bool month_first, char out[HTML_DATE_SIZE])
{
    struct piece p;
    struct date d;
    for (size_t at = 0; read_piece(text, at, &p); at = p.end) {
        if (!read_date(text, &p, month_first, &d))
            continue;
        write_date(text, &d, out);
        return true;
    }
    return false;
}
