/* openat2(2), which glibc has no function for. */
#ifndef COPENBENEATH_H
#define COPENBENEATH_H
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Opens path below the folder dir: never above it, and through no symbolic link. -1 and errno like openat(2). */
static inline int open_beneath(int dir, const char *path, int flags, unsigned mode) {
    struct open_how how = {
        .flags = (unsigned)(flags | O_CLOEXEC),
        .mode = mode,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, dir, path, &how, sizeof how);
}
#endif
