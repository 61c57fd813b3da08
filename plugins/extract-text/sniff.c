/* Is it text at all, and does it say how to read it?  Byte order marks, the signatures of binary
 * files, the NUL bytes of UTF-16, control characters. */
#include "text.h"

#include <string.h>

struct signature {
    size_t at;
    const char *bytes;
    size_t len;
    const char *what;
};

#define SIGNATURE(at, bytes, what)                                                                           \
    {                                                                                                        \
        at, bytes, sizeof(bytes) - 1, what                                                                   \
    }

static const struct signature signatures[] = {
    SIGNATURE(0, "%PDF-", "a PDF document"),
    SIGNATURE(0, "\x89PNG\r\n\x1A\n", "a PNG image"),
    SIGNATURE(0, "\xFF\xD8\xFF", "a JPEG image"),
    SIGNATURE(0, "GIF8", "a GIF image"),
    SIGNATURE(8, "WEBP", "a WebP image"),
    SIGNATURE(0, "II*\0", "a TIFF image"),
    SIGNATURE(0, "MM\0*", "a TIFF image"),
    SIGNATURE(0, "PK\3\4", "a ZIP archive or an office document"),
    SIGNATURE(0, "PK\5\6", "an empty ZIP archive"),
    SIGNATURE(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an office document of the old format"),
    SIGNATURE(0, "\x1F\x8B", "a gzip file"),
    SIGNATURE(0, "BZh", "a bzip2 file"),
    SIGNATURE(0,
              "\xFD"
              "7zXZ",
              "an xz file"),
    SIGNATURE(0, "\x28\xB5\x2F\xFD", "a zstd file"),
    SIGNATURE(0, "7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    SIGNATURE(0, "Rar!\x1A\x07", "a RAR archive"),
    SIGNATURE(257, "ustar", "a tar archive"),
    SIGNATURE(0,
              "\x7F"
              "ELF",
              "an ELF program"),
    SIGNATURE(0, "MZ", "a Windows program"),
    SIGNATURE(0, "\0asm", "a WebAssembly module"),
    SIGNATURE(0, "\xCA\xFE\xBA\xBE", "a Java class"),
    SIGNATURE(0, "SQLite format 3", "an SQLite database"),
    SIGNATURE(4, "ftyp", "an MP4 video"),
    SIGNATURE(0, "OggS", "an Ogg sound or video"),
    SIGNATURE(0, "ID3", "an MP3 sound"),
    SIGNATURE(0, "fLaC", "a FLAC sound"),
    SIGNATURE(8, "WAVE", "a WAV sound"),
    SIGNATURE(0, "\x1A\x45\xDF\xA3", "a Matroska video"),
};

const char *text_sniff_binary(dm_str bytes)
{
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        const struct signature *s = &signatures[i];
        if (bytes.len >= s->at + s->len && !memcmp(bytes.ptr + s->at, s->bytes, s->len))
            return s->what;
    }
    return NULL;
}

size_t text_sniff_bom(dm_str bytes, const char **encoding)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *encoding;
    } marks[] = {
        {"\xEF\xBB\xBF", 3, "utf-8"},    {"\xFF\xFE\0\0", 4, "utf-32le"}, /* before utf-16le */
        {"\0\0\xFE\xFF", 4, "utf-32be"}, {"\xFF\xFE", 2, "utf-16le"},     {"\xFE\xFF", 2, "utf-16be"},
    };
    *encoding = NULL;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        /* What could be UTF-32 but does not come in fours is UTF-16 that starts with NUL. */
        if (marks[i].len == 4 && bytes.len % 4 != 0)
            continue;
        if (bytes.len >= marks[i].len && !memcmp(bytes.ptr, marks[i].bytes, marks[i].len)) {
            *encoding = marks[i].encoding;
            return marks[i].len;
        }
    }
    return 0;
}

/* Whether that many NUL bytes among `units` speak for UTF-16: every second unit is a Latin letter, or
 * in a longer text of another script each twentieth is a space, a digit or a line break. */
static bool speaks_for_utf16(size_t zeros, size_t units)
{
    return zeros * 2 > units || (zeros >= 8 && zeros * 20 > units);
}

const char *text_sniff_utf16(dm_str bytes)
{
    const size_t n = bytes.len < 4096 ? bytes.len : 4096;
    size_t zeros[2] = {0, 0};
    if (n % 2 != 0)
        return NULL;
    for (size_t i = 0; i < n; i++)
        zeros[i & 1] += bytes.ptr[i] == 0;
    if (zeros[0] == 0 && speaks_for_utf16(zeros[1], n / 2))
        return "utf-16le";
    if (zeros[1] == 0 && speaks_for_utf16(zeros[0], n / 2))
        return "utf-16be";
    return NULL;
}

bool text_sniff_iso2022jp(dm_str s)
{
    return memmem(s.ptr, s.len, "\x1B$B", 3) || memmem(s.ptr, s.len, "\x1B$@", 3);
}

size_t text_count_controls(dm_str s, size_t *first)
{
    size_t n = 0;
    *first = s.len;
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c >= 0x20 || c == 0x1B || (c >= '\b' && c <= '\r'))
            continue;
        if (!n++)
            *first = i;
    }
    return n;
}
