/* Values with units, strictly: what is nearly right is refused with what was probably meant. */
#include "core/pipeline/units.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/text/str.h"

static bool refuse(struct dm_value_fault *fault, const char *expected, const char *why)
{
    fault->expected = expected;
    fault->why = why;
    fault->meant[0] = '\0';
    return false;
}

static bool is_word(dm_str s, const char *word)
{
    return s.len == strlen(word) && strncasecmp(s.ptr, word, s.len) == 0;
}

bool dm__value_bool(dm_str s, bool *out, struct dm_value_fault *fault)
{
    *out = is_word(s, "true") || is_word(s, "yes") || is_word(s, "on");
    if (*out || is_word(s, "false") || is_word(s, "no") || is_word(s, "off"))
        return true;
    return refuse(fault, "true or false", NULL);
}

static size_t count_digits(dm_str s, size_t from)
{
    size_t at = from;
    while (at < s.len && s.ptr[at] >= '0' && s.ptr[at] <= '9')
        at++;
    return at - from;
}

bool dm__value_int(dm_str s, int64_t *out, struct dm_value_fault *fault)
{
    static const char expected[] = "a whole number";
    const size_t sign = s.len != 0 && (s.ptr[0] == '-' || s.ptr[0] == '+');
    const size_t digits = count_digits(s, sign);
    if (digits == 0 || sign + digits != s.len)
        return refuse(fault, expected, NULL);
    uint64_t n = 0;
    for (size_t i = sign; i < s.len; i++) {
        const uint64_t digit = (uint64_t)(s.ptr[i] - '0');
        if (n > ((uint64_t)INT64_MAX - digit) / 10)
            return refuse(fault, expected, "it is too large");
        n = n * 10 + digit;
    }
    *out = s.ptr[0] == '-' ? -(int64_t)n : (int64_t)n;
    return true;
}

/* The length of the decimal number that `s` starts with; 0: none. */
static size_t count_decimal(dm_str s, size_t from)
{
    const size_t whole = count_digits(s, from);
    size_t at = from + whole;
    if (whole != 0 && at + 1 < s.len && s.ptr[at] == '.') {
        const size_t fraction = count_digits(s, at + 1);
        at += fraction != 0 ? fraction + 1 : 0;
    }
    return at - from;
}

/* A number of at most `len` bytes that count_decimal() has seen. */
static double to_double(dm_str s, size_t len)
{
    char digits[64];
    if (len >= sizeof digits)
        return INFINITY;
    memcpy(digits, s.ptr, len);
    digits[len] = '\0';
    return strtod(digits, NULL);
}

bool dm__value_real(dm_str s, double *out, struct dm_value_fault *fault)
{
    const size_t sign = s.len != 0 && (s.ptr[0] == '-' || s.ptr[0] == '+');
    const size_t decimal = count_decimal(s, sign);
    size_t at = sign + decimal;
    if (decimal != 0 && at + 1 < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
        const size_t exponent_sign = s.ptr[at + 1] == '-' || s.ptr[at + 1] == '+';
        const size_t exponent = count_digits(s, at + 1 + exponent_sign);
        at += exponent != 0 ? 1 + exponent_sign + exponent : 0;
    }
    if (decimal != 0 && at == s.len) {
        *out = to_double(s, s.len);
        return isfinite(*out) || refuse(fault, "a number", "it is too large");
    }
    refuse(fault, "a number", NULL);
    if (decimal != 0 && at + 1 == s.len && s.ptr[at] == '%') {
        char meant[DM_VALUE_TEXT];
        dm__value_show(DM_REAL, to_double(s, at) / 100, meant);
        memcpy(fault->meant, meant, sizeof meant);
    }
    return false;
}

/* ---- units ---------------------------------------------------------------------------------- */

struct unit {
    const char *name;
    double factor;
    const char *aliases; /* what is taken for it, in small letters, each between blanks */
};

static const struct unit sizes[] = {
    {"B", 1, " b byte bytes "},
    {"KB", 1e3, " k kb kbyte kbytes kilobyte kilobytes "},
    {"MB", 1e6, " m mb mbyte mbytes megabyte megabytes "},
    {"GB", 1e9, " g gb gbyte gbytes gigabyte gigabytes "},
    {"TB", 1e12, " t tb tbyte tbytes terabyte terabytes "},
    {"KiB", 1024.0, " ki kib kibibyte kibibytes "},
    {"MiB", 1024.0 * 1024, " mi mib mebibyte mebibytes "},
    {"GiB", 1024.0 * 1024 * 1024, " gi gib gibibyte gibibytes "},
    {"TiB", 1024.0 * 1024 * 1024 * 1024, " ti tib tebibyte tebibytes "},
};
static const struct unit times[] = {
    {"ms", 1, " msec msecs millis millisecond milliseconds "},
    {"s", 1e3, " sec secs second seconds "},
    {"m", 6e4, " min mins minute minutes "},
    {"h", 36e5, " hr hrs hour hours "},
};
enum { SIZES = sizeof sizes / sizeof sizes[0], TIMES = sizeof times / sizeof times[0] };

static const struct unit *find_unit(const struct unit *units, size_t count, dm_str name)
{
    for (size_t i = 0; i < count; i++)
        if (dm__str_eq(dm__str(units[i].name), name))
            return &units[i];
    return NULL;
}

/* The unit that is spelled otherwise, or stands apart from its number. */
static const struct unit *guess_unit(const struct unit *units, size_t count, dm_str name)
{
    char word[24] = " ";
    size_t len = 1;
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        if (c == ' ' || c == '\t')
            continue;
        if (len + 2 >= sizeof word)
            return NULL;
        word[len++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    for (size_t i = 0; i < count; i++) {
        if (len > 1 && strlen(units[i].name) == len - 1 && strncasecmp(units[i].name, word + 1, len - 1) == 0)
            return &units[i];
    }
    memcpy(word + len, " ", 2);
    for (size_t i = 0; i < count; i++) {
        if (len > 1 && strstr(units[i].aliases, word) != NULL)
            return &units[i];
    }
    return NULL;
}

/* number     the length of the number that `s` starts with
 * unit       behind it */
static bool scale(dm_str s, size_t number, const struct unit *unit, int64_t *out,
                  struct dm_value_fault *fault, const char *expected)
{
    const double exact = to_double(s, number) * unit->factor, whole = nearbyint(exact);
    if (!(whole < 9e15)) /* past this a double no longer knows all whole numbers */
        return refuse(fault, expected, "it is too large");
    if (fabs(exact - whole) > 1e-6)
        return refuse(fault, expected, "it has too many decimals");
    *out = (int64_t)whole;
    return true;
}

static void guess(dm_str s, size_t number, const struct unit *unit, struct dm_value_fault *fault)
{
    if (unit != NULL && number < 24)
        snprintf(fault->meant, sizeof fault->meant, "%.*s%s", (int)number, s.ptr, unit->name);
}

bool dm__value_size(dm_str s, int64_t *out, struct dm_value_fault *fault)
{
    static const char expected[] = "a size such as 64KiB, 2MB or 1GiB";
    const size_t number = count_decimal(s, 0);
    if (number == 0)
        return refuse(fault, expected, NULL);
    const dm_str name = {s.ptr + number, s.len - number};
    const struct unit *const unit = name.len == 0 ? &sizes[0] : find_unit(sizes, SIZES, name);
    if (unit != NULL)
        return scale(s, number, unit, out, fault, expected);
    refuse(fault, expected, NULL);
    guess(s, number, guess_unit(sizes, SIZES, name), fault);
    return false;
}

bool dm__value_time(dm_str s, int64_t *out, struct dm_value_fault *fault)
{
    static const char expected[] = "a time such as 200ms, 30s, 5m or 1h";
    const size_t number = count_decimal(s, 0);
    if (number == 0)
        return refuse(fault, expected, NULL);
    const dm_str name = {s.ptr + number, s.len - number};
    const struct unit *const unit = find_unit(times, TIMES, name);
    if (unit != NULL)
        return scale(s, number, unit, out, fault, expected);
    refuse(fault, expected, name.len == 0 ? "the unit is missing" : NULL);
    guess(s, number, name.len == 0 ? &times[1] : guess_unit(times, TIMES, name), fault);
    return false;
}

void dm__value_show(uint32_t type, double n, char text[DM_VALUE_TEXT])
{
    const struct unit *const units = type == DM_SIZE ? sizes : times;
    const size_t count = type == DM_SIZE ? SIZES : type == DM_TIME ? TIMES : 0;
    const char *name = count != 0 && n == 0 ? units[0].name : "";
    double shown = n;
    for (size_t i = 0; i < count && n > 0; i++) {
        const double in_unit = n / units[i].factor;
        if (nearbyint(in_unit) == in_unit && in_unit <= shown) {
            shown = in_unit;
            name = units[i].name;
        }
    }
    snprintf(text, DM_VALUE_TEXT, "%.15g%s", shown, name);
}
