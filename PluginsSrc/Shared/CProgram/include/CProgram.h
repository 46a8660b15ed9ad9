/* A program that reads from two pipes: started without a shell, fed without waiting for ever, and always reaped. */
#ifndef CPROGRAM_H
#define CPROGRAM_H
#include <stddef.h>

struct program {
    int pid;
    int pidfd; /* -1 where the kernel gives none */
    int input[2]; /* our ends of its descriptors 0 and 1; -1 when closed */
};

/* Starts the program of that path, which is no shell's line, with pipes for 0 and 1 and nothing else open but /dev/null as
 * 2. It is the leader of a process group of its own. 0 or an errno. */
int program_start(struct program *program, const char *path);

/* Writes some bytes within that time. The number of bytes, or minus an errno: ETIMEDOUT, EPIPE. */
long program_write(struct program *program, int which, const void *bytes, size_t count, int timeout_ms);

void program_close_input(struct program *program, int which);

/* Waits that long for its end, 0 only looks; with or without a pidfd. Its exit code, 256 and more for a signal, or minus an errno: ETIMEDOUT. */
int program_wait(struct program *program, int timeout_ms);

/* Ends it and its children and reaps it, which takes ten seconds at most: only what the kernel itself holds is left then. */
void program_end(struct program *program);
#endif
