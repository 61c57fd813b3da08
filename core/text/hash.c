#include "core/text/hash.h"

#include <errno.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* The canonical form is big-endian, so that the digits read as xxhsum prints them. */
static void write_digits(XXH128_hash_t hash, char hex[DM_HASH_DIGITS + 1])
{
    static const char digits[] = "0123456789abcdef";
    XXH128_canonical_t bytes;
    XXH128_canonicalFromHash(&bytes, hash);
    for (size_t i = 0; i < sizeof bytes.digest; i++) {
        hex[2 * i] = digits[bytes.digest[i] >> 4];
        hex[2 * i + 1] = digits[bytes.digest[i] & 15];
    }
    hex[DM_HASH_DIGITS] = '\0';
}

void dm__hash_bytes(dm_str bytes, char hex[DM_HASH_DIGITS + 1])
{
    write_digits(XXH3_128bits(bytes.ptr, bytes.len), hex);
}

bool dm__hash_fd(int fd, char hex[DM_HASH_DIGITS + 1])
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
    write_digits(XXH3_128bits_digest(&state), hex);
    return true;
}

void dm__hash_value(dm_str bytes, uint64_t value[2])
{
    const XXH128_hash_t hash = XXH3_128bits(bytes.ptr, bytes.len);
    value[0] = hash.high64;
    value[1] = hash.low64;
}
