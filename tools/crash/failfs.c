// A file system that passes everything through to a folder, and fails when told to, as a bad or a full disk does.
//
// usage: failfs FOLDER MOUNTPOINT [SYNCED] - serves until it is unmounted or gets SIGTERM.
// With SYNCED, another folder of the same XFS or Btrfs, every file is there too, with what it held at its last fsync:
// what is left of a disk that loses its cache.
//
// It is told by lines written into MOUNTPOINT/.control, which no listing shows:
//   fail OPERATION ERRNO [TIMES [AFTER]]  that operation fails, for good (0) or so many times, after so many good ones
//   slow OPERATION MILLISECONDS           that operation waits before it is done; clear ends the wait
//   space BYTES                           so many more bytes can be written, then ENOSPC
//   readonly                              all that changes anything fails with EROFS, also through what is open
//   clear                                 a sound disk again
// OPERATION is lookup, read, write, fsync, create, rename, remove, change (of mode, owner, times) or any;
// ERRNO is EIO, EROFS, ENOSPC, EDQUOT or EACCES.
// Reading .control gives a line for each operation: its name, its calls, and how many of them failed by command.
#define FUSE_USE_VERSION 312
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum operation { LOOKUP, READ, WRITE, FSYNC, CREATE, RENAME, REMOVE, CHANGE, OPERATIONS };
static const char *const names[OPERATIONS] = {
    "lookup", "read", "write", "fsync", "create", "rename", "remove", "change",
};
static const struct { const char *name; int number; } errors[] = {
    {"EIO", EIO}, {"EROFS", EROFS}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EACCES", EACCES},
};
static const char control[] = "/.control";
#define CONTROL_HANDLE UINT64_MAX

struct fault { int error; long times, after, delay; unsigned long calls, failed; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cleared;
static unsigned long clears;
static struct fault faults[OPERATIONS];
static long long space = -1;
static int root, synced = -1;

// ---- what is to fail

// Waits as long as the operation is to last, then says whether it may be done: 0, or the error's negative.
static int gate(enum operation operation) {
    pthread_mutex_lock(&lock);
    struct fault *fault = &faults[operation];
    fault->calls++;
    if (fault->delay > 0) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += fault->delay / 1000;
        until.tv_nsec += fault->delay % 1000 * 1000000;
        if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
        unsigned long seen = clears;
        while (clears == seen && pthread_cond_timedwait(&cleared, &lock, &until) == 0) {}
    }
    int error = fault->error;
    if (error != 0 && fault->after > 0) {
        fault->after--;
        error = 0;
    }
    if (error != 0) {
        fault->failed++;
        if (fault->times > 0 && --fault->times == 0) fault->error = 0;
    }
    pthread_mutex_unlock(&lock);
    return -error;
}

// How many of these bytes there is room for; takes the room.
static size_t room(size_t wanted) {
    pthread_mutex_lock(&lock);
    size_t granted = wanted;
    if (space >= 0) {
        if ((long long)granted > space) granted = (size_t)space;
        space -= (long long)granted;
        if (granted < wanted) faults[WRITE].failed++;
    }
    pthread_mutex_unlock(&lock);
    return granted;
}

// FUSE gives no path with what is open.
static bool is_control(const char *path, const struct fuse_file_info *open) {
    return open != NULL ? open->fh == CONTROL_HANDLE : path != NULL && strcmp(path, control) == 0;
}

static bool is_meant(const char *word, int index) {
    return strcmp(word, names[index]) == 0 || strcmp(word, "any") == 0;
}

static bool slow(const char *operation, long delay) {
    bool known = false;
    for (int index = 0; index < OPERATIONS; index++)
        if (is_meant(operation, index)) faults[index].delay = delay, known = true;
    return known;
}

static bool fail(const char *operation, int error, long times, long after) {
    bool known = false;
    for (int index = 0; index < OPERATIONS; index++) {
        if (!is_meant(operation, index)) continue;
        faults[index].error = error, faults[index].times = times, faults[index].after = after;
        known = true;
    }
    return known;
}

static bool command(const char *line) {
    char word[16], error[16];
    long number = 0, after = 0;
    long long bytes;
    if (strcmp(line, "clear") == 0) {
        fail("any", 0, 0, 0);
        slow("any", 0);
        space = -1;
        clears++;
        pthread_cond_broadcast(&cleared);
        return true;
    }
    if (strcmp(line, "readonly") == 0) {
        for (int index = WRITE; index < OPERATIONS; index++) if (index != FSYNC) fail(names[index], EROFS, 0, 0);
        return true;
    }
    if (sscanf(line, "space %lld", &bytes) == 1 && bytes >= 0) {
        space = bytes;
        return true;
    }
    if (sscanf(line, "slow %15s %ld", word, &number) == 2 && number >= 0) return slow(word, number);
    if (sscanf(line, "fail %15s %15s %ld %ld", word, error, &number, &after) < 2) return false;
    if (number < 0 || after < 0) return false;
    for (size_t index = 0; index < sizeof errors / sizeof *errors; index++)
        if (strcmp(error, errors[index].name) == 0) return fail(word, errors[index].number, number, after);
    return false;
}

static int control_write(const char *text, size_t size) {
    char *lines = strndup(text, size), *rest = lines, *line;
    if (lines == NULL) return -ENOMEM;
    bool good = true;
    pthread_mutex_lock(&lock);
    while (good && (line = strsep(&rest, "\n")) != NULL) good = *line == '\0' || command(line);
    pthread_mutex_unlock(&lock);
    free(lines);
    return good ? (int)size : -EINVAL;
}

static int control_read(char *buffer, size_t size, off_t offset) {
    char text[64 * OPERATIONS];
    size_t length = 0;
    pthread_mutex_lock(&lock);
    for (int index = 0; index < OPERATIONS; index++)
        length += (size_t)sprintf(text + length, "%s %lu %lu\n", names[index],
                                  faults[index].calls, faults[index].failed);
    pthread_mutex_unlock(&lock);
    if ((size_t)offset >= length) return 0;
    if (size > length - (size_t)offset) size = length - (size_t)offset;
    memcpy(buffer, text + offset, size);
    return (int)size;
}

// ---- what is passed through

#define GATE(operation) do { int refused = gate(operation); if (refused != 0) return refused; } while (0)
#define CHECKED(call) ((call) < 0 ? -errno : 0)
// A path of FUSE's begins with a slash; ours begins at the folder that is passed through.
static const char *at(const char *path) { return path[1] == '\0' ? "." : path + 1; }

// The server here is root; a new file belongs to who made it.
static int give(const char *path) {
    struct fuse_context *caller = fuse_get_context();
    return CHECKED(fchownat(root, at(path), caller->uid, caller->gid, AT_SYMLINK_NOFOLLOW));
}

static int do_getattr(const char *path, struct stat *found, struct fuse_file_info *open) {
    if (is_control(path, open)) {
        *found = (struct stat){.st_mode = S_IFREG | 0600, .st_nlink = 1};
        return 0;
    }
    // What is open was looked up before; and .control must be found while everything fails.
    if (open != NULL) return CHECKED(fstat((int)open->fh, found));
    if (path[1] != '\0') GATE(LOOKUP);
    return CHECKED(fstatat(root, at(path), found, AT_SYMLINK_NOFOLLOW));
}

static int do_open(const char *path, struct fuse_file_info *open) {
    if (is_control(path, NULL)) {
        open->direct_io = 1;
        open->fh = CONTROL_HANDLE;
        return 0;
    }
    GATE(LOOKUP);
    int file = openat(root, at(path), open->flags | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) return -errno;
    open->fh = (uint64_t)file;
    return 0;
}

static int do_create(const char *path, mode_t mode, struct fuse_file_info *open) {
    GATE(CREATE);
    int file = openat(root, at(path), open->flags | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode);
    if (file < 0) return -errno;
    open->fh = (uint64_t)file;
    return give(path);
}

static int do_release(const char *path, struct fuse_file_info *open) {
    if (!is_control(path, open)) close((int)open->fh);
    return 0;
}

static int do_read(const char *path, char *buffer, size_t size, off_t offset, struct fuse_file_info *open) {
    if (is_control(path, open)) return control_read(buffer, size, offset);
    GATE(READ);
    ssize_t count = pread((int)open->fh, buffer, size, offset);
    return count < 0 ? -errno : (int)count;
}

static int do_write(const char *path, const char *bytes, size_t size, off_t offset, struct fuse_file_info *open) {
    if (is_control(path, open)) return control_write(bytes, size);
    GATE(WRITE);
    size_t granted = room(size);
    if (granted == 0 && size > 0) return -ENOSPC;
    ssize_t count = pwrite((int)open->fh, bytes, granted, offset);
    return count < 0 ? -errno : (int)count;
}

// Lays down what a file holds now, at one instant between its writes.
static int keep(int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return -errno;
    path[length] = '\0';
    int kept = openat(synced, strrchr(path, '/') + 1, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (kept < 0) return -errno;
    int result = CHECKED(ioctl(kept, FICLONE, file));
    close(kept);
    return result;
}

static int do_fsync(const char *path, int data_only, struct fuse_file_info *open) {
    if (is_control(path, open)) return 0;
    GATE(FSYNC);
    if (synced >= 0) return keep((int)open->fh);
    return CHECKED(data_only ? fdatasync((int)open->fh) : fsync((int)open->fh));
}

static int do_fsyncdir(const char *path, int data_only, struct fuse_file_info *open) {
    (void)path;
    GATE(FSYNC);
    return CHECKED(data_only ? fdatasync((int)open->fh) : fsync((int)open->fh));
}

static int do_fallocate(const char *path, int mode, off_t offset, off_t size, struct fuse_file_info *open) {
    if (is_control(path, open)) return -EINVAL;
    GATE(WRITE);
    return CHECKED(fallocate((int)open->fh, mode, offset, size));
}

static int do_truncate(const char *path, off_t size, struct fuse_file_info *open) {
    if (is_control(path, open)) return 0;
    GATE(WRITE);
    if (open != NULL) return CHECKED(ftruncate((int)open->fh, size));
    int file = openat(root, at(path), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) return -errno;
    int result = CHECKED(ftruncate(file, size));
    close(file);
    return result;
}

static int do_opendir(const char *path, struct fuse_file_info *open) {
    if (path[1] != '\0') GATE(LOOKUP);
    int folder = openat(root, at(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0) return -errno;
    open->fh = (uint64_t)folder;
    return 0;
}

static int do_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *open,
                      enum fuse_readdir_flags flags) {
    (void)path, (void)offset, (void)flags;
    GATE(READ);
    int copy = openat((int)open->fh, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = copy < 0 ? NULL : fdopendir(copy);
    if (folder == NULL) return -errno;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) fill(buffer, entry->d_name, NULL, 0, 0);
    closedir(folder);
    return 0;
}

static int do_mkdir(const char *path, mode_t mode) {
    GATE(CREATE);
    int result = CHECKED(mkdirat(root, at(path), mode));
    return result != 0 ? result : give(path);
}

static int do_symlink(const char *target, const char *path) {
    GATE(CREATE);
    int result = CHECKED(symlinkat(target, root, at(path)));
    return result != 0 ? result : give(path);
}

static int do_link(const char *old, const char *new) {
    GATE(CREATE);
    return CHECKED(linkat(root, at(old), root, at(new), 0));
}

static int do_readlink(const char *path, char *buffer, size_t size) {
    GATE(READ);
    ssize_t count = readlinkat(root, at(path), buffer, size - 1);
    if (count < 0) return -errno;
    buffer[count] = '\0';
    return 0;
}

static int do_rename(const char *old, const char *new, unsigned int flags) {
    GATE(RENAME);
    return CHECKED(renameat2(root, at(old), root, at(new), flags));
}

static int do_unlink(const char *path) {
    GATE(REMOVE);
    return CHECKED(unlinkat(root, at(path), 0));
}

static int do_rmdir(const char *path) {
    GATE(REMOVE);
    return CHECKED(unlinkat(root, at(path), AT_REMOVEDIR));
}

static int do_chmod(const char *path, mode_t mode, struct fuse_file_info *open) {
    GATE(CHANGE);
    return CHECKED(open != NULL ? fchmod((int)open->fh, mode) : fchmodat(root, at(path), mode, 0));
}

static int do_chown(const char *path, uid_t user, gid_t group, struct fuse_file_info *open) {
    GATE(CHANGE);
    if (open != NULL) return CHECKED(fchown((int)open->fh, user, group));
    return CHECKED(fchownat(root, at(path), user, group, AT_SYMLINK_NOFOLLOW));
}

static int do_utimens(const char *path, const struct timespec times[2], struct fuse_file_info *open) {
    GATE(CHANGE);
    if (open != NULL) return CHECKED(futimens((int)open->fh, times));
    return CHECKED(utimensat(root, at(path), times, AT_SYMLINK_NOFOLLOW));
}

static int do_statfs(const char *path, struct statvfs *found) {
    (void)path;
    return CHECKED(fstatvfs(root, found));
}

static void *do_init(struct fuse_conn_info *connection, struct fuse_config *config) {
    (void)connection;
    // A name and its attributes are asked for each time, so that a fault shows at once.
    config->entry_timeout = config->attr_timeout = config->negative_timeout = 0;
    config->hard_remove = 1;
    config->nullpath_ok = 1;
    config->use_ino = 1;
    return NULL;
}

static const struct fuse_operations operations = {
    .init = do_init, .getattr = do_getattr, .open = do_open, .create = do_create, .release = do_release,
    .read = do_read, .write = do_write, .fsync = do_fsync, .fsyncdir = do_fsyncdir, .fallocate = do_fallocate,
    .truncate = do_truncate, .opendir = do_opendir, .readdir = do_readdir, .releasedir = do_release,
    .mkdir = do_mkdir, .symlink = do_symlink, .link = do_link, .readlink = do_readlink, .rename = do_rename,
    .unlink = do_unlink, .rmdir = do_rmdir, .chmod = do_chmod, .chown = do_chown, .utimens = do_utimens,
    .statfs = do_statfs,
};

int main(int count, char *arguments[]) {
    if (count != 3 && count != 4) return fprintf(stderr, "usage: failfs FOLDER MOUNTPOINT [SYNCED]\n"), 2;
    root = open(arguments[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return perror(arguments[1]), 1;
    if (count == 4) {
        synced = open(arguments[3], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (synced < 0) return perror(arguments[3]), 1;
    }
    umask(0);
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&cleared, &clock);
    // One thread for each operation under way: a slow one holds up nobody else.
    char options[] = "allow_other,default_permissions,fsname=failfs,subtype=failfs,max_threads=256,max_idle_threads=16";
    char *passed[] = {arguments[0], "-f", "-o", options, arguments[2], NULL};
    return fuse_main(5, passed, &operations, NULL);
}
