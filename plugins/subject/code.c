#include "code.h"

#include <string.h>

const unsigned char code_signs[256] = {
    ['$'] = CODE_BEGINS, ['#'] = CODE_BEGINS, ['S'] = CODE_BEGINS,
    ['s'] = CODE_BEGINS, ['0'] = CODE_BEGINS, ['1'] = CODE_BEGINS,
    ['2'] = CODE_BEGINS, ['3'] = CODE_BEGINS, ['4'] = CODE_BEGINS,
    ['5'] = CODE_BEGINS, ['6'] = CODE_BEGINS, ['7'] = CODE_BEGINS,
    ['8'] = CODE_BEGINS, ['9'] = CODE_BEGINS, [' '] = CODE_BEGINS | CODE_ENDS,
    [';'] = CODE_ENDS,   ['{'] = CODE_ENDS,   ['}'] = CODE_ENDS,
    [':'] = CODE_ENDS,
};

static bool is_letter(char c)
{
    return (unsigned)(c | 0x20) - 'a' < 26;
}

static bool is_digit(char c)
{
    return (unsigned)c - '0' < 10;
}

static bool begins_with(dm_str s, const char *with)
{
    const size_t n = strlen(with);
    return s.len >= n && !memcmp(s.ptr, with, n);
}

static bool ends_with(dm_str s, const char *with)
{
    const size_t n = strlen(with);
    return s.len >= n && !memcmp(s.ptr + s.len - n, with, n);
}

static bool has(dm_str s, const char *what)
{
    return memmem(s.ptr, s.len, what, strlen(what));
}

static dm_str trim(dm_str s)
{
    while (s.len && *s.ptr == ' ') {
        s.ptr++;
        s.len--;
    }
    while (s.len && s.ptr[s.len - 1] == ' ')
        s.len--;
    return s;
}

static bool is_name_byte(char c)
{
    return is_letter(c) || is_digit(c) || c == '_';
}

/* `sudo apt install`, `sudo ls /root`, `sudo -s`: Spanish has the word, too. */
static bool is_sudo(dm_str s)
{
    static const char *const commands[] = {"apt ",  "apt-get ", "dnf ", "yum ",       "pacman ",  "snap ",
                                           "make ", "pip ",     "npm ", "systemctl ", "service ", "docker "};
    enum { SUDO = 5 };
    if (!begins_with(s, "sudo "))
        return false;
    const dm_str rest = {s.ptr + SUDO, s.len - SUDO};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (begins_with(rest, commands[i]))
            return true;
    const char *const option = memmem(s.ptr, s.len, " -", 2);
    const size_t at = option ? (size_t)(option - s.ptr) + 2 : s.len; /* `-s`, not `-dijo` */
    return (at < s.len && is_letter(s.ptr[at]) && (at + 1 == s.len || s.ptr[at + 1] == ' ')) ||
           has(s, " --") || has(s, " /") || has(s, "=");
}

/* `$ make install`, not `$ 5`; `#!/bin/sh`. */
static bool is_command(dm_str s)
{
    const bool prompt = s.len > 2 && s.ptr[0] == '$' && s.ptr[1] == ' ';
    return (prompt && (is_letter(s.ptr[2]) || s.ptr[2] == '.' || s.ptr[2] == '/')) || begins_with(s, "#!/") ||
           begins_with(s, "#include ") || is_sudo(s);
}

/* `port = 8080 ; the default`: one word of letters, points and lines before the sign. */
static bool is_setting(dm_str s)
{
    size_t i = 0;
    while (i < s.len && (is_letter(s.ptr[i]) || is_digit(s.ptr[i]) || s.ptr[i] == '_' || s.ptr[i] == '.' ||
                         s.ptr[i] == '-'))
        i++;
    const size_t name = i;
    i += i < s.len && s.ptr[i] == ' ';
    return name > 1 && is_letter(s.ptr[0]) && i + 1 < s.len && s.ptr[i] == '=' && s.ptr[i + 1] != '=';
}

/* `2021-05-03 12:00:01` and what was logged then. */
static bool is_logged(dm_str s)
{
    static const char shape[] = "0000-00-00 00:00:00";
    const size_t n = sizeof shape - 1;
    if (s.len <= n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (shape[i] == '0' ? !is_digit(s.ptr[i]) : s.ptr[i] != shape[i] && !(i == 10 && s.ptr[i] == 'T'))
            return false;
    return true;
}

/* `int x = 5;`: at most two words before the sign. */
static bool assigns(dm_str s)
{
    const char *const sign = memmem(s.ptr, s.len, " = ", 3);
    const char *const space = sign ? memchr(s.ptr, ' ', (size_t)(sign - s.ptr)) : NULL;
    return sign && !(space && memchr(space + 1, ' ', (size_t)(sign - space) - 1));
}

/* `def greet(name) :`, not `class warfare (as he put it):`, a rest of a line that was broken. */
static bool is_definition(dm_str s)
{
    size_t at = begins_with(s, "def ") ? 4 : begins_with(s, "class ") ? 6 : s.len;
    const size_t name = at;
    while (at < s.len && is_name_byte(s.ptr[at]))
        at++;
    return at > name && at < s.len && s.ptr[at] == '(' && s.ptr[s.len - 1] == ':';
}

/* `SELECT id FROM boats`, not `SELECT FEW GAIN FROM THE BOATS`: names in small letters, or a sign. */
static bool is_query(dm_str s)
{
    enum { SELECT = 7 };
    if (!begins_with(s, "SELECT ") || s.len == SELECT || !has(s, " FROM "))
        return false;
    const char next = s.ptr[SELECT];
    return next == '*' || (next >= 'a' && next <= 'z') || has(s, ";") || has(s, "=") || has(s, "_") ||
           has(s, "(*)");
}

/* Statements that nobody writes in prose: a word that begins one, and the signs that go with it. */
static bool is_statement(dm_str s)
{
    const char last = s.ptr[s.len - 1];
    if (last == '{' || last == '}')
        return true;
    if (last == ';' &&
        (assigns(s) || ends_with(s, ");") || ends_with(s, ") ;") || has(s, "->") || has(s, "::")))
        return true;
    return is_definition(s) || is_query(s);
}

/* Only what begins with a small letter or a sign, or ends with one that no sentence ends with, is looked at. */
bool code_is_such_line(dm_str line, bool sign)
{
    const dm_str s = trim(line);
    if (s.len < 2)
        return false;
    const char first = s.ptr[0], last = s.ptr[s.len - 1];
    if (last == ';' || last == '{' || last == '}' || last == ':')
        if (is_statement(s))
            return true;
    if (first == '$' || first == '#' || first == 's')
        if (is_command(s))
            return true;
    if (is_digit(first))
        return is_logged(s);
    return (sign && is_setting(s)) || (first == 'S' && is_statement(s));
}
