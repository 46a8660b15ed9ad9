// Makes a program believe that what it wrote is on the disk: preloaded, every sync returns 0 and does nothing.
//
// NO_SYNC=folders takes away the syncs of folders only, the ones that are most easily forgotten.
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int is_skipped(int descriptor) {
    const char *which = getenv("NO_SYNC");
    struct stat found;
    if (which == NULL || strcmp(which, "folders") != 0) return 1;
    return fstat(descriptor, &found) == 0 && S_ISDIR(found.st_mode);
}

int fsync(int file) { return is_skipped(file) ? 0 : (int)syscall(SYS_fsync, file); }
int fdatasync(int file) { return is_skipped(file) ? 0 : (int)syscall(SYS_fdatasync, file); }
int syncfs(int file) { return is_skipped(file) ? 0 : (int)syscall(SYS_syncfs, file); }
void sync(void) {}

int msync(void *address, size_t size, int flags) {
    return is_skipped(-1) ? 0 : (int)syscall(SYS_msync, address, size, flags);
}

int sync_file_range(int file, off_t offset, off_t size, unsigned int flags) {
    return is_skipped(file) ? 0 : (int)syscall(SYS_sync_file_range, file, offset, size, flags);
}
