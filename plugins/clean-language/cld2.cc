#include "detect.h"

#include <cctype>
#include <climits>
#include <cstdio>
#include <cstdlib>
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
 * there may be no memory. */
static bool looks_behind(const char *text, size_t len)
{
    const unsigned char last = len > 0 ? static_cast<unsigned char>(text[len - 1]) : ' ';
    return last >= 0x80 || isalpha(last);
}

/* return  false: what is in the text is unknown */
static bool ask(const char *text, int len, struct detected *out)
{
    CLD2::CLDHints no_hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
    CLD2::Language languages[3];
    int percents[3], letters;
    double scores[3];
    bool is_reliable;
    /* What it returns is a guess at what a browser should offer to translate; the list says what is there. */
    CLD2::ExtDetectLanguageSummary(text, len, true, &no_hints, 0, languages, percents, scores, nullptr,
                                   &letters, &is_reliable);
    if (languages[0] == CLD2::UNKNOWN_LANGUAGE)
        return false;
    snprintf(out->code, sizeof out->code, "%s", present_code(CLD2::LanguageCode(languages[0])));
    out->percent = percents[0];
    out->sure = is_reliable;
    out->letters = static_cast<size_t>(letters);
    return true;
}

bool detect_language(const char *text, size_t len, struct detected *out)
{
    if (len >= INT_MAX)
        return false;
    if (!looks_behind(text, len))
        return ask(text, static_cast<int>(len), out);
    char *const copy = static_cast<char *>(malloc(len + 1)); /* in front of a space */
    if (copy == nullptr)
        return false;
    memcpy(copy, text, len);
    copy[len] = ' ';
    const bool found = ask(copy, static_cast<int>(len), out);
    free(copy);
    return found;
}
