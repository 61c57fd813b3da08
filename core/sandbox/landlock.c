/* Landlock by its own three calls, which no libc wraps.  The kernel says which version it speaks; what a
 * version does not know is not asked of it.  Names that Debian 12's headers lack are given here. */
#include "core/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- the kernel's interface ------------------------------------------------------------------ */

/* struct landlock_ruleset_attr as of version 6; older kernels are handed its beginning. */
struct ruleset {
    uint64_t files, network, scope;
};

/* What is ruled from a version on. */
enum { VERSION_REFER = 2, VERSION_TRUNCATE, VERSION_NETWORK, VERSION_DEVICES, VERSION_SCOPE };
enum { TRUNCATE = 1 << 14, DEVICES = 1 << 15 };
enum { BIND_TCP = 1 << 0, CONNECT_TCP = 1 << 1 };
enum { SCOPE_SOCKETS = 1 << 0, SCOPE_SIGNALS = 1 << 1 };

static const uint64_t READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t WRITE = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                              LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
                              LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SYM |
                              LANDLOCK_ACCESS_FS_REFER | TRUNCATE;
static const uint64_t NEVER = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                              LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | DEVICES;
/* What can be said of a file; all else is about what a folder holds. */
static const uint64_t OF_A_FILE = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                  LANDLOCK_ACCESS_FS_READ_FILE | TRUNCATE | DEVICES;

int dm__landlock_ask(void)
{
    const long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version > 0 ? (int)version : 0;
}

bool dm__landlock_rules_files(int version)
{
    return version >= VERSION_TRUNCATE;
}

static int make_ruleset(const struct dm_sandbox *s, int version, struct ruleset *r)
{
    *r = (struct ruleset){.files = READ | WRITE | NEVER | LANDLOCK_ACCESS_FS_EXECUTE,
                          .network = BIND_TCP | CONNECT_TCP,
                          .scope = SCOPE_SOCKETS | SCOPE_SIGNALS};
    if (version < VERSION_REFER)
        r->files &= ~(uint64_t)LANDLOCK_ACCESS_FS_REFER;
    if (version < VERSION_TRUNCATE)
        r->files &= ~(uint64_t)TRUNCATE;
    if (version < VERSION_DEVICES)
        r->files &= ~(uint64_t)DEVICES;
    if ((s->needs & DM_NEEDS_NETWORK) != 0) {
        r->network = 0;
        r->scope &= ~(uint64_t)SCOPE_SOCKETS;
    }
    const size_t size = version >= VERSION_SCOPE     ? sizeof *r
                        : version >= VERSION_NETWORK ? offsetof(struct ruleset, scope)
                                                     : offsetof(struct ruleset, network);
    return (int)syscall(SYS_landlock_create_ruleset, r, size, 0);
}

/* ---- the rules ------------------------------------------------------------------------------- */

/* Libraries, what they read, and what iconv, the loader and the clock's zone come from.  Nothing of /etc
 * that is anybody's secret; of /proc only ourselves. */
static const char *const system_reads[] = {
    /* libraries */
    "/usr", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix/store", "/gnu/store",
    /* settings */
    "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/etc/locale.alias", "/etc/fonts",
    "/etc/ssl/openssl.cnf",
    /* ourselves, and the machine */
    "/proc/self", "/proc/self/exe", "/sys/devices/system/cpu", "/dev/null", "/dev/zero", "/dev/random",
    "/dev/urandom", NULL};

static const char *const network_reads[] = {
    "/etc/hosts",    "/etc/host.conf", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/gai.conf",
    "/etc/services", "/etc/protocols", "/etc/ssl/certs",   "/etc/pki/tls/certs", NULL};

/* Programs, and what the smallest of them do. */
static const char *const exec_reads[] = {"/bin", "/sbin", NULL};
static const char *const exec_writes[] = {"/dev/null", NULL};

struct rules {
    int ruleset;
    uint64_t handled;
};

/* What is not there needs no rule; what we may not even name cannot be read either.
 * return  0, or an errno */
static int allow(const struct rules *r, const char *path, uint64_t access)
{
    struct stat st;
    const int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? errno : 0;
    int error = fstat(fd, &st) != 0 ? errno : 0;
    const struct landlock_path_beneath_attr rule = {
        .allowed_access = access & r->handled & (S_ISDIR(st.st_mode) ? ~(uint64_t)0 : OF_A_FILE),
        .parent_fd = fd};
    if (error == 0 && syscall(SYS_landlock_add_rule, r->ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
        error = errno;
    close(fd);
    return error;
}

static int allow_all(const struct rules *r, const char *const *paths, uint64_t access, const char **path)
{
    int error = 0;
    for (; *paths != NULL && error == 0; paths++)
        error = allow(r, *path = *paths, access);
    return error;
}

static int allow_these(const struct rules *r, const struct dm_sandbox_paths *paths, uint64_t access,
                       const char **path)
{
    int error = 0;
    for (size_t i = 0; i < paths->count && error == 0; i++)
        error = allow(r, *path = paths->items[i], access);
    return error;
}

static int add_rules(const struct dm_sandbox *s, const struct rules *r, const char **path)
{
    const bool network = (s->needs & DM_NEEDS_NETWORK) != 0;
    const bool exec = (s->needs & DM_NEEDS_EXEC) != 0 || s->is_program;
    const uint64_t run = exec ? READ | LANDLOCK_ACCESS_FS_EXECUTE : READ;
    int error = allow_all(r, system_reads, run, path);
    if (error == 0 && network)
        error = allow_all(r, network_reads, READ, path);
    if (error == 0 && exec)
        error = allow_all(r, exec_reads, run, path);
    if (error == 0 && exec)
        error = allow_all(r, exec_writes, WRITE, path);
    if (error == 0)
        error = allow_these(r, &s->reads, s->is_program ? run : READ, path);
    return error == 0 ? allow_these(r, &s->writes, READ | WRITE, path) : error;
}

int dm__landlock_enter(const struct dm_sandbox *s, int version, const char **path)
{
    struct ruleset set;
    *path = NULL;
    const int ruleset = make_ruleset(s, version, &set);
    if (ruleset < 0)
        return errno;
    const struct rules r = {ruleset, set.files};
    int error = add_rules(s, &r, path);
    if (error == 0) {
        *path = NULL;
        error = syscall(SYS_landlock_restrict_self, ruleset, 0) != 0 ? errno : 0;
    }
    close(ruleset);
    return error;
}
