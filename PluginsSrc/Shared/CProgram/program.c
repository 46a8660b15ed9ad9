#define _GNU_SOURCE
#include "CProgram.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* So long a killed program is waited for. */
enum { END_MS = 10000 };

void program_close_input(struct program *program, int which) {
    if (program->input[which] >= 0) close(program->input[which]);
    program->input[which] = -1;
}

/* A pipe whose ends are none of 0, 1 and 2, which the child needs for itself. */
static int program_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    for (int i = 0; i < 2; i++) {
        if (ends[i] > 2) continue;
        int moved = fcntl(ends[i], F_DUPFD_CLOEXEC, 3);
        int error = errno;
        close(ends[i]);
        ends[i] = moved;
        if (moved < 0) {
            if (i == 0) close(ends[1]);
            else close(ends[0]);
            return error;
        }
    }
    return fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0 ? 0 : errno;
}

int program_start(struct program *program, const char *path) {
    int pipes[2][2] = {{-1, -1}, {-1, -1}};
    program->pid = -1;
    program->pidfd = -1;
    program->input[0] = program->input[1] = -1;
    int error = program_pipe(pipes[0]);
    if (error == 0) {
        error = program_pipe(pipes[1]);
        if (error != 0) {
            close(pipes[0][0]);
            close(pipes[0][1]);
        }
    }
    if (error != 0) return error;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    char *arguments[] = {(char *)path, NULL};
    sigemptyset(&none);
    sigfillset(&all);
    error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
        error = posix_spawnattr_init(&attributes);
        if (error == 0) {
            posix_spawn_file_actions_adddup2(&actions, pipes[0][0], 0);
            posix_spawn_file_actions_adddup2(&actions, pipes[1][0], 1);
            posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
            posix_spawn_file_actions_addclosefrom_np(&actions, 3);
            posix_spawnattr_setsigmask(&attributes, &none);
            posix_spawnattr_setsigdefault(&attributes, &all);
            posix_spawnattr_setpgroup(&attributes, 0);
            posix_spawnattr_setflags(
                &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
            error = posix_spawn(&program->pid, path, &actions, &attributes, arguments, environ);
            posix_spawnattr_destroy(&attributes);
        }
        posix_spawn_file_actions_destroy(&actions);
    }
    close(pipes[0][0]);
    close(pipes[1][0]);
    program->input[0] = pipes[0][1];
    program->input[1] = pipes[1][1];
    if (error != 0) {
        program_close_input(program, 0);
        program_close_input(program, 1);
        return error;
    }
    program->pidfd = (int)syscall(SYS_pidfd_open, program->pid, 0);
    return 0;
}

long program_write(struct program *program, int which, const void *bytes, size_t count, int timeout_ms) {
    struct pollfd ready = {.fd = program->input[which], .events = POLLOUT};
    int found = poll(&ready, 1, timeout_ms);
    if (found == 0 || (found < 0 && errno == EINTR)) return -ETIMEDOUT;
    if (found < 0) return -errno;
    /* A reader that has gone must not end the server: the signal is held back and taken out again. */
    sigset_t broken, before, pending;
    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    sigpending(&pending);
    int was_pending = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken, &before);
    long written = write(program->input[which], bytes, count);
    long result = written >= 0 ? written : errno == EAGAIN || errno == EINTR ? -ETIMEDOUT : -errno;
    struct timespec now = {0, 0};
    if (result == -EPIPE && !was_pending) {
        while (sigtimedwait(&broken, NULL, &now) < 0 && errno == EINTR) {}
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

static long long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Until the program ends or some of that time has passed. */
static void program_pause(const struct program *program, long long left) {
    struct pollfd ended = {.fd = program->pidfd, .events = POLLIN};
    if (program->pidfd >= 0) {
        poll(&ended, 1, (int)left);
        return;
    }
    /* An old kernel, or a seccomp filter that doesn't know pidfd_open: it has to be asked again and again. */
    struct timespec moment = {0, (left < 20 ? left : 20) * 1000000};
    nanosleep(&moment, NULL);
}

int program_wait(struct program *program, int timeout_ms) {
    long long end = now_ms() + timeout_ms;
    int status = 0, error;
    pid_t pid;
    for (;;) {
        do pid = waitpid(program->pid, &status, WNOHANG);
        while (pid < 0 && errno == EINTR);
        error = errno;
        if (pid != 0) break;
        long long left = end - now_ms();
        if (left <= 0) return -ETIMEDOUT;
        program_pause(program, left);
    }
    if (program->pidfd >= 0) close(program->pidfd);
    program->pidfd = -1;
    program->pid = -1;
    if (pid < 0) return -error;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

void program_end(struct program *program) {
    program_close_input(program, 0);
    program_close_input(program, 1);
    if (program->pid <= 0) return;
    kill(-program->pid, SIGKILL);
    if (program_wait(program, END_MS) != -ETIMEDOUT) return;
    /* The kernel holds it, say on a disk that doesn't answer: its thread goes on, the process is left for the server's end. */
    if (program->pidfd >= 0) close(program->pidfd);
    program->pidfd = -1;
    program->pid = -1;
}
