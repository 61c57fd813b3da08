#include "core/text/hash.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* The canonical form is big-endian, so that the digits read as xxhsum prints them. */
static void write_value(XXH128_hash_t hash, unsigned char value[DM_HASH_SIZE])
{
    XXH128_canonical_t bytes;
    _Static_assert(sizeof bytes.digest == DM_HASH_SIZE, "a hash has 16 bytes");
    XXH128_canonicalFromHash(&bytes, hash);
    memcpy(value, bytes.digest, sizeof bytes.digest);
}

static void write_digits(const unsigned char value[DM_HASH_SIZE], char hex[DM_HASH_DIGITS + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < DM_HASH_SIZE; i++) {
        hex[2 * i] = digits[value[i] >> 4];
        hex[2 * i + 1] = digits[value[i] & 15];
    }
    hex[DM_HASH_DIGITS] = '\0';
}

void dm__hash_value(dm_str bytes, unsigned char value[DM_HASH_SIZE])
{
    write_value(XXH3_128bits(bytes.ptr, bytes.len), value);
}

void dm__hash_bytes(dm_str bytes, char hex[DM_HASH_DIGITS + 1])
{
    unsigned char value[DM_HASH_SIZE];
    dm__hash_value(bytes, value);
    write_digits(value, hex);
}

bool dm__hash_fd_value(int fd, unsigned char value[DM_HASH_SIZE])
{
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    if (XXH3_128bits_reset(&state) != XXH_OK)
        return false;
    char buffer[1 << 16];
    for (;;) {
        const ssize_t n = read(fd, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        if (n == 0)
            break;
        if (XXH3_128bits_update(&state, buffer, (size_t)n) != XXH_OK)
            return false;
    }
    write_value(XXH3_128bits_digest(&state), value);
    return true;
}

bool dm__hash_fd(int fd, char hex[DM_HASH_DIGITS + 1])
{
    unsigned char value[DM_HASH_SIZE];
    const bool ok = dm__hash_fd_value(fd, value);
    if (ok)
        write_digits(value, hex);
    return ok;
}
