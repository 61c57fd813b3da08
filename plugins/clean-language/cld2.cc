#include "detect.h"

#include <cctype>
#include <climits>
#include <cstdio>
#include <cstring>

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

/* Codes that have changed since the detector was made, by the IANA registry of language subtags. */
static const char *present_code(const char *code)
{
    static const char *const changed[][2] = {{"iw", "he"}, {"jw", "jv"}, {"in", "id"}, {"mo", "ro"}};
    for (const auto &pair : changed)
        if (strcmp(code, pair[0]) == 0)
            return pair[1];
    return code;
}

/* Behind a letter of another script the detector looks at the next character, even at the end of what it was given, where
 * there may be no memory.  So it is not told of the last one, if that may be a letter.  return  bytes */
static size_t without_last_letter(const char *text, size_t len)
{
    const auto byte = [text](size_t at) { return static_cast<unsigned char>(text[at]); };
    if (len == 0 || (byte(len - 1) < 0x80 && !isalpha(byte(len - 1))))
        return len;
    do
        len--;
    while (len > 0 && (byte(len) & 0xC0) == 0x80);
    return len;
}

bool detect_language(const char *text, size_t len, struct detected *out)
{
    CLD2::CLDHints no_hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
    CLD2::Language languages[3];
    int percents[3], letters;
    double scores[3];
    bool is_reliable;
    if (len > INT_MAX)
        return false;
    /* What it returns is a guess at what a browser should offer to translate; the list says what is there. */
    CLD2::ExtDetectLanguageSummary(text, static_cast<int>(without_last_letter(text, len)), true, &no_hints, 0,
                                   languages, percents, scores, nullptr, &letters, &is_reliable);
    if (languages[0] == CLD2::UNKNOWN_LANGUAGE)
        return false;
    snprintf(out->code, sizeof out->code, "%s", present_code(CLD2::LanguageCode(languages[0])));
    out->percent = percents[0];
    out->sure = is_reliable;
    out->letters = static_cast<size_t>(letters);
    return true;
}
