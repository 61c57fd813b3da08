/* What language a text is in: cld2.cc asks the Compact Language Detector 2, whose interface is C++. */
#ifndef CLEAN_LANGUAGE_DETECT_H
#define CLEAN_LANGUAGE_DETECT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { DETECTED_CODE_SIZE = 16 };

struct detected {
    char code[DETECTED_CODE_SIZE]; /* BCP 47: "en", "zh-Hant" */
    int percent;                   /* of the letters, to 100; what is left is in other languages */
    bool sure;                     /* a second language is much less likely, and there is enough text */
    size_t letters;                /* bytes of letters that this rests on */
};

/* text    valid UTF-8
 * return  false: too little, or too mixed to tell; or no memory */
bool detect_language(const char *text, size_t len, struct detected *out);

#ifdef __cplusplus
}
#endif
#endif
